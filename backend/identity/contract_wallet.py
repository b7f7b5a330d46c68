"""What a contract wallet is asked about a signature, and which answer is a yes. Values only, no node.

Sources: ERC-1271 (`isValidSignature`), ERC-6492 (signatures of wallets that are not deployed yet).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError

from backend.adapters.simulation import Call

# The selector of `isValidSignature(bytes32,bytes)` is also its magic answer, as a left-aligned word.
SELECTOR = bytes.fromhex("1626ba7e")
YES = SELECTOR + bytes(28)
SUFFIX_6492 = bytes.fromhex("6492" * 16)
# A passkey checked in Solidity takes about 400,000; the largest account factories about 2,000,000.
ASK_GAS = 3_000_000
MAKE_GAS = 6_000_000


@dataclass(frozen=True, slots=True)
class Wrapped:
    """An ERC-6492 signature: who makes the wallet, with what call, and the wallet's own signature."""

    factory: bytes
    make: bytes
    signature: bytes


def unwrap(signature: bytes) -> Wrapped | None:
    """The parts of an ERC-6492 signature, None for any other. ValueError for one that cannot be read."""
    if not signature.endswith(SUFFIX_6492):
        return None
    try:
        factory, make, inner = decode(["address", "bytes", "bytes"], signature[: -len(SUFFIX_6492)])
    except (DecodingError, OverflowError) as error:
        raise ValueError("not (address, bytes, bytes)") from error
    return Wrapped(bytes.fromhex(factory[2:]), make, inner)


def questions(wallet: bytes, digest: bytes, signature: bytes) -> list[Call]:
    """The calls to try out: ask the wallet, and for an ERC-6492 signature then make (or prepare) it and ask
    again. ValueError as `unwrap`.
    """
    wrapped = unwrap(signature)
    inner = signature if wrapped is None else wrapped.signature
    ask = Call(wallet, SELECTOR + encode(["bytes32", "bytes"], [digest, inner]), ASK_GAS)
    return [ask] if wrapped is None else [ask, Call(wrapped.factory, wrapped.make, MAKE_GAS), ask]


def is_yes(answers: Sequence[bytes | None]) -> bool:
    """Whether the wallet itself said yes, first or last: exactly one word. An address that gives back what it
    is sent (there is a precompiled one) begins with the magic value too, but is longer.
    """
    return YES in (answers[0], answers[-1])
