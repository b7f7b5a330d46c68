"""What is done on the calendar in a run: each act is built for contract and oracle alike, then played."""

from dataclasses import replace
from functools import partial
from typing import Any

import boa
from contracts.booking_values import HOUR_S, number, on_grid
from contracts.stateful.calendar_acts import (
    ACT,
    ALONE,
    AT_ONCE,
    IN_DISORDER,
    IN_PART,
    MIXED,
    TWICE,
    WITH_ANOTHER,
)
from contracts.stateful.calendar_oracle import RefusedError
from contracts.stateful.calendar_terms import (
    GRANTED,
    PENDING,
    POLICY,
    Thing,
    Wish,
)
from contracts.stateful.calendar_things import ACCOUNTS, OFFERS, OWNERS, REQUESTERS, STRANGER, now_s
from contracts.stateful.calendar_world import REASON, CalendarWorld, Call
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

# A thing decided by a policy, and one with a quota
ALWAYS = {9, 11}
ASKERS = [*REQUESTERS, OWNERS[0]]


class CalendarMachine(CalendarWorld):
    """One run: some of the things, two owners, two requesters, and time that passes."""

    @initialize(here=st.sets(st.integers(0, len(OFFERS) - 1), min_size=3, max_size=5))
    def choose_things(self, here: set[int]) -> None:
        """A few things a run, so that members meet; with each the one that it needs."""
        here = here | ALWAYS
        needed = {OFFERS[position].requires for position in here}
        self.begin(here | {position for position in needed if position is not None})

    @rule(act=ACT)
    def do(self, act: tuple[Any, ...]) -> None:
        """One act of any kind; one rule for all, because hypothesis omits some rules in each run."""
        kind, *values = act
        getattr(self, kind)(*values)

    def request(
        self, which: int, asker: int, edge: bool, offset: int, quanta: int, off_grid_s: int, salt: int,
        units: int, impostor: bool, conditions: str, answer: str, how: str,
    ) -> None:  # fmt: skip
        """Ask for an interval near now, or near the next edge of a word of the calendar."""
        key, thing = self.thing(which)
        near_s = on_grid(now_s(), thing.quantum_s * (256 if edge and not thing.gated else 1), thing.phase_s)
        start = near_s + offset * thing.quantum_s + off_grid_s
        wish = self.wish(key, thing, ASKERS[asker], start, quanta, units, salt)
        actor = next(a for a in ACCOUNTS if a != wish.requester) if impostor else wish.requester
        self.play(*self.asking(wish, actor, conditions, answer, how))

    def series(
        self, which: int, asker: int, offset: int, quanta: int, gaps: list[int], salt: int, units: int,
        conditions: str, answer: str, how: str,
    ) -> None:  # fmt: skip
        """Ask for several times at once."""
        key, thing = self.thing(which)
        start = on_grid(now_s(), thing.quantum_s, thing.phase_s) + offset * thing.quantum_s
        wish = self.wish(key, thing, ASKERS[asker], start, quanta, units, salt)
        name, call = self.asking(replace(wish, gaps=tuple(gaps)), wish.requester, conditions, answer, how)
        self.play(f"series {name}", call)

    def bundle(
        self, items: list[tuple[int, int, int, int]], asker: int, helped: bool, salt: int, manner: str,
        answer: str,
    ) -> None:  # fmt: skip
        """Ask for several things of several owners, all or none; what one of them needs goes before it."""
        requester, wishes = ASKERS[asker], []
        for which, offset, quanta, units in items:
            key, thing = self.thing(which)
            start = on_grid(now_s(), thing.quantum_s, thing.phase_s) + offset * thing.quantum_s
            wish = self.wish(key, thing, requester, start, quanta, units, salt)
            if thing.requires is not None and helped:
                wishes.append(self.around(wish))
            wishes.append(wish)
        named = self.named(wishes)
        asked = [
            self.asking(wish, requester, "own", answer, "direct")[1] for wish in _arranged(named, manner)
        ]
        label = f"ask bundle {manner}"
        if manner == ALONE:
            self.play(label, asked[0])
            return
        if manner == MIXED:
            other = self.named([replace(wishes[0], salt=number("other"))])
            asked.insert(1, self.asking(other[0], requester, "own", answer, "direct")[1])
        if manner == WITH_ANOTHER:
            alone = replace(wishes[0], salt=number("alone"))
            asked.append(self.asking(alone, requester, "own", answer, "direct")[1])
        if manner == AT_ONCE:
            asked += [self.granting(wish, requester, "direct", answer) for wish in named]
        if self.play(label, *asked, together=True, sender=requester):
            self.bundles.append(named)

    def grant_bundle(self, which: int, by: str, manner: str, how: str, answer: str) -> None:
        """Owners sign for their items, one member sends all; policies are asked again."""
        waiting = [
            items
            for items in self.bundles
            if all(self.waits(self.calendar.request_id(item)) for item in items)
        ]
        among = waiting if which % 8 else self.bundles
        if not among:
            return
        items = among[which // 8 % len(among)]
        sender = STRANGER if by == "stranger" else self.oracle.things[items[0].thing].owner
        calls = [self.granting(item, sender, how, answer) for item in _arranged(items, manner)]
        if manner == ALONE:
            self.play(f"grant bundle {manner}", calls[0], sender=sender)
            return
        if manner == MIXED:
            others = [other for other in self.bundles if other != items]
            calls[1:1] = [self.granting(other, sender, how, answer) for other in (others or [items])[0]]
        self.play(f"grant bundle {manner}", *calls, together=True, sender=sender)

    def confirm(self, which: int, by: str, how: str) -> None:
        """The owner, or somebody who is not, confirms."""
        if self.wishes:
            self.play("confirm", self.moving("confirm", *self.acting(which, by), how))

    def deny(self, which: int, by: str, how: str) -> None:
        """The owner, or somebody who is not, denies."""
        if self.wishes:
            self.play("deny", self.moving("deny", *self.acting(which, by), how))

    def cancel(self, which: int, by: str, how: str) -> None:
        """The requester, or somebody who is not, cancels."""
        if self.wishes:
            wish, actor = self.acting(which, by)
            label = "cancel a series" if wish.gaps is not None else "cancel"
            self.play(label, self.moving("cancel", wish, actor, how))

    def cancel_series(self, which: int, by: str, mask: int, how: str) -> None:
        """Single times of a series are given back; now and then of what is none."""
        series = [wish for key, wish in self.wishes.items() if wish.gaps is not None and self.granted(key)]
        among = series if which % 6 and series else list(self.wishes.values())
        if not among:
            return
        wish = among[which // 6 % len(among)]
        key, actor = self.calendar.request_id(wish), self.actor(by, wish)
        positions = {position for position in range(256) if mask >> position & 1}
        call = self.call(
            "cancel_series", wish, actor, how,
            lambda: self.oracle.cancel_series(key, wish, actor, now_s(), positions),
            extra=(mask,), signs={"which": mask},
        )  # fmt: skip
        self.play("cancel_series", call)

    def return_early(self, which: int, by: str, quanta: int, off_grid_s: int, how: str) -> None:
        """The requester, or somebody who is not, gives the rest of a grant back."""
        among = [wish for key, wish in self.wishes.items() if self.granted(key)]
        if which % 9 == 0:
            among = list(self.wishes.values())
        if not among:
            return
        wish = among[which // 9 % len(among)]
        thing, key, actor = (
            self.oracle.things[wish.thing],
            self.calendar.request_id(wish),
            self.actor(by, wish),
        )
        soonest_s = max(wish.start, on_grid(now_s(), thing.quantum_s, thing.phase_s))
        end = soonest_s + quanta * thing.quantum_s + off_grid_s
        call = self.call(
            "return_early", wish, actor, how,
            lambda: self.oracle.return_early(key, wish, actor, now_s(), end),
            extra=(end,), signs={"end": end},
        )  # fmt: skip
        self.play("return_early", call)

    def poke(self, which: int, known: bool, answer: str) -> None:
        """A stranger has the policy asked again."""
        decided = [key for key, wish in self.wishes.items() if self.oracle.things[wish.thing].rule == POLICY]
        waiting = [key for key in decided if self.waits(key)]
        # now and then what is decided already, and what no policy decides
        others = [key for key in self.wishes if key not in decided and self.waits(key)]
        among = waiting if which % 8 else decided if which % 3 else others or list(self.wishes)
        if among:
            self.play("poke", self.poking(self.wishes[among[which // 8 % len(among)]], known, answer))

    def several(self, which: list[int], name: str) -> None:
        """One member decides on several requests in one transaction, all or none."""
        if not self.wishes:
            return
        by = "requester" if name == "cancel" else "owner"
        first = self.pick(which[0])
        actor = self.actor(by, first)
        open_ones = [wish for key, wish in self.wishes.items() if self.waits(key) and wish.bundle is None]
        his = [wish for wish in open_ones if self.actor(by, wish) == actor] or [first]
        wishes = [first, *(his[one // 4 % len(his)] if one % 4 else self.pick(one) for one in which[1:])]
        calls = [self.moving(name, wish, actor, "direct") for wish in wishes]
        self.play(f"several {name}", *calls, together=True)

    def set_state(self, which: int, by_owner: bool, state: int, how: str) -> None:
        """The owner, or somebody who is not, pauses, takes up again or retires."""
        key, thing = self.thing(which)
        actor = thing.owner if by_owner else next(owner for owner in OWNERS if owner != thing.owner)
        word = self.calendar.read("resource", "bytes32", key)
        message = {"resource": key, "state": state, "word": word}
        auth, allowed = self.authorised("set_resource_state", actor, how, message)
        statement = (key, state, word, auth[1])

        def act() -> None:
            allowed()
            if how == "signed" and statement in self.statements:
                raise RefusedError("auth: nonce used")
            self.oracle.set_state(key, actor, state)

        data = self.calendar.data("set_resource_state", key, state, auth)
        sender = actor if how == "direct" else STRANGER
        if self.play("set_state", Call(sender, data, act)) and how == "signed":
            self.statements.add(statement)
        assert self.calendar.read("resource", "bytes32", key) == word & ~(3 << 166) | thing.state << 166

    def confirm_what_was_never_asked(self, which: int, other_quanta: int) -> None:
        """Values that differ from what was asked are no request."""
        if self.wishes:
            wish = self.pick(which)
            other = replace(wish, quanta=wish.quanta + other_quanta, salt=number("never"))
            self.play("confirm", self.moving("confirm", other, self.actor("owner", wish), "direct"))

    def pass_time(self, seconds: int) -> None:
        """Time passes; requests expire and grants begin."""
        boa.env.timestamp += seconds

    def pass_time_to_an_edge(self, which: int, early_s: int) -> None:
        """To the very second at which a request expires or a grant begins, or to the one before."""
        if not self.wishes:
            return
        asked = self.oracle.asked[self.calendar.request_id(self.pick(which))]
        edge_s = (asked.expires_at if asked.state == PENDING else asked.wish.start) - early_s
        if edge_s - now_s() in range(1, 12 * HOUR_S):
            boa.env.timestamp = edge_s

    def wish(
        self, key: bytes, thing: Thing, requester: str, start: int, quanta: int, units: int, salt: int
    ) -> Wish:
        """What a member asks for; units that are not there only now and then."""
        if salt > 0:
            units = min(max(units, 1), thing.capacity)
        return Wish(key, requester, start, quanta, units, number(f"salt {salt}"))

    def around(self, wish: Wish) -> Wish:
        """A request for what another needs, for all of its time."""
        thing = self.oracle.things[wish.thing]
        assert thing.requires is not None
        needed = self.oracle.things[thing.requires]
        end = wish.start + thing.length_s(wish.quanta)
        start = wish.start - (wish.start - needed.phase_s) % needed.quantum_s
        quanta = max(1, -(-(end - start) // needed.quantum_s))
        return replace(wish, thing=thing.requires, start=start, quanta=quanta, units=1)

    def named(self, wishes: list[Wish]) -> list[Wish]:
        """The items of a bundle, which is known by the hash over all of them."""
        name = self.calendar.bundled(wishes)
        items = [replace(wish, bundle=name) for wish in wishes]
        self.oracle.bundles[name] = items
        return items

    def asking(self, wish: Wish, actor: str, conditions: str, answer: str, how: str) -> tuple[str, Call]:
        """The request for a wish: of a gated thing with its conditions, or with those of another."""
        key, now = self.calendar.request_id(wish), now_s()
        gated = self.oracle.things[wish.thing].gated
        if conditions == "none" or (conditions == "own" and not gated):
            act = partial(self.oracle.request, key, wish, actor, now)
            return "request", self.call("request", wish, actor, how, act)
        presented = self.calendar.conditions[wish.thing]
        if conditions == "foreign":
            presented = (*presented[:2], presented[2] + 1, *presented[3:])
        verdict = self.policy_says(answer)
        known = conditions == "own"
        act = partial(self.oracle.request_with, key, wish, actor, now, known, verdict)
        signs = {"data": b"a letter"}
        extra = (presented, b"a letter")
        return "request_with", self.call("request_with", wish, actor, how, act, extra, signs)

    def granting(self, item: Wish, sender: str, how: str, answer: str) -> Call:
        """What grants an item: its policy, its owner himself or by his signature, or nobody but the rule."""
        thing = self.oracle.things[item.thing]
        if thing.rule == POLICY:
            return self.poking(item, True, answer)
        if sender == thing.owner or how == "direct":
            return self.moving("confirm", item, sender, "direct")
        return self.moving("confirm", item, thing.owner, how)

    def poking(self, wish: Wish, known: bool, answer: str) -> Call:
        """A stranger asks the policy again."""
        presented = self.calendar.conditions[wish.thing]
        if not known:
            presented = (*presented[:2], presented[2] + 1, *presented[3:])
        key, verdict, now = self.calendar.request_id(wish), self.policy_says(answer), now_s()
        data = self.calendar.data("poke", self.calendar.values(wish), presented, b"")
        return Call(STRANGER, data, lambda: self.oracle.poke(key, wish, now, known, verdict), wish)

    def moving(self, name: str, wish: Wish, actor: str, how: str) -> Call:
        """Confirm, deny or cancel a request."""
        key, now, act = self.calendar.request_id(wish), now_s(), getattr(self.oracle, name)
        extra = (REASON,) if name == "deny" else ()
        signs = {"reason": REASON} if name == "deny" else {}
        return self.call(name, wish, actor, how, lambda: act(key, wish, actor, now), extra, signs)

    def acting(self, which: int, by: str) -> tuple[Wish, str]:
        """One of the requests, and who acts on it."""
        wish = self.pick(which)
        return wish, self.actor(by, wish)

    def pick(self, which: int) -> Wish:
        """One of the requests; mostly one that nobody has decided, if there is any."""
        waiting = [wish for key, wish in self.wishes.items() if self.waits(key)]
        among = waiting if which % 4 != 3 and waiting else list(self.wishes.values())
        return among[which // 4 % len(among)]

    def waits(self, key: bytes) -> bool:
        """Whether a request can still be decided."""
        return self.oracle.asked[key].state_at(now_s()) == PENDING

    def granted(self, key: bytes) -> bool:
        """Whether a request is granted."""
        return self.oracle.asked[key].state == GRANTED

    def actor(self, by: str, wish: Wish) -> str:
        """The address behind a role towards a request."""
        owner = self.oracle.things[wish.thing].owner
        match by:
            case "owner":
                return owner
            case "requester":
                return wish.requester
            case _:
                return next(other for other in OWNERS if other != owner)


def _arranged(items: list[Wish], manner: str) -> list[Wish]:
    """The items as somebody presents them."""
    arrangements = {IN_PART: items[:-1] or items, IN_DISORDER: items[::-1], TWICE: [*items, items[-1]]}
    return arrangements.get(manner, items)
