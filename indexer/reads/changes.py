"""What changed since a block: ids of things, and the members they belong to.

It is read from the before-images, which name every row that a block changed, for the newest blocks only.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from indexer.facts import (
    Aggregate,
    Claimable,
    Deal,
    Gathering,
    Listing,
    Payment,
    Rating,
    Request,
    Resource,
    Space,
    Ticket,
    TicketHolding,
)
from indexer.store.rows import from_text
from indexer.store.tables import escrows, gatherings, head, payments, ratings, requests, tickets, undo

from .freshness import block_hash

# So many rows at once are no longer told one by one.
MAX_ROWS = 1000


@dataclass(slots=True)
class Changes:
    """Resources (announced, or requested and decided on), requests, deals, spaces (with their tickets,
    gatherings and listings), and members: the parties of those requests and deals, who rated and was rated,
    whose score moved, for whom money waits, who paid and was paid, who got or lost a ticket."""

    resources: set[bytes] = field(default_factory=set)
    requests: set[bytes] = field(default_factory=set)
    deals: set[bytes] = field(default_factory=set)
    spaces: set[bytes] = field(default_factory=set)
    members: set[bytes] = field(default_factory=set)


def changes_since(conn: Connection, number: int, known_hash: bytes) -> Changes | None:
    """What blocks above the block `number` changed, if that block has the hash `known_hash`.

    None where this cannot be said and everything has to be read again: the block was replaced, or lies below
    the newest 512, or more than `MAX_ROWS` rows changed.
    """
    lowest = conn.scalar(select(head.c.undo_from)) or 0
    if number + 1 < lowest or block_hash(conn, number) != known_hash:
        return None
    touched = select(undo.c.table_name, undo.c.key).where(undo.c.block_number > number)
    rows = conn.execute(touched.distinct().limit(MAX_ROWS + 1)).all()
    if len(rows) > MAX_ROWS:
        return None
    keys: dict[str, list[list[bytes]]] = {}
    for row in rows:
        keys.setdefault(row.table_name, []).append(from_text(row.key))

    found = Changes()
    found.resources.update(key[0] for key in keys.get(Resource.TABLE, ()))
    found.spaces.update(key[0] for table in (Space, Listing) for key in keys.get(table.TABLE, ()))
    found.members.update(key[0] for key in keys.get(Claimable.TABLE, ()))
    found.members.update(key[1] for key in keys.get(TicketHolding.TABLE, ()))
    found.members.update(key[1] for key in keys.get(Aggregate.TABLE, ()))
    _add_requests(conn, found, [key[0] for key in keys.get(Request.TABLE, ())])
    _add_deals(conn, found, [key[0] for key in keys.get(Deal.TABLE, ())])
    _add_ratings(conn, found, [key[1] for key in keys.get(Rating.TABLE, ())])
    held = {key[0] for table in (Ticket, TicketHolding) for key in keys.get(table.TABLE, ())}
    found.spaces.update(conn.scalars(select(tickets.c.space).where(tickets.c.ticket.in_(held))))
    hosted = [key[0] for key in keys.get(Gathering.TABLE, ())]
    found.spaces.update(conn.scalars(select(gatherings.c.space).where(gatherings.c.gathering.in_(hosted))))
    if Payment.TABLE in keys:
        _add_payments(conn, found, number)
    return found


def _add_payments(conn: Connection, found: Changes, number: int) -> None:
    columns = (payments.c.payer, payments.c.payee)
    for sides in conn.execute(select(*columns).where(payments.c.block_number > number)):
        found.members.update(sides)


def _add_requests(conn: Connection, found: Changes, ids: list[bytes]) -> None:
    columns = (requests.c.request, requests.c.resource, requests.c.requester, requests.c.owner)
    for request, resource, requester, owner in conn.execute(
        select(*columns).where(requests.c.request.in_(ids))
    ):
        found.requests.add(request)
        found.resources.add(resource)
        found.members.update((requester, owner))


def _add_deals(conn: Connection, found: Changes, ids: list[bytes]) -> None:
    columns = (escrows.c.escrow, escrows.c.payer, escrows.c.payee)
    for escrow, payer, payee in conn.execute(select(*columns).where(escrows.c.escrow.in_(ids))):
        found.deals.add(escrow)
        found.members.update((payer, payee))


def _add_ratings(conn: Connection, found: Changes, deals: list[bytes]) -> None:
    """Ratings of escrowed deals and of bookings, which the ledger knows by the same ids."""
    rated = select(ratings.c.rater, ratings.c.subject).where(ratings.c.deal.in_(deals))
    for rater, subject in conn.execute(rated):
        found.members.update((rater, subject))
    found.deals.update(conn.scalars(select(escrows.c.escrow).where(escrows.c.escrow.in_(deals))))
    found.requests.update(conn.scalars(select(requests.c.request).where(requests.c.request.in_(deals))))
