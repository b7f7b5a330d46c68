"""What a calendar of bookings must do, in plain Python: lists of grants in seconds, no bits, no words.

Every act returns the contract's revert reason, or None when it succeeds and has changed the oracle.
"""

from dataclasses import dataclass, field

PENDING, GRANTED, DENIED, CANCELLED, EXPIRED = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Thing:
    """A resource as announced; all lengths in seconds, `longest` in quanta."""

    owner: str
    quantum_s: int
    phase_s: int
    first_come: bool
    notice_s: int
    horizon_s: int
    ttl_s: int
    longest: int


@dataclass
class Asked:
    """A request and what became of it; `[start, end)` in UTC seconds."""

    thing: bytes
    requester: str
    start: int
    end: int
    state: int
    expires_at: int

    def state_at(self, now: int) -> int:
        """The state, expiry included."""
        return EXPIRED if self.state == PENDING and now >= self.expires_at else self.state


@dataclass
class Oracle:
    """All resources and requests."""

    things: dict[bytes, Thing] = field(default_factory=dict)
    asked: dict[bytes, Asked] = field(default_factory=dict)

    def free(self, thing: bytes, start: int, end: int) -> bool:
        """Whether no grant overlaps `[start, end)`."""
        return not any(
            a.state == GRANTED and a.thing == thing and a.start < end and start < a.end
            for a in self.asked.values()
        )

    def request(
        self, key: bytes, thing: bytes, actor: str, requester: str, start: int, quanta: int, now: int
    ) -> str | None:
        """Ask for `quanta` from `start`."""
        what = self.things[thing]
        end = start + quanta * what.quantum_s
        refusals = [
            (actor != requester, "bookings: not the requester"),
            (quanta == 0, "bookings: no quanta"),
            (quanta > what.longest, "bookings: too long"),
            (start <= now, "bookings: start has passed"),
            (start < now + what.notice_s, "bookings: notice too short"),
            (start > now + what.horizon_s, "bookings: beyond the horizon"),
            ((start - what.phase_s) % what.quantum_s != 0, "bookings: off the grid"),
            (key in self.asked, "bookings: already requested"),
            (what.first_come and not self.free(thing, start, end), "bookings: not free"),
        ]
        for refused, reason in refusals:
            if refused:
                return reason
        state = GRANTED if what.first_come else PENDING
        expires_at = 0 if what.first_come else min(now + what.ttl_s, start)
        self.asked[key] = Asked(thing, requester, start, end, state, expires_at)
        return None

    def decide(self, key: bytes, actor: str, grant: bool, now: int) -> str | None:
        """Confirm or deny."""
        asked = self.asked.get(key)
        if asked is None:
            return "bookings: unknown request"
        if actor != self.things[asked.thing].owner:
            return "bookings: not the owner"
        if asked.state != PENDING:
            return "bookings: not pending"
        if now >= asked.expires_at:
            return "bookings: expired"
        if grant and not self.free(asked.thing, asked.start, asked.end):
            return "bookings: not free"
        asked.state = GRANTED if grant else DENIED
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

    def covered(self, thing: bytes) -> set[int]:
        """The indices of all granted quanta of a resource."""
        what = self.things[thing]
        return {
            (second - what.phase_s) // what.quantum_s
            for a in self.asked.values()
            if a.state == GRANTED and a.thing == thing
            for second in range(a.start, a.end, what.quantum_s)
        }
