"""What a picture file holds, read from its container before any decoder sees it: kind, size, and nothing but
the picture.

Sources: ITU-T T.81 annex B (JPEG), RFC 9649 (WebP). A colour profile is let in when it is short, because
browsers write one; everything else that is not needed to show the picture is refused, also behind its end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backend.errors import BadRequestError

# Both ways; also bounds what decoding costs.
MAX_PX = 2_048
# sRGB and Display P3 as browsers and telephones write them take 0.5 to 3.2 kB.
MAX_PROFILE_BYTES = 4_096
# Browsers write about ten; each of thousands of tiny scans would cost a decoder a walk over all pixels.
MAX_SCANS = 64

_EOI, _SOS = 0xD9, 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive
_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantisation, restart interval
# 0xFF and what is neither a stuffed zero, a restart nor another filling 0xFF
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_NAMES = {0xE1: "EXIF or XMP", 0xED: "IPTC", 0xFE: "comment"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A still picture of at most `MAX_PX` each way, in pixels."""

    media_type: Literal["image/jpeg", "image/webp"]
    width: int
    height: int


def inspect(block: bytes) -> Picture:
    """The picture in these bytes. Raises BadRequestError: not a picture, animated, too many pixels, carries
    metadata (`what` it carries).
    """
    if block.startswith(b"\xff\xd8\xff"):
        media_type: Literal["image/jpeg", "image/webp"] = "image/jpeg"
        width, height = _jpeg_size(block)
    elif block.startswith(b"RIFF") and block[8:12] == b"WEBP":
        media_type = "image/webp"
        width, height = _webp_size(block)
    else:
        raise _broken("neither JPEG nor WebP")
    if width > MAX_PX or height > MAX_PX:
        raise BadRequestError("photos: too many pixels", max_px=MAX_PX)
    return Picture(media_type, width, height)


def _jpeg_size(block: bytes) -> tuple[int, int]:
    size: tuple[int, int] | None = None
    scans, profile = 0, 0
    for marker, data in _segments(block):
        if marker == _EOI:
            if data:
                raise _metadata("bytes behind the picture")
        elif marker in _FRAMES and size is None and len(data) >= 6:
            size = int.from_bytes(data[3:5], "big"), int.from_bytes(data[1:3], "big")
        elif marker == _SOS and size is not None and scans < MAX_SCANS:
            scans += 1
        elif marker == 0xE2 and data.startswith(b"ICC_PROFILE\0"):
            profile += len(data)
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
            _refuse_metadata(marker, data)
        elif marker not in _TABLES:
            raise _broken("another kind of JPEG")
    if size is None or 0 in size or scans == 0:
        raise _broken("no picture inside")
    if profile > MAX_PROFILE_BYTES:
        raise _metadata("colour profile")
    return size


def _segments(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and data of every segment, last the end of the picture with whatever follows it. The coded
    pixels behind a start of scan are passed over.
    """
    at = 2
    while True:
        while block[at : at + 2] == b"\xff\xff":  # filling
            at += 1
        if block[at : at + 2] == bytes([0xFF, _EOI]):
            yield _EOI, block[at + 2 :]
            return
        length = int.from_bytes(block[at + 2 : at + 4], "big")
        data = block[at + 4 : at + 2 + length]
        if block[at : at + 1] != b"\xff" or length < 2 or len(data) != length - 2:
            raise _broken("cut off")
        marker = block[at + 1]
        yield marker, data
        at += 2 + length
        if marker == _SOS:
            following = _MARKER.search(block, at)
            if following is None:
                raise _broken("cut off")
            at = following.start()


def _refuse_metadata(marker: int, data: bytes) -> None:
    """Two segments say how to show the picture: JFIF without a thumbnail, and Adobe's colour transform."""
    is_jfif = marker == 0xE0 and data.startswith(b"JFIF\0") and len(data) == 14
    is_adobe = marker == 0xEE and data.startswith(b"Adobe") and len(data) == 12
    if not is_jfif and not is_adobe:
        raise _metadata(_NAMES.get(marker, "application data"))


def _webp_size(block: bytes) -> tuple[int, int]:
    end = 8 + int.from_bytes(block[4:8], "little")
    if end > len(block):
        raise _broken("cut off")
    if end < len(block):
        raise _metadata("bytes behind the picture")
    canvas: tuple[int, int] | None = None
    size: tuple[int, int] | None = None
    at = 12
    while at < end:
        name, length = block[at : at + 4], int.from_bytes(block[at + 4 : at + 8], "little")
        data = block[at + 8 : at + 8 + length]
        if at + 8 + length > end:
            raise _broken("cut off")
        match name:
            case b"VP8X" if at == 12 and length == 10:
                if data[0] & 2:
                    raise BadRequestError("photos: animated")
                width, height = int.from_bytes(data[4:7], "little"), int.from_bytes(data[7:10], "little")
                canvas = width + 1, height + 1
            case b"ANIM" | b"ANMF":
                raise BadRequestError("photos: animated")
            case b"VP8 " if size is None and data[3:6] == b"\x9d\x01\x2a" and length >= 10:
                across, down = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
                size = across & 0x3FFF, down & 0x3FFF
            case b"VP8L" if size is None and data[:1] == b"\x2f" and length >= 5:
                bits = int.from_bytes(data[1:5], "little")
                size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
            case b"VP8X" | b"VP8 " | b"VP8L":
                raise _broken("another kind of WebP")
            case b"ALPH":
                pass
            case b"ICCP" if length <= MAX_PROFILE_BYTES:
                pass
            case _:
                raise _metadata(
                    {b"EXIF": "EXIF", b"XMP ": "XMP", b"ICCP": "colour profile"}.get(name, "chunk")
                )
        at += 8 + length + length % 2
    if size is None or 0 in size or at != end or (canvas is not None and canvas != size):
        raise _broken("no picture inside")
    return size


def _broken(why: str) -> BadRequestError:
    return BadRequestError("photos: not a picture", why=why)


def _metadata(what: str) -> BadRequestError:
    return BadRequestError("photos: carries metadata", what=what)
