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

END_OF_TIME_S = 2**62


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
    """Every resource announced, paused, taken up again or retired in a block above `block`."""
    return booking_reads.changed_resources(conn, block)


def grants_ending_after(conn: Connection, at_s: int) -> list[tuple[bytes, int, int]]:
    """(resource, start_s, end_s) of every grant that is not over at `at_s`, once for each unit."""
    found = booking_reads.grants(conn, from_s=at_s, to_s=END_OF_TIME_S)
    return [(grant.resource, grant.start_s, grant.end_s) for grant in found for _ in range(grant.units)]


def ratings_of(conn: Connection, sources: Collection[bytes]) -> dict[tuple[bytes, int], list[Aggregate]]:
    """Sums of ratings at the trusted contracts, by (owner, service)."""
    found: defaultdict[tuple[bytes, int], list[Aggregate]] = defaultdict(list)
    for aggregate in reputation_reads.aggregates(conn, sources=sources):
        found[aggregate.subject, aggregate.service].append(aggregate)
    return dict(found)
