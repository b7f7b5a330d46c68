"""Opening hours as people write them, "mon-fri 09:00-18:00", and as the contract keeps them: one bit for each
hour of the week from Monday 00:00 UTC on.

The contract knows no time zones. What is typed in a zone is turned into UTC with the offset that holds now;
it has to fall on whole UTC hours. Where clocks change, it is an hour later or earlier for half a year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from scripts._errors import CommandError
from scripts._quantities import parse_zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_S, HOUR_S, WEEK_H = 86_400, 3_600, 168
_RULE = re.compile(
    r"(?P<first>[a-z]+)(?:-(?P<last>[a-z]+))?"
    r"(?:\s+(?P<from_h>\d{1,2}):(?P<from_m>\d\d)-(?P<to_h>\d{1,2}):(?P<to_m>\d\d))?"
)


def parse_opening(rules: Sequence[str], tz: str, now_s: int, by_the_day: bool = False) -> int:
    """The hours of the week that these rules open, as a mask; 0 without rules means always.

    Args:
        rules: "mon-fri 09:00-18:00", "sat 10:00-14:00", "fri 22:00-04:00" (into Saturday), "sun" (all day).
        tz: IANA name of the zone in which they are meant.
        now_s: When the zone's offset is looked up.
        by_the_day: The thing is booked by the day, so that only whole days can be said.

    Raises:
        CommandError: "cli: malformed opening", or "cli: inexact opening" where the zone's hours are not whole
            hours of UTC.
    """
    offset_s = _offset_s(tz, now_s)
    mask = 0
    for rule in rules:
        for first_s, last_s in _spans(rule, by_the_day):
            begin_s, end_s = first_s - offset_s, last_s - offset_s
            if begin_s % HOUR_S or end_s % HOUR_S:
                raise CommandError(
                    "cli: inexact opening",
                    f"{rule!r} in {tz} does not begin and end with a whole hour of UTC, and the contract "
                    "keeps nothing finer.",
                    f"{tz} is {_shown_offset(offset_s)} from UTC: choose minutes that make whole hours.",
                )
            for hour in range(begin_s // HOUR_S, end_s // HOUR_S):
                mask |= 1 << hour % WEEK_H
    return mask


def in_words(open_hours: Sequence[int], tz: str, now_s: int) -> list[str]:
    """The opening hours as they are on the zone's clock now: "mon-fri 09:00-18:00", in the week's order."""
    offset_s = _offset_s(tz, now_s)
    if len(open_hours) == WEEK_H:
        return ["always"]
    minutes = sorted((hour * HOUR_S + offset_s) % (WEEK_H * HOUR_S) for hour in open_hours)
    days = [_stretches([at - day * DAY_S for at in minutes if at // DAY_S == day]) for day in range(7)]
    found: list[str] = []
    for times, group in groupby(enumerate(days), key=lambda one: one[1]):
        numbers = [day for day, _ in group]
        if times:
            named = DAYS[numbers[0]] + (f"-{DAYS[numbers[-1]]}" if len(numbers) > 1 else "")
            found += [f"{named} {time}" for time in times]
    return found


def clock_change(tz: str, now_s: int) -> tuple[str, str] | None:
    """The names of the zone's two times, the one of now first ("CET", "CEST"); None where clocks stay."""
    zone = parse_zone(tz)
    now = datetime.fromtimestamp(now_s, UTC).astimezone(zone)
    for days in range(1, 366):
        later = (now + timedelta(days=days)).astimezone(UTC).astimezone(zone)
        if later.utcoffset() != now.utcoffset():
            return now.tzname() or "", later.tzname() or ""
    return None


def _spans(rule: str, by_the_day: bool) -> list[tuple[int, int]]:
    """Seconds after Monday 00:00 on the zone's clock: begin and end of each day's opening."""
    found = _RULE.fullmatch(rule.strip().lower())
    first, last = (_day(found[name]) if found and found[name] else None for name in ("first", "last"))
    if found is None or first is None or (found["last"] and last is None):
        raise _malformed(rule, 'Write days and times: "mon-fri 09:00-18:00", "sat 10:00-14:00" or "sun".')
    days = [(first + step) % 7 for step in range(((first if last is None else last) - first) % 7 + 1)]
    if found["from_h"] is None:
        return [(day * DAY_S, (day + 1) * DAY_S) for day in days]
    if by_the_day:
        raise _malformed(rule, "What is booked by the day opens for whole days: leave the times out.")
    begin_s, end_s = (
        int(found[f"{side}_h"]) * HOUR_S + int(found[f"{side}_m"]) * 60 for side in ("from", "to")
    )
    if begin_s >= DAY_S or end_s > DAY_S or int(found["from_m"]) > 59 or int(found["to_m"]) > 59:
        raise _malformed(rule, "Times go from 00:00 to 24:00.")
    if begin_s == end_s:
        raise _malformed(rule, "Give an end that differs from the begin; leave both out for all day.")
    over_night_s = DAY_S if end_s < begin_s else 0
    return [(day * DAY_S + begin_s, day * DAY_S + end_s + over_night_s) for day in days]


def _stretches(starts_s: list[int]) -> list[str]:
    """Hours of one day, by their begin, as "09:00-18:00"."""
    joined: list[list[int]] = []
    for start_s in starts_s:
        if joined and joined[-1][1] == start_s:
            joined[-1][1] += HOUR_S
        else:
            joined.append([start_s, start_s + HOUR_S])
    return [f"{_clock(start_s)}-{_clock(end_s)}" for start_s, end_s in joined]


def _day(word: str) -> int | None:
    short = word[:3]
    return DAYS.index(short) if short in DAYS else None


def _clock(time_s: int) -> str:
    return f"{time_s // HOUR_S:02}:{time_s % HOUR_S // 60:02}"


def _offset_s(tz: str, now_s: int) -> int:
    offset = datetime.fromtimestamp(now_s, UTC).astimezone(parse_zone(tz)).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _shown_offset(offset_s: int) -> str:
    return f"{'-' if offset_s < 0 else '+'}{_clock(abs(offset_s))}"


def _malformed(rule: str, next_step: str) -> CommandError:
    return CommandError("cli: malformed opening", f"{rule!r} are no opening hours.", next_step)
