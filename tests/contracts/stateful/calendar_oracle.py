"""What a calendar of bookings must do, in plain Python: lists of grants in seconds, no bits, no words.

Every act returns the contract's revert reason, or None when it succeeds and has changed the oracle.
"""

from dataclasses import dataclass, field

ACTIVE, PAUSED, RETIRED = 1, 2, 3
PENDING, GRANTED, DENIED, CANCELLED, EXPIRED = 1, 2, 3, 4, 5


@dataclass
class Thing:
    """A resource as announced; all lengths in seconds, `longest` in quanta. Only `state` ever changes."""

    owner: str
    quantum_s: int
    phase_s: int
    first_come: bool
    notice_s: int
    horizon_s: int
    ttl_s: int
    longest: int
    capacity: int = 1
    buffer_s: int = 0
    state: int = ACTIVE


@dataclass
class Asked:
    """A request and what became of it; `[start, end)` in UTC seconds."""

    thing: bytes
    requester: str
    start: int
    end: int
    state: int
    expires_at: int
    units: int = 1
    was_granted: bool = False

    def state_at(self, now: int) -> int:
        """The state, expiry included."""
        return EXPIRED if self.state == PENDING and now >= self.expires_at else self.state


@dataclass
class Oracle:
    """All resources and requests."""

    things: dict[bytes, Thing] = field(default_factory=dict)
    asked: dict[bytes, Asked] = field(default_factory=dict)

    def used(self, thing: bytes, second: int) -> int:
        """How many units are granted at a second."""
        return sum(
            a.units
            for a in self.asked.values()
            if a.state == GRANTED and a.thing == thing and a.start <= second < a.end
        )

    def free(self, thing: bytes, start: int, end: int, units: int = 1) -> bool:
        """Whether `units` can be granted for `[start, end)`, the buffer on both sides included."""
        what = self.things[thing]
        start, end = start - what.buffer_s, end + what.buffer_s
        # usage only rises where the interval or a grant begins
        rises = [a.start for a in self.asked.values() if a.thing == thing and start < a.start < end]
        return all(self.used(thing, second) + units <= what.capacity for second in [start, *rises])

    def request(
        self,
        key: bytes,
        thing: bytes,
        actor: str,
        requester: str,
        start: int,
        quanta: int,
        now: int,
        units: int = 1,
    ) -> str | None:
        """Ask for `quanta` from `start`; an owner's own is granted at once and needs no notice."""
        what = self.things[thing]
        own = requester == what.owner
        end = start + quanta * what.quantum_s
        at_once = own or what.first_come
        refusals = [
            (actor != requester, "bookings: not the requester"),
            (key in self.asked, "bookings: already requested"),
            (what.state == RETIRED, "bookings: retired"),
            (what.state == PAUSED and not own, "bookings: paused"),
            (not 1 <= units <= what.capacity, "bookings: units out of range"),
            (quanta == 0, "bookings: no quanta"),
            (quanta > what.longest, "bookings: too long"),
            (start <= now, "bookings: start has passed"),
            (start < now + what.notice_s and not own, "bookings: notice too short"),
            (start > now + what.horizon_s, "bookings: beyond the horizon"),
            ((start - what.phase_s) % what.quantum_s != 0, "bookings: off the grid"),
        ]
        for refused, reason in refusals:
            if refused:
                return reason
        if at_once and not self.free(thing, start, end, units):
            return "bookings: not free"
        state = GRANTED if at_once else PENDING
        expires_at = 0 if at_once else min(now + what.ttl_s, start)
        self.asked[key] = Asked(thing, requester, start, end, state, expires_at, units, at_once)
        return None

    def decide(self, key: bytes, actor: str, grant: bool, now: int) -> str | None:
        """Confirm or deny."""
        asked = self.asked.get(key)
        if asked is None:
            return "bookings: unknown request"
        what = self.things[asked.thing]
        # under first-come only an item of a bundle waits, so here none does: anybody is told so
        by_rule = grant and (what.first_come or asked.requester == what.owner) and what.state == ACTIVE
        if actor != what.owner and not by_rule:
            return "bookings: not the owner"
        if asked.state != PENDING:
            return "bookings: not pending"
        if now >= asked.expires_at:
            return "bookings: expired"
        if grant and what.state == RETIRED:
            return "bookings: retired"
        if grant and not self.free(asked.thing, asked.start, asked.end, asked.units):
            return "bookings: not free"
        asked.state = GRANTED if grant else DENIED
        asked.was_granted = asked.was_granted or grant
        return None

    def cancel(self, key: bytes, actor: str, now: int) -> str | None:
        """Withdraw, or give back."""
        asked = self.asked.get(key)
        if asked is None:
            return "bookings: unknown request"
        if actor != asked.requester:
            return "bookings: not the requester"
        if asked.state in (DENIED, CANCELLED):
            return "bookings: already closed"
        if asked.state == PENDING and now >= asked.expires_at:
            return "bookings: expired"
        if asked.state == GRANTED and now >= asked.start:
            return "bookings: already started"
        asked.state = CANCELLED
        return None

    def return_early(self, key: bytes, actor: str, end: int, now: int) -> str | None:
        """Give `[end, old end)` back."""
        asked = self.asked.get(key)
        if asked is None:
            return "bookings: unknown request"
        if actor != asked.requester:
            return "bookings: not the requester"
        if asked.state != GRANTED:
            return "bookings: not granted"
        if not max(asked.start + 1, now) <= end < asked.end:
            return "bookings: end out of range"
        what = self.things[asked.thing]
        if (end - what.phase_s) % what.quantum_s != 0:
            return "bookings: off the grid"
        asked.end = end
        return None

    def set_state(self, thing: bytes, actor: str, state: int) -> str | None:
        """Pause, take up again, retire."""
        what = self.things[thing]
        if actor != what.owner:
            return "bookings: not the owner"
        if what.state == RETIRED:
            return "bookings: retired"
        if state == what.state:
            return "bookings: no such change"
        what.state = state
        return None

    def covered(self, thing: bytes) -> dict[int, int]:
        """The index of every granted quantum of a resource, and how many units of it are granted."""
        what = self.things[thing]
        units: dict[int, int] = {}
        for a in self.asked.values():
            if a.state == GRANTED and a.thing == thing:
                for second in range(a.start, a.end, what.quantum_s):
                    index = (second - what.phase_s) // what.quantum_s
                    units[index] = units.get(index, 0) + a.units
        return units
