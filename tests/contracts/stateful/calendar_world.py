"""The state of one run on the calendar, and how an act is played on contract and oracle and then compared.

An act is a call of the contract and the oracle's version of it. After each, the reason is the same; the
states and words of its requests, the calendar around them and what is free there are the oracle's; at
intervals and at the end of a run so is every word of the calendar of a thing.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import boa
from contracts.booking_values import number
from contracts.stateful.calendar_acts import ANSWERS
from contracts.stateful.calendar_oracle import Oracle, RefusedError
from contracts.stateful.calendar_terms import Thing, Wish
from contracts.stateful.calendar_things import ACCOUNTS, STRANGER, Calendar, now_s, word_of
from contracts.stateful.deployed import EMPTY_AUTH, Auth
from hypothesis.stateful import RuleBasedStateMachine

# A Wednesday noon; every run starts here whatever the wall clock says
EPOCH_S = 1_893_585_600
WHOLE_CALENDAR_EVERY = 20
NEAR_WORDS, LONG_PROBE = 5, 40
KINDS = {
    "request": "Book",
    "request_with": "BookWith",
    "confirm": "Confirm",
    "deny": "Deny",
    "cancel": "Cancel",
    "cancel_series": "CancelSeries",
    "return_early": "ReturnEarly",
    "set_resource_state": "SetResourceState",
}
REASON = number("why")

done: Counter[str] = Counter()


@dataclass(frozen=True)
class Call:
    """One call: its data, who sends it, the oracle's act, and the request that it is about."""

    sender: str
    data: bytes
    act: Callable[[], None]
    wish: Wish | None = None


