"""What matching reads: descriptions as they arrive, resources by block, grants to come, sums of ratings."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection

from backend.booking import repository as booking
from backend.booking.repository import StoredDescription
from indexer.reads import booking as booking_reads
from indexer.reads import freshness
from indexer.reads import reputation as reputation_reads
from indexer.reads.booking import Resource
from indexer.reads.reputation import Aggregate

PAGE = 1_000
END_OF_TIME_S = 2**62
LAST_ID = b"\xff" * 32


def descriptions_since(conn: Connection, seq: int) -> list[StoredDescription]:
    """Descriptions stored after number `seq`, in order of arrival."""
    return booking.described_since(conn, seq)


def block_hash(conn: Connection, number: int) -> bytes | None:
    """The hash of a block the index still knows, else None."""
    return freshness.block_hash(conn, number)


def all_resources(conn: Connection) -> list[Resource]:
    """Every resource there is."""
    return booking_reads.all_resources(conn)


def resources_above(conn: Connection, block: int) -> list[Resource]:
    """Every resource announced in a block above `block`."""
    found: list[Resource] = []
    after = (block, LAST_ID)
    while page := booking_reads.resources(conn, after=after, limit=PAGE):
        found += page
        after = (page[-1].block_number, page[-1].resource)
    return found


def grants_ending_after(conn: Connection, now_s: int) -> list[tuple[bytes, int, int]]:
    """(resource, start_s, end_s) of every grant that is not over at `now_s`."""
    found = booking_reads.grants(conn, from_s=now_s, to_s=END_OF_TIME_S)
    return [(grant.resource, grant.start_s, grant.end_s) for grant in found]


def ratings_of(conn: Connection, sources: Collection[bytes]) -> dict[tuple[bytes, int], list[Aggregate]]:
    """Sums of ratings at the trusted contracts, by (owner, service)."""
    found: defaultdict[tuple[bytes, int], list[Aggregate]] = defaultdict(list)
    for aggregate in reputation_reads.aggregates(conn, sources=sources):
        found[aggregate.subject, aggregate.service].append(aggregate)
    return dict(found)
