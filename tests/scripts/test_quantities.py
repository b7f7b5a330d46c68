"""What people type becomes exact values, or an error that says how to write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scripts._errors import CommandError
from scripts._quantities import (
    parse_amount,
    parse_criteria,
    parse_duration,
    parse_id,
    parse_moment,
    parse_point,
)

VIENNA = "Europe/Vienna"
# Wednesday 2026-11-25 12:00 in Vienna
NOW_S = int(datetime(2026, 11, 25, 11, 0, tzinfo=UTC).timestamp())


def at(*parts: int) -> int:
    """UTC seconds of a UTC date and time."""
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "wanted_s"),
    [
        ("@1795258420", 1_795_258_420),
        ("2026-11-28 10:00", at(2026, 11, 28, 9, 0)),
        ("2026-11-28T10:00+02:00", at(2026, 11, 28, 8, 0)),
        ("2026-07-01 10:00", at(2026, 7, 1, 8, 0)),  # summer time
        ("sat 10:00", at(2026, 11, 28, 9, 0)),
        ("Saturday 10:00", at(2026, 11, 28, 9, 0)),
        ("wed 13:00", at(2026, 11, 25, 12, 0)),
        ("wed 11:00", at(2026, 12, 2, 10, 0)),  # that hour has passed today
        ("today 11:00", at(2026, 11, 25, 10, 0)),
        ("tomorrow 08:30", at(2026, 11, 26, 7, 30)),
    ],
)
def test_parse_moment__reads_what_people_write(text: str, wanted_s: int) -> None:
    assert parse_moment(text, NOW_S, VIENNA) == wanted_s


def test_parse_moment__across_the_change_of_clocks__keeps_the_wall_time() -> None:
    saturday_s = at(2026, 10, 24, 10, 0)
    assert parse_moment("sun 10:00", saturday_s, VIENNA) == at(2026, 10, 25, 9, 0)


@pytest.mark.parametrize(
    "text",
    ["", "sat", "sat 25:00", "sat 10:61", "2026-02-30 10:00", "@-1", "@1099511627776", "@x", "soon 10:00"],
)
def test_parse_moment__of_an_impossible_time__is_refused(text: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_moment(text, NOW_S, VIENNA)
    assert caught.value.code == "request: impossible time"


def test_parse_duration__knows_minutes_hours_days_weeks() -> None:
    assert [parse_duration(text) for text in ("90m", "4h", "2d", "1w")] == [5_400, 14_400, 172_800, 604_800]
    for text in ("", "4", "h", "-4h", "1.5h", "4y"):
        with pytest.raises(CommandError):
            parse_duration(text)


def test_parse_amount__is_exact_or_refused() -> None:
    assert parse_amount("12.5", 6) == 12_500_000
    assert parse_amount("0.000001", 6) == 1
    assert parse_amount("79228162514264337593543950335", 0) == 2**96 - 1
    assert parse_amount("12345678901.123456789012345678", 18) == 12345678901123456789012345678
    assert parse_amount("1.50", 1) == 15
    for text in ("0.0000001", "-1", "NaN", "Infinity", "1,5", "", "1e9", "1e999999", "1_0", "."):
        with pytest.raises(CommandError) as caught:
            parse_amount(text, 6)
        assert caught.value.code == "cli: malformed amount"


def test_parse_id__takes_all_64_digits_only() -> None:
    assert parse_id("0x" + "Ab" * 32, "deal") == b"\xab" * 32
    for text in ("0x" + "ab" * 31, "ab" * 32, "0x" + "zz" * 32, "0x"):
        with pytest.raises(CommandError):
            parse_id(text, "deal")


def test_parse_point__stays_on_the_globe() -> None:
    assert parse_point("48.2, -16.4") == (48.2, -16.4)
    for text in ("48.2", "91,0", "0,181", "a,b", "nan,0", "1,2,3"):
        with pytest.raises(CommandError):
            parse_point(text)


def test_parse_criteria__knows_numbers_words_yes_no_and_lists() -> None:
    wanted = {"watts": 800, "hammer": True, "colour": "red", "bits": ["6", "8"]}
    assert parse_criteria(["watts=800", "hammer=true", "colour=red", "bits=6|8"]) == wanted
    with pytest.raises(CommandError):
        parse_criteria(["watts"])
