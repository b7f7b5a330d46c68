"""Listings from a CSV file as descriptions and announcements: what `allmende import` puts on chain.

Pure: bytes in, values out. One physical line is one row, so a quote never closed spoils its own row only. A
row that cannot be read becomes a `BadRow` with its line and the reason; the good ones go in. The same file
gives the same documents, salts and so resource ids every time: an import that is resumed makes no doubles.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import h3

from scripts._chain_client.bookings import Announcement, ResourceTerms, service_id
from scripts._errors import CommandError

SERVICE = "stay"
SOURCE = "Data: Inside Airbnb, CC BY 4.0."
CURRENCY = "EUR-cent"
TIME_ZONE = "Europe/Vienna"
DAY_PHASE_S = 23 * 3_600
"""Civil days of Vienna begin at 23:00 UTC in standard time; in summer these begin at 01:00 on the clock."""
CELL_RESOLUTION = 8
MAX_DISTANCE_M = 20_000
HORIZON_DAYS, TTL_H, NOTICE_H, MAX_DAYS = 365, 48, 24, 365
COLUMNS = (
    "price",
    "neighbourhoods",
    "property_type",
    "room_type",
    "accommodates",
    "bedrooms",
    "bathrooms",
    "min_nights",
    "latitude",
    "longitude",
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A good row: its line in the file, its description document and what to announce."""

    line: int
    document: Mapping[str, Any]
    announcement: Announcement


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that stays out, and why."""

    line: int
    reason: str


class _UnreadableError(ValueError):
    """Why a row cannot be read."""


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a description; its sha2-256 is the digest on chain and inside the CID."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def parse(data: bytes) -> Iterator[Listing | BadRow]:
    """Every row of a file with a header line, in order; blank lines are skipped.

    Raises:
        CommandError: "cli: not a listings file" when a needed column is missing in the header.
    """
    lines = data.decode("utf-8-sig", errors="surrogateescape").split("\n")
    try:
        header = _cells(lines[0])
    except _UnreadableError:
        header = []
    missing = [name for name in COLUMNS if header.count(name) != 1]
    if missing:
        raise CommandError(
            "cli: not a listings file",
            f"The header of the file lacks {', '.join(missing)}.",
            f"The first line must name these columns once each: {', '.join(COLUMNS)}.",
        )
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            try:
                yield _listing(number, header, _cells(line))
            except _UnreadableError as reason:
                yield BadRow(number, str(reason))


def _cells(line: str) -> list[str]:
    """The cells of one line, without surrounding blanks."""
    if any("\ud800" <= character <= "\udfff" for character in line):
        raise _UnreadableError("not UTF-8")
    try:
        rows = list(csv.reader([line.rstrip("\r")], strict=True))
    except csv.Error as error:
        raise _UnreadableError(f"not CSV: {error}") from error
    return [cell.strip() for cell in rows[0]] if rows else []


def _listing(line: int, header: list[str], cells: list[str]) -> Listing:
    if len(cells) != len(header):
        raise _UnreadableError(f"{len(cells)} cells where the header has {len(header)}")
    row = dict(zip(header, cells, strict=True))
    # Line and cells: two rows that say the same are two places, and the same row is always the same place.
    salt = hashlib.sha256(row_bytes(line, cells)).digest()
    cents = _price_cents(row["price"])
    guests, bedrooms = _whole(row, "accommodates", 1, 1_000), _whole(row, "bedrooms", 0, 1_000)
    bathrooms, nights = _decimal(row, "bathrooms", 1_000), _whole(row, "min_nights", 1, 3_650)
    room_type = _words(row, "room_type")
    latitude, longitude = _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)
    document = {
        "v": 1,
        "title": f"{_words(row, 'property_type')} in {_words(row, 'neighbourhoods')}",
        "text": (
            f"{room_type}, guests: {guests}, bedrooms: {bedrooms}, bathrooms: {bathrooms}, "
            f"nights at least: {nights}. {SOURCE}"
        ),
        "service": SERVICE,
        # h3 comes without types. The exact position goes no further than this.
        "cell": str(h3.latlng_to_cell(latitude, longitude, CELL_RESOLUTION)),  # type: ignore[no-untyped-call]
        "max_distance_m": MAX_DISTANCE_M,
        "price": {"amount": cents, "currency": CURRENCY, "per": "day"},
        "deposit": 0,
        "criteria": {
            "accommodates": guests,
            "bedrooms": bedrooms,
            # Whole ones: who asks for two is not served by one and a half.
            "bathrooms": math.floor(float(bathrooms)),
            "room_type": room_type,
        },
        "tz": TIME_ZONE,
        # The data is public, so the salt need not hide anything; it only has to be the same next time.
        "salt": salt.hex()[:32],
    }
    terms = ResourceTerms(
        service=service_id(SERVICE),
        quantum_s=86_400,
        phase_s=DAY_PHASE_S,
        horizon_days=HORIZON_DAYS,
        ttl_h=TTL_H,
        notice_h=NOTICE_H,
        max_quanta=MAX_DAYS,
    )
    digest = hashlib.sha256(document_bytes(document)).digest()
    return Listing(line, document, Announcement(terms.word(), digest, salt))


def row_bytes(line: int, cells: list[str]) -> bytes:
    """What the salt of a row is the sha2-256 of: the JSON array of its line number and its cells."""
    return json.dumps([line, *cells], separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _price_cents(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text, re.ASCII):
        raise _UnreadableError(f"price: not an amount with at most two decimals: {text[:40]!r}")
    whole, _, part = text.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0"))


def _whole(row: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = row[name]
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise _UnreadableError(f"{name}: not a whole number from {least} to {most}: {text[:40]!r}")
    return int(text)


def _decimal(row: Mapping[str, str], name: str, most: int) -> str:
    text = row[name]
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", text, re.ASCII) or float(text) > most:
        raise _UnreadableError(f"{name}: not a number from 0 to {most}: {text[:40]!r}")
    return text


def _degrees(row: Mapping[str, str], name: str, most: int) -> float:
    text = row[name]
    if not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", text, re.ASCII) or abs(float(text)) > most:
        raise _UnreadableError(f"{name}: not degrees from -{most} to {most}: {text[:40]!r}")
    return float(text)


def _words(row: Mapping[str, str], name: str) -> str:
    text = row[name]
    if not 1 <= len(text) <= 58 or not text.isprintable():
        raise _UnreadableError(f"{name}: empty, longer than 58 characters or not printable: {text[:40]!r}")
    return text
