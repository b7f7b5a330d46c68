"""The form of every answer: the data, and the block at which it was read with how far behind the head that
is.
"""

from typing import Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection

from backend.kit.hexadecimal import Hash
from indexer.reads.freshness import freshness

Data = TypeVar("Data")


class AsOf(BaseModel):
    """The block that was read, the newest one seen, the distance between them (blocks, seconds), and the
    newest block that the node calls finalized (0 before any)."""

    block: int
    block_hash: Hash
    block_time_s: int
    head: int
    final: int
    lag_blocks: int
    lag_s: int


class Envelope(BaseModel, Generic[Data]):
    """Every answer but an error."""

    data: Data
    as_of: AsOf


class ErrorBody(BaseModel):
    """What went wrong: registered code, one sentence, what to do next, and which field, block or limit."""

    code: str
    message: str
    next_step: str
    details: dict[str, object] | None = None


class ErrorEnvelope(BaseModel):
    """Every error."""

    error: ErrorBody


def as_of(conn: Connection) -> AsOf:
    """Freshness of the chain tables in this transaction. Raises indexer.reads.freshness.NotReadyError before
    the first block."""
    fresh = freshness(conn)
    return AsOf(
        block=fresh.block,
        block_hash=fresh.block_hash,
        block_time_s=fresh.block_time_s,
        head=fresh.head,
        final=fresh.final,
        lag_blocks=fresh.lag_blocks,
        lag_s=fresh.lag_s,
    )


def answer(conn: Connection, data: Data) -> Envelope[Data]:
    """The data in its envelope, read in the same transaction."""
    return Envelope[Data](data=data, as_of=as_of(conn))
