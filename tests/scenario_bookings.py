"""The bookings of a random life: things with and without conditions, requests, series, bundles, and all that
becomes of them."""

from dataclasses import dataclass, field
from typing import Any

from anvil_chain import NOBODY, resource_terms
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from scenario_life import DAY_S, HOUR_S, NONE, ZERO, Life, hexed

REQUEST = ["bytes32", "address", "uint256", "uint256", "uint256", "bytes32", "bytes32", "bytes32"]
FIELDS = ("resource", "requester", "start", "quanta", "units", "gathering", "bundle", "salt")
QUANTUM_S = (300, 900, 1800, 3600, 86_400)
WHENEVER = 2**168 - 1
Request = tuple[Any, ...]


@dataclass
class Bookings(Life):
    """Things and what was asked for; the values are kept, to be presented to the contract again."""

    owners: dict[bytes, str] = field(default_factory=dict)
    conditions: dict[bytes, tuple[Any, ...]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    bundles: list[list[Request]] = field(default_factory=list)

    def announce(self, rule: int | None = None) -> bool:
        """A thing without conditions."""
        offer = (self._terms(self.random.randrange(2) if rule is None else rule), self.word(), self.word())
        call = self.chain.bookings.functions.announce(offer, NOBODY)
        return self._announced(call, offer, None)

    def announce_gated(self, policy: str = ZERO, param: bytes = NONE) -> bool:
        """A thing with opening hours, a quota, another thing that it needs, or a policy."""
        rule = self.random.randrange(2) if policy == ZERO else 2
        needs = self.random.choice(list(self.owners)) if self.owners and self.chance(0.3) else NONE
        opening = WHENEVER & ~self.random.getrandbits(168) if self.chance(0.3) else 0
        quota = self.random.randrange(4, 30) if self.chance(0.6) else 0
        if policy != ZERO:
            needs, opening = NONE, 0
        offer = (self._terms(rule, gated=True), self.word(), self.word())
        conditions = (policy, param, quota, opening, needs)
        call = self.chain.bookings.functions.announce_gated(offer, conditions, NOBODY)
        return self._announced(call, offer, conditions)

    def set_state(self) -> bool:
        """A thing is paused, taken up again, and now and then retired."""
        if not self.owners:
            return False
        resource = self.random.choice(list(self.owners))
        state = self.random.choice([1, 1, 1, 2, 2, 3])
        call = self.chain.bookings.functions.set_resource_state(resource, state, NOBODY)
        return self.chain.act(call, self.owners[resource])

    def ask(self, resource: bytes | None = None, gathering: bytes = NONE, requester: str = "") -> bool:
        """A request for one time."""
        if not self.owners:
            return False
        resource = resource or self.random.choice(list(self.owners))
        who = requester or self.random.choice(self.people)
        return self._send(self._request(resource, who, gathering=gathering))

    def ask_as_a_stranger(self, member: str = "") -> bool:
        """The thing that was announced last is asked for, by neither its owner nor a member."""
        thing = list(self.owners)[-1]
        others = [who for who in self.people if who not in (self.owners[thing], member)]
        return self.ask(thing, requester=self.random.choice(others))

    def ask_series(self) -> bool:
        """A request for up to five times."""
        if not self.owners:
            return False
        gaps = [self.random.choice([4, 5, 24]) for _ in range(self.random.randrange(5))]
        bundle = (1 << 220 | sum(gap << 20 * place for place, gap in enumerate(gaps))).to_bytes(32, "big")
        resource = self.random.choice(list(self.owners))
        return self._send(self._request(resource, self.random.choice(self.people), bundle=bundle))

    def ask_bundle(self) -> bool:
        """Two or three things of several owners, all or none; what one of them needs stands before it."""
        if len(self.owners) < 3:
            return False
        who, start_s = self.random.choice(self.people), self.chain.now_s + self.random.randrange(DAY_S)
        chosen = self.random.sample(list(self.owners), self.random.randrange(2, 4))
        needed = [self.conditions[one][4] for one in chosen if one in self.conditions]
        chosen = [one for one in dict.fromkeys([*needed, *chosen]) if one != NONE]
        return self.ask_together([self._request(one, who, start_s=start_s) for one in chosen], who)

    def ask_together(self, items: list[Request], who: str) -> bool:
        """Ask for a bundle of these."""
        link = NONE
        for item in items:
            link = keccak(encode(["bytes32", f"({','.join(REQUEST)})"], [link, item]))
        items = [(*item[:6], link, item[7]) for item in items]
        if not self._together([self._asking(item) for item in items], who):
            return False
        self.requests += items
        self.bundles.append(items)
        return True

    def grant_bundle(self, items: list[Request] | None = None) -> bool:
        """Every owner signs for his item, and somebody sends them all."""
        if not self.bundles:
            return False
        items = items or self.random.choice(self.bundles[-3:])
        calls = []
        for item in items:
            word = self.chain.bookings.functions.request_word(self._id(item)).call()
            told = {"request": self._readable(item), "word": word}
            auth = self.signed("Bookings", "Confirm", self.owners[item[0]], told)
            calls.append(self.chain.bookings.functions.confirm(item, auth))
        return self._together(calls, self.random.choice(self.people))

    def decide(self, kind: int | None = None) -> bool:
        """The newest request or one of the last is denied, cancelled or confirmed."""
        if not self.requests:
            return False
        request = self.requests[-1] if kind is not None else self.random.choice(self.requests[-4:])
        functions = self.chain.bookings.functions
        owner = self.owners[request[0]]
        match self.random.randrange(5) if kind is None else kind:
            case 0:
                return self.chain.act(functions.deny(request, self.word(), NOBODY), owner)
            case 1:
                return self.chain.act(functions.cancel(request, NOBODY), request[1])
            case _:
                return self.chain.act(functions.confirm(request, NOBODY), owner)

    def return_early(self) -> bool:
        """The end of a grant is given back, or some times of a series are."""
        if not self.requests:
            return False
        request = self.random.choice(self.requests[-12:])
        functions = self.chain.bookings.functions
        if int.from_bytes(request[6], "big") >> 220 == 1:
            which = self.random.randrange(1, 8)
            return self.chain.act(functions.cancel_series(request, which, NOBODY), request[1])
        end = request[2] + self.random.randrange(1, 4) * self._quantum_s(request[0])
        return self.chain.act(functions.return_early(request, end, NOBODY), request[1])

    def poke(self, request: Request | None = None) -> bool:
        """Somebody has the policy asked again."""
        gated = [one for one in self.requests if one[0] in self.conditions]
        if not gated:
            return False
        request = request or self.random.choice(gated[-4:])
        call = self.chain.bookings.functions.poke(request, self.conditions[request[0]], b"")
        return self.chain.act(call, self.random.choice(self.people))

    def every_decision(self) -> None:
        """At least one request each that is denied, cancelled and granted."""
        for kind in range(3):
            while not (self.announce(rule=0) and self.ask() and self.decide(kind)):
                pass

    def every_shape(self) -> None:
        """A bundle of two owners that is granted, and a series of which a part is given back."""
        things: list[bytes] = []
        while len({self.owners[thing] for thing in things}) < 2:
            assert self.announce(rule=0)
            things.append(list(self.owners)[-1])
        pair = [things[0], things[-1]]
        who = next(one for one in self.people if one not in (self.owners[thing] for thing in pair))
        tomorrow_s = self.chain.now_s + DAY_S
        assert self.ask_together([self._request(thing, who, start_s=tomorrow_s) for thing in pair], who)
        assert self.grant_bundle(self.bundles[-1])
        assert self.announce(rule=1)
        bundle = (1 << 220 | 8 | 9 << 20).to_bytes(32, "big")
        assert self._send(self._request(list(self.owners)[-1], who, start_s=tomorrow_s, bundle=bundle))
        functions = self.chain.bookings.functions
        assert self.chain.act(functions.cancel_series(self.requests[-1], 0b010, NOBODY), who)

    def _announced(self, call: Any, offer: tuple[Any, ...], conditions: tuple[Any, ...] | None) -> bool:
        owner = self.random.choice(self.people)
        if not self.chain.act(call, owner):
            return False
        resource = self.chain.bookings.functions.resource_id(owner, offer).call()
        self.owners[resource] = owner
        if conditions is not None:
            self.conditions[resource] = conditions
        return True

    def _terms(self, rule: int, gated: bool = False) -> int:
        capacity = self.random.choice([1, 1, 1, 3, 255])
        return resource_terms(
            quantum=self.random.randrange(1, 5),
            rule=rule,
            phase=self.random.randrange(4),
            ttl_h=self.random.randrange(1, 72),
            service=self.random.randrange(1, 4),
            capacity=capacity,
            buffer_quanta=self.random.randrange(2) if capacity == 1 else 0,
            gated=gated,
        )

    def _request(
        self,
        resource: bytes,
        who: str,
        *,
        start_s: int | None = None,
        gathering: bytes = NONE,
        bundle: bytes = NONE,
    ) -> Request:
        terms = self.chain.bookings.functions.resource(resource).call()
        quantum_s, phase_s = self._quantum_s(resource), (terms >> 176 & 127) * 900
        if start_s is None:
            start_s = self.chain.now_s + self.random.randrange(-HOUR_S, 3 * DAY_S)
        units = self.random.randrange(1, 4) if terms >> 168 & 255 > 1 else 1
        # the next start on the grid
        start = -(-(start_s - phase_s) // quantum_s) * quantum_s + phase_s
        quanta = self.random.randrange(1, 5)
        return (resource, who, start, quanta, units, gathering, bundle, self.word())

    def _asking(self, request: Request) -> Any:
        functions = self.chain.bookings.functions
        conditions = self.conditions.get(request[0])
        if conditions is None or request[1] == self.owners[request[0]]:
            return functions.request(request, NOBODY)
        return functions.request_with(request, conditions, b"", NOBODY)

    def _send(self, request: Request) -> bool:
        if not self.chain.act(self._asking(request), request[1]):
            return False
        self.requests.append(request)
        return True

    def _together(self, calls: list[Any], sender: str) -> bool:
        data = [bytes.fromhex(call._encode_transaction_data()[2:]) for call in calls]
        return self.chain.act(self.chain.bookings.functions.together(data), sender)

    def _quantum_s(self, resource: bytes) -> int:
        return QUANTUM_S[self.chain.bookings.functions.resource(resource).call() >> 160 & 7]

    def _id(self, request: Request) -> bytes:
        return bytes(self.chain.bookings.functions.request_id(request).call())

    @staticmethod
    def _readable(request: Request) -> dict[str, Any]:
        told = [hexed(value) if isinstance(value, bytes) else value for value in request]
        return dict(zip(FIELDS, told, strict=True))
