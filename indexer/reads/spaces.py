"""Spaces, tickets, gatherings with what is confirmed of them, and what is listed where."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, tuple_

from indexer.facts import Gathering, Request, Resource, Space, Ticket
from indexer.projections.booking import state_at
from indexer.store.tables import gatherings as gatherings_table
from indexer.store.tables import listings as listings_table
from indexer.store.tables import requests as requests_table
from indexer.store.tables import resources as resources_table
from indexer.store.tables import spaces as spaces_table
from indexer.store.tables import ticket_holdings as holdings_table
from indexer.store.tables import tickets as tickets_table

from .page import MAX_LIMIT, After, fetch, one, paged

__all__ = [
    "Confirmed",
    "Gathering",
    "Listed",
    "Space",
    "Ticket",
    "confirmed",
    "gathering",
    "gatherings",
    "holders",
    "is_member",
    "listed",
    "path",
    "space",
    "spaces",
    "ticket",
    "tickets",
]

NONE = bytes(32)
# the contract nests no deeper
MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of the requests of a gathering's host that name it: `asked` of all that he did not
    withdraw, `granted` of those.
    """

    asked: int
    granted: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, rounded down; None where nothing was asked for."""
        return None if self.asked == 0 else self.granted * 100 // self.asked


@dataclass(frozen=True, slots=True)
class Listed:
    """A resource that its owner or the space's shows in a space, and the block in which he first said so."""

    resource: Resource
    block_number: int


def space(conn: Connection, space_id: bytes) -> Space | None:
    """The space with this id, or None."""
    return one(conn, Space, space_id)


def path(conn: Connection, found: Space) -> list[Space]:
    """The spaces around a space, the outermost first, and itself; open are those of which all are."""
    chain = [found]
    while chain[0].parent != NONE and len(chain) < MAX_DEPTH:
        around = space(conn, chain[0].parent)
        if around is None:
            break
        chain.insert(0, around)
    return chain


def spaces(
    conn: Connection,
    *,
    parent: bytes | None = None,
    owner: bytes | None = None,
    forked_from: bytes | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Space]:
    """A page of spaces in the order they were created; `parent` of 32 zero bytes finds those in no other.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    table = spaces_table
    statement = paged(Space, table.c.space, after, limit)
    if parent is not None:
        statement = statement.where(table.c.parent == parent)
    if owner is not None:
        statement = statement.where(table.c.owner == owner)
    if forked_from is not None:
        statement = statement.where(table.c.forked_from == forked_from)
    return fetch(conn, Space, statement)


def is_member(conn: Connection, found: Space, member: bytes) -> bool:
    """Whether somebody is a member: everybody where there is no gate, else the owner and who holds its
    ticket."""
    if found.gate == NONE or found.owner == member:
        return True
    table = holdings_table
    held = select(table.c.held).where(table.c.ticket == found.gate, table.c.member == member)
    return bool(conn.scalar(held))


def ticket(conn: Connection, ticket_id: bytes) -> Ticket | None:
    """The ticket with this id, or None."""
    return one(conn, Ticket, ticket_id)


def tickets(
    conn: Connection,
    *,
    space: bytes | None = None,
    member: bytes | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Ticket]:
    """A page of tickets in the order they were issued: of a space, held by a member.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    table = tickets_table
    statement = paged(Ticket, table.c.ticket, after, limit)
    if space is not None:
        statement = statement.where(table.c.space == space)
    if member is not None:
        held = select(holdings_table.c.ticket).where(
            holdings_table.c.member == member, holdings_table.c.held.is_(True)
        )
        statement = statement.where(table.c.ticket.in_(held))
    return fetch(conn, Ticket, statement)


def holders(conn: Connection, ticket_id: bytes) -> list[bytes]:
    """Who holds a ticket, by address; the first 1000."""
    table = holdings_table
    held = (
        select(table.c.member)
        .where(table.c.ticket == ticket_id, table.c.held.is_(True))
        .order_by(table.c.member)
        .limit(MAX_LIMIT)
    )
    return list(conn.scalars(held))


def gathering(conn: Connection, gathering_id: bytes) -> Gathering | None:
    """The gathering with this id, or None."""
    return one(conn, Gathering, gathering_id)


def gatherings(
    conn: Connection,
    *,
    space: bytes | None = None,
    host: bytes | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Gathering]:
    """A page of gatherings in the order they were announced: in a space, of a host.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    table = gatherings_table
    statement = paged(Gathering, table.c.gathering, after, limit)
    if space is not None:
        statement = statement.where(table.c.space == space)
    if host is not None:
        statement = statement.where(table.c.host == host)
    return fetch(conn, Gathering, statement)


def confirmed(conn: Connection, found: Collection[Gathering]) -> dict[bytes, Confirmed]:
    """For each gathering what is confirmed of it. Only requests of its own host count: anybody can name any
    gathering in a request."""
    table = requests_table
    hosted = [(one.gathering, one.host) for one in found]
    counted = (
        select(table.c.gathering, table.c.state, func.count())
        .where(tuple_(table.c.gathering, table.c.requester).in_(hosted), table.c.state != "cancelled")
        .group_by(table.c.gathering, table.c.state)
    )
    asked: Counter[bytes] = Counter()
    granted: Counter[bytes] = Counter()
    for gathering_id, state, count in conn.execute(counted):
        asked[gathering_id] += count
        if state == "granted":
            granted[gathering_id] += count
    return {one.gathering: Confirmed(asked[one.gathering], granted[one.gathering]) for one in found}


def requests_of(conn: Connection, found: Gathering, now_s: int) -> list[tuple[Request, str]]:
    """The requests of the host that name the gathering, by start, each with its state now; the first 1000."""
    table = requests_table
    statement = (
        select(table)
        .where(table.c.gathering == found.gathering, table.c.requester == found.host)
        .order_by(table.c.start_s, table.c.request)
        .limit(MAX_LIMIT)
    )
    return [(row, state_at(row, now_s)) for row in fetch(conn, Request, statement)]


def listed(
    conn: Connection, found: Space, bookings: bytes, *, after: After | None = None, limit: int = 100
) -> list[Listed]:
    """A page of the resources of the contract `bookings` that are shown in a space, in the order they were
    listed. Only what its own owner or the space's owner shows is among them.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"limit must be 1 to {MAX_LIMIT}")
    said, things = listings_table, resources_table
    first = (
        select(said.c.resource, func.min(said.c.block_number).label("block_number"))
        .join(things, things.c.resource == said.c.resource)
        .where(said.c.space == found.space, said.c.bookings == bookings)
        .where((said.c.actor == things.c.owner) | (said.c.actor == found.owner))
        .group_by(said.c.resource)
        .subquery()
    )
    place = (first.c.block_number, first.c.resource)
    statement = (
        select(things, first.c.block_number)
        .join(first, first.c.resource == things.c.resource)
        .order_by(*place)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(tuple_(*place) > tuple_(*after))
    return [Listed(Resource(*row[:-1]), row[-1]) for row in conn.execute(statement)]
