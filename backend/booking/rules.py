"""When a resource is free and who decides a request next, as functions of values. Times are chain seconds
(UTC).

Intervals are half-open `[start, end)`. The deadlines are those of the `Bookings` contract.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, assert_never, cast, get_args

from backend.registry import Saying

Interval = tuple[int, int]
HOUR_S, DAY_S = 3_600, 86_400
WEEK_H = 168
# 1970-01-01 was a Thursday; a week of opening hours begins on Monday 00:00 UTC
EPOCH_HOUR = 72
RequestState = Literal["pending", "granted", "denied", "cancelled", "expired"]
NextActor = Literal["owner", "requester", "both", "nobody"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Quantum `i` of a resource is `[i * quantum_s + phase_s, (i + 1) * quantum_s + phase_s)`."""

    quantum_s: int
    phase_s: int

    def floor(self, at_s: int) -> int:
        """The latest boundary at or before `at_s`."""
        return at_s - (at_s - self.phase_s) % self.quantum_s

    def ceil(self, at_s: int) -> int:
        """The earliest boundary at or after `at_s`."""
        return at_s + (self.phase_s - at_s) % self.quantum_s


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who acts next, which acts each role may do now, by when (None: no deadline), what happens if nobody
    does.
    """

    state: RequestState
    next_actor: NextActor
    may: Mapping[str, tuple[str, ...]]
    by_s: int | None
    otherwise: Saying = field(default_factory=lambda: Saying("request.nothing"))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A time of a request, `[start_s, end_s)`: the only one, or one of a series that may have been given
    back.
    """

    start_s: int
    end_s: int
    returned: bool = False


def free_intervals(grid: Grid, taken: Iterable[Interval], from_s: int, to_s: int) -> list[Interval]:
    """The longest free stretches of whole quanta inside `[from_s, to_s)`, in order."""
    cursor, last = grid.ceil(from_s), grid.floor(to_s)
    free: list[Interval] = []
    for start_s, end_s in sorted(taken):
        if cursor < min(start_s, last):
            free.append((cursor, min(grid.floor(start_s), last)))
        cursor = max(cursor, grid.ceil(end_s))
    if cursor < last:
        free.append((cursor, last))
    return free


def is_open(opening: int, quantum_s: int, start_s: int, end_s: int) -> bool:
    """Whether an interval lies in the opening hours (168 bits from Monday 00:00 UTC; 0 = always open), as
    `admission.vy` says it: every hour it touches, of civil days the hour in which each begins.
    """
    if opening == 0:
        return True
    step_s = DAY_S if quantum_s == DAY_S else HOUR_S
    begins = range(start_s - (0 if quantum_s == DAY_S else start_s % HOUR_S), end_s, step_s)
    return all(opening >> (at_s // HOUR_S + EPOCH_HOUR) % WEEK_H & 1 for at_s in begins[:WEEK_H])


def open_hours(opening: int) -> list[int] | None:
    """The open hours of the week, 0 = Monday 00:00 to 01:00 UTC; None where it is always open."""
    return [hour for hour in range(WEEK_H) if opening >> hour & 1] if opening else None


def closed_quanta(grid: Grid, opening: int, from_s: int, to_s: int) -> list[Interval]:
    """What lies in no opening hour of `[from_s, to_s)`, in steps that no quantum is split by."""
    if opening == 0:
        return []
    step_s = DAY_S if grid.quantum_s == DAY_S else HOUR_S
    first_s = grid.floor(from_s) if grid.quantum_s == DAY_S else from_s - from_s % HOUR_S
    return [
        (at_s, at_s + step_s)
        for at_s in range(first_s, to_s, step_s)
        if not is_open(opening, grid.quantum_s, at_s, at_s + step_s)
    ]


def too_full(
    grants: Iterable[tuple[int, int, int]], capacity: int, units: int, buffer_s: int
) -> list[Interval]:
    """Where fewer than `units` units are free, the buffer on both sides of each grant included. `grants` are
    (start_s, end_s, units).
    """
    steps: list[tuple[int, int]] = []
    for start_s, end_s, taken in grants:
        steps += [(start_s - buffer_s, taken), (end_s + buffer_s, -taken)]
    found: list[Interval] = []
    used, since_s = 0, None
    for at_s, more in sorted(steps):
        used += more
        if used + units > capacity:
            since_s = at_s if since_s is None else since_s
        elif since_s is not None:
            found.append((since_s, at_s))
            since_s = None
    return found


def start_span(now_s: int, notice_s: int, horizon_s: int) -> Interval:
    """The earliest and the latest start that the contract takes now (both inclusive)."""
    return now_s + max(notice_s, 1), now_s + horizon_s


def request_state(word: str) -> RequestState:
    """The word of a state as the closed set of words that rules decide over; ValueError for any other."""
    for state in get_args(RequestState):
        if word == state:
            return cast(RequestState, state)
    raise ValueError(f"{word!r} is no state of a request")


def outlook(
    state: RequestState,
    occurrences: Sequence[Occurrence],
    quantum_s: int,
    expires_at_s: int,
    now_s: int,
    *,
    together: bool = False,
    by_policy: bool = False,
) -> Outlook:
    """Where a request stands. `state` is the one at `now_s`, so "pending" means not yet expired.

    `together`: it is granted with the rest of its bundle only. `by_policy`: anybody may have the resource's
    policy asked again.

    ValueError for a pending request whose time is over: the caller mixed up two moments.
    """
    match state:
        case "pending":
            if now_s >= expires_at_s:
                raise ValueError("a pending request after its end is an expired one")
            yes = "confirm_together" if together else "confirm"
            decide: dict[str, tuple[str, ...]] = {"owner": (yes, "deny"), "requester": ("cancel",)}
            if by_policy:
                decide["anyone"] = ("poke",)
            return Outlook(state, "owner", decide, expires_at_s, Saying("request.expires"))
        case "granted":
            return _granted(occurrences, quantum_s, now_s)
        case "denied" | "cancelled" | "expired":
            return Outlook(state, "nobody", {}, None)
        case _:
            assert_never(state)


def _granted(occurrences: Sequence[Occurrence], quantum_s: int, now_s: int) -> Outlook:
    """A grant before, during and after its times; what was given back of a series does not count."""
    kept = [one for one in occurrences if not one.returned]
    start_s, end_s = kept[0].start_s, kept[-1].end_s
    if now_s >= end_s:
        rate = {"owner": ("rate",), "requester": ("rate",)}
        return Outlook("granted", "both", rate, None, Saying("request.over"))
    acts: tuple[str, ...] = ("cancel",) if now_s < start_s else ()
    if len(occurrences) > 1:
        acts += ("cancel_series",) if now_s < kept[-1].start_s else ()
    elif end_s - quantum_s >= max(start_s + 1, now_s):
        acts += ("return_early",)
    may = {"requester": acts} if acts else {}
    if now_s < start_s:
        return Outlook("granted", "requester", may, start_s, Saying("request.begins"))
    return Outlook("granted", "requester", may, end_s, Saying("request.ends"))
