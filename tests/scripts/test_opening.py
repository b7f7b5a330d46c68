"""Opening hours as people write them are exactly the hours of the week that the contract keeps."""

from datetime import UTC, datetime

import pytest

from scripts._errors import CommandError
from scripts._opening import clock_change, in_words, parse_opening

WINTER_S = int(datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp())
SUMMER_S = int(datetime(2027, 7, 1, 12, tzinfo=UTC).timestamp())
VIENNA = "Europe/Vienna"


def hours(mask: int) -> list[int]:
    return [hour for hour in range(168) if mask >> hour & 1]


def test_opening__in_vienna__is_an_hour_earlier_in_utc_and_two_in_summer() -> None:
    winter = parse_opening(["mon-tue 09:00-11:00"], VIENNA, WINTER_S)
    assert hours(winter) == [8, 9, 32, 33]
    assert hours(parse_opening(["mon-tue 09:00-11:00"], VIENNA, SUMMER_S)) == [7, 8, 31, 32]


def test_opening__beyond_midnight_and_the_week__goes_on_in_the_next() -> None:
    assert hours(parse_opening(["sun 23:00-01:00"], "UTC", WINTER_S)) == [0, 167]
    assert hours(parse_opening(["mon 00:00-01:00"], VIENNA, WINTER_S)) == [167]
    assert hours(parse_opening(["sat-mon 10:00-11:00"], "UTC", WINTER_S)) == [10, 130, 154]


def test_opening__of_several_rules_and_whole_days__is_all_of_them() -> None:
    both = parse_opening(["mon 09:00-10:00", "Sunday"], "UTC", WINTER_S)
    assert hours(both) == [9, *range(144, 168)]
    assert parse_opening([], VIENNA, WINTER_S) == 0
    assert parse_opening(["mon-sun"], VIENNA, WINTER_S) == (1 << 168) - 1


def test_opening__in_a_zone_half_an_hour_off__needs_minutes_that_make_whole_hours() -> None:
    with pytest.raises(CommandError) as refused:
        parse_opening(["mon 09:00-18:00"], "Asia/Kolkata", WINTER_S)
    assert refused.value.code == "cli: inexact opening"
    assert "+05:30" in refused.value.next_step
    assert hours(parse_opening(["mon 09:30-11:30"], "Asia/Kolkata", WINTER_S)) == [4, 5]


@pytest.mark.parametrize(
    "rule",
    [
        *("", "09:00-18:00", "some 09:00-10:00", "mon-some 09:00-10:00", "mon 9-10", "mon 09:60-10:00"),
        *("mon 09:00-09:00", "mon 24:00-25:00", "mon 09:00-24:30", "mon -", "mon 09:00"),
    ],
)
def test_opening__that_cannot_be_read__is_refused(rule: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse_opening([rule], "UTC", WINTER_S)
    assert refused.value.code == "cli: malformed opening"


def test_opening__of_what_is_booked_by_the_day__is_whole_days() -> None:
    assert len(hours(parse_opening(["sat-sun"], VIENNA, WINTER_S, by_the_day=True))) == 48
    with pytest.raises(CommandError) as refused:
        parse_opening(["sat 09:00-10:00"], VIENNA, WINTER_S, by_the_day=True)
    assert refused.value.code == "cli: malformed opening"


@pytest.mark.parametrize("now_s", [WINTER_S, SUMMER_S])
@pytest.mark.parametrize("tz", [VIENNA, "UTC", "America/New_York", "Pacific/Auckland"])
def test_words__of_opening_hours__say_what_was_typed(tz: str, now_s: int) -> None:
    rules = ["mon-fri 09:00-12:00", "mon-fri 13:00-18:00", "sun 00:00-24:00"]
    assert in_words(hours(parse_opening(rules, tz, now_s)), tz, now_s) == rules


def test_words__after_the_clocks_changed__move_by_an_hour() -> None:
    winter = hours(parse_opening(["mon-fri 09:00-18:00"], VIENNA, WINTER_S))
    assert in_words(winter, VIENNA, SUMMER_S) == ["mon-fri 10:00-19:00"]
    assert clock_change(VIENNA, WINTER_S) == ("CET", "CEST")
    assert clock_change("UTC", WINTER_S) is None
    assert in_words(range(168), VIENNA, WINTER_S) == ["always"]
