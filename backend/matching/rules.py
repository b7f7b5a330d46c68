"""The matching formula: who is eligible, how well an offer fits, in which order. Pure, whole numbers only.

Every factor is a whole number of millionths (ppm, 0 … 1_000_000), so that anybody can recompute a ranking
exactly; docs/matching.md has the same formula in prose. `grid` computes it for many offers at once and must
agree with this module to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from backend.booking.rules import is_open
from backend.matching import geometry

Per = Literal["booking", "hour", "day"]
Factor = Literal["proximity", "reputation", "availability", "price", "criteria"]
Offered = int | bool | str | tuple[str, ...]

ONE = 1_000_000
WEEK_S = 604_800
TIME_LIMIT_S = 2**40
AMOUNT_LIMIT = 2**256
CRITERION_LIMIT = 2**53
DEFAULT_RADIUS_M, MAX_RADIUS_M = 10_000, 100_000
DEFAULT_LIMIT, MAX_LIMIT = 20, 200
RATING_UNIT = 2**40
"""Weight of one fresh rating in the ledger's aggregate (contracts/reputation/decay.vy)."""
PRIOR_RATINGS = 2
"""Every owner starts with two imaginary ratings in the middle, so one rating does not decide."""

UNIT_S: Mapping[Per, int] = {"hour": 3_600, "day": 86_400}
FACTORS: tuple[Factor, ...] = ("proximity", "reputation", "availability", "price", "criteria")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an owner announced, as far as matching needs it. Position = centre of the public cell, degrees."""

    resource: bytes
    owner: bytes
    service: int
    title: str
    cell: str
    lat: float
    lng: float
    max_distance_m: int
    amount: int
    currency: str
    per: Per
    deposit: int
    criteria: Mapping[str, Offered]
    quantum_s: int
    phase_s: int
    max_quanta: int
    notice_s: int
    horizon_s: int
    rule: int
    photo: str | None = None  # CID of the photo to show first
    capacity: int = 1
    buffer_s: int = 0  # has to be free on both sides of a booking
    opening: int = 0  # hours of the week from Monday 00:00 UTC, one bit each; 0 = always
    gated: bool = False
    requires: bytes | None = None  # another resource that has to be booked around the same time

    @property
    def is_plain(self) -> bool:
        """Whether it is free exactly where no grant is."""
        return self.capacity == 1 and not self.buffer_s and not self.opening


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for, where and when; the half-open time and the budget are optional."""

    service: int
    lat: float
    lng: float
    radius_m: int = DEFAULT_RADIUS_M
    start_s: int | None = None
    end_s: int | None = None
    budget: int | None = None
    currency: str | None = None
    criteria: Mapping[str, Offered] | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Weights:
    """Share of each factor in ppm, in the order of `FACTORS`. Sums to exactly one."""

    proximity: int = 300_000
    reputation: int = 250_000
    availability: int = 200_000
    price: int = 150_000
    criteria: int = 100_000

    def __post_init__(self) -> None:
        if min(self.values()) < 0 or sum(self.values()) != ONE:
            raise ValueError("the five weights must be at least 0 and sum to exactly 1")

    def values(self) -> tuple[int, int, int, int, int]:
        return self.proximity, self.reputation, self.availability, self.price, self.criteria

    @classmethod
    def of(cls, shares: Sequence[str]) -> Weights:
        """From five decimal numbers such as `.30`. Raises ValueError for other counts, sums, finer steps."""
        parts = [Fraction(share) * ONE for share in shares]
        if len(parts) != len(FACTORS) or any(part.denominator != 1 for part in parts):
            raise ValueError("five weights in steps of a millionth are needed")
        return cls(*(int(part) for part in parts))


@dataclass(frozen=True, slots=True)
class Standing:
    """An owner in one service: the factor, the mean score in hundredths (0: unrated), number of ratings."""

    ppm: int
    mean_hundredths: int
    count: int


