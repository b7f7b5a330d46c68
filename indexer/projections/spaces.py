"""Events of `Spaces` → spaces, tickets and who holds them, gatherings, listings."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.spaces import (
    GateSet,
    GatheringCalledOff,
    GatheringHosted,
    NonceCancelled,
    ResourceListed,
    SpaceClosed,
    SpaceCreated,
    SpaceHandedOver,
    SpacesEvent,
    TicketGiven,
    TicketIssued,
    TicketRenounced,
    TicketTakenBack,
)
from indexer.facts import Gathering, Key, Listing, Row, Space, Ticket, TicketHolding

from .fold import At, MissingRowError, Rows

NONE = bytes(32)


def keys(event: SpacesEvent) -> tuple[Key, ...]:
    """The rows that `fold` must see."""
    match event:
        case SpaceCreated() | TicketIssued() | GatheringHosted() | NonceCancelled():
            return ()
        case SpaceClosed() | SpaceHandedOver() | GateSet():
            return ((Space.TABLE, event.space),)
        case TicketGiven() | TicketTakenBack() | TicketRenounced():
            return ((Ticket.TABLE, event.ticket),)
        case GatheringCalledOff():
            return ((Gathering.TABLE, event.gathering),)
        case ResourceListed():
            return ((Listing.TABLE, event.space, event.resource, event.actor),)
        case _:
            assert_never(event)


def fold(event: SpacesEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`.

    Raises:
        MissingRowError: the space, ticket or gathering of the event was never seen.
    """
    match event:
        case SpaceCreated():
            return (_created(event, at),)
        case SpaceClosed():
            return (_changed(rows, event.space, at, closed_at_s=at.timestamp_s),)
        case SpaceHandedOver():
            return (_changed(rows, event.space, at, owner=event.owner),)
        case GateSet():
            return (_changed(rows, event.space, at, gate=event.ticket),)
        case TicketIssued():
            return (_issued(event, at),)
        case TicketGiven():
            return _moved(event.ticket, event.member, True, at, rows)
        case TicketTakenBack():
            return _moved(event.ticket, event.member, False, at, rows)
        case TicketRenounced():
            return _moved(event.ticket, event.actor, False, at, rows)
        case GatheringHosted():
            return (_hosted(event, at),)
        case GatheringCalledOff():
            return (_called_off(event, at, rows),)
        case ResourceListed():
            return _listed(event, at, rows)
        case NonceCancelled():
            return ()
        case _:
            assert_never(event)


def _created(event: SpaceCreated, at: At) -> Space:
    return Space(
        space=event.space,
        parent=event.parent,
        forked_from=event.forked_from,
        creator=event.owner,
        owner=event.owner,
        digest=event.digest,
        salt=event.salt,
        gate=NONE,
        created_at_s=at.timestamp_s,
        closed_at_s=None,
        block_number=at.block_number,
        changed_block=at.block_number,
    )


def _changed(
    rows: Rows,
    space_id: bytes,
    at: At,
    *,
    owner: bytes | None = None,
    gate: bytes | None = None,
    closed_at_s: int | None = None,
) -> Space:
    space = rows.get((Space.TABLE, space_id))
    if not isinstance(space, Space):
        raise MissingRowError(f"event of the unknown space 0x{space_id.hex()}")
    return replace(
        space,
        owner=space.owner if owner is None else owner,
        gate=space.gate if gate is None else gate,
        closed_at_s=space.closed_at_s if closed_at_s is None else closed_at_s,
        changed_block=at.block_number,
    )


def _issued(event: TicketIssued, at: At) -> Ticket:
    return Ticket(
        ticket=event.ticket,
        space=event.space,
        capacity=event.capacity,
        given=0,
        digest=event.digest,
        salt=event.salt,
        issued_at_s=at.timestamp_s,
        block_number=at.block_number,
        changed_block=at.block_number,
    )


def _moved(ticket_id: bytes, member: bytes, held: bool, at: At, rows: Rows) -> tuple[Row, ...]:
    ticket = rows.get((Ticket.TABLE, ticket_id))
    if not isinstance(ticket, Ticket):
        raise MissingRowError(f"event of the unknown ticket 0x{ticket_id.hex()}")
    given = ticket.given + (1 if held else -1)
    holding = TicketHolding(ticket_id, member, held, at.timestamp_s, at.block_number)
    return replace(ticket, given=given, changed_block=at.block_number), holding


def _hosted(event: GatheringHosted, at: At) -> Gathering:
    return Gathering(
        gathering=event.gathering,
        space=event.space,
        host=event.host,
        start_s=event.start,
        end_s=event.end,
        digest=event.digest,
        salt=event.salt,
        hosted_at_s=at.timestamp_s,
        called_off_at_s=None,
        block_number=at.block_number,
        changed_block=at.block_number,
    )


def _called_off(event: GatheringCalledOff, at: At, rows: Rows) -> Gathering:
    gathering = rows.get((Gathering.TABLE, event.gathering))
    if not isinstance(gathering, Gathering):
        raise MissingRowError(f"event of the unknown gathering 0x{event.gathering.hex()}")
    return replace(gathering, called_off_at_s=at.timestamp_s, changed_block=at.block_number)


def _listed(event: ResourceListed, at: At, rows: Rows) -> tuple[Row, ...]:
    # said again, it stays where it was: pages do not jump
    known = rows.get((Listing.TABLE, event.space, event.resource, event.actor))
    if isinstance(known, Listing) and known.bookings == event.bookings:
        return ()
    return (
        Listing(
            space=event.space,
            resource=event.resource,
            actor=event.actor,
            bookings=event.bookings,
            listed_at_s=at.timestamp_s,
            block_number=at.block_number,
        ),
    )
