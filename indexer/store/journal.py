"""What was read from the chain and how far: raw logs, headers, cursor, head, and the way back."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_, union_all, update

from indexer.chain.block_range import BlockRef
from indexer.chain.decoder import Catalogue
from indexer.chain.rpc import Header, Log

from .folding import Folding
from .rows import Rows, from_text, row_from_text
from .tables import blocks, cursor, head, raw_logs, trail, undo

KEEP_UNDO = 512  # blocks below the head that can be taken back one by one; deeper ones are folded anew
CHUNK = 5000  # logs folded at a time when folding anew


def read_cursor(connection: Connection) -> tuple[int, BlockRef] | None:
    """(chain id, last folded block), or None in a new store."""
    row = connection.execute(
        select(cursor.c.chain_id, cursor.c.number, cursor.c.hash, cursor.c.timestamp_s)
    ).one_or_none()
    return None if row is None else (row.chain_id, BlockRef(row.number, row.hash, row.timestamp_s))


def write_cursor(connection: Connection, chain_id: int, block: BlockRef) -> None:
    """Move the cursor; the last statement of a transaction."""
    connection.execute(delete(cursor))
    connection.execute(
        insert(cursor).values(
            id=1, chain_id=chain_id, number=block.number, hash=block.hash, timestamp_s=block.timestamp_s
        )
    )


def undo_from(connection: Connection) -> int:
    """The lowest block that can be taken back by `undo`; 0 in a new store."""
    return connection.scalar(select(head.c.undo_from)) or 0


def final(connection: Connection) -> int:
    """The newest block that the node called finalized; 0 before any."""
    return connection.scalar(select(head.c.final)) or 0


def write_head(
    connection: Connection, block: BlockRef | Header, undo_from_block: int, final_block: int = 0
) -> None:
    """Remember the last head seen at the node, and the newest block that it calls finalized."""
    connection.execute(delete(head))
    connection.execute(
        insert(head).values(
            id=1,
            number=block.number,
            hash=block.hash,
            timestamp_s=block.timestamp_s,
            undo_from=undo_from_block,
            final=final_block,
        )
    )


def reset(connection: Connection, chain_id: int, anchor: BlockRef) -> None:
    """Forget everything and start behind `anchor`, the block before the first that can matter."""
    for table in (blocks, raw_logs, undo, trail, head):
        connection.execute(delete(table))
    Rows(connection).clear()
    connection.execute(
        insert(trail).values(number=anchor.number, hash=anchor.hash, timestamp_s=anchor.timestamp_s)
    )
    write_cursor(connection, chain_id, anchor)


def append(
    connection: Connection,
    logs: Sequence[Log],
    headers: Iterable[Header],
    events: Catalogue,
    undo_from_block: int,
) -> int:
    """Store checked logs and headers and fold them; returns how many logs none of our events describes."""
    header_of = {header.number: header for header in headers}
    folding = Folding(Rows(connection), events, undo_from_block)
    rows = []
    undecodable = 0
    speaking: set[int] = set()
    for log in logs:
        decoded = folding.fold(log, header_of[log.block_number].timestamp_s)
        undecodable += not decoded
        speaking.add(log.block_number)
        rows.append(
            (
                log.block_number,
                log.log_index,
                log.block_hash,
                log.tx_hash,
                log.address,
                b"".join(log.topics),
                log.data,
                decoded,
            )
        )
    if rows:
        statement = str(insert(raw_logs).compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, rows)
        connection.execute(
            insert(blocks),
            [
                {
                    "number": h.number,
                    "hash": h.hash,
                    "parent_hash": h.parent_hash,
                    "timestamp_s": h.timestamp_s,
                }
                for number, h in header_of.items()
                if number in speaking
            ],
        )
    silent = [
        {"number": h.number, "hash": h.hash, "timestamp_s": h.timestamp_s}
        for number, h in header_of.items()
        if number not in speaking
    ]
    if silent:
        connection.execute(insert(trail), silent)
    folding.flush(connection)
    return undecodable


def prune(connection: Connection, below: int, anchor: int) -> None:
    """Drop before-images and silent headers of blocks below `below`; the anchor stays."""
    connection.execute(delete(undo).where(undo.c.block_number < below))
    connection.execute(delete(trail).where(trail.c.number < below, trail.c.number != anchor))


def known_blocks(connection: Connection, below: int, limit: int) -> list[BlockRef]:
    """Stored blocks with a number under `below`, highest first."""
    both = union_all(
        select(blocks.c.number, blocks.c.hash, blocks.c.timestamp_s),
        select(trail.c.number, trail.c.hash, trail.c.timestamp_s),
    ).subquery()
    statement = select(both).where(both.c.number < below).order_by(both.c.number.desc()).limit(limit)
    return [BlockRef(*row) for row in connection.execute(statement)]


def unwind(connection: Connection, chain_id: int, ancestor: BlockRef, events: Catalogue) -> None:
    """Take back every block above `ancestor`: by before-images where they reach, else by folding anew."""
    last_undo = undo_from(connection)
    if ancestor.number + 1 >= last_undo:
        _restore(connection, ancestor.number)
    for table, number in ((raw_logs, raw_logs.c.block_number), (undo, undo.c.block_number)):
        connection.execute(delete(table).where(number > ancestor.number))
    connection.execute(delete(blocks).where(blocks.c.number > ancestor.number))
    connection.execute(delete(trail).where(trail.c.number > ancestor.number))
    if ancestor.number + 1 < last_undo:
        refold(connection, events)
    write_cursor(connection, chain_id, ancestor)


def _restore(connection: Connection, ancestor: int) -> None:
    rows = Rows(connection)
    # The oldest before-image above the ancestor is the row as it was there.
    oldest: dict[tuple[str, str], str | None] = {}
    statement = (
        select(undo.c.table_name, undo.c.key, undo.c.before)
        .where(undo.c.block_number > ancestor)
        .order_by(undo.c.block_number, undo.c.seq)
    )
    for item in connection.execute(statement):
        oldest.setdefault((item.table_name, item.key), item.before)
    rows.remove((table, *from_text(key)) for (table, key), before in oldest.items() if before is None)
    rows.write(row_from_text(table, before) for (table, _), before in oldest.items() if before is not None)


def refold(
    connection: Connection, events: Catalogue, on_block: Callable[[int, int], None] | None = None
) -> int:
    """Drop every fact and fold the stored raw logs again; `on_block(block, logs so far)` after every chunk.

    Returns how many logs were folded. The result is the same, bit for bit, as that of following the chain.
    """
    rows = Rows(connection)
    rows.clear()
    connection.execute(delete(undo))
    folding = Folding(rows, events, undo_from(connection))
    place = tuple_(raw_logs.c.block_number, raw_logs.c.log_index)
    after, done = (-1, -1), 0
    while True:
        statement = (
            select(raw_logs, blocks.c.timestamp_s)
            .join(blocks, blocks.c.number == raw_logs.c.block_number)
            .where(place > tuple_(*after))
            .order_by(raw_logs.c.block_number, raw_logs.c.log_index)
            .limit(CHUNK)
        )
        chunk = connection.execute(statement).all()
        if not chunk:
            break
        for row in chunk:
            decoded = folding.fold(_stored_log(row), row.timestamp_s)
            if decoded != row.decoded:  # written by a version that knew other events
                connection.execute(
                    update(raw_logs)
                    .where(raw_logs.c.block_number == row.block_number, raw_logs.c.log_index == row.log_index)
                    .values(decoded=decoded)
                )
        after, done = (chunk[-1].block_number, chunk[-1].log_index), done + len(chunk)
        if on_block is not None:
            on_block(after[0], done)
    folding.flush(connection)
    return done


def _stored_log(row: Any) -> Log:
    topics = tuple([row.topics[i : i + 32] for i in range(0, len(row.topics), 32)])
    return Log(row.block_number, row.log_index, row.block_hash, row.tx_hash, row.address, topics, row.data)
