"""What a festival must end in, said plainly: dictionaries, sets and counting; no chain, no bits."""

from dataclasses import dataclass, field

HOUR_S = 3_600


@dataclass
class Place:
    """A space, and who belongs to it: None is everybody."""

    owner: str
    parent: bytes | None = None
    members: set[str] | None = None
    closed: bool = False


@dataclass
class Thing:
    """Something to book, by the hour. `gate` is the space whose members alone may ask."""

    owner: str
    rule: str  # "manual", "first-come" or "policy"
    capacity: int = 1
    gate: bytes | None = None
    requires: bytes | None = None
    retired: bool = False


@dataclass
class Asked:
    """A request and what became of it."""

    thing: bytes
    requester: str
    start_s: int
    end_s: int
    gathering: bytes
    state: str
    expires_at_s: int
    bundle: bytes = bytes(32)


@dataclass
class Meeting:
    """A gathering."""

    space: bytes
    host: str


@dataclass
class Festival:
    """All that was said and done."""

    places: dict[bytes, Place] = field(default_factory=dict)
    things: dict[bytes, Thing] = field(default_factory=dict)
    meetings: dict[bytes, Meeting] = field(default_factory=dict)
    asked: dict[bytes, Asked] = field(default_factory=dict)

    def is_open(self, place: bytes) -> bool:
        """Whether it and all around it are."""
        found: bytes | None = place
        while found is not None:
            if self.places[found].closed:
                return False
            found = self.places[found].parent
        return True

    def is_member(self, place: bytes, who: str) -> bool:
        """Whether somebody belongs to a place."""
        found = self.places[place]
        return found.members is None or who == found.owner or who in found.members

    def free(self, thing: bytes, start_s: int, end_s: int) -> bool:
        """Whether one more fits in every hour."""
        return all(
            sum(
                one.thing == thing and one.state == "granted" and one.start_s <= hour_s < one.end_s
                for one in self.asked.values()
            )
            < self.things[thing].capacity
            for hour_s in range(start_s, end_s, HOUR_S)
        )

    def ask(self, request: bytes, wish: Asked, verdict: str = "wait") -> str | None:
        """Note a request; why it is refused, else None. `verdict` is a policy's: "yes", "no", "wait"."""
        thing = self.things[wish.thing]
        if thing.retired:
            return "bookings: retired"
        if thing.gate is not None and not (
            self.is_open(thing.gate) and self.is_member(thing.gate, wish.requester)
        ):
            return "bookings: not admitted"
        if thing.rule == "policy" and verdict == "no":
            return "bookings: policy denies"
        at_once = thing.rule == "first-come" or (thing.rule == "policy" and verdict == "yes")
        if at_once and not self.free(wish.thing, wish.start_s, wish.end_s):
            return "bookings: not free"
        wish.state = "granted" if at_once else "pending"
        self.asked[request] = wish
        return None

    def decide(self, request: bytes, yes: bool, now_s: int) -> str | None:
        """The owner, or a policy asked again, decides; why that is refused, else None."""
        wish = self.asked[request]
        if wish.state != "pending":
            return "bookings: not pending"
        if now_s >= wish.expires_at_s:
            return "bookings: expired"
        if yes and self.things[wish.thing].retired:
            return "bookings: retired"
        if yes and not self.free(wish.thing, wish.start_s, wish.end_s):
            return "bookings: not free"
        wish.state = "granted" if yes else "denied"
        return None

    def host(self, gathering: bytes, meeting: Meeting) -> str | None:
        """Note a gathering; why it is refused, else None."""
        if not self.is_open(meeting.space):
            return "spaces: closed"
        if not self.is_member(meeting.space, meeting.host):
            return "spaces: not a member"
        self.meetings[gathering] = meeting
        return None

    def state(self, request: bytes, now_s: int) -> str:
        """The state of a request now."""
        wish = self.asked[request]
        return "expired" if wish.state == "pending" and now_s >= wish.expires_at_s else wish.state

    def percent(self, gathering: bytes) -> int | None:
        """The share of what its host asked for and kept that is granted; None without requests."""
        meeting = self.meetings[gathering]
        wanted = [
            wish
            for wish in self.asked.values()
            if wish.gathering == gathering and wish.requester == meeting.host and wish.state != "cancelled"
        ]
        if not wanted:
            return None
        return 100 * sum(wish.state == "granted" for wish in wanted) // len(wanted)