NEWCOMER = Standing(ONE // 2, 0, 0)


@dataclass(frozen=True, slots=True)
class Match:
    """An eligible offer with its distance and its factors in ppm, in the order of `FACTORS`."""

    offer: Offer
    distance_m: int
    factors: tuple[int, int, int, int, int]
    score: int


def refusal(wish: Wish, now_s: int) -> str | None:
    """The error code of a wish that cannot be meant, else None."""
    if not (math.isfinite(wish.lat) and math.isfinite(wish.lng)) or abs(wish.lat) > 90 or abs(wish.lng) > 180:
        return "matching: impossible position"
    if not 1 <= wish.radius_m <= MAX_RADIUS_M:
        return "matching: impossible radius"
    if not 1 <= wish.limit <= MAX_LIMIT:
        return "matching: impossible limit"
    if (wish.start_s is None) != (wish.end_s is None):
        return "matching: half a time"
    if wish.start_s is not None and wish.end_s is not None:
        if not 0 <= wish.start_s < wish.end_s < TIME_LIMIT_S:
            return "matching: impossible time"
        if wish.start_s < now_s:
            return "matching: time is past"
    if (wish.budget is None) != (wish.currency is None):
        return "matching: budget and currency belong together"
    if wish.budget is not None and not 0 <= wish.budget < AMOUNT_LIMIT:
        return "matching: impossible budget"
    numbers = [value for value in (wish.criteria or {}).values() if isinstance(value, int)]
    if any(abs(number) > CRITERION_LIMIT for number in numbers):
        return "matching: impossible criterion"
    return None


def covering(offer: Offer, start_s: int, end_s: int) -> tuple[int, int]:
    """The shortest run of the offer's quanta that holds [start, end), as half-open seconds."""
    first = (start_s - offer.phase_s) // offer.quantum_s
    last = -((offer.phase_s - end_s) // offer.quantum_s)
    return first * offer.quantum_s + offer.phase_s, last * offer.quantum_s + offer.phase_s


def is_requestable(offer: Offer, start_s: int, end_s: int, now_s: int) -> bool:
    """Would the calendar contract take a request for this run of quanta now, were it free?"""
    return (
        end_s - start_s <= offer.max_quanta * offer.quantum_s
        and start_s >= now_s + offer.notice_s
        and start_s > now_s
        and start_s <= now_s + offer.horizon_s
    )


def overlap_s(grants: Sequence[tuple[int, int]], start_s: int, end_s: int) -> int:
    """Seconds of [start, end) that are granted, once for each unit."""
    return sum(max(0, min(end_s, to_s) - max(start_s, from_s)) for from_s, to_s in grants)


def is_free(offer: Offer, grants: Sequence[tuple[int, int]], start_s: int, end_s: int) -> bool:
    """Whether a unit is open and free for this run of quanta, the buffer included."""
    if not is_open(offer.opening, offer.quantum_s, start_s, end_s):
        return False
    first_s, last_s = start_s - offer.buffer_s, end_s + offer.buffer_s
    near = [(from_s, to_s) for from_s, to_s in grants if from_s < last_s and to_s > first_s]
    # the most units are taken at the beginning, or where another grant begins
    moments = [first_s, *(from_s for from_s, _ in near if from_s > first_s)]
    return all(sum(from_s <= at_s < to_s for from_s, to_s in near) < offer.capacity for at_s in moments)


def next_free(offer: Offer, grants: Sequence[tuple[int, int]], now_s: int) -> tuple[int, int] | None:
    """The first quantum that can be requested now and is open and free, or None within the horizon."""
    start_s, _ = covering(offer, now_s + max(1, offer.notice_s), now_s + max(1, offer.notice_s) + 1)
    if start_s < now_s + max(1, offer.notice_s):
        start_s += offer.quantum_s
    closed_s = 0
    while is_requestable(offer, start_s, start_s + offer.quantum_s, now_s):
        end_s = start_s + offer.quantum_s
        if is_free(offer, grants, start_s, end_s):
            return start_s, end_s
        if not is_open(offer.opening, offer.quantum_s, start_s, end_s):
            closed_s += offer.quantum_s
            if closed_s > max(WEEK_S, 7 * offer.quantum_s):
                return None  # no quantum fits into the opening hours of any week
            start_s = end_s
            continue
        closed_s = 0
        # not before one of those that are in the way has ended
        over_s = min(
            to_s + offer.buffer_s
            for from_s, to_s in grants
            if from_s < end_s + offer.buffer_s and to_s + offer.buffer_s > start_s
        )
        start_s = covering(offer, over_s - 1, over_s)[1]
    return None


def reputation_ppm(total: int, weight: int) -> int:
    """Mean of the ratings 1 … 5 as 0 … 1, drawn to the middle by `PRIOR_RATINGS`; nobody rated yet: one half.

    `total` = sum of score × weight and `weight`, both decayed to now and added over the trusted sources; they
    reach 2**88, so this is computed once an owner in Python's integers, never in 64 bits.
    """
    prior = PRIOR_RATINGS * RATING_UNIT
    return (total - weight + 2 * prior) * ONE // (4 * (weight + prior))


def standing(sums: Sequence[tuple[int, int, int]]) -> Standing:
    """What an owner's (sum, weight, count) at each trusted source, decayed to now, amount to."""
    total, weight, count = (sum(parts) for parts in zip(*sums, strict=True)) if sums else (0, 0, 0)
    return Standing(reputation_ppm(total, weight), total * 100 // weight if weight else 0, count)


def availability_ppm(granted_s: int, capacity: int = 1) -> int:
    """Free share of the seven days from the wanted start (or now), of all units together."""
    return (WEEK_S - min(granted_s // capacity, WEEK_S)) * ONE // WEEK_S


def total_price(offer: Offer, start_s: int | None, end_s: int | None) -> int:
    """Price of the wanted time in the currency's smallest unit; without a time that of one unit."""
    if offer.per == "booking" or start_s is None or end_s is None:
        return offer.amount
    return offer.amount * -((start_s - end_s) // UNIT_S[offer.per])


def price_ppm(price: int, currency: str, budget: int | None, budget_currency: str | None) -> int:
    """1 for free, 1/2 at the budget or without one, 0 from 1½ budgets on and in another currency."""
    if price == 0:
        return ONE
    if budget is None:
        return ONE // 2
    if currency != budget_currency or budget == 0:
        return 0
    if price <= budget:
        return ONE - price * (ONE // 2) // budget
    return max(0, ONE // 2 - (price - budget) * ONE // budget)


def meets(offered: Offered | None, wanted: Offered) -> bool:
    """Numbers: at least as much. Words and yes/no: equal, or one of the offered list. Lists: all of them."""
    match wanted:
        case bool():
            return offered is wanted
        case int():
            return isinstance(offered, int) and not isinstance(offered, bool) and offered >= wanted
        case str():
            return wanted in offered if isinstance(offered, tuple) else offered == wanted
        case tuple():
            return isinstance(offered, tuple) and set(wanted) <= set(offered)


def criteria_ppm(offered: Mapping[str, Offered], wanted: Mapping[str, Offered] | None) -> int:
    """Share of the wanted criteria that are met; nothing wanted: all of it."""
    if not wanted:
        return ONE
    return sum(meets(offered.get(name), value) for name, value in wanted.items()) * ONE // len(wanted)


def score(factors: tuple[int, int, int, int, int], weights: Weights) -> int:
    """Weighted sum of the factors in ppm, rounded down once."""
    return sum(w * f for w, f in zip(weights.values(), factors, strict=True)) // ONE


def match(
    offer: Offer, wish: Wish, weights: Weights, now_s: int, grants: Sequence[tuple[int, int]], reputation: int
) -> Match | None:
    """One offer against a wish, or None when it is not eligible. `reputation` is the owner's, in ppm."""
    distance = geometry.distance_m(wish.lat, wish.lng, offer.lat, offer.lng)
    if offer.service != wish.service or distance > min(wish.radius_m, offer.max_distance_m):
        return None
    if wish.start_s is not None and wish.end_s is not None:
        run = covering(offer, wish.start_s, wish.end_s)
        if not is_requestable(offer, *run, now_s) or not is_free(offer, grants, *run):
            return None
    from_s = now_s if wish.start_s is None else wish.start_s
    price = total_price(offer, wish.start_s, wish.end_s)
    factors = (
        ONE - distance * ONE // wish.radius_m,
        reputation,
        availability_ppm(overlap_s(grants, from_s, from_s + WEEK_S), offer.capacity),
        price_ppm(price, offer.currency, wish.budget, wish.currency),
        criteria_ppm(offer.criteria, wish.criteria),
    )
    return Match(offer, distance, factors, score(factors, weights))


def order(matches: Sequence[Match]) -> list[Match]:
    """Best first; equal scores by resource id."""
    return sorted(matches, key=lambda found: (-found.score, found.offer.resource))
