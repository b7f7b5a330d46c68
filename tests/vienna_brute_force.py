"""The ranking of the Vienna listings computed one by one from the CSV file, by the documented rules alone.

Everything is written down a second time here, so that it can disagree: the documents (docs/matching.md),
their digests and salts, the packed terms, the distances and the formula. Of the chain only facts are taken:
what was announced, what was granted, and the sums of ratings that the contract itself gives.
"""

import csv
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h3
from eth_utils import keccak

CSV = Path(__file__).parents[1] / "data" / "vienna-listings.csv"
STAY = int.from_bytes(keccak(text="stay")[:3], "big")
DAY_S, WEEK_S, PHASE_S = 86_400, 604_800, 23 * 3_600
NOTICE_S, HORIZON_S, MAX_DAYS = 24 * 3_600, 365 * DAY_S, 365
MAX_DISTANCE_M = 20_000
# quantum of a day, manual, capacity 1, phase in quarter hours, horizon, time to live, notice, length, service
TERMS = 4 << 160 | 1 << 168 | 92 << 176 | 365 << 183 | 48 << 193 | 24 << 203 | 365 << 213 | STAY << 232
MILLION = 1_000_000


@dataclass
class Place:
    """A row of the file. `centre` is what is public of its position."""

    digest: bytes
    salt: bytes
    cell: str
    centre: tuple[float, float]
    cents: int
    criteria: dict[str, int | str]


@dataclass
class Offer:
    """A place as somebody announced it, with its grants as (start_s, end_s)."""

    resource: bytes
    owner: str
    place: Place
    grants: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Ranked:
    """What a search must answer for one offer."""

    resource: bytes
    distance_m: int
    price: int
    factors: list[int]
    score: int


def places() -> Iterator[Place]:
    """Every row of the file; the header is line 1."""
    with CSV.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        for line, cells in enumerate(rows, start=2):
            yield _place(line, cells, dict(zip(header, cells, strict=True)))


def _place(line: int, cells: list[str], row: dict[str, str]) -> Place:
    canonical_row = json.dumps([line, *cells], separators=(",", ":"), ensure_ascii=False)
    salt = hashlib.sha256(canonical_row.encode()).digest()
    whole, _, part = row["price"].partition(".")
    cents = int(whole) * 100 + int((part + "00")[:2])
    cell = h3.latlng_to_cell(float(row["latitude"]), float(row["longitude"]), 8)
    criteria: dict[str, int | str] = {
        "accommodates": int(row["accommodates"]),
        "bedrooms": int(row["bedrooms"]),
        "bathrooms": int(float(row["bathrooms"])),
        "room_type": row["room_type"],
    }
    document = {
        "v": 1,
        "title": f"{row['property_type']} in {row['neighbourhoods']}",
        "text": f"{row['room_type']}, guests: {row['accommodates']}, bedrooms: {row['bedrooms']}, "
        f"bathrooms: {row['bathrooms']}, nights at least: {row['min_nights']}. "
        "Data: Inside Airbnb, CC BY 4.0.",
        "service": "stay",
        "cell": cell,
        "max_distance_m": MAX_DISTANCE_M,
        "price": {"amount": cents, "currency": "EUR-cent", "per": "day"},
        "deposit": 0,
        "criteria": criteria,
        "tz": "Europe/Vienna",
        "salt": salt.hex()[:32],
    }
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).digest()
    return Place(digest, salt, cell, h3.cell_to_latlng(cell), cents, criteria)


def haversine_m(a: tuple[float, float], b: tuple[float, float]) -> int:
    """Metres on a sphere of R = 6,371 km, rounded."""
    phi_a, lambda_a, phi_b, lambda_b = (math.radians(angle) for angle in (*a, *b))
    h = math.sin((phi_a - phi_b) / 2) ** 2
    h += math.cos(phi_a) * math.cos(phi_b) * math.sin((lambda_a - lambda_b) / 2) ** 2
    return round(2 * 6_371_000 * math.asin(math.sqrt(h)))


def reputation(total: int, weight: int) -> int:
    """Two ratings in the middle, then what the contract's decayed sums say (one rating = 2**40)."""
    unit = 2**40
    return (total - weight + 4 * unit) * MILLION // (4 * (weight + 2 * unit))


def rank(offers: list[Offer], wish: dict[str, Any], now_s: int, trust: dict[str, int]) -> list[Ranked]:
    """Every eligible offer, best first, equal ones by id; as many as wanted."""
    here, radius_m = (wish["lat"], wish["lng"]), wish["radius_m"]
    reach_m = min(radius_m, MAX_DISTANCE_M)
    distances: dict[str, int] = {}
    found = []
    for offer in offers:
        place = offer.place
        if place.cell not in distances:
            distances[place.cell] = haversine_m(here, place.centre)
        if distances[place.cell] <= reach_m and _is_requestable(offer, wish, now_s):
            found.append(_ranked(offer, wish, now_s, distances[place.cell], trust[offer.owner]))
    found.sort(key=lambda one: (-one.score, one.resource))
    return found[: wish["limit"]]


def _is_requestable(offer: Offer, wish: dict[str, Any], now_s: int) -> bool:
    """Could the civil days that hold the wanted time be requested now?"""
    if "start_s" not in wish:
        return True
    first = math.floor((wish["start_s"] - PHASE_S) / DAY_S)
    last = math.ceil((wish["end_s"] - PHASE_S) / DAY_S)
    start_s, end_s = first * DAY_S + PHASE_S, last * DAY_S + PHASE_S
    if last - first > MAX_DAYS or not now_s + NOTICE_S <= start_s <= now_s + HORIZON_S:
        return False
    return all(end_s <= granted_from or granted_to <= start_s for granted_from, granted_to in offer.grants)


def _ranked(offer: Offer, wish: dict[str, Any], now_s: int, distance_m: int, trust: int) -> Ranked:
    proximity = MILLION - distance_m * MILLION // wish["radius_m"]
    from_s = wish.get("start_s", now_s)
    taken_s = 0
    for granted_from, granted_to in offer.grants:
        taken_s += max(0, min(granted_to, from_s + WEEK_S) - max(granted_from, from_s))
    availability = (WEEK_S - taken_s) * MILLION // WEEK_S
    days = math.ceil((wish["end_s"] - wish["start_s"]) / DAY_S) if "start_s" in wish else 1
    price = offer.place.cents * days
    wanted = wish["criteria"]
    met = sum(_meets(offer.place.criteria[name], value) for name, value in wanted.items())
    criteria = met * MILLION // len(wanted) if wanted else MILLION
    money = _money(price, wish.get("budget"), wish.get("currency"))
    score = (30 * proximity + 25 * trust + 20 * availability + 15 * money + 10 * criteria) // 100
    factors = [proximity, trust, availability, money, criteria]
    return Ranked(offer.resource, distance_m, price, factors, score)


def _meets(offered: int | str, wanted: int | str) -> bool:

    if isinstance(wanted, int) and isinstance(offered, int):
        return offered >= wanted
    return offered == wanted


def _money(price: int, budget: int | None, currency: str | None) -> int:
    if price == 0:
        return MILLION
    if budget is None:
        return MILLION // 2
    if currency != "EUR-cent" or budget == 0:
        return 0
    if price <= budget:
        return MILLION - price * 500_000 // budget
    return max(0, 500_000 - (price - budget) * MILLION // budget)
