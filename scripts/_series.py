"""The starts of a series: every week at the same time on the clock, or moments one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from scripts._errors import CommandError
from scripts._quantities import parse_moment, parse_zone

MAX_STARTS = 12
WEEK_S = 7 * 86_400
DAY_S = 86_400


def weekly(start_s: int, count: int, tz: str, quantum_s: int) -> list[int]:
    """So many starts a week apart, all at the same time on the clock of the zone, also when clocks change.

    What is booked by the day has its days a fixed time after midnight in UTC, so those stay seven days apart.

    Raises:
        CommandError: "cli: impossible series", or "cli: no such time" where the clock skips one of them.
    """
    if not 1 <= count <= MAX_STARTS:
        raise _impossible(f"{count} times do not fit into one series.", f"Ask for 1 to {MAX_STARTS} times.")
    if quantum_s == DAY_S:
        return [start_s + week * WEEK_S for week in range(count)]
    zone = parse_zone(tz)
    first = datetime.fromtimestamp(start_s, UTC).astimezone(zone)
    starts = []
    for week in range(count):
        wall = first + timedelta(weeks=week)
        moment = wall.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            raise CommandError(
                "cli: no such time",
                f"On {wall:%Y-%m-%d} the clocks of {tz} skip {wall:%H:%M}.",
                "Choose another time of the day, or write the moments one by one with --starts.",
            )
        starts.append(int(moment.timestamp()))
    return starts


def listed(first_s: int, others: Sequence[str], now_s: int, tz: str) -> list[int]:
    """The first start and the others as they were typed, in ascending order.

    Raises:
        CommandError: "cli: impossible series", "request: impossible time".
    """
    starts = sorted({first_s, *(parse_moment(text, now_s, tz) for text in others)})
    if len(starts) != 1 + len(others):
        raise _impossible("A time is named twice.", "Name each time once.")
    if len(starts) > MAX_STARTS:
        raise _impossible(
            f"{len(starts)} times do not fit into one series.", f"Ask for at most {MAX_STARTS} at once."
        )
    return starts


def parse_which(text: str, count: int) -> int:
    """The bits of "2,5" or "3-6": which occurrences are meant, counted from 1.

    Raises:
        CommandError: "cli: no such occurrence".
    """
    bits = 0
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        numbers = (first, last) if dash else (first, first)
        if not all(number.isascii() and number.isdigit() and len(number) < 4 for number in numbers):
            raise _no_occurrence(text, count)
        low, high = (int(number) for number in numbers)
        if not 1 <= low <= high <= count:
            raise _no_occurrence(text, count)
        for number in range(low, high + 1):
            bits |= 1 << number - 1
    return bits


def _impossible(message: str, next_step: str) -> CommandError:
    return CommandError("cli: impossible series", message, next_step)


def _no_occurrence(text: str, count: int) -> CommandError:
    return CommandError(
        "cli: no such occurrence",
        f"{text!r} names none of the {count} times.",
        f"Write numbers from 1 to {count}: 2,5 or 3-6.",
    )
