"""What every generated event class has in common, so that one decoder serves them all."""

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, Self


class Input(NamedTuple):
    """One input of an event, in the order of the ABI."""

    name: str
    type: str  # as `eth_abi` writes it; a struct is a tuple such as "(address,uint256)"
    indexed: bool


class TypedEvent(Protocol):
    """A log of one of our contracts: addresses are 20 bytes, hashes 32, numbers ints, structs dataclasses."""

    TOPIC: ClassVar[bytes]
    INPUTS: ClassVar[tuple[Input, ...]]

    @classmethod
    def from_values(cls, values: Sequence[Any]) -> Self:
        """Build the event from what `eth_abi` decodes, one value per entry of `INPUTS` and in that order."""
        ...


def address_bytes(value: str) -> bytes:
    """The 20 bytes of an address as `eth_abi` decodes it ("0x" and 40 hex digits)."""
    return bytes.fromhex(value[2:])
