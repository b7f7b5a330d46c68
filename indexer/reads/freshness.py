"""At which block an answer was read, and how far behind the head that is."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer.store.tables import blocks, cursor, head, trail


class NotReadyError(LookupError):
    """No block was indexed yet; start `allmende index`."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """`block` is the last one folded, `head` the last one the follower saw at the node; lags are never
    negative. `final` is the newest block that the node called finalized, 0 before any; while blocks are still
    being read it may lie above `block`.
    """

    chain_id: int
    block: int
    block_hash: bytes
    block_time_s: int
    head: int
    head_time_s: int
    final: int
    lag_blocks: int
    lag_s: int


def freshness(conn: Connection) -> Freshness:
    """Where this connection's snapshot stands.

    Raises:
        NotReadyError: no block was indexed yet.
    """
    here = conn.execute(
        select(cursor.c.chain_id, cursor.c.number, cursor.c.hash, cursor.c.timestamp_s)
    ).one_or_none()
    if here is None:
        raise NotReadyError("indexer: not ready")
    seen = conn.execute(select(head.c.number, head.c.timestamp_s, head.c.final)).one_or_none()
    head_number, head_time_s, final = (
        (here.number, here.timestamp_s, 0) if seen is None else (seen.number, seen.timestamp_s, seen.final)
    )
    return Freshness(
        chain_id=here.chain_id,
        block=here.number,
        block_hash=here.hash,
        block_time_s=here.timestamp_s,
        head=max(head_number, here.number),
        head_time_s=max(head_time_s, here.timestamp_s),
        final=final,
        lag_blocks=max(head_number - here.number, 0),
        lag_s=max(head_time_s - here.timestamp_s, 0),
    )


def block_hash(conn: Connection, number: int) -> bytes | None:
    """The hash of block `number` in the chain as it was followed, or None where its header is not kept.

    Kept are blocks with logs of ours, and silent ones within the undo window.
    """
    for table in (blocks, trail):
        found = conn.execute(select(table.c.hash).where(table.c.number == number)).scalar_one_or_none()
        if found is not None:
            return bytes(found)
    return None


def first_block_hash(conn: Connection) -> bytes:
    """The hash of the lowest block that is kept: the one in front of the first that can hold a log of ours.

    Raises:
        NotReadyError: no block was indexed yet.
    """
    lowest = [
        conn.execute(select(table.c.number, table.c.hash).order_by(table.c.number).limit(1)).one_or_none()
        for table in (blocks, trail)
    ]
    found = [row for row in lowest if row is not None]
    if not found:
        raise NotReadyError("indexer: not ready")
    return bytes(min(found, key=lambda row: row.number).hash)