class CalendarWorld(RuleBasedStateMachine):
    """The things of a run, what was asked for so far, and the comparisons."""

    calendar: Calendar

    def begin(self, here: set[int]) -> None:
        """Some of the things are played with in this run."""
        boa.env.timestamp = EPOCH_S
        self.oracle = Oracle({key: replace(thing) for key, thing in self.calendar.terms.items()})
        self.wishes: dict[bytes, Wish] = {}
        self.bundles: list[list[Wish]] = []
        self.here = [self.calendar.things[position] for position in sorted(here)]
        self.words: dict[bytes, set[int]] = {key: set() for key in self.calendar.things}
        self.statements: set[tuple[Any, ...]] = set()
        self.answer = ""
        self.operations = 0

    def thing(self, which: int) -> tuple[bytes, Thing]:
        """One of the things of this run."""
        key = self.here[which % len(self.here)]
        return key, self.oracle.things[key]

    def call(
        self,
        name: str,
        wish: Wish,
        actor: str,
        how: str,
        act: Callable[[], None],
        extra: tuple[Any, ...] = (),
        signs: dict[str, Any] | None = None,
    ) -> Call:
        """A call about a request; `signs` is what its signature names beside the request and its word."""
        message = {"request": self.calendar.message(wish), **(signs or {})}
        word = None
        if name not in ("request", "request_with"):
            word = message["word"] = self.word(wish)
        auth, allowed = self.authorised(name, actor, how, message)
        data = self.calendar.data(name, self.calendar.values(wish), *extra, auth)

        def both() -> None:
            allowed()
            # what was signed dies when the request moves on
            if how == "signed" and word not in (None, self.word(wish)):
                raise RefusedError("auth: bad signature")
            act()

        return Call(actor if how == "direct" else STRANGER, data, both, wish)

    def word(self, wish: Wish) -> int:
        """The word of a request as it stands with the oracle."""
        asked = self.oracle.asked.get(self.calendar.request_id(wish))
        return word_of(asked) if asked else 0

    def authorised(
        self, name: str, actor: str, how: str, message: dict[str, Any]
    ) -> tuple[Auth, Callable[[], None]]:
        """The authorisation of an act, and whether it may act at all."""
        if how == "direct":
            return EMPTY_AUTH, lambda: None
        signer = ACCOUNTS[STRANGER if how == "forged" else actor]
        _, deadline, signature = self.calendar.signed(
            signer, KINDS[name], message, for_s=0 if how == "late" else 3_600
        )

        def allowed() -> None:
            if how != "signed":
                raise RefusedError("auth: expired" if how == "late" else "auth: bad signature")

        return (actor, deadline, signature), allowed

    def play(self, label: str, *calls: Call, together: bool = False, sender: str | None = None) -> bool:
        """Make the calls, as one transaction; whether they succeeded, which contract and oracle agree on."""
        acts = [call.act for call in calls]
        if together:
            expected = self.oracle.together(*acts)
            data = self.calendar.data("together", [call.data for call in calls])
        else:
            expected = self.oracle.attempt(*acts)
            data = calls[0].data
        got = self.calendar.send(sender or calls[0].sender, data)
        assert got == expected, f"{label}: contract {got!r}, oracle {expected!r}"
        done["operations"] += 1
        done[f"{label}: {expected or 'done'}"] += 1
        self.operations += 1
        for call in calls:
            if call.wish is not None:
                self.check(call.wish, expected)
        if self.operations % WHOLE_CALENDAR_EVERY == 0:
            self.check_calendar(self.here[self.operations // WHOLE_CALENDAR_EVERY % len(self.here)])
        return expected is None

    def policy_says(self, answer: str) -> str:
        """Tell the policy what to answer; what that counts as."""
        mode, word, verdict = ANSWERS[answer]
        if answer != self.answer:
            call_back = self.calendar.data("resource", self.here[0])
            assert self.calendar.policy.act(STRANGER, "set_answer", mode, word, call_back) is None
            self.answer = answer
        return verdict

    def check(self, wish: Wish, refused: str | None) -> None:
        """State and word of a request, and the calendar where it lies, are the oracle's."""
        key = self.calendar.request_id(wish)
        asked = self.oracle.asked.get(key)
        state = asked.state_at(now_s()) if asked else 0
        assert self.calendar.read("request_state", "bytes32", key) == state
        assert self.calendar.read("request_word", "bytes32", key) == (word_of(asked) if asked else 0)
        done[f"state {state}"] += 1
        thing = self.oracle.things[wish.thing]
        if asked is not None:
            self.wishes.setdefault(key, wish)
        if asked is None and refused != "bookings: not free":
            return
        near: list[int] = []
        for start in wish.starts(thing.quantum_s):
            first = (start - thing.phase_s) // thing.quantum_s
            shift = self.shift(thing)
            touched = range((first - 1) >> shift, ((first + wish.quanta) >> shift) + 1)
            near += [touched[0], touched[-1]]
            self.words[wish.thing] |= set(touched)
        for index in sorted(set(near))[:NEAR_WORDS]:
            self.check_word(wish.thing, index)
        self.probe(wish)

    def probe(self, wish: Wish) -> None:
        """What is free near a request, or for its own time, is what the oracle says."""
        thing, turn = self.oracle.things[wish.thing], self.operations
        start = wish.start + (turn % 9 - 4) * thing.quantum_s + (turn % 23 == 0)
        quanta, units = turn % 4 + (turn % 17 != 0), 1 + turn % 3 * (thing.capacity > 1)
        if turn % 2 and wish.quanta <= LONG_PROBE:
            start, quanta, units = wish.start, wish.quanta, wish.units
        free = self.oracle.offers(wish.thing, start, quanta, units)
        arguments = (wish.thing, start, quanta, units)
        if units == 1 and turn % 3 == 0:
            assert self.calendar.read("is_free", "bytes32,uint256,uint256", *arguments[:3]) == free
        else:
            assert self.calendar.read("is_free_for", "bytes32,uint256,uint256,uint256", *arguments) == free
        done[f"is_free: {free}"] += 1

    @staticmethod
    def shift(thing: Thing) -> int:
        """How many quanta share a word of the calendar, as a power of two."""
        return 8 if thing.capacity == 1 else 5

    def check_word(self, key: bytes, index: int) -> None:
        """Granted if and only if covered, for every quantum of a word of the calendar."""
        thing = self.oracle.things[key]
        shift = self.shift(thing)
        first, width = index << shift, 256 >> shift
        covered = self.oracle.covered(key, range(first, first + (1 << shift)))
        assert max(covered.values(), default=0) <= thing.capacity
        expected = sum(units << width * (quantum - first) for quantum, units in covered.items())
        assert self.calendar.read("calendar_word", "bytes32,uint256", key, index) == expected

    def check_calendar(self, key: bytes) -> None:
        """Every word of a thing that was ever in play."""
        for index in self.words[key]:
            self.check_word(key, index)

    def teardown(self) -> None:
        """At the end of a run, every thing and every request, whether touched lately or not."""
        if not hasattr(self, "wishes"):
            return
        for key in self.here:
            self.check_calendar(key)
            assert self.calendar.read("resource", "bytes32", key) >> 166 & 3 == self.oracle.things[key].state
        for request in self.wishes:
            asked = self.oracle.asked[request]
            assert self.calendar.read("request_word", "bytes32", request) == word_of(asked)
