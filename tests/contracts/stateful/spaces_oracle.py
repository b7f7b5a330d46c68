"""What spaces, tickets and gatherings must do, in plain Python: sets of holders and chains of parents.

Every act raises `RefusedError` with the contract's reason and has changed nothing then. `proof` is what a
signed act has to show; it is looked at once what is acted on is known to exist.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_DEPTH = 8
HORIZON_S = 3_653 * 86_400
MOST_HOLDERS = 2**32 - 1
NOBODY = "0x" + "00" * 20
Proof = Callable[[], None]


class RefusedError(Exception):
    """An act is not allowed; the text is the contract's reason."""


@dataclass
class Space:
    """A space; `changes` counts what was done to it."""

    owner: str
    parent: bytes | None
    closed: bool = False
    gate: bytes | None = None
    changes: int = 0


@dataclass
class Ticket:
    """A kind of ticket and who holds one; `gifts` counts how often it was given to somebody."""

    space: bytes
    capacity: int
    holders: set[str] = field(default_factory=set)
    gifts: int = 0


@dataclass
class Gathering:
    """Members meet in `[start, end)`."""

    host: str
    start: int
    end: int
    called_off: bool = False


@dataclass
class Oracle:
    """All there is, by id; `moves` counts how often a ticket went to a member or came back."""

    spaces: dict[bytes, Space] = field(default_factory=dict)
    tickets: dict[bytes, Ticket] = field(default_factory=dict)
    gatherings: dict[bytes, Gathering] = field(default_factory=dict)
    moves: dict[tuple[bytes, str], int] = field(default_factory=lambda: defaultdict(int))
    nonces: set[tuple[str, int]] = field(default_factory=set)

    def lineage(self, key: bytes) -> list[Space]:
        """A space and all those around it, the innermost first."""
        found = [self.spaces[key]]
        while (parent := found[-1].parent) is not None:
            found.append(self.spaces[parent])
        return found

    def is_open(self, key: bytes) -> bool:
        """Whether a space and all those around it are open."""
        return key in self.spaces and not any(space.closed for space in self.lineage(key))

    def is_member(self, key: bytes, member: str) -> bool:
        """Everybody where there is no gate, else the owner and who holds its ticket."""
        space = self.spaces.get(key)
        if space is None:
            return False
        return space.gate is None or member == space.owner or self.holds(space.gate, member)

    def holds(self, key: bytes, member: str) -> bool:
        """Whether a member holds a ticket."""
        return key in self.tickets and member in self.tickets[key].holders

    def create(
        self, key: bytes, actor: str, proof: Proof, parent: bytes | None, forked_from: bytes | None
    ) -> None:
        """Create, nest or fork; nothing comes with an origin."""
        proof()
        if parent is not None:
            _need(parent in self.spaces, "unknown parent")
            _need(self.is_open(parent), "closed")
            _need(len(self.lineage(parent)) < MAX_DEPTH, "too deep")
        _need(forked_from is None or forked_from in self.spaces, "unknown origin")
        _need(key not in self.spaces, "already created")
        self.spaces[key] = Space(actor, parent)

    def close(self, key: bytes, actor: str, proof: Proof) -> None:
        """For good, and with it all that lies in it; also inside of one that is closed."""
        space = self._owned(key, actor, proof)
        _need(not space.closed, "closed")
        space.closed = True
        space.changes += 1

    def hand_over(self, key: bytes, actor: str, proof: Proof, to: str) -> None:
        """Somebody else owns it, open or closed."""
        space = self._owned(key, actor, proof)
        _need(to != NOBODY, "no owner")
        space.owner = to
        space.changes += 1

    def set_gate(self, key: bytes, actor: str, proof: Proof, ticket: bytes | None) -> None:
        """Who holds a ticket, of this space or another, is a member."""
        space = self._owned(key, actor, proof)
        _need(self.is_open(key), "closed")
        _need(ticket is None or ticket in self.tickets, "unknown ticket")
        space.gate = ticket
        space.changes += 1

    def issue(self, key: bytes, actor: str, proof: Proof, space: bytes, capacity: int) -> None:
        """A kind of ticket, which nobody holds yet."""
        proof()
        self._owned_and_open(space, actor)
        _need(capacity <= MOST_HOLDERS, "capacity too large")
        _need(key not in self.tickets, "already issued")
        self.tickets[key] = Ticket(space, capacity)

    def give(self, key: bytes, actor: str, proof: Proof, members: list[str]) -> None:
        """To all of them or to none."""
        ticket = self._issued(key)
        proof()
        self._owned_and_open(ticket.space, actor)
        _need(bool(members), "empty list")
        full = ticket.capacity != 0 and len(ticket.holders) + len(members) > ticket.capacity
        _need(not full, "no tickets left")
        for position, member in enumerate(members):
            _need(member != NOBODY, "no member")
            _need(member not in ticket.holders and member not in members[:position], "already holds it")
        for member in members:
            ticket.holders.add(member)
            self.moves[key, member] += 1
        ticket.gifts += 1

    def take_back(self, key: bytes, actor: str, proof: Proof, member: str) -> None:
        """Also in a closed space; it can be given again."""
        ticket = self._issued(key)
        proof()
        _need(actor == self.spaces[ticket.space].owner, "not the owner")
        self._return(key, member)

    def renounce(self, key: bytes, actor: str, proof: Proof) -> None:
        """Give one's ticket back."""
        proof()
        self._return(key, actor)

    def host(
        self, key: bytes, actor: str, proof: Proof, now: int, space: bytes, start: int, end: int
    ) -> None:
        """A member invites."""
        proof()
        self._member(space, actor)
        _need(start > now, "start has passed")
        _need(end > start, "ends before it starts")
        _need(end <= now + HORIZON_S, "too far ahead")
        _need(key not in self.gatherings, "already hosted")
        self.gatherings[key] = Gathering(actor, start, end)

    def call_off(self, key: bytes, actor: str, proof: Proof, now: int) -> None:
        """Before it ends."""
        _need(key in self.gatherings, "unknown gathering")
        proof()
        gathering = self.gatherings[key]
        _need(actor == gathering.host, "not the host")
        _need(not gathering.called_off, "already called off")
        _need(now < gathering.end, "already over")
        gathering.called_off = True

    def list_resources(
        self, actor: str, proof: Proof, space: bytes, how_many: int, nonce: int | None
    ) -> None:
        """A member shows resources; a number is used up only by a signature that is not refused."""
        proof()
        if nonce is not None and (actor, nonce) in self.nonces:
            raise RefusedError("auth: nonce used")
        self._member(space, actor)
        _need(how_many > 0, "empty list")
        if nonce is not None:
            self.nonces.add((actor, nonce))

    def cancel_nonce(self, actor: str, nonce: int) -> None:
        """What was signed with this number is worth nothing any more."""
        if (actor, nonce) in self.nonces:
            raise RefusedError("auth: nonce used")
        self.nonces.add((actor, nonce))

    def _owned(self, key: bytes, actor: str, proof: Proof) -> Space:
        _need(key in self.spaces, "unknown space")
        proof()
        _need(actor == self.spaces[key].owner, "not the owner")
        return self.spaces[key]

    def _owned_and_open(self, key: bytes, actor: str) -> None:
        _need(key in self.spaces, "unknown space")
        _need(actor == self.spaces[key].owner, "not the owner")
        _need(self.is_open(key), "closed")

    def _member(self, key: bytes, actor: str) -> None:
        _need(key in self.spaces, "unknown space")
        _need(self.is_open(key), "closed")
        _need(self.is_member(key, actor), "not a member")

    def _issued(self, key: bytes) -> Ticket:
        _need(key in self.tickets, "unknown ticket")
        return self.tickets[key]

    def _return(self, key: bytes, member: str) -> None:
        _need(self.holds(key, member), "does not hold it")
        self.tickets[key].holders.remove(member)
        self.moves[key, member] += 1


def _need(allowed: bool, reason: str) -> None:
    if not allowed:
        raise RefusedError(f"spaces: {reason}")
