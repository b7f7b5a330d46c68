"""How much was read from the chain, and what of it nobody understood."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from indexer.store.tables import raw_logs


@dataclass(frozen=True, slots=True)
class Intake:
    """`undecodable` logs of our contracts match none of our events: they are kept raw and change no row."""

    logs: int
    undecodable: int


def intake(conn: Connection) -> Intake:
    """Counts over the stored raw logs."""
    logs = conn.scalar(select(func.count()).select_from(raw_logs)) or 0
    undecodable = (
        conn.scalar(select(func.count()).select_from(raw_logs).where(raw_logs.c.decoded.is_(False))) or 0
    )
    return Intake(logs, undecodable)
