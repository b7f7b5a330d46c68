"""Aggregates and ratings as the indexer reads them."""

from sqlalchemy import Connection

from indexer.reads import reputation as reads


def aggregates(conn: Connection, member: bytes) -> list[reads.Aggregate]:
    """A member's sums, by source and service."""
    return reads.aggregates(conn, subjects=[member])


def ratings(conn: Connection, member: bytes) -> list[reads.Rating]:
    """The ratings of a member, oldest first."""
    return reads.ratings(conn, subject=member)


def decayed(aggregate: reads.Aggregate, now_s: int) -> tuple[int, int, int]:
    """(sum, weight, count) at chain time `now_s`, the same numbers as the ledger's."""
    return reads.decayed(aggregate, now_s)
