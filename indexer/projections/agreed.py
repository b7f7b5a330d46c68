"""What the rarely needed lists of a deal say, and their ABI encoding."""

from dataclasses import astuple
from functools import lru_cache

from eth_abi.abi import decode, encode

from indexer.chain.generated.escrow import Rest

REST_TYPE = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
KEPT = 1_024


@lru_cache(KEPT)
def agreed(rest_abi: bytes) -> Rest:
    """The lists behind their ABI encoding."""
    return Rest.from_values(decode([REST_TYPE], rest_abi)[0])


def rest_abi(rest: Rest) -> bytes:
    """`abi_encode(Rest)`; its keccak-256 is `Core.rest` unless every list is empty."""
    return encode([REST_TYPE], [astuple(rest)])
