"""Photos: pictures and nothing else, stored once by their hash, shown so that they can do no harm."""

import struct
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256, shake_256
from io import BytesIO
from typing import Any

import pytest
from description_factory import a_document
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from backend import db
from backend.adapters.content_store import cid_of
from backend.booking import photos, repository
from backend.booking.picture import MAX_PROFILE_BYTES, MAX_PX, MAX_SCANS
from backend.booking.schemas import Description
from backend.booking.service import encode
from backend.errors import BadRequestError

EXIF = b"Exif\0\0II*\0\x08\0\0\0\0\0"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), seed: int = 0, **options: Any) -> bytes:
    """A picture of noise."""
    pixels = shake_256(bytes([seed])).digest(3 * size[0] * size[1])
    out = BytesIO()
    Image.frombytes("RGB", size, pixels).save(out, kind, **options)
    return out.getvalue()


def with_segment(jpeg: bytes, marker: int, data: bytes) -> bytes:
    """A JPEG with one more segment behind its first."""
    at = 4 + int.from_bytes(jpeg[4:6], "big")
    return jpeg[:at] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + jpeg[at:]


def with_chunk(webp: bytes, name: bytes, data: bytes) -> bytes:
    """A WebP with one more chunk at its end."""
    body = webp[8:] + name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def upload(installation: Any, block: bytes, headers: dict[str, str], media_type: str = "image/jpeg") -> Any:
    return installation.client.post(
        "/api/photos", content=block, headers=headers | {"content-type": media_type}
    )


def outcome(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["error"]["code"])


def refused(block: bytes) -> tuple[str, dict[str, object]]:
    with pytest.raises(BadRequestError) as caught:
        photos.check(block)
    return caught.value.code, caught.value.details


VERDICTS = {
    "a picture",
    "photos: not a picture",
    "photos: animated",
    "photos: too many pixels",
    "photos: carries metadata",
}


def verdict(block: bytes) -> str:
    """That it is a picture, or the code of why not; anything else that is raised fails the test."""
    try:
        photos.check(block)
    except BadRequestError as error:
        return error.code
    return "a picture"


@pytest.mark.parametrize(
    ("block", "media_type"),
    [
        (picture(), "image/jpeg"),
        (picture(progressive=True), "image/jpeg"),
        (picture(icc_profile=b"p" * (MAX_PROFILE_BYTES - 14)), "image/jpeg"),
        (picture(size=(MAX_PX, 2)), "image/jpeg"),
        (picture(size=(1, 1)), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (picture("WEBP", lossless=True), "image/webp"),
        (picture("WEBP", icc_profile=b"p" * MAX_PROFILE_BYTES), "image/webp"),
        (picture("WEBP", size=(2, MAX_PX)), "image/webp"),
    ],
)
def test_photo__stored__is_shown_as_it_came(installation: Any, block: bytes, media_type: str) -> None:
    stored = upload(installation, block, installation.sign_in("owner"))
    assert stored.status_code == 200, stored.text
    said = stored.json()["data"]
    assert said == {"cid": cid_of(block), "digest": "0x" + sha256(block).hexdigest()}
    assert (installation.settings.content_folder / said["cid"]).read_bytes() == block
    shown = installation.client.get(f"/api/photos/{said['cid']}")
    assert (shown.status_code, shown.content) == (200, block)
    assert shown.headers["content-type"] == media_type
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_photo__with_transparency__is_taken(installation: Any) -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (200, 10, 10, 90)).save(out, "WEBP", quality=70)
    assert upload(installation, out.getvalue(), installation.sign_in("owner")).status_code == 200


def test_photo__stored_again_by_anybody__changes_nothing(installation: Any) -> None:
    first = upload(installation, picture(), installation.sign_in("owner")).json()["data"]
    before = installation.app_tables()["photos"]
    again = upload(installation, picture(), installation.sign_in("stranger")).json()["data"]
    assert again == first
    assert installation.app_tables()["photos"] == before


