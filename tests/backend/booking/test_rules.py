"""Free stretches and the outlook of a request, against plain counting."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.booking.rules import (
    DAY_S,
    HOUR_S,
    Grid,
    Occurrence,
    closed_quanta,
    free_intervals,
    is_open,
    open_hours,
    outlook,
    start_span,
    too_full,
)
from backend.messages import spoken

grids = st.builds(
    Grid, st.sampled_from([300, 900, 1_800, 3_600, 86_400]), st.integers(0, 95).map(lambda n: n * 900)
)


@given(
    grids,
    st.integers(0, 10**6),
    st.integers(0, 60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=6),
)
def test_free_intervals__of_any_grants__are_the_untaken_quanta(
    grid: Grid, from_s: int, quanta: int, blocks: list[tuple[int, int]]
) -> None:
    to_s = from_s + quanta * 977 + 1
    first = grid.ceil(from_s)
    taken = [(first + at * grid.quantum_s, first + (at + length) * grid.quantum_s) for at, length in blocks]
    free = free_intervals(grid, taken, from_s, to_s)
    expected = {
        start
        for start in range(first, to_s, grid.quantum_s)
        if start + grid.quantum_s <= to_s
        and not any(a < start + grid.quantum_s and start < b for a, b in taken)
    }
    assert {start for a, b in free for start in range(a, b, grid.quantum_s)} == expected
    assert all(left[1] < right[0] for left, right in pairwise(free)), "stretches are as long as they can be"
    assert all((a - grid.phase_s) % grid.quantum_s == 0 == (b - a) % grid.quantum_s for a, b in free)


def test_free_intervals__of_a_span_shorter_than_a_quantum__are_none() -> None:
    assert free_intervals(Grid(3_600, 0), [], 100, 3_700) == []
    assert free_intervals(Grid(3_600, 0), [], 0, 3_600) == [(0, 3_600)]


def test_start_span__without_notice__begins_with_the_next_second() -> None:
    assert start_span(1_000, 0, 86_400) == (1_001, 87_400)
    assert start_span(1_000, 3_600, 86_400) == (4_600, 87_400)


ONCE = (Occurrence(2_000, 3_000),)


def test_pending__is_the_owners_turn_until_just_before_the_end() -> None:
    last = outlook("pending", ONCE, 300, 1_500, 1_499)
    assert (last.next_actor, last.by_s, last.may["owner"]) == ("owner", 1_500, ("confirm", "deny"))
    with pytest.raises(ValueError):
        outlook("pending", ONCE, 300, 1_500, 1_500)


def test_pending__of_a_bundle_or_a_policy__names_the_way_it_is_granted() -> None:
    bundled = outlook("pending", ONCE, 300, 1_500, 1_499, together=True)
    assert bundled.may["owner"] == ("confirm_together", "deny")
    asked = outlook("pending", ONCE, 300, 1_500, 1_499, by_policy=True)
    assert asked.may["anyone"] == ("poke",)


@pytest.mark.parametrize(
    ("now_s", "actor", "by_s", "acts"),
    [
        (1_999, "requester", 2_000, {"requester": ("cancel", "return_early")}),
        (2_000, "requester", 3_000, {"requester": ("return_early",)}),
        (2_700, "requester", 3_000, {"requester": ("return_early",)}),
        (2_701, "requester", 3_000, {}),
        (2_999, "requester", 3_000, {}),
        (3_000, "both", None, {"owner": ("rate",), "requester": ("rate",)}),
    ],
)
def test_granted__before_during_and_after_its_time(
    now_s: int, actor: str, by_s: int | None, acts: dict[str, tuple[str, ...]]
) -> None:
    found = outlook("granted", ONCE, 300, 0, now_s)
    assert (found.next_actor, found.by_s, found.may) == (actor, by_s, acts)
    assert spoken(found.otherwise).text


@pytest.mark.parametrize(
    ("now_s", "by_s", "acts"),
    [
        (1_999, 2_000, {"requester": ("cancel", "cancel_series")}),
        (2_000, 5_000, {"requester": ("cancel_series",)}),
        (3_999, 5_000, {"requester": ("cancel_series",)}),
        (4_000, 5_000, {}),
    ],
)
def test_series__can_be_given_back_time_by_time_until_the_last_one_kept_begins(
    now_s: int, by_s: int, acts: dict[str, tuple[str, ...]]
) -> None:
    times = (
        Occurrence(1_000, 1_500, returned=True),
        Occurrence(2_000, 3_000),
        Occurrence(4_000, 5_000),
        Occurrence(6_000, 7_000, returned=True),
    )
    found = outlook("granted", times, 500, 0, now_s)
    assert (found.next_actor, found.by_s, found.may) == ("requester", by_s, acts)
    assert outlook("granted", times, 500, 0, 5_000).next_actor == "both"


@pytest.mark.parametrize("state", ["denied", "cancelled", "expired"])
def test_ended_request__is_nobodys_turn(state: str) -> None:
    found = outlook(state, ONCE, 300, 1_500, 1_600)  # type: ignore[arg-type]
    assert (found.next_actor, found.by_s, found.may) == ("nobody", None, {})


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9), st.integers(1, 3)), max_size=6),
    st.integers(3, 5),
    st.integers(1, 3),
)
def test_too_full__of_any_grants__is_where_the_units_do_not_fit(
    grants: list[tuple[int, int, int]], capacity: int, units: int
) -> None:
    taken = [(start, start + length, units) for start, length, units in grants]
    full = too_full(taken, capacity, units, 0)
    for at in range(45):
        used = sum(more for start, end, more in taken if start <= at < end)
        assert any(start <= at < end for start, end in full) is (used + units > capacity)


def test_too_full__with_a_buffer__reaches_beyond_the_grant_on_both_sides() -> None:
    assert too_full([(1_000, 2_000, 1)], 1, 1, 300) == [(700, 2_300)]


# Monday to Friday, 8 to 17 UTC
WORKING = sum(1 << day * 24 + hour for day in range(5) for hour in range(8, 17))
MONDAY_S = 4 * DAY_S  # 1970-01-05


@pytest.mark.parametrize(
    ("quantum_s", "start_s", "end_s", "expected"),
    [
        (3_600, MONDAY_S + 8 * HOUR_S, MONDAY_S + 17 * HOUR_S, True),
        (3_600, MONDAY_S + 7 * HOUR_S, MONDAY_S + 9 * HOUR_S, False),
        (900, MONDAY_S + 16 * HOUR_S + 900, MONDAY_S + 17 * HOUR_S, True),
        (900, MONDAY_S + 16 * HOUR_S + 900, MONDAY_S + 17 * HOUR_S + 900, False),
        (3_600, MONDAY_S + 5 * DAY_S + 8 * HOUR_S, MONDAY_S + 5 * DAY_S + 9 * HOUR_S, False),
        # of civil days the hour in which each begins
        (DAY_S, MONDAY_S + 8 * HOUR_S, MONDAY_S + 8 * HOUR_S + 5 * DAY_S, True),
        (DAY_S, MONDAY_S + 8 * HOUR_S, MONDAY_S + 8 * HOUR_S + 6 * DAY_S, False),
        (DAY_S, MONDAY_S, MONDAY_S + DAY_S, False),
    ],
)
def test_is_open__when_every_hour_it_touches_is(
    quantum_s: int, start_s: int, end_s: int, expected: bool
) -> None:
    assert is_open(WORKING, quantum_s, start_s, end_s) is expected
    assert is_open(0, quantum_s, start_s, end_s)


def test_closed_quanta__are_left_out_of_what_is_free() -> None:
    grid = Grid(3_600, 900)  # quanta begin a quarter past
    closed = closed_quanta(grid, WORKING, MONDAY_S, MONDAY_S + DAY_S)
    assert free_intervals(grid, closed, MONDAY_S, MONDAY_S + DAY_S) == [
        (MONDAY_S + 8 * HOUR_S + 900, MONDAY_S + 16 * HOUR_S + 900)
    ]
    assert closed_quanta(grid, 0, MONDAY_S, MONDAY_S + DAY_S) == []
    days = Grid(DAY_S, 8 * HOUR_S)
    week = closed_quanta(days, WORKING, MONDAY_S, MONDAY_S + 7 * DAY_S)
    assert free_intervals(days, week, MONDAY_S, MONDAY_S + 7 * DAY_S) == [
        (MONDAY_S + 8 * HOUR_S, MONDAY_S + 8 * HOUR_S + 5 * DAY_S)
    ]
    assert open_hours(WORKING) == [day * 24 + hour for day in range(5) for hour in range(8, 17)]
