"""Spaces, tickets and gatherings over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.booking import spaces
from backend.booking.routes import shown_resource
from backend.booking.schemas import ResourceOut
from backend.booking.space_schemas import (
    GatheringOut,
    GatheringsQuery,
    HoldersOut,
    MembershipOut,
    PlaceQuery,
    SpaceOut,
    SpacesQuery,
    TicketOut,
    TicketsQuery,
)
from backend.context import Parts, Reading
from backend.envelope import Envelope, answer
from backend.kit.hexadecimal import Address, Hash
from backend.kit.paging import Page, page, parse_place, place
from indexer.reads import spaces as reads

router = APIRouter(tags=["booking"])


@router.get("/spaces")
def list_spaces(query: Annotated[SpacesQuery, Query()], conn: Reading) -> Envelope[Page[SpaceOut]]:
    """Spaces in the order they were created, by the space around them, owner and origin."""
    rows = spaces.list_spaces(
        conn, query.parent, query.owner, query.forked_from, parse_place(query.after), query.limit + 1
    )
    shown = page(rows, query.limit, _space, lambda row: place(row.space.block_number, row.space.space))
    return answer(conn, shown)


@router.get("/spaces/{space}")
def show_space(space: Hash, conn: Reading) -> Envelope[SpaceOut]:
    """One space."""
    return answer(conn, _space(spaces.find_space(conn, space)))


@router.get("/spaces/{space}/resources")
def list_space_resources(
    space: Hash, query: Annotated[PlaceQuery, Query()], parts: Parts, conn: Reading
) -> Envelope[Page[ResourceOut]]:
    """The things shown in a space by their own owners or by the space's, in the order they were listed."""
    rows = spaces.list_listed(
        conn, space, parts.deployment.bookings, parse_place(query.after), query.limit + 1
    )
    shown = page(
        rows,
        query.limit,
        lambda row: shown_resource(row[0].resource, row[1], parts.deployment),
        lambda row: place(row[0].block_number, row[0].resource.resource),
    )
    return answer(conn, shown)


@router.get("/spaces/{space}/members/{member}")
def show_membership(space: Hash, member: Address, conn: Reading) -> Envelope[MembershipOut]:
    """Whether somebody is a member of a space."""
    found = spaces.is_member(conn, space, member)
    return answer(conn, MembershipOut(space=space, member=member, is_member=found))


@router.get("/tickets")
def list_tickets(query: Annotated[TicketsQuery, Query()], conn: Reading) -> Envelope[Page[TicketOut]]:
    """Tickets in the order they were issued, by space and by who holds them."""
    rows = spaces.list_tickets(conn, query.space, query.member, parse_place(query.after), query.limit + 1)
    shown = page(rows, query.limit, _ticket, lambda row: place(row.block_number, row.ticket))
    return answer(conn, shown)


@router.get("/tickets/{ticket}/holders")
def show_holders(ticket: Hash, conn: Reading) -> Envelope[HoldersOut]:
    """Who holds a ticket."""
    return answer(conn, HoldersOut(ticket=ticket, members=spaces.holders(conn, ticket)))


@router.get("/gatherings")
def list_gatherings(
    query: Annotated[GatheringsQuery, Query()], conn: Reading
) -> Envelope[Page[GatheringOut]]:
    """Gatherings in the order they were announced, by space and host."""
    rows = spaces.list_gatherings(conn, query.space, query.host, parse_place(query.after), query.limit + 1)
    shown = page(
        rows,
        query.limit,
        lambda row: _gathering(*row),
        lambda row: place(row[0].block_number, row[0].gathering),
    )
    return answer(conn, shown)


@router.get("/gatherings/{gathering}")
def show_gathering(gathering: Hash, conn: Reading) -> Envelope[GatheringOut]:
    """One gathering, and how much of what its host asked for is confirmed."""
    return answer(conn, _gathering(*spaces.find_gathering(conn, gathering)))


def _space(found: spaces.Placed) -> SpaceOut:
    space = found.space
    return SpaceOut(
        space=space.space,
        parent=space.parent,
        forked_from=space.forked_from,
        path=found.path,
        creator=space.creator,
        owner=space.owner,
        digest=space.digest,
        salt=space.salt,
        gate=space.gate if any(space.gate) else None,
        open=found.is_open,
        created_at_s=space.created_at_s,
        closed_at_s=space.closed_at_s,
    )


def _ticket(found: reads.Ticket) -> TicketOut:
    return TicketOut(
        ticket=found.ticket,
        space=found.space,
        capacity=found.capacity or None,
        given=found.given,
        digest=found.digest,
        salt=found.salt,
        issued_at_s=found.issued_at_s,
    )


def _gathering(found: reads.Gathering, share: reads.Confirmed) -> GatheringOut:
    return GatheringOut(
        gathering=found.gathering,
        space=found.space,
        host=found.host,
        start_s=found.start_s,
        end_s=found.end_s,
        digest=found.digest,
        salt=found.salt,
        hosted_at_s=found.hosted_at_s,
        called_off_at_s=found.called_off_at_s,
        asked=share.asked,
        granted=share.granted,
        percent=share.percent,
    )