def test_photo__many_times_at_once__is_stored_once(installation: Any) -> None:
    headers = installation.sign_in("owner")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: upload(installation, picture(), headers), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(installation.app_tables()["photos"]) == 1


def test_photo__without_a_session__is_refused(installation: Any) -> None:
    assert outcome(upload(installation, picture(), {})) == (401, "session: missing")
    assert not list(installation.settings.content_folder.iterdir())


def test_photo__of_random_pixels__is_not_taken_for_nested_json(installation: Any) -> None:
    block = picture(size=(400, 400), quality=95)
    assert block.count(b"[") > 100
    assert upload(installation, block, installation.sign_in("owner")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [("content-type", "application/json")],
        [("content-type", "application/json"), ("content-type", "image/jpeg")],
        [("content-type", "image/jpeg"), ("content-type", "application/json")],
        [("content-type", "text/image/jpeg")],
        [],
    ],
)
def test_nested_json__that_is_not_sent_as_a_picture__is_refused(
    installation: Any, headers: list[tuple[str, str]]
) -> None:
    answer = installation.client.post("/api/session/nonce", content=b"[" * 100_000, headers=headers)
    assert outcome(answer) == (400, "request: nested too deeply")


def test_nested_json__sent_as_a_picture__is_not_parsed(installation: Any) -> None:
    headers = {"content-type": "image/jpeg"}
    answer = installation.client.post("/api/session/nonce", content=b"[" * 100_000, headers=headers)
    assert outcome(answer) == (422, "request: invalid")


def test_photo__above_the_limit_of_bytes__is_refused(installation: Any) -> None:
    headers = installation.sign_in("owner")
    block = picture(size=(1_100, 900), quality=90)
    assert photos.MAX_PHOTO_BYTES < len(block) < installation.settings.max_body_bytes
    answer = upload(installation, block, headers)
    assert outcome(answer) == (413, "photos: too large")
    assert answer.json()["error"]["details"] == {"max_bytes": 512 * 1024}
    assert outcome(upload(installation, b"x" * (2**20 + 1), headers)) == (413, "request: body too large")
    assert not list(installation.settings.content_folder.iterdir())


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(MAX_PX + 1, 2), (2, MAX_PX + 1)])
def test_photo__with_too_many_pixels__is_refused(kind: str, size: tuple[int, int]) -> None:
    assert refused(picture(kind, size=size)) == ("photos: too many pixels", {"max_px": MAX_PX})


def test_photo__that_claims_a_huge_size__is_refused_before_it_is_decoded() -> None:
    canvas = with_chunk(b"RIFF\0\0\0\0WEBP", b"VP8X", b"\0" * 4 + b"\xff\x3f\0" * 2)
    claimed = with_chunk(canvas, b"VP8L", b"\x2f" + struct.pack("<I", 0x3FFF | 0x3FFF << 14))
    assert refused(claimed)[0] == "photos: too many pixels"
    jpeg = bytearray(picture())
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xff\xff\xff"
    assert refused(bytes(jpeg))[0] == "photos: too many pixels"


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (picture(exif=EXIF), "EXIF or XMP"),
        (picture(xmp=b"<x:xmpmeta/>"), "EXIF or XMP"),
        (picture(comment=b"hello"), "comment"),
        (with_segment(picture(), 0xED, b"Photoshop 3.0\0"), "IPTC"),
        (with_segment(picture(), 0xE2, b"MPF\0"), "application data"),
        (with_segment(picture(), 0xE0, b"JFXX\0\x10"), "application data"),
        (with_segment(picture(), 0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1rgb"), "application data"),
        (with_segment(picture(), 0xEE, b"Adobe and more than that"), "application data"),
        (with_segment(picture(), 0xEF, b""), "application data"),
        (picture(icc_profile=b"p" * (MAX_PROFILE_BYTES - 13)), "colour profile"),
        (picture(icc_profile=b"p" * 200_000), "colour profile"),
        (picture() + b"\0", "bytes behind the picture"),
        (picture() + picture(), "bytes behind the picture"),
        (picture(progressive=True)[:-2] + b"\xff\xfe\0\5abc\xff\xd9", "comment"),
        (picture("WEBP", exif=EXIF), "EXIF"),
        (picture("WEBP", xmp=b"<x:xmpmeta/>"), "XMP"),
        (picture("WEBP", icc_profile=b"p" * (MAX_PROFILE_BYTES + 1)), "colour profile"),
        (with_chunk(picture("WEBP"), b"EXIF", EXIF), "EXIF"),
        (with_chunk(picture("WEBP"), b"gps ", b"48.2"), "chunk"),
        (picture("WEBP") + b"\0", "bytes behind the picture"),
    ],
)
def test_photo__that_says_more_than_it_shows__is_refused(block: bytes, what: str) -> None:
    assert refused(block) == ("photos: carries metadata", {"what": what})


