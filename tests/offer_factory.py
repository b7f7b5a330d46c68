"""Offers for tests of matching: one with plain defaults, and a strategy for many that collide often."""

from typing import Any

from hypothesis import strategies as st

from backend.matching.geometry import cell_centre
from backend.matching.rules import Offer, Wish

NOW_S = 1_800_000_000
VIENNA = (48.2082, 16.3738)
STAY, TOOLS = 0x57A41, 0x700150
CELLS = ("881e15b64dfffff", "881e15b71bfffff", "881e15b663fffff")
HOUR_S, DAY_S = 3_600, 86_400
# Monday to Friday, 6 to 18 UTC
WORKING_HOURS = sum(1 << day * 24 + hour for day in range(5) for hour in range(6, 18))


def resource_id(number: int) -> bytes:
    """A 32-byte id."""
    return number.to_bytes(32, "big")


def an_offer(number: int = 1, **changes: Any) -> Offer:
    """A free place at the first cell, bookable by the hour."""
    lat, lng = cell_centre(CELLS[0])
    values: dict[str, Any] = {
        "resource": resource_id(number),
        "owner": b"\x01" * 20,
        "service": STAY,
        "title": "A place",
        "cell": CELLS[0],
        "lat": lat,
        "lng": lng,
        "max_distance_m": 50_000,
        "amount": 1_000,
        "currency": "EUR-cent",
        "per": "day",
        "deposit": 0,
        "criteria": {},
        "quantum_s": HOUR_S,
        "phase_s": 0,
        "max_quanta": 24 * 30,
        "notice_s": 0,
        "horizon_s": 365 * DAY_S,
        "rule": 0,
    }
    return Offer(**(values | changes))


def a_wish(**changes: Any) -> Wish:
    """Somebody in the middle of Vienna who looks for a stay."""
    values: dict[str, Any] = {"service": STAY, "lat": VIENNA[0], "lng": VIENNA[1]}
    return Wish(**(values | changes))


amounts = st.one_of(
    st.integers(0, 5_000), st.just(0), st.integers(0, 2**96 - 1), st.integers(10**12 - 2, 10**12 + 2)
)
currencies = st.sampled_from(["EUR-cent", "hours"])
offered = st.one_of(
    st.integers(0, 4),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.sampled_from(["room", "home"]),
    st.lists(st.sampled_from(["hammer", "saw", "drill"]), max_size=3).map(tuple),
)
names = st.sampled_from(["size", "kind"])
wanted = st.one_of(
    st.integers(0, 4),
    st.booleans(),
    st.sampled_from(["room", "home", "saw"]),
    st.lists(st.sampled_from(["hammer", "saw"]), min_size=1, max_size=2).map(tuple),
)


def offers(lats: st.SearchStrategy[float], lngs: st.SearchStrategy[float]) -> st.SearchStrategy[list[Offer]]:
    """Up to 40 offers with distinct ids in no order, positions as given."""

    def numbered(parts: list[dict[str, Any]]) -> list[Offer]:
        # Multiplying by an odd number permutes the ids, so that their order is not that of the list.
        return [an_offer(place * 2_654_435_761 % 2**32 + 1, **part) for place, part in enumerate(parts)]

    one = st.fixed_dictionaries(
        {
            "owner": st.sampled_from([b"\x01" * 20, b"\x02" * 20]),
            "service": st.sampled_from([STAY, STAY, STAY, STAY, TOOLS]),
            "lat": lats,
            "lng": lngs,
            "max_distance_m": st.sampled_from([5_000, 50_000, 20_000_000, 20_000_000, 20_000_000]),
            "amount": amounts,
            "currency": currencies,
            "per": st.sampled_from(["booking", "hour", "day"]),
            "criteria": st.dictionaries(names, offered, max_size=2),
            "quantum_s": st.sampled_from([300, 900, HOUR_S, DAY_S]),
            "phase_s": st.sampled_from([0, 900, 92 * 900]),
            "max_quanta": st.sampled_from([1, 2, 30, 4_095]),
            "notice_s": st.sampled_from([0, 0, 0, 24 * HOUR_S]),
            "horizon_s": st.sampled_from([7 * DAY_S, 365 * DAY_S]),
            "capacity": st.sampled_from([1, 1, 1, 2]),
            "buffer_s": st.sampled_from([0, 0, 0, 900]),
            "opening": st.sampled_from([0, 0, 0, WORKING_HOURS]),
        }
    )
    return st.lists(one, min_size=6, max_size=24).map(numbered)
