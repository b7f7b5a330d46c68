"""Spaces, tickets, gatherings and what is listed where, at the block that was read."""

from dataclasses import dataclass

from sqlalchemy import Connection

from backend.booking import repository
from backend.booking.schemas import Description
from backend.errors import NotFoundError
from indexer.reads import spaces as reads

After = tuple[int, bytes]
Hosted = tuple[reads.Gathering, reads.Confirmed]


@dataclass(frozen=True, slots=True)
class Placed:
    """A space and where it lies: the outermost around it first, itself last."""

    space: reads.Space
    path: list[bytes]
    is_open: bool


def find_space(conn: Connection, space_id: bytes) -> Placed:
    """A space and where it lies. Raises NotFoundError."""
    return _placed(conn, _space(conn, space_id))


def list_spaces(
    conn: Connection,
    parent: bytes | None,
    owner: bytes | None,
    forked_from: bytes | None,
    after: After | None,
    limit: int,
) -> list[Placed]:
    """A page of spaces in the order they were created."""
    rows = reads.spaces(conn, parent=parent, owner=owner, forked_from=forked_from, after=after, limit=limit)
    return [_placed(conn, row) for row in rows]


def is_member(conn: Connection, space_id: bytes, member: bytes) -> bool:
    """Whether somebody is a member of a space. Raises NotFoundError."""
    return reads.is_member(conn, _space(conn, space_id), member)


def list_tickets(
    conn: Connection, space: bytes | None, member: bytes | None, after: After | None, limit: int
) -> list[reads.Ticket]:
    """A page of tickets in the order they were issued."""
    return reads.tickets(conn, space=space, member=member, after=after, limit=limit)


def holders(conn: Connection, ticket_id: bytes) -> list[bytes]:
    """Who holds a ticket. Raises NotFoundError."""
    if reads.ticket(conn, ticket_id) is None:
        raise NotFoundError("booking: unknown ticket")
    return reads.holders(conn, ticket_id)


def find_gathering(conn: Connection, gathering_id: bytes) -> Hosted:
    """A gathering and what is confirmed of it. Raises NotFoundError."""
    found = reads.gathering(conn, gathering_id)
    if found is None:
        raise NotFoundError("booking: unknown gathering")
    return found, reads.confirmed(conn, [found])[gathering_id]


def list_gatherings(
    conn: Connection, space: bytes | None, host: bytes | None, after: After | None, limit: int
) -> list[Hosted]:
    """A page of gatherings in the order they were announced, and what is confirmed of each."""
    rows = reads.gatherings(conn, space=space, host=host, after=after, limit=limit)
    shares = reads.confirmed(conn, rows)
    return [(row, shares[row.gathering]) for row in rows]


def list_listed(
    conn: Connection, space_id: bytes, bookings: bytes, after: After | None, limit: int
) -> list[tuple[reads.Listed, Description | None]]:
    """A page of the things that are shown in a space, with their descriptions where stored. Raises
    NotFoundError.
    """
    rows = reads.listed(conn, _space(conn, space_id), bookings, after=after, limit=limit)
    known = repository.descriptions(conn, [row.resource.digest for row in rows])
    return [(row, known.get(row.resource.digest)) for row in rows]


def _space(conn: Connection, space_id: bytes) -> reads.Space:
    found = reads.space(conn, space_id)
    if found is None:
        raise NotFoundError("booking: unknown space")
    return found


def _placed(conn: Connection, found: reads.Space) -> Placed:
    path = reads.path(conn, found)
    return Placed(found, [one.space for one in path], all(one.closed_at_s is None for one in path))
