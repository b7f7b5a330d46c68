"""When a resource is free and who decides a request next, as functions of values. Times are chain seconds
(UTC).

Intervals are half-open `[start, end)`. The deadlines are those of the `Bookings` contract.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, assert_never, cast, get_args

from backend.registry import Saying

Interval = tuple[int, int]
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


def start_span(now_s: int, notice_s: int, horizon_s: int) -> Interval:
    """The earliest and the latest start that the contract takes now (both inclusive)."""
    return now_s + max(notice_s, 1), now_s + horizon_s


def request_state(word: str) -> RequestState:
    """The word of a state as the closed set of words that rules decide over; ValueError for any other."""
    for state in get_args(RequestState):
        if word == state:
            return cast(RequestState, state)
    raise ValueError(f"{word!r} is no state of a request")


def outlook(state: RequestState, start_s: int, end_s: int, expires_at_s: int, now_s: int) -> Outlook:
    """Where a request stands. `state` is the one at `now_s`, so "pending" means not yet expired.

    ValueError for a pending request whose time is over: the caller mixed up two moments.
    """
    match state:
        case "pending":
            if now_s >= expires_at_s:
                raise ValueError("a pending request after its end is an expired one")
            decide = {"owner": ("confirm", "deny"), "requester": ("cancel",)}
            return Outlook(state, "owner", decide, expires_at_s, Saying("request.expires"))
        case "granted":
            if now_s < start_s:
                return Outlook(
                    state, "requester", {"requester": ("cancel",)}, start_s, Saying("request.begins")
                )
            if now_s < end_s:
                return Outlook(state, "requester", {}, end_s, Saying("request.ends"))
            rate = {"owner": ("rate",), "requester": ("rate",)}
            return Outlook(state, "both", rate, None, Saying("request.over"))
        case "denied" | "cancelled" | "expired":
            return Outlook(state, "nobody", {}, None)
        case _:
            assert_never(state)
