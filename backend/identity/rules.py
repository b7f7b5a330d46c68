"""What makes a signed-in message and a session acceptable, as functions of values. Times are wall seconds
(UTC).
"""

from dataclasses import dataclass

# A device's clock may be ahead of ours by this much.
CLOCK_SKEW_S = 300


@dataclass(frozen=True, slots=True)
class SignInMessage:
    """The fields of an EIP-4361 message that are checked; absent times are None."""

    address: bytes
    domain: str
    uri: str
    chain_id: int
    nonce: str
    issued_at_s: int
    not_before_s: int | None
    expires_at_s: int | None


@dataclass(frozen=True, slots=True)
class Nonce:
    """A nonce that was given out."""

    nonce: str
    expires_at_s: int
    used_at_s: int | None


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as stored."""

    address: bytes
    token_hash: bytes
    expires_at_s: int
    revoked_at_s: int | None


def message_problem(message: SignInMessage, domain: str, uri: str, chain_id: int, now_s: int) -> str | None:
    """The error code of the first thing wrong with a message, or None."""
    if message.domain != domain:
        return "session: wrong domain"
    if message.uri != uri:
        return "session: wrong uri"
    if message.chain_id != chain_id:
        return "session: wrong chain"
    if message.expires_at_s is not None and now_s >= message.expires_at_s:
        return "session: expired message"
    starts_s = max(message.issued_at_s - CLOCK_SKEW_S, message.not_before_s or 0)
    return "session: message not yet valid" if now_s < starts_s else None


def nonce_problem(nonce: Nonce | None, now_s: int) -> str | None:
    """The error code of what is wrong with a nonce, or None."""
    if nonce is None:
        return "session: unknown nonce"
    if nonce.used_at_s is not None:
        return "session: used nonce"
    return "session: expired nonce" if now_s >= nonce.expires_at_s else None


def session_problem(session: StoredSession | None, now_s: int) -> str | None:
    """The error code of what is wrong with a session, or None."""
    if session is None:
        return "session: unknown"
    if session.revoked_at_s is not None:
        return "session: revoked"
    return "session: expired" if now_s >= session.expires_at_s else None
