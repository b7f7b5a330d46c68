"""Signing in with a wallet, as EIP-4361 describes it, and sessions.

Times are wall seconds. Signing in is three steps, because a contract wallet is asked through a node and a
slow one must not keep other writers waiting: read and check (`read_message`), ask outside any transaction
(`prove`), use the nonce up and begin the session together (`begin_session`).
"""

import secrets
import string
from hashlib import sha256

from sqlalchemy import Connection

from backend.adapters.simulation import Simulation
from backend.context import Session
from backend.errors import BadRequestError, NotSignedInError, UnavailableError
from backend.identity import repository
from backend.identity.contract_wallet import is_yes, questions
from backend.identity.rules import SignInMessage, message_problem, nonce_problem, session_problem
from backend.kit.hexadecimal import to_hex
from backend.settings import Settings

STATEMENT = "Sign in to Allmende. This costs nothing and moves nothing."
# EIP-4361 nonces are at least 8 letters and digits; these hold about 101 bits.
NONCE_LENGTH = 17
# r, s, v
KEY_SIGNATURE_BYTES = 65
# Ended nonces and sessions are kept this long, so that their codes say "expired" and not "unknown".
KEEP_ENDED_S = 86_400


def warm_up() -> None:
    """Import what signing in needs, so that the first member does not wait for it."""
    from backend.identity import eip4361  # noqa: F401


def offer_nonce(
    conn: Connection, settings: Settings, chain_id: int, address: bytes, now_s: int
) -> tuple[str, int, str]:
    """A new nonce, its end, and the message to sign with it."""
    from backend.identity import eip4361

    repository.forget_before(conn, now_s - KEEP_ENDED_S)
    nonce = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(NONCE_LENGTH))
    expires_at_s = now_s + settings.nonce_ttl_s
    repository.add_nonce(conn, nonce, expires_at_s)
    message = eip4361.compose(
        domain=settings.sign_in_domain,
        uri=settings.sign_in_uri,
        chain_id=chain_id,
        address=address,
        nonce=nonce,
        now_s=now_s,
        expires_at_s=expires_at_s,
        says=STATEMENT,
    )
    return nonce, expires_at_s, message


def read_message(conn: Connection, settings: Settings, chain_id: int, text: str, now_s: int) -> SignInMessage:
    """The message in a text, when it is one for this site whose nonce is still good.

    Raises BadRequestError for a text that is no such message, NotSignedInError for a foreign or late one.
    """
    from backend.identity import eip4361

    try:
        message = eip4361.parse(text)
    except (ValueError, OverflowError) as error:
        raise BadRequestError("session: malformed message") from error
    problem = message_problem(message, settings.sign_in_domain, settings.sign_in_uri, chain_id, now_s)
    problem = problem or nonce_problem(repository.find_nonce(conn, message.nonce), now_s)
    if problem is not None:
        raise NotSignedInError(problem)
    return message


def prove(simulation: Simulation | None, address: bytes, text: str, signature: bytes, now_s: int) -> None:
    """Whether the address signed this text: its plain key did, or the contract at the address says so
    (ERC-1271), which may have to be deployed for the question (ERC-6492).

    Raises NotSignedInError for a signature that is not that of the address, UnavailableError when only a
    contract could tell and no node can be asked.
    """
    from backend.identity import eip4361

    is_of_a_key = len(signature) == KEY_SIGNATURE_BYTES
    if is_of_a_key and eip4361.is_signed(text, to_hex(signature), now_s):
        return
    if simulation is None:
        # of two possible reasons the likelier: a wrong key
        if is_of_a_key:
            raise NotSignedInError("session: bad signature")
        raise UnavailableError("session: no node")
    try:
        calls = questions(address, eip4361.digest(text), signature)
    except ValueError as error:
        raise NotSignedInError("session: bad signature") from error
    if not is_yes(simulation.run(calls)):
        raise NotSignedInError("session: bad signature")


def begin_session(
    conn: Connection, settings: Settings, message: SignInMessage, now_s: int
) -> tuple[str, Session]:
    """A bearer token and its session for a proven message; its nonce is used up. Of several with one nonce
    only the first wins: raises NotSignedInError for the others.
    """
    problem = nonce_problem(repository.find_nonce(conn, message.nonce), now_s)
    if problem is not None:
        raise NotSignedInError(problem)
    repository.use_nonce(conn, message.nonce, now_s)
    token = secrets.token_urlsafe(32)
    session = Session(message.address, _hash(token), now_s + settings.session_ttl_s)
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


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
