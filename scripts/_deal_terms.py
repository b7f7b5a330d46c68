"""The rarely needed terms of a deal as people type them: milestones, cancelling, arbitrators in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from scripts._errors import CommandError
from scripts._money import Currency
from scripts._quantities import parse_amount, parse_duration, parse_moment

if TYPE_CHECKING:
    from scripts._session import Session

WHOLE_BPS = 10_000
DEFAULT_FEE_CAP = "5%"
MOST_MILESTONES, MOST_CANCELLATIONS, MOST_RUNGS = 12, 8, 4


def milestones(
    texts: Sequence[str], price: int, deliver_by_s: int, now_s: int, tz: str, unit: Currency
) -> tuple[tuple[int, int], ...]:
    """`(amount, due_s)` of each "2026-12-01:20", by date; what they leave of the price falls due at the
    hand-over.

    Raises:
        CommandError: "cli: malformed milestone", "request: impossible time" or "cli: malformed amount".
    """
    if not texts:
        return ()
    found: list[tuple[int, int]] = []
    for text in texts:
        moment, colon, amount = text.rpartition(":")
        if not colon or not moment:
            raise _milestone(f"{text!r} is no milestone.")
        found.append((parse_amount(amount, unit.decimals), parse_moment(moment, now_s, tz)))
    found.sort(key=lambda one: one[1])
    left = price - sum(amount for amount, _ in found)
    if left < 0:
        raise _milestone(f"The parts are more than the price of {unit.shown(price)}.")
    if left:
        found.append((left, deliver_by_s))
    dates = [due_s for _, due_s in found]
    if any(amount == 0 for amount, _ in found) or len(set(dates)) < len(dates):
        raise _milestone("Each part needs an amount and a date of its own.")
    if dates[0] <= now_s or dates[-1] != deliver_by_s:
        raise _milestone("Parts fall due between now and the begin of the booking, the last one then.")
    if len(found) > MOST_MILESTONES:
        raise _milestone(f"More than {MOST_MILESTONES} parts.")
    return tuple(found)


def cancellations(texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """`(before_s, refund_bps)` of each "7d:100%", the earliest first.

    Raises:
        CommandError: "cli: malformed cancellation" or "cli: malformed duration".
    """
    found: list[tuple[int, int]] = []
    for text in texts:
        before, colon, percent = text.rpartition(":")
        if not colon:
            raise _cancellation(f"{text!r} is no entry of a schedule.")
        found.append((0 if before.strip() == "0" else parse_duration(before), _bps(percent, _cancellation)))
    found.sort(key=lambda one: -one[0])
    shares = [bps for _, bps in found]
    if len({before_s for before_s, _ in found}) < len(found) or shares != sorted(shares, reverse=True):
        raise _cancellation("Who cancels later cannot get more back, and each time stands once.")
    if len(found) > MOST_CANCELLATIONS:
        raise _cancellation(f"More than {MOST_CANCELLATIONS} entries.")
    return tuple(found)


def ladder(
    session: Session, texts: Sequence[str], window: str, fee_cap: str | None, total: int, unit: Currency
) -> tuple[tuple[str, int, int], ...]:
    """`(arbitrator, window_s, fee_cap)` of each "paula", "paula:14d" or "paula:14d:5%", in their order; what
    a text leaves out is `window` and `fee_cap`. Percentages are of both legs.

    Raises:
        CommandError: "cli: malformed arbitrator", or those of names, durations and amounts.
    """
    found: list[tuple[str, int, int]] = []
    for text in texts:
        who, *more = text.split(":")
        if len(more) > 2 or not all((who, *more)):
            raise _arbitrator(f"{text!r} is no arbitrator.")
        lasts, costs = (more + [window, fee_cap or DEFAULT_FEE_CAP][len(more) :])[:2]
        cap = (
            total * _bps(costs, _arbitrator) // WHOLE_BPS
            if costs.strip().endswith("%")
            else parse_amount(costs, unit.decimals)
        )
        found.append((session.address(who), parse_duration(lasts), cap))
    if len({who.lower() for who, _, _ in found}) < len(found):
        raise _arbitrator("Each arbitrator can stand once.")
    if len(found) > MOST_RUNGS:
        raise _arbitrator(f"More than {MOST_RUNGS} arbitrators.")
    return tuple(found)


def _bps(text: str, error: Callable[[str], CommandError]) -> int:
    """Hundredths of a per cent of "12.5%"."""
    found = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%", text.strip())
    bps = int(Decimal(found[1]) * 100) if found else WHOLE_BPS + 1
    if bps > WHOLE_BPS:
        raise error(f"{text!r} is no share.")
    return bps


def _milestone(reason: str) -> CommandError:
    return CommandError("cli: malformed milestone", reason, "Write DATE:AMOUNT, like 2026-12-01:20.")


def _cancellation(reason: str) -> CommandError:
    return CommandError("cli: malformed cancellation", reason, "Write TIME:SHARE, like 7d:100%.")


def _arbitrator(reason: str) -> CommandError:
    return CommandError(
        "cli: malformed arbitrator", reason, "Write WHO, WHO:WINDOW or WHO:WINDOW:FEE, like paula:14d:5%."
    )
