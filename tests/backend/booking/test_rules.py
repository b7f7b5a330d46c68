"""Free stretches and the outlook of a request, against plain counting."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.booking.rules import Grid, free_intervals, outlook, start_span
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


def test_pending__is_the_owners_turn_until_just_before_the_end() -> None:
    last = outlook("pending", 2_000, 3_000, 1_500, 1_499)
    assert (last.next_actor, last.by_s, last.may["owner"]) == ("owner", 1_500, ("confirm", "deny"))
    with pytest.raises(ValueError):
        outlook("pending", 2_000, 3_000, 1_500, 1_500)


@pytest.mark.parametrize(
    ("now_s", "actor", "by_s", "acts"),
    [
        (1_999, "requester", 2_000, {"requester": ("cancel",)}),
        (2_000, "requester", 3_000, {}),
        (2_999, "requester", 3_000, {}),
        (3_000, "both", None, {"owner": ("rate",), "requester": ("rate",)}),
    ],
)
def test_granted__before_during_and_after_its_time(
    now_s: int, actor: str, by_s: int | None, acts: dict[str, tuple[str, ...]]
) -> None:
    found = outlook("granted", 2_000, 3_000, 0, now_s)
    assert (found.next_actor, found.by_s, found.may) == (actor, by_s, acts)
    assert spoken(found.otherwise).text


@pytest.mark.parametrize("state", ["denied", "cancelled", "expired"])
def test_ended_request__is_nobodys_turn(state: str) -> None:
    found = outlook(state, 2_000, 3_000, 1_500, 1_600)  # type: ignore[arg-type]
    assert (found.next_actor, found.by_s, found.may) == ("nobody", None, {})
