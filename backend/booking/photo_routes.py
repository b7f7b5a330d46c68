"""Photos over HTTP: raw bytes in, raw bytes out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from backend import db
from backend.auth import ReadingMember
from backend.booking import photos
from backend.booking.schemas import StoredOut
from backend.context import Parts, Reading
from backend.envelope import Envelope, answer

router = APIRouter(tags=["booking"])

_PICTURES: dict[str, Any] = {
    name: {"schema": {"type": "string", "format": "binary"}} for name in ("image/jpeg", "image/webp")
}
# A photo is somebody else's file on our origin: it may be shown, and nothing else, and never changes.
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/photos", openapi_extra={"requestBody": {"required": True, "content": _PICTURES}})
def store_photo(
    block: Annotated[bytes, Depends(_body)], member: ReadingMember, parts: Parts
) -> Envelope[StoredOut]:
    """Store a JPEG or WebP picture without metadata: at most 512 KiB, 2,048 pixels each way, 200 a member."""
    picture = photos.check(block)  # before the write lock: decoding takes its time
    with db.writing(parts.engine) as conn:
        cid, digest = photos.store(conn, parts.photos, block, picture, member.address, parts.wall_now())
        return answer(conn, StoredOut(cid=cid, digest=digest))


@router.get("/photos/{cid}", response_class=Response, responses={200: {"content": _PICTURES}})
def show_photo(cid: str, parts: Parts, conn: Reading) -> Response:
    """The bytes of a photo by its CID."""
    block, media_type = photos.find(conn, parts.photos, cid)
    return Response(block, media_type=media_type, headers=_HEADERS)
