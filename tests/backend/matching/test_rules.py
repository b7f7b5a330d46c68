"""The formula: limits, defaults, each factor at its edges, and that better never ranks lower."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from offer_factory import DAY_S, HOUR_S, NOW_S, a_wish, an_offer, offered, wanted

from backend.matching import rules
from backend.matching.rules import ONE, RATING_UNIT, Weights

DEFAULT = Weights()
HALF = ONE // 2


def test_weights__by_default__are_those_of_the_documented_formula() -> None:
    assert Weights() == Weights.of([".30", ".25", ".20", ".15", ".10"])
    assert Weights().values() == (300_000, 250_000, 200_000, 150_000, 100_000)


@pytest.mark.parametrize(
    "shares",
    [
        [".30", ".25", ".20", ".15", ".11"],
        [".30", ".25", ".20", ".25"],
        ["1.1", "-.1", "0", "0", "0"],
        [".3333333", ".3333333", ".3333334", "0", "0"],
        ["nan", "0", "0", "0", "0"],
        [],
    ],
)
def test_weights__that_do_not_sum_to_one__are_refused(shares: list[str]) -> None:
    with pytest.raises(ValueError):
        Weights.of(shares)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lat": math.nan}, "matching: impossible position"),
        ({"lng": math.nan}, "matching: impossible position"),
        ({"lat": math.inf}, "matching: impossible position"),
        ({"lng": -math.inf}, "matching: impossible position"),
        ({"lat": 90.000001}, "matching: impossible position"),
        ({"lng": -180.1}, "matching: impossible position"),
        ({"radius_m": 0}, "matching: impossible radius"),
        ({"radius_m": 100_001}, "matching: impossible radius"),
        ({"limit": 0}, "matching: impossible limit"),
        ({"limit": 201}, "matching: impossible limit"),
        ({"start_s": NOW_S}, "matching: half a time"),
        ({"end_s": NOW_S}, "matching: half a time"),
        ({"start_s": NOW_S + 1, "end_s": NOW_S + 1}, "matching: impossible time"),
        ({"start_s": -1, "end_s": 1}, "matching: impossible time"),
        ({"start_s": NOW_S, "end_s": 2**40}, "matching: impossible time"),
        ({"start_s": NOW_S - 1, "end_s": NOW_S + 1}, "matching: time is past"),
        ({"budget": 1}, "matching: budget and currency belong together"),
        ({"currency": "EUR-cent"}, "matching: budget and currency belong together"),
        ({"budget": -1, "currency": "EUR-cent"}, "matching: impossible budget"),
        ({"budget": 2**256, "currency": "EUR-cent"}, "matching: impossible budget"),
        ({"criteria": {"size": 2**53 + 1}}, "matching: impossible criterion"),
    ],
)
def test_refusal__of_a_wish_that_cannot_be__names_the_reason(changes: dict[str, Any], code: str) -> None:
    assert rules.refusal(a_wish(**changes), NOW_S) == code


@pytest.mark.parametrize(
    "changes",
    [{}, {"lat": 90.0, "lng": 180.0}, {"lat": -90.0, "lng": -180.0}, {"start_s": NOW_S, "end_s": NOW_S + 1}],
)
def test_refusal__of_a_wish_at_the_edge__is_none(changes: dict[str, Any]) -> None:
    assert rules.refusal(a_wish(**changes), NOW_S) is None


def test_match__beyond_the_owners_own_distance__is_not_eligible() -> None:
    distance = rules.match(an_offer(), a_wish(), DEFAULT, NOW_S, [], HALF)
    assert distance is not None
    near, far = distance.distance_m, distance.distance_m - 1
    assert rules.match(an_offer(max_distance_m=near), a_wish(), DEFAULT, NOW_S, [], HALF)
    assert rules.match(an_offer(max_distance_m=far), a_wish(), DEFAULT, NOW_S, [], HALF) is None
    assert rules.match(an_offer(), a_wish(radius_m=far), DEFAULT, NOW_S, [], HALF) is None


@pytest.mark.parametrize(
    ("offer", "start_s", "end_s", "eligible"),
    [
        ({}, NOW_S + HOUR_S, NOW_S + 2 * HOUR_S, True),
        ({"quantum_s": DAY_S}, NOW_S + 2 * DAY_S + 5, NOW_S + 2 * DAY_S + 9, True),
        ({"notice_s": 3 * HOUR_S}, NOW_S + 3 * HOUR_S, NOW_S + 4 * HOUR_S, True),
        ({"notice_s": 3 * HOUR_S + 1}, NOW_S + 3 * HOUR_S, NOW_S + 4 * HOUR_S, False),
        ({"max_quanta": 1}, NOW_S + HOUR_S, NOW_S + 2 * HOUR_S, True),
        ({"max_quanta": 1}, NOW_S + HOUR_S, NOW_S + 2 * HOUR_S + 1, False),
        ({"horizon_s": HOUR_S}, NOW_S + HOUR_S, NOW_S + 2 * HOUR_S, True),
        ({"horizon_s": HOUR_S - 1}, NOW_S + HOUR_S, NOW_S + 2 * HOUR_S, False),
        # The quantum that holds the wanted time has begun already.
        ({"quantum_s": DAY_S}, NOW_S + 1, NOW_S + 2, False),
    ],
)
def test_match__with_a_time__is_eligible_when_it_can_be_requested_now(
    offer: dict[str, Any], start_s: int, end_s: int, eligible: bool
) -> None:
    wish = a_wish(start_s=start_s, end_s=end_s)
    assert (rules.match(an_offer(**offer), wish, DEFAULT, NOW_S, [], HALF) is not None) is eligible


@given(
    st.sampled_from([300, 900, 1_800, 3_600, 86_400]),
    st.integers(0, 95),
    st.integers(0, 10**7),
    st.integers(1, 10**6),
)
def test_covering__any_time__holds_it_with_less_than_a_quantum_to_spare_on_each_side(
    quantum_s: int, phase: int, start_s: int, length_s: int
) -> None:
    offer = an_offer(quantum_s=quantum_s, phase_s=phase * 900)
    first_s, last_s = rules.covering(offer, start_s, start_s + length_s)
    assert first_s <= start_s < first_s + quantum_s
    assert last_s - quantum_s < start_s + length_s <= last_s
    assert (first_s - offer.phase_s) % quantum_s == (last_s - offer.phase_s) % quantum_s == 0


def test_next_free__with_a_full_morning__is_the_first_hour_after_it() -> None:
    hour = -(-NOW_S // HOUR_S) * HOUR_S
    grants = [(hour, hour + 2 * HOUR_S), (hour + 2 * HOUR_S, hour + 3 * HOUR_S)]
    assert rules.next_free(an_offer(), [], NOW_S - 1) == (hour, hour + HOUR_S)
    assert rules.next_free(an_offer(), grants, NOW_S - 1) == (hour + 3 * HOUR_S, hour + 4 * HOUR_S)
    assert rules.next_free(an_offer(horizon_s=3 * HOUR_S), grants, NOW_S - 1) is None


def test_next_free__of_two_units__is_when_the_first_of_both_comes_back() -> None:
    hour = NOW_S - NOW_S % HOUR_S + HOUR_S
    taken = [(hour, hour + 5 * HOUR_S), (hour, hour + 2 * HOUR_S)]
    assert rules.next_free(an_offer(capacity=2), taken[:1], NOW_S) == (hour, hour + HOUR_S)
    found = rules.next_free(an_offer(capacity=2), taken, NOW_S)
    assert found == (hour + 2 * HOUR_S, hour + 3 * HOUR_S)


def test_next_free__with_a_buffer__leaves_it_free_on_both_sides() -> None:
    hour = NOW_S - NOW_S % HOUR_S + HOUR_S
    offer = an_offer(buffer_s=HOUR_S)
    assert rules.next_free(offer, [(hour + HOUR_S, hour + 2 * HOUR_S)], NOW_S) == (
        hour + 3 * HOUR_S,
        hour + 4 * HOUR_S,
    )


def test_next_free__with_opening_hours__is_the_first_open_hour_or_none_at_all() -> None:
    hour = NOW_S - NOW_S % HOUR_S + HOUR_S
    of_week = (hour // HOUR_S + 72) % 168
    before = an_offer(opening=1 << (of_week - 1) % 168)
    assert rules.next_free(before, [], NOW_S) == (hour + 167 * HOUR_S, hour + 168 * HOUR_S)
    # an hour that begins a quarter past touches two, of which one is always closed
    assert rules.next_free(an_offer(opening=1 << 5, phase_s=900), [], NOW_S) is None


def test_match__outside_the_opening_hours_or_beyond_the_units__is_not_eligible() -> None:
    start_s = NOW_S - NOW_S % HOUR_S + DAY_S
    wish = a_wish(start_s=start_s, end_s=start_s + HOUR_S)
    of_week = (start_s // HOUR_S + 72) % 168
    closed = an_offer(opening=1 << (of_week + 1) % 168)
    assert rules.match(closed, wish, DEFAULT, NOW_S, [], HALF) is None
    assert rules.match(an_offer(opening=1 << of_week), wish, DEFAULT, NOW_S, [], HALF)
    two, taken = an_offer(capacity=2), [(start_s, start_s + HOUR_S)]
    assert rules.match(two, wish, DEFAULT, NOW_S, taken, HALF)
    assert rules.match(two, wish, DEFAULT, NOW_S, taken * 2, HALF) is None
    # one after the other they are never both taken
    halves = [(start_s, start_s + HOUR_S // 2), (start_s + HOUR_S // 2, start_s + HOUR_S)]
    assert rules.match(two, wish, DEFAULT, NOW_S, halves, HALF)


def test_reputation__of_a_newcomer__is_the_middle_and_moves_with_each_rating() -> None:
    assert rules.reputation_ppm(0, 0) == HALF
    assert rules.reputation_ppm(5 * RATING_UNIT, RATING_UNIT) == 666_666
    assert rules.reputation_ppm(1 * RATING_UNIT, RATING_UNIT) == 333_333
    assert rules.reputation_ppm(5 * 2**85, 2**85) > 999_999 - 1
    assert rules.reputation_ppm(2**88 - 1, (2**88 - 1) // 5) <= ONE


@given(st.integers(0, 1_000), st.integers(1, 5), st.integers(1, 4))
def test_reputation__with_one_more_better_rating__is_not_lower(count: int, mean: int, score: int) -> None:
    total, weight = count * mean * RATING_UNIT, count * RATING_UNIT
    worse = rules.reputation_ppm(total + score * RATING_UNIT, weight + RATING_UNIT)
    assert 0 <= worse <= rules.reputation_ppm(total + (score + 1) * RATING_UNIT, weight + RATING_UNIT) <= ONE


def test_availability__is_the_free_share_of_a_week() -> None:
    assert rules.availability_ppm(0) == ONE
    assert rules.availability_ppm(rules.WEEK_S) == 0
    assert rules.availability_ppm(rules.WEEK_S // 2) == HALF
    assert rules.availability_ppm(rules.WEEK_S, capacity=2) == HALF


@pytest.mark.parametrize(
    ("per", "start_s", "end_s", "total"),
    [
        ("booking", NOW_S, NOW_S + 5 * DAY_S, 1_000),
        ("day", None, None, 1_000),
        ("day", NOW_S, NOW_S + 1, 1_000),
        ("day", NOW_S, NOW_S + DAY_S + 1, 2_000),
        ("hour", NOW_S, NOW_S + 2 * HOUR_S, 2_000),
    ],
)
def test_total_price__of_a_time__counts_begun_units(
    per: str, start_s: int | None, end_s: int | None, total: int
) -> None:
    assert rules.total_price(an_offer(per=per), start_s, end_s) == total


@pytest.mark.parametrize(
    ("price", "currency", "budget", "budget_currency", "ppm"),
    [
        (0, "hours", 5, "EUR-cent", ONE),
        (0, "hours", None, None, ONE),
        (7, "EUR-cent", None, None, HALF),
        (7, "EUR-cent", 7, "EUR-cent", HALF),
        (7, "EUR-cent", 14, "EUR-cent", 750_000),
        (7, "EUR-cent", 7, "hours", 0),
        (9, "EUR-cent", 8, "EUR-cent", 375_000),
        (12, "EUR-cent", 8, "EUR-cent", 0),
        (100, "EUR-cent", 8, "EUR-cent", 0),
        (1, "EUR-cent", 0, "EUR-cent", 0),
        (2**200, "wei", 2**201, "wei", 750_000),
    ],
)
def test_price__against_a_budget__falls_from_free_to_half_over(
    price: int, currency: str, budget: int | None, budget_currency: str | None, ppm: int
) -> None:
    assert rules.price_ppm(price, currency, budget, budget_currency) == ppm


@pytest.mark.parametrize(
    ("has", "wants", "met"),
    [
        (3, 3, True),
        (4, 3, True),
        (2, 3, False),
        (True, 1, False),
        ("4", 3, False),
        (True, True, True),
        (1, True, False),
        (False, True, False),
        ("home", "home", True),
        ("Home", "home", False),
        (("saw", "drill"), "saw", True),
        (("saw", "drill"), ("drill", "saw"), True),
        (("saw",), ("drill", "saw"), False),
        ("saw", ("saw",), False),
        (None, 1, False),
        (None, (), False),
    ],
)
def test_meets__by_kind_of_criterion(has: rules.Offered | None, wants: rules.Offered, met: bool) -> None:
    assert rules.meets(has, wants) is met


@given(st.dictionaries(st.sampled_from("abc"), offered), st.dictionaries(st.sampled_from("abc"), wanted))
def test_criteria__of_anything__are_a_share(
    has: dict[str, rules.Offered], wants: dict[str, rules.Offered]
) -> None:
    assert 0 <= rules.criteria_ppm(has, wants) <= ONE


@given(
    st.tuples(*[st.integers(0, ONE)] * 5),
    st.integers(0, 4),
    st.integers(0, ONE),
)
def test_score__with_one_factor_better__is_not_lower(
    factors: tuple[int, int, int, int, int], which: int, better: int
) -> None:
    raised = list(factors)
    raised[which] = max(raised[which], better)
    higher = rules.score((raised[0], raised[1], raised[2], raised[3], raised[4]), DEFAULT)
    assert 0 <= rules.score(factors, DEFAULT) <= higher <= ONE
    # The same as the hundredths of the prose formula.
    p, r, a, m, c = factors
    assert rules.score(factors, DEFAULT) == (30 * p + 25 * r + 20 * a + 15 * m + 10 * c) // 100
