"""What every fold is given besides the event."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.facts import Key, Row

Rows = Mapping[Key, Row | None]


@dataclass(frozen=True, slots=True)
class At:
    """The block an event stands in, the contract (20 bytes) that said it, and its place among the block's
    logs."""

    block_number: int
    timestamp_s: int
    contract: bytes
    log_index: int = 0


class MissingRowError(LookupError):
    """An event speaks of a row that no earlier event made: logs before it are missing."""


def key_of(row: Row) -> Key:
    """The row's table and primary key."""
    names = row.__slots__[: row.KEY]
    return (row.TABLE, *(getattr(row, name) for name in names))
