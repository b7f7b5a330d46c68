"""The decay against an exact oracle: decimals with 60 digits, and the error bound that `decay.vy` proves."""

import json
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import boa
import pytest
from contracts.compiling import compiled
from contracts.reputation.rating import HALF_LIFE_S, UNIT
from hypothesis import example, given, settings
from hypothesis import strategies as st

WAD = 10**18
EPSILON = Fraction(2, WAD)
MAX_70, MAX_68, MAX_28, MAX_34 = 2**70 - 1, 2**68 - 1, 2**28 - 1, 2**34 - 1
FIRST = 0x5A_1234_5678_9ABC  # 56 bits that `pairs` keeps here, and `decay` carries along


@pytest.fixture(scope="module")
def probe() -> Any:
    """The functions of the module, one by one, on an EVM in this process."""
    artefact = compiled("DecayProbe")
    address, _ = boa.env.deploy_code(bytecode=bytes.fromhex(artefact["bytecode"][2:]))
    return boa.loads_abi(json.dumps(artefact["abi"]), name="DecayProbe").at(address)


def exact_factor(age_s: int) -> Fraction:
    """2**(-age / half-life), to 60 digits."""
    with localcontext() as context:
        context.prec = 60
        return Fraction(Decimal(2) ** (-Decimal(age_s) / HALF_LIFE_S))


def unpacked(word: int) -> tuple[int, int, int, int]:
    """sum, weight, count, time"""
    return word & MAX_70, (word >> 70) & MAX_68, (word >> 138) & MAX_28, (word >> 166) & MAX_34


def packed(total: int, weight: int, count: int, time_s: int) -> int:
    """The word of an aggregate."""
    return total | weight << 70 | count << 138 | time_s << 166 | FIRST << 200


def test_factor__no_time_at_all__is_exactly_one(probe: Any) -> None:
    assert probe.factor(0) == WAD


@settings(max_examples=400, deadline=None)
@given(age_s=st.one_of(st.integers(0, 62 * HALF_LIFE_S), st.integers(0, 100_000), st.integers(0, 2**256 - 1)))
@example(age_s=HALF_LIFE_S)
@example(age_s=60 * HALF_LIFE_S)
@example(age_s=2**40)
@example(age_s=2**256 - 1)
def test_factor__any_age__is_within_the_stated_bound(probe: Any, age_s: int) -> None:
    exact = exact_factor(age_s) if age_s < 200 * HALF_LIFE_S else Fraction(0)
    assert abs(Fraction(probe.factor(age_s), WAD) - exact) < EPSILON


@settings(max_examples=100, deadline=None)
@given(age_s=st.integers(0, 62 * HALF_LIFE_S), further_s=st.integers(0, HALF_LIFE_S))
def test_factor__more_age__is_never_more(probe: Any, age_s: int, further_s: int) -> None:
    assert probe.factor(age_s + further_s) <= probe.factor(age_s)


