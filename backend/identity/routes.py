"""POST /session/nonce → sign → POST /session → bearer token; GET and DELETE /session."""

from fastapi import APIRouter

from backend import db
from backend.auth import ReadingMember, WritingMember
from backend.context import Parts, Reading, Writing
from backend.envelope import Envelope, answer
from backend.identity import service
from backend.identity.schemas import NewSessionOut, NonceIn, NonceOut, RevokedOut, SessionIn, SessionOut

router = APIRouter(tags=["identity"])


@router.post("/session/nonce")
def offer_nonce(body: NonceIn, parts: Parts, conn: Writing) -> Envelope[NonceOut]:
    """The message to sign in order to sign in."""
    nonce, expires_at_s, message = service.offer_nonce(
        conn, parts.settings, parts.deployment.chain_id, body.address, parts.wall_now()
    )
    return answer(conn, NonceOut(nonce=nonce, expires_at_s=expires_at_s, message=message))


@router.post("/session")
def sign_in(body: SessionIn, parts: Parts) -> Envelope[NewSessionOut]:
    """A bearer token for a signed message."""
    with db.reading(parts.engine) as conn:
        message = service.read_message(
            conn, parts.settings, parts.deployment.chain_id, body.message, parts.wall_now()
        )
    signature = bytes.fromhex(body.signature[2:])
    service.prove(parts.simulation, message.address, body.message, signature, parts.wall_now())
    with db.writing(parts.engine) as conn:
        token, session = service.begin_session(conn, parts.settings, message, parts.wall_now())
        return answer(
            conn, NewSessionOut(token=token, address=session.address, expires_at_s=session.expires_at_s)
        )


@router.get("/session")
def show_session(member: ReadingMember, conn: Reading) -> Envelope[SessionOut]:
    """Who is signed in."""
    return answer(conn, SessionOut(address=member.address, expires_at_s=member.expires_at_s))


@router.delete("/session")
def sign_out(member: WritingMember, parts: Parts, conn: Writing) -> Envelope[RevokedOut]:
    """End this session."""
    service.sign_out(conn, member, parts.wall_now())
    return answer(conn, RevokedOut(address=member.address, revoked=True))
