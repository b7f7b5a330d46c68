"""What was relayed, in SQL."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, delete, func, insert, select, update

from backend.relay.rules import DAY_S, Spent
from backend.relay.tables import relayed

SENT, DONE, REVERTED, LOST = "sent", "done", "reverted", "lost"


@dataclass(frozen=True, slots=True)
class Relayed:
    """A transaction that was relayed, as stored."""

    tx_hash: bytes
    key: bytes
    member: bytes
    contract: str
    function: str
    nonce: int
    raw: bytes
    cost_wei: int
    state: str
    sent_at_s: int


def add(conn: Connection, sent: Relayed) -> None:
    """Write down a transaction before it is sent."""
    conn.execute(insert(relayed).values(**{name: getattr(sent, name) for name in Relayed.__slots__}))


def find(conn: Connection, tx_hash: bytes) -> Relayed | None:
    """The transaction with this hash."""
    row = conn.execute(select(relayed).where(relayed.c.tx_hash == tx_hash)).one_or_none()
    return None if row is None else Relayed(*row)


def find_call(conn: Connection, key: bytes) -> Relayed | None:
    """The transaction that carries this call and is under way or went well."""
    row = conn.execute(select(relayed).where(relayed.c.key == key, relayed.c.state.in_((SENT, DONE)))).first()
    return None if row is None else Relayed(*row)


def under_way(conn: Connection, member: bytes | None = None) -> list[Relayed]:
    """Transactions that are sent and not settled, of one member or all, in the order of their numbers."""
    statement = select(relayed).where(relayed.c.state == SENT).order_by(relayed.c.nonce)
    if member is not None:
        statement = statement.where(relayed.c.member == member)
    return [Relayed(*row) for row in conn.execute(statement)]


def spent(conn: Connection, member: bytes, now_s: int) -> Spent:
    """What the 24 hours before `now_s` cost."""
    mine = relayed.c.member == member
    row = conn.execute(
        select(
            func.coalesce(func.sum(case((mine, relayed.c.cost_wei), else_=0)), 0),
            func.coalesce(func.sum(relayed.c.cost_wei), 0),
            func.coalesce(func.sum(case((mine & (relayed.c.state == REVERTED), 1), else_=0)), 0),
        ).where(relayed.c.sent_at_s > now_s - DAY_S)
    ).one()
    return Spent(int(row[0]), int(row[1]), int(row[2]), under_way=bool(under_way(conn, member)))


def settle(conn: Connection, tx_hash: bytes, state: str, cost_wei: int) -> None:
    """Remember what became of a transaction and what it cost."""
    conn.execute(update(relayed).where(relayed.c.tx_hash == tx_hash).values(state=state, cost_wei=cost_wei))


def forget_before(conn: Connection, before_s: int) -> None:
    """Delete what was settled and sent before `before_s`."""
    conn.execute(delete(relayed).where(relayed.c.sent_at_s < before_s, relayed.c.state != SENT))
