"""The spaces of a random life: nested, forked, gated, handed over and closed, with tickets, gatherings and
what is listed in them."""

from dataclasses import dataclass, field
from typing import Any

from anvil_chain import NOBODY
from scenario_bookings import Bookings
from scenario_life import DAY_S, HOUR_S, NONE


@dataclass
class Spaces(Bookings):
    """Ids of what was made, in its order; the values of tickets are kept, to be presented again."""

    spaces: list[bytes] = field(default_factory=list)
    tickets: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    gatherings: dict[bytes, str] = field(default_factory=dict)
    listed: set[tuple[bytes, bytes, str]] = field(default_factory=set)

    def create(self, owner: str = "", values: tuple[bytes, bytes, bytes, bytes] | None = None) -> bool:
        """A space, in none or in another, from nothing or from another."""
        owner = owner or self.random.choice(self.people)
        values = values or (self._space(0.6), self._space(0.3), self.word(), self.word())
        functions = self.chain.spaces.functions
        if not self.chain.act(functions.create(values, NOBODY), owner):
            return False
        self.spaces.append(functions.space_id(owner, values).call())
        return True

    def change_space(self) -> bool:
        """A space gets a gate or loses it, another owner, and now and then its end."""
        if not self.spaces:
            return False
        space, functions = self.random.choice(self.spaces), self.chain.spaces.functions
        ticket = self.random.choice([*self.tickets, NONE])
        match self.random.randrange(8):
            case 0:
                call = functions.close(space, NOBODY)
            case 1 | 2:
                call = functions.hand_over(space, self.random.choice(self.people), NOBODY)
            case _:
                call = functions.set_gate(space, ticket, NOBODY)
        return self.chain.act(call, self._owner(space))

    def issue(self) -> bool:
        """A kind of ticket."""
        if not self.spaces:
            return False
        space, functions = self.random.choice(self.spaces), self.chain.spaces.functions
        ticket = (space, self.random.choice([0, 1, 3]), self.word(), self.word())
        if not self.chain.act(functions.issue(ticket, NOBODY), self._owner(space)):
            return False
        self.tickets[functions.ticket_id(ticket).call()] = ticket
        return True

    def move_ticket(self) -> bool:
        """A ticket is given, taken back or renounced."""
        if not self.tickets:
            return False
        key = self.random.choice(list(self.tickets))
        ticket, functions = self.tickets[key], self.chain.spaces.functions
        members = self.random.sample(self.people, self.random.randrange(1, 3))
        owner = self._owner(ticket[0])
        match self.random.randrange(5):
            case 0:
                return self.chain.act(functions.take_back(ticket, members[0], NOBODY), owner)
            case 1:
                return self.chain.act(functions.renounce(key, NOBODY), members[0])
            case _:
                return self.chain.act(functions.give(ticket, members, NOBODY), owner)

    def host(self) -> bool:
        """A gathering, and now and then a request for it."""
        if not self.spaces:
            return False
        host, functions = self.random.choice(self.people), self.chain.spaces.functions
        start_s = self.chain.now_s + self.random.randrange(HOUR_S, 4 * DAY_S)
        values = (self.random.choice(self.spaces), start_s, start_s + DAY_S, self.word(), self.word())
        if not self.chain.act(functions.host(values, NOBODY), host):
            return False
        gathering = functions.gathering_id(host, values).call()
        self.gatherings[gathering] = host
        for _ in range(self.random.randrange(3)):
            self.ask(gathering=gathering, requester=host)
        return True

    def call_off(self) -> bool:
        """A gathering is called off."""
        if not self.gatherings:
            return False
        gathering = self.random.choice(list(self.gatherings))
        return self.chain.act(
            self.chain.spaces.functions.call_off(gathering, NOBODY), self.gatherings[gathering]
        )

    def list_things(self) -> bool:
        """Somebody shows things in a space."""
        if not self.spaces or len(self.owners) < 3:
            return False
        space, who = self.random.choice(self.spaces), self.random.choice(self.people)
        things = self.random.sample(list(self.owners), self.random.randrange(1, 4))
        call = self.chain.spaces.functions.list_resources(
            space, self.chain.bookings.address, things, 0, NOBODY
        )
        if not self.chain.act(call, who):
            return False
        self.listed |= {(space, thing, who) for thing in things}
        return True

    def every_verdict(self) -> None:
        """A policy that lets a request wait, then grants one and denies another: the space whose members it
        asks for comes later."""
        owner, functions = self.people[0], self.chain.spaces.functions
        for gated in (False, True):
            values = (NONE, NONE, self.word(), self.word())
            space = functions.space_id(owner, values).call()
            policy = self.chain.web3.to_checksum_address(self.chain.deployment.addresses["MembersOnly"])
            while not (self.announce_gated(policy, space) and self.ask_as_a_stranger(owner)):
                pass
            assert not self.poke(self.requests[-1])
            assert self.create(owner, values)
            if gated:
                ticket = (space, 1, self.word(), self.word())
                assert self.chain.act(functions.issue(ticket, NOBODY), owner)
                key = functions.ticket_id(ticket).call()
                self.tickets[key] = ticket
                assert self.chain.act(functions.set_gate(space, key, NOBODY), owner)
            assert self.poke(self.requests[-1])

    def every_end(self) -> None:
        """A ticket each that is renounced and taken back, a gathering that is called off, a space that closes
        around another."""
        owner, member = self.people[:2]
        functions = self.chain.spaces.functions
        outer = (NONE, NONE, self.word(), self.word())
        assert self.create(owner, outer)
        space = self.spaces[-1]
        assert self.create(member, (space, space, self.word(), self.word()))
        ticket = (space, 2, self.word(), self.word())
        assert self.chain.act(functions.issue(ticket, NOBODY), owner)
        key = functions.ticket_id(ticket).call()
        self.tickets[key] = ticket
        assert self.chain.act(functions.give(ticket, [owner, member], NOBODY), owner)
        assert self.chain.act(functions.take_back(ticket, owner, NOBODY), owner)
        assert self.chain.act(functions.renounce(key, NOBODY), member)
        values = (space, self.chain.now_s + DAY_S, self.chain.now_s + 2 * DAY_S, self.word(), self.word())
        assert self.chain.act(functions.host(values, NOBODY), member)
        gathering = functions.gathering_id(member, values).call()
        self.gatherings[gathering] = member
        assert self.chain.act(functions.call_off(gathering, NOBODY), member)
        assert self.chain.act(functions.close(space, NOBODY), owner)

    def _space(self, share: float) -> bytes:
        """One of the spaces, or none."""
        return self.random.choice(self.spaces) if self.spaces and self.chance(share) else NONE

    def _owner(self, space: bytes) -> str:
        word = self.chain.spaces.functions.space_word(space).call()
        owner: str = self.chain.web3.to_checksum_address((word & 2**160 - 1).to_bytes(20, "big"))
        # who became owner before he was asked about may be nobody of ours
        return owner if owner in self.people else self.random.choice(self.people)
