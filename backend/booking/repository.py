"""Descriptions in SQL, and resources, requests and grants as the indexer reads them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.dialects.sqlite import insert

from backend.booking.schemas import Description
from backend.booking.tables import descriptions as table
from backend.booking.tables import photos
from indexer.reads import booking as reads

PAGE = 200
# SQLite's limit on the number of values in one statement is higher; pages keep statements short.
IN_PAGE = 500
After = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class StoredDescription:
    """A description with its place in the order of arrival, digest (32 bytes) and CID."""

    seq: int
    digest: bytes
    cid: str
    description: Description


@dataclass(frozen=True, slots=True)
class NewDescription:
    """What is stored of a document; `service` is the 24-bit number of its tag, `document` its canonical
    JSON.
    """

    digest: bytes
    cid: str
    service: int
    description: Description
    document: str


def add_descriptions(
    conn: Connection, new: Iterable[NewDescription], stored_by: bytes, stored_at_s: int
) -> None:
    """Store documents; those already there stay as they are."""
    for entry in new:
        shown = entry.description
        statement = insert(table).values(
            digest=entry.digest,
            cid=entry.cid,
            service=entry.service,
            tag=shown.service,
            title=shown.title,
            cell=shown.cell,
            max_distance_m=shown.max_distance_m,
            price_amount=shown.price.amount,
            price_currency=shown.price.currency,
            price_per=shown.price.per,
            deposit=shown.deposit,
            document=entry.document,
            stored_by=stored_by,
            stored_at_s=stored_at_s,
        )
        conn.execute(statement.on_conflict_do_nothing())


def descriptions(conn: Connection, digests: Collection[bytes] | None = None) -> dict[bytes, Description]:
    """Descriptions by digest: those asked for that are stored here, or all."""
    if digests is None:
        return {stored.digest: stored.description for stored in described_since(conn, 0)}
    found: dict[bytes, Description] = {}
    wanted = iter(set(digests))
    while chunk := list(islice(wanted, IN_PAGE)):
        found |= {
            entry.digest: entry.description
            for entry in _stored(conn, select(table).where(table.c.digest.in_(chunk)))
        }
    return found


def described_since(conn: Connection, after_seq: int) -> list[StoredDescription]:
    """Descriptions that arrived after number `after_seq`, in order of arrival."""
    return list(_stored(conn, select(table).where(table.c.seq > after_seq).order_by(table.c.seq)))


def description_by_digest(conn: Connection, digest: bytes) -> StoredDescription | None:
    """One description, or None."""
    return next(_stored(conn, select(table).where(table.c.digest == digest)), None)


def _stored(conn: Connection, statement: Select[tuple[object, ...]]) -> Iterator[StoredDescription]:
    for row in conn.execute(statement):
        yield StoredDescription(row.seq, row.digest, row.cid, Description.model_validate_json(row.document))


def add_photo(conn: Connection, cid: str, media_type: str, stored_by: bytes, stored_at_s: int) -> None:
    """Remember a photo whose bytes are stored."""
    conn.execute(
        insert(photos).values(cid=cid, media_type=media_type, stored_by=stored_by, stored_at_s=stored_at_s)
    )


def photo_media_type(conn: Connection, cid: str) -> str | None:
    """The media type of a photo, or None when no such one is stored."""
    return conn.execute(select(photos.c.media_type).where(photos.c.cid == cid)).scalar_one_or_none()


def count_photos(conn: Connection, stored_by: bytes) -> int:
    """How many photos a member stored."""
    counted = select(func.count()).select_from(photos).where(photos.c.stored_by == stored_by)
    return conn.execute(counted).scalar_one()


def resource(conn: Connection, resource_id: bytes) -> reads.Resource | None:
    """The resource, or None."""
    return reads.resource(conn, resource_id)


def resources(
    conn: Connection, owner: bytes | None, service: int | None, after: After | None, limit: int
) -> list[reads.Resource]:
    """A page of resources in the order they were announced."""
    return reads.resources(conn, owner=owner, service=service, after=after, limit=limit)


def grants(conn: Connection, resource_id: bytes, from_s: int, to_s: int) -> list[tuple[int, int, int]]:
    """(start_s, end_s, units) of the grants of a resource that overlap `[from_s, to_s)`."""
    found = reads.grants(conn, resource=resource_id, from_s=from_s, to_s=to_s)
    return [(grant.start_s, grant.end_s, grant.units) for grant in found]


def resources_by_id(conn: Connection, ids: Collection[bytes]) -> dict[bytes, reads.Resource]:
    """These resources by id."""
    found: dict[bytes, reads.Resource] = {}
    wanted = iter(ids)
    while chunk := list(islice(wanted, IN_PAGE)):
        found |= {row.resource: row for row in reads.resources(conn, ids=chunk, limit=IN_PAGE)}
    return found


def bundled(conn: Connection, bundles: Collection[bytes]) -> dict[bytes, list[bytes]]:
    """Ids of the requests of each of these bundles."""
    return {
        bundle: [row.request for row in reads.requests(conn, bundle=bundle, limit=PAGE)] for bundle in bundles
    }


def request(conn: Connection, request_id: bytes) -> reads.Request | None:
    """The request, or None."""
    return reads.request(conn, request_id)


def requests(
    conn: Connection,
    now_s: int,
    *,
    resource: bytes | None,
    requester: bytes | None,
    owner: bytes | None,
    state: str | None,
    after: After | None,
    limit: int,
) -> list[reads.Request]:
    """A page of requests in the order they were made, by their state at `now_s`.

    Stored states know no "expired", so pages are read until enough of the right ones are there.
    """
    stored = None if state is None else ["pending" if state == "expired" else state]
    found: list[reads.Request] = []
    while True:
        batch = reads.requests(
            conn, resource=resource, requester=requester, owner=owner, states=stored, after=after, limit=PAGE
        )
        found += [row for row in batch if state is None or reads.state_at(row, now_s) == state]
        if len(batch) < PAGE or len(found) >= limit:
            return found[:limit]
        after = (batch[-1].block_number, batch[-1].request)
