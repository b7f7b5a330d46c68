"""Small bookings on the real `Bookings`: what is seen of them, and what has to hold in every state."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.booking_values import (
    ACTIVE,
    CANCELLED,
    DENIED,
    EXPIRED,
    GRANTED,
    HOUR_S,
    PAUSED,
    PENDING,
    RETIRED,
    announcement,
    bundled,
    conditions_of,
    number,
    request_of,
)
from contracts.exits.booking_terms import START_S, STORIES, Story
from contracts.exits.chain import GENESIS_S, Chain, Deployed
from contracts.exits.search import ANYBODY, Act, FindingError, View
from contracts.signing import EMPTY_AUTH

UNKNOWN = 0
NAMES = {
    UNKNOWN: "not asked",
    PENDING: "pending",
    GRANTED: "granted",
    DENIED: "denied",
    CANCELLED: "cancelled",
    EXPIRED: "expired",
}
MASK_40, STATE_AT = 2**40 - 1, 166
# what a policy answers
GRANTS, DENIES = 1, 3


@dataclass(frozen=True)
class Asked:
    """A request as the contract tells it. `starts` are those not given back; `end` is the last second + 1."""

    state: int
    expires_at: int
    starts: tuple[int, ...]
    end: int
    word: int


@dataclass(frozen=True)
class Booked:
    """All requests and the states of the things."""

    asked: tuple[Asked, ...]
    things: tuple[int, ...]
    now: int

    @property
    def longest_s(self) -> int:
        """When time alone has ended all waiting and all use, in seconds from now."""
        ends = [a.expires_at if a.state == PENDING else a.end for a in self.asked if not over(a, self.now)]
        return max(ends, default=self.now) - self.now


class BookingWorld:
    """A story of `STORIES` by its name, before anybody asks. With `exact`, the words tell states apart."""

    def __init__(self, name: str, exact: bool = False, story: Story | None = None) -> None:
        self.name, self.exact = name, exact
        self.story = STORIES[name] if story is None else story
        chain = self.chain = Chain()
        chain.at(GENESIS_S)
        people = dict.fromkeys(
            [wish.requester for wish in self.story.wishes] + [thing.owner for thing in self.story.things]
        )
        self.parties = (*people, ANYBODY)
        self.roles = {role: chain.role(role) for role in (*self.parties, "policy")}
        self.bookings = chain.deploy("Bookings")
        self.things: list[bytes] = []
        self.conditions: list[Any] = []
        for index in range(len(self.story.things)):
            self._announce(index)
        requests = [
            request_of(
                self.things[wish.thing],
                self.roles[wish.requester],
                START_S,
                **{"quanta": 1, "salt": number(f"wish {i}"), **wish.fields},
            )
            for i, wish in enumerate(self.story.wishes)
        ]
        if self.story.bundled:
            requests = bundled(requests)
        self.requests = [tuple(request.values()) for request in requests]
        self.ids = [bytes(chain.ask(self.bookings, "request_id", values)) for values in self.requests]

    def policy_of(self, index: int) -> Deployed | None:
        """The policy of a thing, deployed; by default one that does what it is told."""
        if self.story.things[index].policy is None:
            return None
        self.policy = self.chain.deploy("MockPolicy")
        # 2: pending
        self._say(self.story.things[index].policy or 0, 2)
        return self.policy

    def param(self) -> bytes:
        """What the policy is told of the thing."""
        return bytes(32)

    def _say(self, mode: int, word: int) -> None:
        self.chain.must(self.roles["policy"], self.policy, "set_answer", mode, word, b"")

    def _announce(self, index: int) -> None:
        thing, chain = self.story.things[index], self.chain
        owner, policy = self.roles[thing.owner], self.policy_of(index)
        fields = {"ttl_hours": 1, "max_quanta": 2, **thing.fields}
        if policy is None:
            made = tuple(announcement(f"thing {index}", **fields).values())
            chain.must(owner, self.bookings, "announce", made, EMPTY_AUTH)
            self.conditions.append(None)
        else:
            made = tuple(announcement(f"thing {index}", gated=1, **fields).values())
            conditions = tuple(conditions_of(policy=policy.address, param=self.param()).values())
            chain.must(owner, self.bookings, "announce_gated", made, conditions, EMPTY_AUTH)
            self.conditions.append(conditions)
        self.things.append(bytes(chain.ask(self.bookings, "resource_id", owner, made)))

    def acting(self, which: int) -> tuple[str, ...]:
        """Who does what he may about a request; everybody, unless a world leaves something out."""
        return self.parties

    def act(self, by: str, name: str, *values: Any, with_: str = "", called: str = "") -> Act:
        """An act on the bookings."""
        data = self.bookings.data(name, *values)
        return Act(by, called or name, self.roles[by], self.bookings.address, data, with_)

    def acts(self, view: View) -> Iterator[Act]:
        booked: Booked = view.detail
        if self.story.bundled:
            yield from self._together()
        for index, (wish, values) in enumerate(zip(self.story.wishes, self.requests, strict=True)):
            thing, conditions = self.story.things[wish.thing], self.conditions[wish.thing]
            if conditions is not None:
                yield self.act(
                    wish.requester, "request_with", values, conditions, b"", EMPTY_AUTH, called="request"
                )
                yield self.act(ANYBODY, "poke", values, conditions, b"")
            else:
                yield self.act(wish.requester, "request", values, EMPTY_AUTH)
            yield self.act(wish.requester, "cancel", values, EMPTY_AUTH)
            yield self.act(wish.requester, "return_early", values, START_S + HOUR_S, EMPTY_AUTH)
            if len(booked.asked[index].starts) > 1:
                yield self.act(wish.requester, "cancel_series", values, 1, EMPTY_AUTH, with_="the first")
                yield self.act(wish.requester, "cancel_series", values, 6, EMPTY_AUTH, with_="the others")
            yield self.act(thing.owner, "confirm", values, EMPTY_AUTH)
            yield self.act(thing.owner, "deny", values, bytes(32), EMPTY_AUTH)
        if self.story.moody:
            for resource, thing in zip(self.things, self.story.things, strict=True):
                for state, said in ((ACTIVE, "takes up"), (PAUSED, "pauses"), (RETIRED, "retires")):
                    yield self.act(
                        thing.owner,
                        "set_resource_state",
                        resource,
                        state,
                        EMPTY_AUTH,
                        called=f"{said} the thing",
                    )
        yield from self._moods()

    def _together(self) -> Iterator[Act]:
        requester, owner = self.story.wishes[0].requester, self.story.things[0].owner
        for by, name, called in ((requester, "request", "request"), (owner, "confirm", "confirm all")):
            calls = [self.bookings.data(name, values, EMPTY_AUTH) for values in self.requests]
            yield self.act(by, "together", calls, called=called)

    def _moods(self) -> Iterator[Act]:
        """A policy that can change its mind does."""
        if [thing.policy for thing in self.story.things] == [0]:
            for answer, said in ((GRANTS, "grants"), (DENIES, "denies")):
                data = self.policy.data("set_answer", 0, answer, b"")
                yield Act("policy", f"now {said}", self.roles["policy"], self.policy.address, data)

    def view(self) -> View:
        asked = tuple(self._asked(index) for index in range(len(self.ids)))
        things = tuple(
            self.chain.ask(self.bookings, "resource", thing) >> STATE_AT & 3 for thing in self.things
        )
        booked = Booked(asked, things, self.chain.now)
        self._check_calendars(booked)
        clocks: dict[str, int] = {}
        for index, one in enumerate(asked):
            clocks |= {f"{name} {index}": when for name, when in self._clocks(one).items()}
        facts = (tuple((a.state, a.starts, a.end) for a in asked), things, self.more())
        if self.exact:
            facts += (tuple(a.word for a in asked),)
        done = all(over(a, self.chain.now) for a in asked)
        return View(facts, clocks, self._node(booked), done, {}, booked)

    def more(self) -> tuple[Any, ...]:
        """What else the future depends on."""
        if [thing.policy for thing in self.story.things] == [0]:
            return (self.chain.ask(self.policy, "word"),)
        return ()

    def _asked(self, index: int) -> Asked:
        word = self.chain.ask(self.bookings, "request_word", self.ids[index])
        state = self.chain.ask(self.bookings, "request_state", self.ids[index])
        _, _, start, quanta, _, _, bundle, _ = self.requests[index]
        starts = [start]
        if int.from_bytes(bundle, "big") >> 220 == 1:
            gaps = [int.from_bytes(bundle, "big") >> 20 * i & 2**20 - 1 for i in range(11)]
            for gap in filter(None, gaps):
                starts.append(starts[-1] + gap * HOUR_S)
        returned = word >> 85 & 2**12 - 1
        kept = tuple(s for i, s in enumerate(starts) if not returned >> i & 1)
        end = word >> 45 & MASK_40 or start + quanta * HOUR_S
        return Asked(state, word >> 4 & MASK_40, kept, end, word)

    def _clocks(self, asked: Asked) -> dict[str, int]:
        if asked.state == UNKNOWN:
            return {"start": asked.starts[0]}
        if asked.state == PENDING:
            return {"expires_at": asked.expires_at}
        if asked.state == GRANTED:
            return {
                **{f"start {i or ''}".strip(): when for i, when in enumerate(asked.starts)},
                "end": asked.end,
            }
        return {}

    def _check_calendars(self, booked: Booked) -> None:
        """What is granted, and nothing else, occupies the calendars, and never more than there is.

        Raises:
            FindingError: it is not so.
        """
        for thing, resource in enumerate(self.things):
            fields = self.story.things[thing].fields
            capacity = fields.get("capacity", 1)
            units: dict[int, int] = {}
            looked_at: set[int] = set()
            for wish, values, asked in zip(self.story.wishes, self.requests, booked.asked, strict=True):
                if wish.thing != thing:
                    continue
                for start in asked.starts:
                    end = min(start + values[3] * HOUR_S, asked.end)
                    quanta = range(start // HOUR_S, end // HOUR_S)
                    looked_at |= set(range(start // HOUR_S, start // HOUR_S + values[3]))
                    for quantum in quanta if asked.state == GRANTED else ():
                        units[quantum] = units.get(quantum, 0) + values[4]
            for quantum in looked_at:
                per_word, bits = (256, 1) if capacity == 1 else (32, 8)
                word = self.chain.ask(self.bookings, "calendar_word", resource, quantum // per_word)
                found = word >> quantum % per_word * bits & (1 << bits) - 1
                if found != units.get(quantum, 0) or found > capacity:
                    raise FindingError(
                        f"{found} units of hour {quantum} taken, {units.get(quantum, 0)} granted"
                    )

    def _node(self, booked: Booked) -> str:
        words = []
        for asked in booked.asked:
            name = NAMES[asked.state]
            if asked.state == GRANTED:
                began = asked.starts[0] <= booked.now
                name = (
                    "granted, over" if over(asked, booked.now) else "granted, begun" if began else "granted"
                )
            words.append(name)
        return " · ".join(words)

    def check(self, before: View, act: Act, after: View) -> None:
        """What ended stays ended."""
        for was, is_ in zip(before.detail.asked, after.detail.asked, strict=True):
            ended = was.state in (DENIED, CANCELLED, EXPIRED)
            if ended and is_.state != was.state:
                raise FindingError(f"{NAMES[was.state]} became {NAMES[is_.state]}")
            if was.state == PENDING and is_.state == GRANTED and before.detail.now >= was.expires_at:
                raise FindingError("granted too late")


def over(asked: Asked, now: int) -> bool:
    """Whether nobody waits for a request or uses what it was granted."""
    return asked.state not in (PENDING, GRANTED) or (asked.state == GRANTED and now >= asked.end)
