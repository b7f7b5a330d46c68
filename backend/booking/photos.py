"""Photos of things: taken in when they are pictures and nothing else, kept by the hash of their bytes.

The bytes stay as they came, so that the member's own device knows the CID; what would have to be taken out is
refused instead.
"""

import threading
from hashlib import sha256
from io import BytesIO

from sqlalchemy import Connection

from backend.adapters.content_store import ContentStore, cid_of_digest
from backend.booking import repository
from backend.booking.picture import Picture, inspect
from backend.errors import BadRequestError, ConflictError, NotFoundError, TooLargeError

MAX_PHOTO_BYTES = 512 * 1024
# Stored by one member, ever: nothing is deleted, because a description that names a photo is for ever.
MAX_PHOTOS_A_MEMBER = 200
_FORMATS = {"image/jpeg": "JPEG", "image/webp": "WEBP"}
# A decoded picture takes up to 16 MiB, and its decoder as much again.
_decoders = threading.BoundedSemaphore(4)


def check(block: bytes) -> Picture:
    """The picture in these bytes, decoded once to see that it is whole.

    Raises TooLargeError, BadRequestError as `picture.inspect`.
    """
    if len(block) > MAX_PHOTO_BYTES:
        raise TooLargeError("photos: too large", max_bytes=MAX_PHOTO_BYTES)
    picture = inspect(block)
    with _decoders:
        _decode(block, picture)
    return picture


def store(
    conn: Connection, content: ContentStore, block: bytes, picture: Picture, stored_by: bytes, now_s: int
) -> tuple[str, bytes]:
    """Keep a checked photo; its CID and digest. Storing one again, by whomever, changes nothing.

    The bytes are written before the row that names them. Raises ConflictError for one too many.
    """
    digest = sha256(block).digest()
    is_new = repository.photo_media_type(conn, cid_of_digest(digest)) is None
    if is_new and repository.count_photos(conn, stored_by) >= MAX_PHOTOS_A_MEMBER:
        raise ConflictError("photos: too many", max=MAX_PHOTOS_A_MEMBER)
    cid = content.put(block)
    if is_new:
        repository.add_photo(conn, cid, picture.media_type, stored_by, now_s)
    return cid, digest


def find(conn: Connection, content: ContentStore, cid: str) -> tuple[bytes, str]:
    """The bytes of a photo, their hash checked, and their media type. Raises NotFoundError,
    UnavailableError.
    """
    media_type = repository.photo_media_type(conn, cid)
    if media_type is None:
        raise NotFoundError("photos: unknown")
    return content.get(cid), media_type


def _decode(block: bytes, picture: Picture) -> None:
    from PIL import Image

    formats = (_FORMATS[picture.media_type],)
    try:
        with Image.open(BytesIO(block), formats=formats) as image:
            image.verify()
        with Image.open(BytesIO(block), formats=formats) as image:
            image.load()
            shown = image.size, getattr(image, "n_frames", 1)
    except Exception as error:  # a decoder of foreign bytes may raise anything
        raise BadRequestError("photos: not a picture", why="cannot be decoded") from error
    if shown != ((picture.width, picture.height), 1):
        raise BadRequestError("photos: not a picture", why="two sizes")