def test_photo__that_moves__is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert refused(out.getvalue())[0] == "photos: animated"
    assert refused(with_chunk(picture("WEBP"), b"ANMF", b""))[0] == "photos: animated"
    flagged = bytearray(picture("WEBP", icc_profile=b"p"))
    flagged[flagged.index(b"VP8X") + 8] |= 2
    assert refused(bytes(flagged))[0] == "photos: animated"


def _as(kind: str) -> bytes:
    return picture(kind)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8" + b"\xff" * 1_000,
        b"RIFF",
        b"RIFF\4\0\0\0WEBP",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html>",
        b'{"a": 1}',
        _as("PNG"),
        _as("GIF"),
        _as("TIFF"),
        _as("BMP"),
        picture()[:-2],
        picture()[:200],
        picture("WEBP")[:-20],
        picture()[:3] + picture()[4:],
        picture().replace(b"\xff\xc0", b"\xff\xc3"),  # lossless JPEG
        picture().replace(b"\xff\xc0", b"\xff\xc9"),  # arithmetic coding
        picture().replace(b"\xff\xdb", b"\xff\xdc"),
        with_chunk(picture("WEBP"), b"VP8 ", b""),
        with_chunk(picture("WEBP"), b"VP8X", b"\0" * 10),
    ],
)
def test_file__that_is_no_whole_picture__is_refused(installation: Any, block: bytes) -> None:
    answer = upload(installation, block, installation.sign_in("owner"))
    assert outcome(answer) == (422, "photos: not a picture")
    assert not list(installation.settings.content_folder.iterdir())


def test_webp__whose_canvas_and_frame_differ__is_refused() -> None:
    block = picture("WEBP", icc_profile=b"p")
    at = block.index(b"VP8X") + 12
    changed = block[:at] + b"\x07\0\0" + block[at + 3 :]
    assert refused(changed) == ("photos: not a picture", {"why": "no picture inside"})


def test_jpeg__with_thousands_of_scans__is_refused_before_it_is_decoded() -> None:
    block = picture(progressive=True)
    last = block.rindex(b"\xff\xda")
    bomb = block[:-2] + block[last:-2] * MAX_SCANS + b"\xff\xd9"
    assert refused(bomb) == ("photos: not a picture", {"why": "another kind of JPEG"})


def test_jpeg__with_pixels_that_cannot_be_decoded__is_refused() -> None:
    block = picture("WEBP", lossless=True)
    at = block.index(b"VP8L") + 13
    assert refused(block[:at] + b"\xff" * (len(block) - at))[0] == "photos: not a picture"


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"RIFF\x60\0\0\0WEBP"]))
def test_any_bytes__are_a_picture_or_refused(block: bytes, begin: bytes) -> None:
    assert verdict(begin + block) in VERDICTS


@given(st.data(), st.sampled_from([picture(), picture(progressive=True), picture("WEBP")]))
def test_any_damage__is_a_picture_or_refused(data: st.DataObject, block: bytes) -> None:
    at = data.draw(st.integers(0, len(block) - 1))
    damaged = block[:at] + data.draw(st.binary(max_size=4)) + block[at + data.draw(st.integers(0, 4)) :]
    assert verdict(damaged) in VERDICTS


