"""The grid says what the formula says: same offers, same numbers, same order, for any data."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from offer_factory import (
    CELLS,
    DAY_S,
    HOUR_S,
    NOW_S,
    STAY,
    a_wish,
    amounts,
    an_offer,
    currencies,
    names,
    offers,
    wanted,
)

from backend.matching import rules
from backend.matching.geometry import cell_centre
from backend.matching.grid import Grid
from backend.matching.rules import Match, Offer, Weights, Wish

Grants = Sequence[tuple[bytes, int, int]]
DEFAULT = Weights()
SKEWED = Weights(0, 0, 1, 999_998, 1)

# Around the antimeridian, around a pole, and in a town.
places = st.sampled_from(
    [
        (st.floats(48.1, 48.3), st.floats(16.2, 16.5)),
        (st.floats(-0.2, 0.2), st.one_of(st.floats(179.8, 180), st.floats(-180, -179.8))),
        (st.floats(89.8, 90), st.floats(-180, 180)),
        (st.floats(-90, -89.8), st.floats(-180, 180)),
    ]
)


def brute_force(
    offered: Sequence[Offer], wish: Wish, weights: Weights, grants: Grants, trust: dict[bytes, int]
) -> list[Match]:
    """Every offer by the formula, one after another."""
    found = []
    for offer in offered:
        own = [(start_s, end_s) for resource, start_s, end_s in grants if resource == offer.resource]
        match = rules.match(offer, wish, weights, NOW_S, own, trust[offer.owner])
        found += [match] if match else []
    return rules.order(found)[: wish.limit]


def by_grid(
    offered: Sequence[Offer], wish: Wish, weights: Weights, grants: Grants, trust: dict[bytes, int]
) -> list[Match]:
    grid = Grid(offered)
    reputation = np.array([trust[owner] for owner, _ in grid.accounts], dtype=np.int64)
    return grid.search(wish, weights, NOW_S, grid.granted(grants), reputation)


# Seconds from now at which notice, horizon and quanta begin or end to fit, and lengths that just fit.
edges = st.builds(
    int.__add__,
    st.sampled_from([0, 0, 300, HOUR_S, DAY_S, DAY_S, 2 * DAY_S, 7 * DAY_S, 7 * DAY_S]),
    st.sampled_from([0, 0, 0, 1, 600, 8 * HOUR_S]),
)
lengths = st.builds(
    lambda quanta, quantum_s, more: max(1, quanta * quantum_s + more),
    st.sampled_from([1, 1, 1, 2, 30]),
    st.sampled_from([300, 300, 900, HOUR_S, DAY_S]),
    st.sampled_from([0, 0, -1, 1]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Offer], Wish, Weights, Grants, dict[bytes, int]]:
    lats, lngs = draw(places)
    offered = draw(offers(lats, lngs))
    time: dict[str, Any] = {}
    if draw(st.booleans()):
        start_s = NOW_S + draw(edges)
        time = {"start_s": start_s, "end_s": start_s + draw(lengths)}
    money: dict[str, Any] = {}
    if draw(st.booleans()):
        money = {"budget": draw(amounts), "currency": draw(st.one_of(currencies, st.just("other")))}
    wish = a_wish(
        lat=draw(lats),
        lng=draw(lngs),
        radius_m=draw(st.sampled_from([700, 10_000, 100_000, 100_000])),
        criteria=draw(st.dictionaries(names, wanted, max_size=2)),
        limit=draw(st.sampled_from([3, 200])),
        **time,
        **money,
    )
    grants = []
    for offer in offered:
        at_s = NOW_S - DAY_S
        for gap_h, hours in draw(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 12)), max_size=2)):
            grants.append((offer.resource, at_s + gap_h * HOUR_S, at_s + (gap_h + hours) * HOUR_S))
            at_s += (gap_h + hours) * HOUR_S
    trust = {b"\x01" * 20: draw(st.integers(0, rules.ONE)), b"\x02" * 20: draw(st.integers(0, rules.ONE))}
    return offered, wish, draw(st.sampled_from([DEFAULT, SKEWED])), grants, trust


@given(cases())
@settings(max_examples=150, deadline=None)
def test_search__of_any_offers__equals_the_formula_one_by_one(
    case: tuple[list[Offer], Wish, Weights, Grants, dict[bytes, int]],
) -> None:
    assert by_grid(*case) == brute_force(*case)


def test_search__of_twins__ranks_by_resource_id_whatever_the_order_of_announcement() -> None:
    twins = [an_offer(number) for number in (7, 3, 9, 1, 5)]
    found = by_grid(twins, a_wish(limit=3), DEFAULT, [], {b"\x01" * 20: 500_000})
    assert [match.offer.resource[-1] for match in found] == [1, 3, 5]


def test_search__of_nothing__finds_nothing() -> None:
    assert by_grid([], a_wish(), DEFAULT, [], {}) == []
    assert by_grid([an_offer(service=STAY + 1)], a_wish(), DEFAULT, [], {b"\x01" * 20: 0}) == []


def test_search__after_a_grant__no_longer_offers_the_slot_but_the_next_one() -> None:
    offer = an_offer()
    wish = a_wish(start_s=NOW_S + DAY_S, end_s=NOW_S + DAY_S + HOUR_S)
    grants = [(offer.resource, NOW_S + DAY_S, NOW_S + DAY_S + HOUR_S)]
    trust = {offer.owner: 500_000}
    assert by_grid([offer], wish, DEFAULT, [], trust)
    assert not by_grid([offer], wish, DEFAULT, grants, trust)
    later = a_wish(start_s=NOW_S + DAY_S + HOUR_S, end_s=NOW_S + DAY_S + 2 * HOUR_S)
    assert by_grid([offer], later, DEFAULT, grants, trust)


@given(st.permutations(CELLS))
def test_search__of_offers_equal_but_for_the_place__never_ranks_a_nearer_one_lower(cells: list[str]) -> None:
    offered = []
    for number, cell in enumerate(cells):
        lat, lng = cell_centre(cell)
        offered.append(an_offer(number, cell=cell, lat=lat, lng=lng))
    found = by_grid(offered, a_wish(radius_m=50_000), DEFAULT, [], {b"\x01" * 20: 500_000})
    distances = [match.distance_m for match in found]
    assert len(found) == len(cells)
    assert distances == sorted(distances)


def test_search__at_every_edge_of_a_calendar__equals_the_formula() -> None:
    calendars = product([300, HOUR_S, DAY_S], [0, 900], [1, 2], [0, DAY_S])
    offered = [
        an_offer(
            number,
            quantum_s=quantum_s,
            phase_s=phase_s,
            max_quanta=longest,
            notice_s=notice_s,
            horizon_s=7 * DAY_S,
        )
        for number, (quantum_s, phase_s, longest, notice_s) in enumerate(calendars)
    ]
    trust = {b"\x01" * 20: 0}
    found = 0
    for near_s, more_s, length_s in product(
        [0, DAY_S, 7 * DAY_S],
        [0, 1, 300, 8 * HOUR_S, 8 * HOUR_S + 900],
        [1, 300, 301, HOUR_S, DAY_S, DAY_S + 1],
    ):
        start_s = NOW_S + near_s + more_s
        wish = a_wish(start_s=start_s, end_s=start_s + length_s, radius_m=50_000, limit=200)
        for shift_s in (-300, 300):
            grants = [(offer.resource, start_s + shift_s, start_s + shift_s + 300) for offer in offered]
            case = (offered, wish, DEFAULT, grants, trust)
            assert by_grid(*case) == brute_force(*case)
        found += len(by_grid(offered, wish, DEFAULT, [], trust))
        assert by_grid(offered, wish, DEFAULT, [], trust) == brute_force(offered, wish, DEFAULT, [], trust)
    assert found > 200


def test_search__at_every_edge_of_a_price__equals_the_formula() -> None:
    small = 10**12
    prices = [0, 1, 2, 3, small // 3, small - 1, small, small + 1, 2**63, 2**96 - 1]
    offered = [
        an_offer(number, amount=amount, per=per, currency=currency)
        for number, (amount, per, currency) in enumerate(
            product(prices, ["booking", "hour", "day"], ["EUR-cent", "hours"])
        )
    ]
    trust = {b"\x01" * 20: 0}
    for budget, hours in product([None, 0, 1, 2, small - 1, small, small + 1, 2**64, 2**200], [None, 1, 15]):
        money = {} if budget is None else {"budget": budget, "currency": "EUR-cent"}
        start_s = NOW_S + DAY_S
        time = {} if hours is None else {"start_s": start_s, "end_s": start_s + hours * HOUR_S}
        case = (offered, a_wish(radius_m=50_000, limit=200, **money, **time), DEFAULT, [], trust)
        assert by_grid(*case) == brute_force(*case)
        assert len(by_grid(*case)) == len(offered)


def test_search__for_every_kind_of_criterion__equals_the_formula() -> None:
    has = [0, 3, -1, 2**70, -(2**70), True, False, "saw", "3", (), ("saw",), ("saw", "drill"), ("saw", "saw")]
    wants = [
        0,
        3,
        4,
        -1,
        2**53,
        True,
        False,
        "saw",
        "3",
        "drill",
        ("saw",),
        ("saw", "drill"),
        ("hammer", "saw"),
    ]
    offered = [an_offer(number, criteria={"kind": value}) for number, value in enumerate(has)]
    offered.append(an_offer(99))
    for value, more in product(wants, [{}, {"size": 1}]):
        wish = a_wish(radius_m=50_000, limit=200, criteria={"kind": value} | more)
        case = (offered, wish, DEFAULT, [], {b"\x01" * 20: 0})
        assert by_grid(*case) == brute_force(*case)
