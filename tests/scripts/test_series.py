"""The starts of a series stay at the same time on the clock, and occurrences are named from one."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from scripts._errors import CommandError
from scripts._series import WEEK_S, listed, parse_which, weekly

VIENNA = "Europe/Vienna"


def at(text: str) -> int:
    """UTC seconds of a moment on the clock of Vienna."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(VIENNA)).timestamp())


def test_weekly__over_the_change_of_clocks__stays_at_the_same_time() -> None:
    starts = weekly(at("2027-03-20 18:00"), 3, VIENNA, 3_600)
    assert starts == [at("2027-03-20 18:00"), at("2027-03-27 18:00"), at("2027-04-03 18:00")]
    assert [later - sooner for sooner, later in pairwise(starts)] == [WEEK_S, WEEK_S - 3_600]


def test_weekly__of_what_is_booked_by_the_day__stays_on_its_grid() -> None:
    starts = weekly(at("2027-03-20 00:00"), 3, VIENNA, 86_400)
    assert starts[2] - starts[0] == 2 * WEEK_S


def test_weekly__at_a_time_that_the_clocks_skip__is_refused() -> None:
    with pytest.raises(CommandError) as refused:
        weekly(at("2027-03-21 02:30"), 2, VIENNA, 900)
    assert refused.value.code == "cli: no such time"
    assert "2027-03-28" in refused.value.message


@pytest.mark.parametrize("count", [0, 13, -1])
def test_weekly__too_often_or_never__is_refused(count: int) -> None:
    with pytest.raises(CommandError) as refused:
        weekly(at("2027-03-21 12:00"), count, VIENNA, 900)
    assert refused.value.code == "cli: impossible series"


def test_listed__in_any_order__is_ascending_and_each_once() -> None:
    first_s, now_s = at("2026-12-05 10:00"), at("2026-11-21 12:00")
    found = listed(first_s, ["2026-12-24 16:00", "2026-11-29 09:00"], now_s, VIENNA)
    assert found == [at("2026-11-29 09:00"), first_s, at("2026-12-24 16:00")]
    for others in (["2026-12-05 10:00"], [f"2027-01-{day:02} 10:00" for day in range(1, 13)]):
        with pytest.raises(CommandError) as refused:
            listed(first_s, others, now_s, VIENNA)
        assert refused.value.code == "cli: impossible series"


def test_which__numbers_and_ranges__are_bits_from_one() -> None:
    assert parse_which("2,5", 6) == 0b10010
    assert parse_which("1-3, 6", 6) == 0b100111
    for wrong in ("0", "7", "3-2", "a", "", "1,", "²", "1-9"):
        with pytest.raises(CommandError) as refused:
            parse_which(wrong, 6)
        assert refused.value.code == "cli: no such occurrence"
