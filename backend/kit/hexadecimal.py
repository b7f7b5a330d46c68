"""Bytes and integers inside, `0x…` and decimal text at the edge, as types for schemas."""

from functools import lru_cache
from typing import Annotated

from eth_utils.crypto import keccak
from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

# Latest second accepted anywhere; the chain packs times into 40 bits.
MAX_TIME_S = 2**40 - 1


def to_hex(value: bytes) -> str:
    """`0x` and two lower-case digits a byte."""
    return "0x" + value.hex()


def from_hex(text: str, length: int) -> bytes:
    """The `length` bytes behind `0x…`; ValueError says what is wrong with anything else."""
    if not isinstance(text, str) or not text.startswith("0x") or len(text) != 2 + 2 * length:
        raise ValueError(f"must be 0x and {2 * length} hexadecimal digits")
    try:
        value = bytes.fromhex(text[2:])
    except ValueError:
        raise ValueError(f"must be 0x and {2 * length} hexadecimal digits") from None
    if len(value) != length:  # `fromhex` passes over spaces
        raise ValueError(f"must be 0x and {2 * length} hexadecimal digits")
    return value


@lru_cache(maxsize=65_536)
def to_address(value: bytes) -> str:
    """The address with the mixed-case checksum of EIP-55."""
    digits = value.hex()
    digest = keccak(text=digits).hex()
    return "0x" + "".join(
        digit.upper() if int(nibble, 16) >= 8 else digit
        for digit, nibble in zip(digits, digest, strict=False)
    )


def from_address(text: str) -> bytes:
    """20 bytes; mixed case must carry a right EIP-55 checksum (else ValueError), one case only is taken as
    it is.
    """
    value = from_hex(text, 20)
    digits = text[2:]
    if digits not in (digits.lower(), digits.upper()) and to_address(value) != text:
        raise ValueError("the address has a wrong checksum: a digit was mistyped")
    return value


def _bytes32(value: object) -> bytes:
    return value if isinstance(value, bytes) else from_hex(value, 32)  # type: ignore[arg-type]


def _address(value: object) -> bytes:
    return value if isinstance(value, bytes) else from_address(value)  # type: ignore[arg-type]


_HASH_SCHEMA = {"type": "string", "pattern": "^0x[0-9a-fA-F]{64}$"}
_ADDRESS_SCHEMA = {"type": "string", "pattern": "^0x[0-9a-fA-F]{40}$"}

# 32 bytes ↔ 0x and 64 digits
Hash = Annotated[
    bytes, BeforeValidator(_bytes32), PlainSerializer(to_hex, when_used="json"), WithJsonSchema(_HASH_SCHEMA)
]
# 20 bytes ↔ checksummed 0x and 40 digits
Address = Annotated[
    bytes,
    BeforeValidator(_address),
    PlainSerializer(to_address, when_used="json"),
    WithJsonSchema(_ADDRESS_SCHEMA),
]
# Integer in the smallest unit ↔ decimal text, because 2**96 does not survive a JavaScript number
Amount = Annotated[
    int,
    Field(ge=0),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+$"}),
]
# UTC seconds
TimeS = Annotated[int, Field(ge=0, le=MAX_TIME_S)]