def test_photo__by_an_unknown_cid__is_not_found(installation: Any) -> None:
    stored = installation.client.post(
        "/api/descriptions", json={"documents": [a_document()]}, headers=installation.sign_in("owner")
    ).json()["data"]["items"][0]["cid"]
    for cid in (cid_of(b"never"), "QmNothing", "x" * 5_000, stored):
        answer = installation.client.get(f"/api/photos/{cid}")
        assert outcome(answer) == (404, "photos: unknown")


def test_photo__that_is_damaged_on_disk__is_not_shown_and_is_mended(installation: Any) -> None:
    headers = installation.sign_in("owner")
    cid = upload(installation, picture(), headers).json()["data"]["cid"]
    (installation.settings.content_folder / cid).write_bytes(b"other")
    assert outcome(installation.client.get(f"/api/photos/{cid}")) == (500, "content: damaged")
    upload(installation, picture(), headers)
    assert installation.client.get(f"/api/photos/{cid}").content == picture()


def test_photo__above_what_one_member_may_store__is_refused(installation: Any) -> None:
    headers = installation.sign_in("owner")
    with db.writing(installation.engine) as conn:
        for number in range(photos.MAX_PHOTOS_A_MEMBER - 1):
            cid = cid_of(number.to_bytes(2, "big"))
            repository.add_photo(conn, cid, "image/jpeg", installation.address("owner"), 1)
    assert upload(installation, picture(seed=1), headers).status_code == 200
    files = sorted(installation.settings.content_folder.iterdir())
    answer = upload(installation, picture(seed=2), headers)
    assert outcome(answer) == (409, "photos: too many")
    assert answer.json()["error"]["details"] == {"max": 200}
    assert sorted(installation.settings.content_folder.iterdir()) == files
    # what is stored already is no photo more, and others are not concerned
    assert upload(installation, picture(seed=1), headers).status_code == 200
    assert upload(installation, picture(seed=2), installation.sign_in("stranger")).status_code == 200


def test_description__without_photos__is_what_it_always_was(installation: Any) -> None:
    # the digest of this document before descriptions could have photos
    known = "6a80543440e75f9641298629cc5f49b3d2319e5c99a987b443e3cbca368656cd"
    block = encode(Description.model_validate(a_document()))
    assert sha256(block).hexdigest() == known
    assert encode(Description.model_validate(a_document(photos=[]))) == block
    headers = installation.sign_in("owner")
    for document in (a_document(), a_document(photos=[])):
        body = {"documents": [document]}
        stored = installation.client.post("/api/descriptions", json=body, headers=headers).json()["data"]
        assert stored["items"][0]["digest"] == "0x" + known
        shown = installation.client.get(f"/api/descriptions/{stored['items'][0]['cid']}").json()["data"]
        assert shown["document"] == a_document()


def test_description__with_photos__keeps_their_order(installation: Any) -> None:
    cids = [cid_of(bytes([number])) for number in range(6)]
    body = {"documents": [a_document(photos=cids)]}
    headers = installation.sign_in("owner")
    stored = installation.client.post("/api/descriptions", json=body, headers=headers).json()["data"]
    shown = installation.client.get(f"/api/descriptions/{stored['items'][0]['cid']}").json()["data"]
    assert shown["document"]["photos"] == cids


@pytest.mark.parametrize(
    "names",
    [
        [cid_of(bytes([number])) for number in range(7)],
        [cid_of(b"a"), cid_of(b"a")],
        [cid_of(b"a").upper()],
        ["QmNothing"],
        ["../../etc/passwd"],
        [""],
        [7],
        cid_of(b"a"),
        None,
    ],
)
def test_description__with_photos_that_cannot_be__is_refused(installation: Any, names: Any) -> None:
    body = {"documents": [a_document(photos=names)]}
    answer = installation.client.post("/api/descriptions", json=body, headers=installation.sign_in("owner"))
    assert outcome(answer) == (422, "request: invalid")