gaps = st.one_of(st.integers(0, 86_400), st.integers(0, HALF_LIFE_S), st.integers(0, 50 * HALF_LIFE_S))
# score, which rating of its pair this is, seconds since the one before
ratings = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4095), gaps), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(start_s=st.integers(0, 2**33), entries=ratings, idle_s=st.integers(0, 10 * HALF_LIFE_S))
def test_sums__after_any_series_of_ratings__are_within_the_stated_bound(
    probe: Any, start_s: int, entries: list[tuple[int, int, int]], idle_s: int
) -> None:
    word, now_s, total, weight = 0, start_s, Fraction(0), Fraction(0)
    for score, k, gap_s in entries:
        now_s += gap_s
        word = probe.with_rating(word, FIRST, score, UNIT // k, now_s)
        factor = exact_factor(gap_s)
        total, weight = total * factor + score * (UNIT // k), weight * factor + UNIT // k
    factor = exact_factor(idle_s)
    read_total, read_weight, count = probe.decayed(word, now_s + idle_s)
    updates = len(entries) + 1
    bound = updates * (1 + 5 * len(entries) * UNIT * EPSILON)
    assert count == len(entries)
    assert unpacked(word)[3] == now_s
    assert word >> 200 == FIRST
    assert abs(read_total - total * factor) <= bound
    assert abs(read_weight - weight * factor) <= bound


@settings(max_examples=60, deadline=None)
@given(start_s=st.integers(0, 2**33), entries=ratings, kept=st.integers(0, 2**12 - 1), after_s=gaps)
def test_sums__after_any_retractions__are_within_twice_the_stated_bound(
    probe: Any, start_s: int, entries: list[tuple[int, int, int]], kept: int, after_s: int
) -> None:
    word, now_s, given_at = 0, start_s, []
    for score, k, gap_s in entries:
        now_s += gap_s
        word = probe.with_rating(word, FIRST, score, UNIT // k, now_s)
        given_at.append(now_s)
    now_s += after_s
    total, weight, updates = Fraction(0), Fraction(0), len(entries)
    for place, (score, k, _) in enumerate(entries):
        part = UNIT // k * exact_factor(now_s - given_at[place])
        if kept >> place & 1:
            total, weight = total + score * part, weight + part
            continue
        word, taken = probe.without_rating(word, score, UNIT // k, given_at[place], now_s)
        updates += 2
        assert abs(taken - part) <= 1 + UNIT * EPSILON
    standing = sum(kept >> place & 1 for place in range(len(entries)))
    read_total, read_weight, count = probe.decayed(word, now_s)
    bound = (updates + 1) * (1 + 5 * len(entries) * UNIT * EPSILON)
    assert (count, word >> 200) == (standing, FIRST)
    assert abs(read_total - total) <= bound
    assert abs(read_weight - weight) <= bound
    assert standing > 0 or (read_total, read_weight) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(entries=ratings)
def test_mean__after_any_series_of_ratings__is_a_score(
    probe: Any, entries: list[tuple[int, int, int]]
) -> None:
    word, now_s = 0, 1_800_000_000
    for score, k, gap_s in entries:
        now_s += gap_s
        word = probe.with_rating(word, FIRST, score, UNIT // k, now_s)
    total, weight, _, _ = unpacked(word)
    scores = [score for score, _, _ in entries]
    # rounding down takes less than one unit per update from the sum or from the weight
    slack = Fraction(6 * len(entries), weight)
    assert min(scores) - slack <= Fraction(total, weight) <= max(scores) + slack


def test_with_rating__fields_that_are_full__saturate(probe: Any) -> None:
    full = packed(MAX_70, MAX_68, MAX_28, 1_800_000_000)
    assert unpacked(probe.with_rating(full, FIRST, 5, UNIT, 1_800_000_000)) == (
        MAX_70,
        MAX_68,
        MAX_28,
        1_800_000_000,
    )


def test_with_rating__time_beyond_the_field__saturates(probe: Any) -> None:
    word = probe.with_rating(0, FIRST, 3, UNIT, 2**34 + 5)
    assert unpacked(word) == (3 * UNIT, UNIT, 1, MAX_34)
    # the age is then taken from the saturated time, so nothing reverts
    assert unpacked(probe.with_rating(word, FIRST, 3, UNIT, 2**255))[1:] == (UNIT, 2, MAX_34)


def test_without_rating__of_sums_that_saturated__never_goes_below_zero(probe: Any) -> None:
    word, _ = probe.without_rating(packed(1, 1, 0, 1_800_000_000), 5, UNIT, 1_800_000_000, 1_800_000_000)
    assert unpacked(word) == (0, 0, 0, 1_800_000_000)
    word, taken = probe.without_rating(packed(1, 1, 9, 1_800_000_000), 5, UNIT, 1_800_000_000, 1_800_000_000)
    assert (unpacked(word), taken) == ((0, 0, 8, 1_800_000_000), UNIT)


def test_decayed__time_before_the_last_rating__changes_nothing(probe: Any) -> None:
    word = packed(7 * UNIT, 2 * UNIT, 2, 1_800_000_000)
    assert probe.decayed(word, 5) == (7 * UNIT, 2 * UNIT, 2)
