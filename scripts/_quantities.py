"""What people type on a command line as exact values: moments, durations, amounts, ids, points."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scripts._errors import CommandError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RELATIVE = re.compile(r"^(today|tomorrow|mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+(\d{1,2}):(\d{2})$")
_UNITS_S = {"m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400}
MAX_TIME_S = 2**40 - 1


def parse_moment(text: str, now_s: int, tz: str) -> int:
    """UTC seconds of a moment.

    Args:
        text: "@1795258420" (UTC seconds), "2026-11-28 10:00" (in `tz` unless it carries an offset),
            "tomorrow 10:00" or
            "sat 10:00" (the next one after now).
        now_s: Chain time.
        tz: IANA name of the zone.

    Raises:
        CommandError: "request: impossible time".
    """
    words = text.strip().lower()
    try:
        if words.startswith("@"):
            return _bounded(int(words[1:]), text)
        zone = parse_zone(tz)
        relative = _RELATIVE.match(words)
        if relative is None:
            wanted = datetime.fromisoformat(text.strip())
            return _bounded(int((wanted if wanted.tzinfo else wanted.replace(tzinfo=zone)).timestamp()), text)
        now = datetime.fromtimestamp(now_s, UTC).astimezone(zone)
        hour, minute = int(relative[2]), int(relative[3])
        wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        match relative[1]:
            case "today":
                pass
            case "tomorrow":
                wanted += timedelta(days=1)
            case day:
                wanted += timedelta(days=(_DAYS.index(day) - now.weekday()) % 7)
                if wanted.timestamp() <= now_s:
                    wanted += timedelta(days=7)
        return _bounded(int(wanted.timestamp()), text)
    except (ValueError, OverflowError, OSError):
        raise _impossible(text) from None


def parse_zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        CommandError: "cli: unknown time zone".
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(
            "cli: unknown time zone", f"There is no time zone {name!r}.", "Write one like Europe/Vienna."
        ) from None


def parse_duration(text: str) -> int:
    """Seconds of "90m", "4h", "2d" or "1w".

    Raises:
        CommandError: "cli: malformed duration".
    """
    found = re.fullmatch(r"(\d{1,6})\s*(m|min|h|d|w)", text.strip().lower())
    if found is None:
        raise CommandError("cli: malformed duration", f"{text!r} is no duration.", "Write 90m, 4h, 2d or 1w.")
    return int(found[1]) * _UNITS_S[found[2]]


def parse_amount(text: str, decimals: int) -> int:
    """Smallest units of "12.50".

    Raises:
        CommandError: "cli: malformed amount" for anything that is no exact non-negative number of units.
    """
    found = re.fullmatch(r"([0-9]{1,78})(?:\.([0-9]{1,78}))?", text.strip())
    fraction = (found[2] or "").rstrip("0") if found else ""
    if found is None or len(fraction) > decimals:
        raise CommandError(
            "cli: malformed amount",
            f"{text!r} is no amount.",
            f"Write a number with at most {decimals} decimals.",
        )
    return int(found[1] + fraction.ljust(decimals, "0"))


def parse_id(text: str, what: str) -> bytes:
    """The 32 bytes of an id.

    Raises:
        CommandError: "cli: malformed id".
    """
    if re.fullmatch(r"0x[0-9a-fA-F]{64}", text) is None:
        raise CommandError(
            "cli: malformed id", f"{text!r} is no id of a {what}.", "Copy all of it: 0x and 64 digits."
        )
    return bytes.fromhex(text[2:])


def parse_point(text: str) -> tuple[float, float]:
    """Latitude and longitude in degrees of "48.2085,16.3721".

    Raises:
        CommandError: "cli: malformed point".
    """
    try:
        lat, lng = (float(part) for part in text.split(","))
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):
            raise ValueError
    except ValueError:
        raise CommandError(
            "cli: malformed point",
            f"{text!r} is no point.",
            "Write LATITUDE,LONGITUDE in degrees: 48.2085,16.3721.",
        ) from None
    return lat, lng


def parse_criteria(pairs: list[str]) -> dict[str, int | str | bool | list[str]]:
    """Criteria from "watts=800", "hammer=true", "colour=red" or "bits=6mm|8mm" (a list).

    Raises:
        CommandError: "cli: malformed criterion".
    """
    found: dict[str, int | str | bool | list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise CommandError("cli: malformed criterion", f"{pair!r} is none.", "Write NAME=VALUE.")
        if value in {"true", "false"}:
            found[name] = value == "true"
        elif re.fullmatch(r"-?\d{1,15}", value):
            found[name] = int(value)
        else:
            found[name] = value.split("|") if "|" in value else value
    return found


def _bounded(time_s: int, text: str) -> int:
    if not 0 <= time_s <= MAX_TIME_S:
        raise _impossible(text)
    return time_s


def _impossible(text: str) -> CommandError:
    return CommandError(
        "request: impossible time",
        f"{text!r} is no moment there is.",
        'Write "sat 10:00", "2026-11-28 10:00" or @ and UTC seconds.',
    )
