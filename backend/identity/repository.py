"""Nonces and sessions in SQL."""

from sqlalchemy import Connection, delete, insert, select, update

from backend.identity.rules import Nonce, StoredSession
from backend.identity.tables import nonces, sessions


def add_nonce(conn: Connection, nonce: str, expires_at_s: int) -> None:
    """Remember a nonce that is given out."""
    conn.execute(insert(nonces).values(nonce=nonce, expires_at_s=expires_at_s))


def find_nonce(conn: Connection, nonce: str) -> Nonce | None:
    """The nonce, or None when it was never given out (or long ago)."""
    row = conn.execute(
        select(nonces.c.nonce, nonces.c.expires_at_s, nonces.c.used_at_s).where(nonces.c.nonce == nonce)
    ).one_or_none()
    return None if row is None else Nonce(*row)


def use_nonce(conn: Connection, nonce: str, now_s: int) -> None:
    """Mark a nonce as used."""
    conn.execute(update(nonces).where(nonces.c.nonce == nonce).values(used_at_s=now_s))


def forget_before(conn: Connection, before_s: int) -> None:
    """Delete nonces and sessions that ended before `before_s`."""
    conn.execute(delete(nonces).where(nonces.c.expires_at_s < before_s))
    conn.execute(delete(sessions).where(sessions.c.expires_at_s < before_s))


def add_session(conn: Connection, token_hash: bytes, address: bytes, now_s: int, expires_at_s: int) -> None:
    """Begin a session."""
    conn.execute(
        insert(sessions).values(
            token_hash=token_hash, address=address, created_at_s=now_s, expires_at_s=expires_at_s
        )
    )


def find_session(conn: Connection, token_hash: bytes) -> StoredSession | None:
    """The session behind a hashed token."""
    columns = (sessions.c.address, sessions.c.token_hash, sessions.c.expires_at_s, sessions.c.revoked_at_s)
    row = conn.execute(select(*columns).where(sessions.c.token_hash == token_hash)).one_or_none()
    return None if row is None else StoredSession(*row)


def revoke_session(conn: Connection, token_hash: bytes, now_s: int) -> None:
    """End a session now."""
    conn.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(revoked_at_s=now_s))
