"""What is offered and what is asked for, in plain Python: seconds, hours of the week and lists, no bits."""

from dataclasses import dataclass

ACTIVE, PAUSED, RETIRED = 1, 2, 3
PENDING, GRANTED, DENIED, CANCELLED, EXPIRED = 1, 2, 3, 4, 5
HOUR_S, DAY_S = 3_600, 86_400
# Thursday 1970-01-01 00:00 UTC in hours after a Monday 00:00
EPOCH_HOUR, WEEK_H = 72, 168
PERIOD_S = 30 * DAY_S
# Who decides
OWNER, FIRST_COME, POLICY = "owner", "first come", "policy"


@dataclass
class Thing:
    """A resource as announced; all lengths in seconds, `longest` in quanta. Only `state` ever changes.

    `open_hours` are those of the week, Monday 00:00 UTC the first, empty = always; `quota` counts units ×
    quanta in 30 days, 0 = no limit; `requires` is another thing that has to be booked with it.
    """

    owner: str
    quantum_s: int
    phase_s: int
    rule: str
    notice_s: int
    horizon_s: int
    ttl_s: int
    longest: int
    capacity: int = 1
    buffer_s: int = 0
    state: int = ACTIVE
    gated: bool = False
    has_policy: bool = False
    quota: int = 0
    open_hours: frozenset[int] = frozenset()
    requires: bytes | None = None

    def length_s(self, quanta: int) -> int:
        """How long so many quanta last."""
        return quanta * self.quantum_s

    def on_grid(self, second: int) -> bool:
        """Whether a quantum begins there."""
        return (second - self.phase_s) % self.quantum_s == 0


@dataclass(frozen=True)
class Wish:
    """The values of a request. A series has `gaps`, in quanta from start to start (none: a series of one);
    an item of a bundle has the name of its bundle."""

    thing: bytes
    requester: str
    start: int
    quanta: int
    units: int
    salt: bytes
    gaps: tuple[int, ...] | None = None
    bundle: bytes | None = None

    def starts(self, quantum_s: int) -> list[int]:
        """When it begins, each time; a gap of zero ends the list."""
        starts = [self.start]
        for gap in self.gaps or ():
            if gap == 0:
                break
            starts.append(starts[-1] + gap * quantum_s)
        return starts


@dataclass(frozen=True)
class Asked:
    """A request and what became of it. `end` is the last second plus one of its last time, or what an early
    return made of it; `given_back` are positions in the list of starts."""

    wish: Wish
    starts: tuple[int, ...]
    end: int
    state: int
    expires_at: int
    counted: bool
    was_granted: bool = False
    shortened: bool = False
    given_back: frozenset[int] = frozenset()

    def state_at(self, now: int) -> int:
        """The state, expiry included."""
        return EXPIRED if self.state == PENDING and now >= self.expires_at else self.state


def not_offered(thing: Thing | None, wish: Wish, start: int, now: int, own: bool) -> str | None:
    """Why a thing is not offered for one of the times of a wish; an owner's own needs no notice and is
    possible while he pauses it."""
    if thing is None:
        return "bookings: unknown resource"
    refusals = [
        (thing.state == RETIRED, "bookings: retired"),
        (thing.state == PAUSED and not own, "bookings: paused"),
        (not 1 <= wish.units <= thing.capacity, "bookings: units out of range"),
        (wish.quanta == 0, "bookings: no quanta"),
        (wish.quanta > thing.longest, "bookings: too long"),
        (start <= now, "bookings: start has passed"),
        (start < now + thing.notice_s and not own, "bookings: notice too short"),
        (start > now + thing.horizon_s, "bookings: beyond the horizon"),
        (not thing.on_grid(start), "bookings: off the grid"),
    ]
    return next((reason for refused, reason in refusals if refused), None)


def is_open(thing: Thing, start: int, quanta: int) -> bool:
    """Whether every hour that an interval touches is open; of civil days, the hour in which each begins."""
    if not thing.open_hours:
        return True
    if thing.quantum_s == DAY_S:
        hours = [(start + i * DAY_S) // HOUR_S for i in range(quanta)]
    else:
        hours = list(range(start // HOUR_S, -(-(start + thing.length_s(quanta)) // HOUR_S)))
    return all((hour + EPOCH_HOUR) % WEEK_H in thing.open_hours for hour in hours)
