"""Conditions, states, capacity, series and bundles over HTTP, on tables folded from events."""

from typing import Any

import pytest
from chain_facts import DAY_S, HOUR_S, announced, gated, granted, in_state, number, requested

from indexer.chain.generated.booking import BookingReturned, SeriesReturned

THING, OTHER = number(1), number(2)
POLICY = number(77, 20)
# Monday 08:00 to 09:00 UTC
MONDAY_AT_8 = 1 << 8


@pytest.fixture
def owner(installation: Any) -> bytes:
    """Whose the things are."""
    found: bytes = installation.address("owner")
    return found


def get(installation: Any, path: str, **params: Any) -> Any:
    answer = installation.client.get(f"/api{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


def tell(installation: Any, *events: Any) -> None:
    installation.rows.block(installation.rows.time_s + 1, events)


def full_hour(installation: Any) -> int:
    """The start of an hour a day from now."""
    now_s: int = installation.rows.time_s
    return now_s - now_s % HOUR_S + DAY_S


def test_resource__with_conditions__shows_them_to_be_presented_again(installation: Any, owner: bytes) -> None:
    asks = gated(
        THING, policy=POLICY, param=number(5), quota=9, opening=MONDAY_AT_8 | 1 << 167, requires=OTHER
    )
    tell(installation, announced(owner, THING, rule=2, gated=True), asks)
    shown = get(installation, f"/resources/{hexed(THING)}")
    assert (shown["rule"], shown["state"]) == ("policy", "active")
    conditions = shown["conditions"]
    assert bytes.fromhex(conditions["policy"][2:]) == POLICY
    assert conditions["policy_name"] is None  # not one of this installation
    assert (conditions["param"], conditions["quota"]) == (hexed(number(5)), 9)
    assert (conditions["open_hours"], conditions["requires"]) == ([8, 167], hexed(OTHER))


def test_resource__without_conditions__has_none(installation: Any, owner: bytes) -> None:
    tell(installation, announced(owner, THING))
    assert get(installation, f"/resources/{hexed(THING)}")["conditions"] is None


def test_resource__paused_and_retired__says_so_and_is_never_free(installation: Any, owner: bytes) -> None:
    tell(installation, announced(owner, THING))
    start_s = full_hour(installation)

    def free() -> list[Any]:
        path = f"/resources/{hexed(THING)}/availability"
        found: list[Any] = get(installation, path, from_s=start_s, to_s=start_s + HOUR_S)["free"]
        return found

    assert free()
    for state, word in ((2, "paused"), (1, "active"), (3, "retired")):
        tell(installation, in_state(THING, state, owner))
        assert get(installation, f"/resources/{hexed(THING)}")["state"] == word
        assert bool(free()) is (word == "active")


def test_availability__of_several_units__ends_where_they_do_not_fit(installation: Any, owner: bytes) -> None:
    start_s, borrower = full_hour(installation), installation.address("requester")
    tell(installation, announced(owner, THING, capacity=3))
    tell(installation, requested(THING, number(11), borrower, start_s, 2, units=2))
    path = f"/resources/{hexed(THING)}/availability"
    span = {"from_s": start_s - HOUR_S, "to_s": start_s + 3 * HOUR_S}
    assert get(installation, path, **span)["free"] == [{"start_s": span["from_s"], "end_s": span["to_s"]}]
    assert get(installation, path, **span, units=2)["free"] == [
        {"start_s": start_s - HOUR_S, "end_s": start_s},
        {"start_s": start_s + 2 * HOUR_S, "end_s": start_s + 3 * HOUR_S},
    ]
    assert get(installation, path, **span, units=4)["free"] == []


def test_availability__with_a_buffer_and_opening_hours__is_what_can_be_asked_for(
    installation: Any, owner: bytes
) -> None:
    start_s, borrower = full_hour(installation), installation.address("requester")
    tell(installation, announced(owner, THING, buffer=1))
    # granted just before the span: its buffer reaches into it
    tell(installation, requested(THING, number(11), borrower, start_s - HOUR_S, 1))
    path = f"/resources/{hexed(THING)}/availability"
    assert get(installation, path, from_s=start_s, to_s=start_s + 3 * HOUR_S)["free"] == [
        {"start_s": start_s + HOUR_S, "end_s": start_s + 3 * HOUR_S}
    ]
    open_at = (start_s // HOUR_S + 72) % 168
    asks = gated(OTHER, opening=1 << open_at)
    tell(installation, announced(owner, OTHER, gated=True), asks)
    path = f"/resources/{hexed(OTHER)}/availability"
    assert get(installation, path, from_s=start_s - DAY_S, to_s=start_s + DAY_S)["free"] == [
        {"start_s": start_s, "end_s": start_s + HOUR_S}
    ]


def test_request__of_a_series__shows_each_time_and_what_was_given_back(
    installation: Any, owner: bytes
) -> None:
    start_s, borrower = full_hour(installation), installation.address("requester")
    series = (1 << 220 | 168 | 168 << 20).to_bytes(32, "big")
    tell(installation, announced(owner, THING))
    tell(installation, requested(THING, number(11), borrower, start_s, 2, bundle=series))
    tell(installation, SeriesReturned(number(11), borrower, 0b010))
    shown = get(installation, f"/requests/{hexed(number(11))}")
    assert shown["kind"] == "series"
    week_s = 7 * DAY_S
    assert shown["occurrences"] == [
        {
            "start_s": start_s + index * week_s,
            "end_s": start_s + index * week_s + 2 * HOUR_S,
            "returned": index == 1,
        }
        for index in range(3)
    ]
    assert (shown["end_s"], shown["asked_end_s"]) == (start_s + 2 * week_s + 2 * HOUR_S,) * 2
    assert shown["may"]["requester"] == ["cancel", "cancel_series"]


def test_request__of_a_bundle__names_the_others_and_is_not_confirmed_alone(
    installation: Any, owner: bytes
) -> None:
    start_s, borrower = full_hour(installation), installation.address("requester")
    tell(installation, announced(owner, THING), announced(owner, OTHER))
    link, until_s = number(2**200 + 5), start_s
    tell(
        installation,
        *(
            requested(thing, key, borrower, start_s, bundle=link, expires_at=until_s)
            for thing, key in ((THING, number(11)), (OTHER, number(12)))
        ),
    )
    shown = get(installation, f"/requests/{hexed(number(12))}")
    assert (shown["kind"], set(shown["bundled"])) == ("bundle", {hexed(number(11)), hexed(number(12))})
    assert shown["may"]["owner"] == ["confirm_together", "deny"]
    tell(installation, *(granted(THING, number(key), owner) for key in (11, 12)))
    assert get(installation, f"/requests/{hexed(number(11))}")["state"] == "granted"


def test_request__given_back_early__keeps_the_end_that_was_asked_for(installation: Any, owner: bytes) -> None:
    start_s, borrower = full_hour(installation), installation.address("requester")
    tell(installation, announced(owner, THING))
    tell(installation, requested(THING, number(11), borrower, start_s, 4))
    tell(installation, BookingReturned(number(11), THING, borrower, start_s + HOUR_S))
    shown = get(installation, f"/requests/{hexed(number(11))}")
    assert (shown["kind"], shown["end_s"], shown["asked_end_s"]) == (
        "single",
        start_s + HOUR_S,
        start_s + 4 * HOUR_S,
    )
    assert shown["occurrences"] == [{"start_s": start_s, "end_s": start_s + HOUR_S, "returned": False}]
