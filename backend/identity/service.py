"""Signing in with a wallet, as EIP-4361 describes it, and sessions.

Times are wall seconds. The signature is checked here, without a node: so only plain keys can sign in,
contract wallets (ERC-1271) cannot.
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256

from siwe.siwe import ISO8601Datetime, SiweMessage, VerificationError, VersionEnum, generate_nonce
from sqlalchemy import Connection

from backend.context import Session
from backend.errors import BadRequestError, NotSignedInError
from backend.identity import repository
from backend.identity.rules import SignInMessage, message_problem, nonce_problem, session_problem
from backend.kit.hexadecimal import from_address, to_address
from backend.settings import Settings

STATEMENT = "Sign in to Allmende. This costs nothing and moves nothing."
# Ended nonces and sessions are kept this long, so that their codes say "expired" and not "unknown".
KEEP_ENDED_S = 86_400


def offer_nonce(
    conn: Connection, settings: Settings, chain_id: int, address: bytes, now_s: int
) -> tuple[str, int, str]:
    """A new nonce, its end, and the message to sign with it."""
    repository.forget_before(conn, now_s - KEEP_ENDED_S)
    nonce = generate_nonce()
    expires_at_s = now_s + settings.nonce_ttl_s
    repository.add_nonce(conn, nonce, expires_at_s)
    message = SiweMessage(
        scheme=None,
        domain=settings.sign_in_domain,
        address=to_address(address),
        statement=STATEMENT,
        uri=settings.sign_in_uri,
        version=VersionEnum.one,
        chain_id=chain_id,
        nonce=nonce,
        issued_at=_iso(now_s),
        expiration_time=_iso(expires_at_s),
    )
    return nonce, expires_at_s, str(message.prepare_message())


def sign_in(
    conn: Connection, settings: Settings, chain_id: int, text: str, signature: str, now_s: int
) -> tuple[str, Session]:
    """A bearer token and its session for a message signed by the address it names.

    Raises BadRequestError for a text that is no such message, NotSignedInError for a foreign, late or forged
    one.
    """
    message = _parsed(text)
    checked = SignInMessage(
        domain=message.domain,
        uri=str(message.uri),
        chain_id=message.chain_id,
        nonce=message.nonce,
        issued_at_s=_seconds(message.issued_at),
        not_before_s=None if message.not_before is None else _seconds(message.not_before),
        expires_at_s=None if message.expiration_time is None else _seconds(message.expiration_time),
    )
    problem = message_problem(checked, settings.sign_in_domain, settings.sign_in_uri, chain_id, now_s)
    problem = problem or nonce_problem(repository.find_nonce(conn, message.nonce), now_s)
    if problem:
        raise NotSignedInError(problem)
    try:
        message.verify(signature, timestamp=datetime.fromtimestamp(now_s, UTC))
    except VerificationError as error:
        raise NotSignedInError("session: bad signature") from error
    repository.use_nonce(conn, message.nonce, now_s)
    token = secrets.token_urlsafe(32)
    session = Session(
        from_address(to_address(bytes.fromhex(message.address[2:]))),
        _hash(token),
        now_s + settings.session_ttl_s,
    )
    repository.add_session(conn, session.token_hash, session.address, now_s, session.expires_at_s)
    return token, session


def find_session(conn: Connection, token: str, now_s: int) -> Session:
    """The session behind a bearer token. Raises NotSignedInError: unknown, revoked or expired."""
    stored = repository.find_session(conn, _hash(token))
    problem = session_problem(stored, now_s)
    if problem or stored is None:
        raise NotSignedInError(problem or "session: unknown")
    return Session(stored.address, stored.token_hash, stored.expires_at_s)


def sign_out(conn: Connection, session: Session, now_s: int) -> None:
    """End a session now; its token is worth nothing from here on."""
    repository.revoke_session(conn, session.token_hash, now_s)


def _parsed(text: str) -> SiweMessage:
    """The message; BadRequestError unless the text is exactly what the message reads like."""
    try:
        message = SiweMessage.from_message(text)
        exact = message.prepare_message() == text
    except ValueError as error:
        raise BadRequestError("session: malformed message") from error
    if not exact:
        raise BadRequestError("session: malformed message")
    return message


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def _iso(at_s: int) -> ISO8601Datetime:
    return ISO8601Datetime(datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _seconds(value: ISO8601Datetime) -> int:
    return int(datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp())
