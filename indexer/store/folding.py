"""Events into rows: runs the projections, keeps what changed in memory, writes it once, remembers how to
take it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from indexer.chain.decoder import Catalogue, ChainEvent, UndecodableLogError, decode
from indexer.chain.generated.booking import BookingEvent
from indexer.chain.generated.escrow import EscrowEvent
from indexer.chain.generated.payments import PaymentsEvent
from indexer.chain.generated.spaces import SpacesEvent
from indexer.chain.rpc import Log
from indexer.facts import Key, Row
from indexer.projections import booking, escrow, payments, reputation, spaces
from indexer.projections.fold import At, MissingRowError, key_of

from .rows import Rows, row_to_text, to_text
from .tables import undo


@dataclass(frozen=True, slots=True)
class Undo:
    """What a row was before a block changed it; `before` is None where it did not exist."""

    block_number: int
    seq: int
    table_name: str
    key: str
    before: str | None


class Folding:
    """The rows as they become while a stretch of blocks is folded; nothing is written before `flush`."""

    def __init__(self, rows: Rows, events: Catalogue, undo_from: int) -> None:
        self._rows = rows
        self._events = events
        self._undo_from = undo_from
        self._seen: dict[Key, Row | None] = {}
        self._changed: dict[Key, Row] = {}
        self._undo: list[Undo] = []
        self._block = -1
        self._before: dict[Key, Row | None] = {}

    def fold(self, log: Log, timestamp_s: int) -> bool:
        """Fold one log; logs come in chain order. False where none of our events describes it.

        Raises:
            MissingRowError: earlier logs are missing; names the place of this one.
        """
        if log.block_number != self._block:
            self._close_block()
            self._block = log.block_number
        try:
            event = decode(self._events, log.address, log.topics, log.data)
        except UndecodableLogError:
            return False
        try:
            rows = apply(
                event, At(log.block_number, timestamp_s, log.address, log.log_index), self._loaded(event)
            )
        except MissingRowError as error:
            place = f"log {log.log_index} of block {log.block_number}"
            raise MissingRowError(f"{place} has no beginning: {error}") from error
        for row in rows:
            key = key_of(row)
            if log.block_number >= self._undo_from and key not in self._before:
                self._before[key] = self._row(key)
            self._seen[key] = self._changed[key] = row
        return True

    def flush(self, connection: Connection) -> None:
        """Write what changed and how to take it back."""
        self._close_block()
        self._rows.write(self._changed.values())
        if self._undo:
            connection.execute(
                insert(undo),
                [
                    {
                        "block_number": item.block_number,
                        "seq": item.seq,
                        "table_name": item.table_name,
                        "key": item.key,
                        "before": item.before,
                    }
                    for item in self._undo
                ],
            )
        self._changed.clear()
        self._undo.clear()

    def _loaded(self, event: ChainEvent) -> Mapping[Key, Row | None]:
        return {key: self._row(key) for key in keys(event)}

    def _row(self, key: Key) -> Row | None:
        if key not in self._seen:
            self._seen[key] = self._rows.load(key)
        return self._seen[key]

    def _close_block(self) -> None:
        for seq, (key, before) in enumerate(self._before.items()):
            text = None if before is None else row_to_text(before)
            self._undo.append(Undo(self._block, seq, str(key[0]), to_text(key[1:]), text))
        self._before.clear()


def keys(event: ChainEvent) -> tuple[Key, ...]:
    """The rows that the event's projection must see."""
    if isinstance(event, BookingEvent):
        return booking.keys(event)
    if isinstance(event, EscrowEvent):
        return escrow.keys(event)
    if isinstance(event, SpacesEvent):
        return spaces.keys(event)
    if isinstance(event, PaymentsEvent):
        return payments.keys(event)
    return reputation.keys(event)


def apply(event: ChainEvent, at: At, rows: Mapping[Key, Row | None]) -> tuple[Row, ...]:
    """The rows after the event, by the projection of its slice."""
    if isinstance(event, BookingEvent):
        return booking.fold(event, at, rows)
    if isinstance(event, EscrowEvent):
        return escrow.fold(event, at, rows)
    if isinstance(event, SpacesEvent):
        return spaces.fold(event, at, rows)
    if isinstance(event, PaymentsEvent):
        return payments.fold(event, at, rows)
    return reputation.fold(event, at, rows)
