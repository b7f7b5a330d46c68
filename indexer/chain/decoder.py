"""Topics and data → typed event, strictly: what is not exactly one of our events is not decoded at all."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eth_abi.abi import decode as abi_decode
from eth_abi.exceptions import DecodingError

from .deployment import Deployment
from .generated import booking, escrow, payments, reputation, spaces
from .generated.booking import BookingEvent
from .generated.escrow import EscrowEvent
from .generated.payments import PaymentsEvent
from .generated.reputation import ReputationEvent
from .generated.spaces import SpacesEvent
from .typed_event import TypedEvent

ChainEvent = BookingEvent | EscrowEvent | PaymentsEvent | ReputationEvent | SpacesEvent
Catalogue = Mapping[bytes, Mapping[bytes, type[Any]]]

# contract → its events; a contract that a deployment lacks is simply not followed
EVENTS_OF: Mapping[str, Mapping[bytes, type[Any]]] = {
    "Bookings": booking.EVENTS,
    "Escrow": escrow.EVENTS,
    "Payments": payments.EVENTS,
    "ReputationLedger": reputation.EVENTS,
    "Spaces": spaces.EVENTS,
}


class UndecodableLogError(ValueError):
    """A log of one of our contracts that none of our events describes."""


def catalogue(deployment: Deployment) -> Catalogue:
    """Address → first topic → event class, for the contracts that are followed."""
    named = deployment.addresses
    return {named[name]: events for name, events in EVENTS_OF.items() if name in named}


def decode(events: Catalogue, address: bytes, topics: Sequence[bytes], data: bytes) -> ChainEvent:
    """The typed event of a log.

    Raises:
        UndecodableLogError: unknown topic, wrong number of topics or words, or a value outside its type.
    """
    kind = events[address].get(topics[0]) if topics else None
    if kind is None:
        raise UndecodableLogError("unknown topic")
    event: ChainEvent = _DECODERS[kind](topics, data)
    return event


def _address(word: bytes) -> bytes:
    if word[:12] != b"\0" * 12:
        raise UndecodableLogError("an address with bits above 160")
    return word[12:]


def _uint(word: bytes) -> int:
    return int.from_bytes(word, "big")


def _bytes32(word: bytes) -> bytes:
    return word


_LEAVES: dict[str, Callable[[bytes], Any]] = {"address": _address, "uint256": _uint, "bytes32": _bytes32}


def _decoder(kind: type[TypedEvent]) -> Callable[[Sequence[bytes], bytes], Any]:
    """Events of plain words are cut by hand, many times as fast as the general decoder; the rest goes
    there."""
    if all(item.type in _LEAVES for item in kind.INPUTS):
        return _plain_decoder(kind)
    return _general_decoder(kind)


def _plain_decoder(kind: type[Any]) -> Callable[[Sequence[bytes], bytes], Any]:
    inputs = kind.INPUTS
    topic_count = 1 + sum(item.indexed for item in inputs)
    size = 32 * sum(not item.indexed for item in inputs)
    plan: list[tuple[bool, int, Callable[[bytes], Any]]] = []
    topic, offset = 1, 0
    for item in inputs:
        plan.append((item.indexed, topic if item.indexed else offset, _LEAVES[item.type]))
        if item.indexed:
            topic += 1
        else:
            offset += 32

    def decode_plain(topics: Sequence[bytes], data: bytes) -> Any:
        if len(topics) != topic_count or len(data) != size:
            raise UndecodableLogError("wrong number of words")
        return kind(*[leaf(topics[at] if indexed else data[at : at + 32]) for indexed, at, leaf in plan])

    return decode_plain


def _general_decoder(kind: type[TypedEvent]) -> Callable[[Sequence[bytes], bytes], Any]:
    inputs = kind.INPUTS
    topic_types = [item.type for item in inputs if item.indexed]
    data_types = [item.type for item in inputs if not item.indexed]

    def decode_general(topics: Sequence[bytes], data: bytes) -> Any:
        if len(topics) != 1 + len(topic_types):
            raise UndecodableLogError("wrong number of topics")
        try:
            indexed = iter(
                [abi_decode([t], topic)[0] for t, topic in zip(topic_types, topics[1:], strict=True)]
            )
            plain = iter(abi_decode(data_types, data))
        except (DecodingError, OverflowError) as error:
            raise UndecodableLogError(str(error)) from error
        return kind.from_values([next(indexed if item.indexed else plain) for item in inputs])

    return decode_general


_DECODERS: dict[type[Any], Callable[[Sequence[bytes], bytes], Any]] = {
    kind: _decoder(kind) for kinds in EVENTS_OF.values() for kind in kinds.values()
}
