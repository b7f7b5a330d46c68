"""What a calendar of bookings must do, in plain Python: lists of grants in seconds, no bits, no words.

Every act returns the contract's revert reason, or None when it succeeds and has changed the oracle. An act on
several requests at once happens as a whole or not at all.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from contracts.stateful.calendar_terms import (
    ACTIVE,
    CANCELLED,
    DENIED,
    FIRST_COME,
    GRANTED,
    OWNER,
    PAUSED,
    PENDING,
    PERIOD_S,
    POLICY,
    RETIRED,
    Asked,
    Thing,
    Wish,
    is_open,
    not_offered,
)

GRANT, WAIT, DENY = "grant", "wait", "deny"
ASKING, GRANTING = "asking", "granting"
PART, INCOMPLETE = "bookings: part of a whole", "bookings: bundle incomplete"


class RefusedError(Exception):
    """An act is not allowed; the text is the contract's reason."""


@dataclass
class Oracle:
    """All resources and requests; `bundles` are the lists that their names stand for, as members agreed."""

    things: dict[bytes, Thing] = field(default_factory=dict)
    asked: dict[bytes, Asked] = field(default_factory=dict)
    bundles: dict[bytes, list[Wish]] = field(default_factory=dict)
    # (thing, member, period of 30 days) → units × quanta asked for
    counts: dict[tuple[bytes, str, int], int] = field(default_factory=lambda: defaultdict(int))
    # what is being done together: all items asked for, those presented of the bundle whose turn it is, and
    # for what
    together_now: bool = False
    items: list[Wish] = field(default_factory=list)
    presented: list[Wish] = field(default_factory=list)
    doing: str = ""

    def attempt(self, *acts: Callable[[], None]) -> str | None:
        """One or more acts, all or none; the first reason."""
        before = dict(self.asked), dict(self.counts), {key: thing.state for key, thing in self.things.items()}
        try:
            for act in acts:
                act()
            if self.presented:
                raise RefusedError(INCOMPLETE)
        except RefusedError as refusal:
            self.asked, counts, states = before
            self.counts = defaultdict(int, counts)
            for key, state in states.items():
                self.things[key].state = state
            return str(refusal)
        finally:
            self.together_now, self.items, self.presented = False, [], []
        return None

    def together(self, *acts: Callable[[], None]) -> str | None:
        """Several acts in one call: the only way to ask for a bundle or to grant one."""
        self.together_now = True
        return self.attempt(*acts)

    def request(self, key: bytes, wish: Wish, actor: str, now: int) -> None:
        """Ask without conditions; an owner's own is granted at once, as is what comes first."""
        _need(actor == wish.requester, "not the requester")
        _need(key not in self.asked, "already requested")
        thing = self.things.get(wish.thing)
        own = thing is not None and actor == thing.owner
        if thing is not None:
            _need(own or not thing.gated, "conditions missing")
        self._ask(key, wish, now, own, gated=False)
        assert thing is not None
        self._enter(key, at_once=own or thing.rule == FIRST_COME)

    def request_with(self, key: bytes, wish: Wish, actor: str, now: int, known: bool, verdict: str) -> None:
        """Ask for a gated thing; `known` says whether its own conditions are presented, `verdict` what the
        policy answers if it is asked, whatever goes wrong in it counting as `WAIT`."""
        _need(actor == wish.requester, "not the requester")
        thing = self.things.get(wish.thing)
        _need(thing is not None and thing.gated and known, "foreign conditions")
        assert thing is not None
        _need(key not in self.asked, "already requested")
        own = actor == thing.owner
        self._ask(key, wish, now, own, gated=True)
        at_once = own or thing.rule == FIRST_COME
        if not own:
            _need(thing.requires is None or self._is_within(wish, thing.requires), "needs another resource")
            if thing.has_policy and thing.rule == POLICY:
                _need(verdict != DENY, "policy denies")
                at_once = verdict == GRANT
            elif thing.has_policy:
                _need(verdict == GRANT, "not admitted")
        self._enter(key, at_once)

    def poke(self, key: bytes, wish: Wish, now: int, known: bool, verdict: str) -> None:
        """Anybody has the policy asked again."""
        self._pending(key, now)
        thing = self.things[wish.thing]
        _need(thing.rule == POLICY, "no policy")
        _need(thing.state != RETIRED, "retired")
        _need(thing.state != PAUSED, "paused")
        _need(known, "foreign conditions")
        _need(verdict != WAIT, "still pending")
        if verdict == GRANT:
            self._grant(key)
        else:
            self._close(key, DENIED)

    def confirm(self, key: bytes, wish: Wish, actor: str, now: int) -> None:
        """The owner grants; what waits only for the others of its bundle, anybody."""
        thing = self.things[wish.thing]
        by_rule = thing.state == ACTIVE and (thing.rule == FIRST_COME or wish.requester == thing.owner)
        _need(actor == thing.owner or by_rule, "not the owner")
        self._pending(key, now)
        _need(thing.state != RETIRED, "retired")
        self._grant(key)

    def deny(self, key: bytes, wish: Wish, actor: str, now: int) -> None:
        """The owner denies a single request, a whole series, or an item and with it its bundle."""
        _need(key in self.asked, "unknown request")
        _need(actor == self.things[wish.thing].owner, "not the owner")
        self._pending(key, now)
        self._close(key, DENIED)

    def cancel(self, key: bytes, wish: Wish, actor: str, now: int) -> None:
        """Withdraw, or give back before it starts; of a series what is left of it."""
        asked = self._own(key, wish, actor)
        _need(asked.state in (PENDING, GRANTED), "already closed")
        if asked.state == PENDING:
            self._pending(key, now)
        elif wish.gaps is not None:
            self._give_back(key, set(range(len(asked.starts))) - asked.given_back, now)
            return
        else:
            _need(now < wish.start, "already started")
        self._close(key, CANCELLED)

    def cancel_series(self, key: bytes, wish: Wish, actor: str, now: int, which: set[int]) -> None:
        """Give single times of a granted series back; positions beyond its starts mean nothing."""
        asked = self._own(key, wish, actor)
        _need(asked.state == GRANTED, "not granted")
        _need(wish.gaps is not None and bool(which), "no such occurrence")
        _need(not which & asked.given_back, "no such occurrence")
        self._give_back(key, which & set(range(len(asked.starts))), now)

    def return_early(self, key: bytes, wish: Wish, actor: str, now: int, end: int) -> None:
        """Give `[end, old end)` back; the quota keeps what was asked for."""
        asked = self._own(key, wish, actor)
        _need(asked.state == GRANTED, "not granted")
        if wish.gaps is not None:
            raise RefusedError(PART)
        _need(max(wish.start + 1, now) <= end < asked.end, "end out of range")
        _need(self.things[wish.thing].on_grid(end), "off the grid")
        self.asked[key] = replace(asked, end=end, shortened=True)

    def set_state(self, key: bytes, actor: str, state: int) -> None:
        """Pause, take up again, retire for ever."""
        thing = self.things[key]
        _need(actor == thing.owner, "not the owner")
        _need(thing.state != RETIRED, "retired")
        _need(ACTIVE <= state <= RETIRED and state != thing.state, "no such change")
        thing.state = state

    def grants(self, thing: bytes) -> list[tuple[int, int, int]]:
        """What is granted of a thing: (start, end, units) of every time that was not given back."""
        length_s = self.things[thing].length_s
        found = []
        for asked in self.asked.values():
            if asked.state == GRANTED and asked.wish.thing == thing:
                wish = asked.wish
                for position, start in enumerate(asked.starts):
                    if position not in asked.given_back:
                        end = asked.end if asked.shortened else start + length_s(wish.quanta)
                        found.append((start, end, wish.units))
        return found

    def free(self, thing: bytes, start: int, end: int, units: int) -> bool:
        """Whether `units` can be granted for `[start, end)`, the buffer on both sides included."""
        what = self.things[thing]
        start, end = start - what.buffer_s, end + what.buffer_s
        met = [grant for grant in self.grants(thing) if grant[0] < end and start < grant[1]]
        # usage only rises where the interval or a grant begins
        rises = [start, *(since for since, _, _ in met if since > start)]
        used = [sum(taken for since, until, taken in met if since <= second < until) for second in rises]
        return max(used) + units <= what.capacity

    def offers(self, thing: bytes, start: int, quanta: int, units: int) -> bool:
        """What `is_free_for` answers: free, and such an interval exists at all."""
        what = self.things.get(thing)
        if what is None or not 1 <= quanta <= what.longest or not 1 <= units <= what.capacity:
            return False
        return what.on_grid(start) and self.free(thing, start, start + what.length_s(quanta), units)

    def covered(self, thing: bytes, quanta: range) -> dict[int, int]:
        """Of some quanta of a thing, by their index, those that are granted, and how many units of each."""
        what = self.things[thing]
        units: dict[int, int] = defaultdict(int)
        for start, end, taken in self.grants(thing):
            first, after = ((second - what.phase_s) // what.quantum_s for second in (start, end))
            for index in range(max(first, quanta.start), min(after, quanta.stop)):
                units[index] += taken
        return units

    def _ask(self, key: bytes, wish: Wish, now: int, own: bool, gated: bool) -> None:
        """Enter a wish as pending, if each of its times is offered; count it where there is a quota."""
        thing = self.things.get(wish.thing)
        until = 0
        starts = wish.starts(thing.quantum_s if thing else 1)
        for start in starts:
            _need(start >= until, "starts overlap")
            reason = not_offered(thing, wish, start, now, own)
            if reason is not None:
                raise RefusedError(reason)
            assert thing is not None
            if gated and not own:
                _need(is_open(thing, start, wish.quanta), "closed at that time")
                self._count(wish, start, thing.quota)
            until = start + thing.length_s(wish.quanta)
        assert thing is not None
        if wish.bundle is not None:
            self._present(wish, ASKING)
            self.items.append(wish)
        self.asked[key] = Asked(
            wish,
            tuple(starts),
            until,
            PENDING,
            min(now + thing.ttl_s, wish.start),
            counted=gated and not own and thing.quota > 0,
        )

    def _enter(self, key: bytes, at_once: bool) -> None:
        """Grant what is not left to somebody; an item of a bundle waits for the others."""
        asked = self.asked[key]
        if at_once and asked.wish.bundle is None:
            self.asked[key] = replace(asked, expires_at=0)
            self._cover(key)

    def _grant(self, key: bytes) -> None:
        wish = self.asked[key].wish
        if wish.bundle is not None:
            self._present(wish, GRANTING)
        self._cover(key)

    def _cover(self, key: bytes) -> None:
        """Grant, if there is room for each time beside all that is granted and the times before it."""
        asked = self.asked[key]
        wish, length_s = asked.wish, self.things[asked.wish.thing].length_s(asked.wish.quanta)
        times = range(len(asked.starts))
        for position, start in enumerate(asked.starts):
            _need(self.free(wish.thing, start, start + length_s, wish.units), "not free")
            later = frozenset(times[position + 1 :])
            self.asked[key] = replace(asked, state=GRANTED, was_granted=True, given_back=later)

    def _give_back(self, key: bytes, which: set[int], now: int) -> None:
        """Free times of a granted series; one of which none is left is cancelled."""
        asked = self.asked[key]
        _need(all(now < asked.starts[position] for position in which), "already started")
        _need(bool(which), "no such occurrence")
        if asked.counted:
            self._uncount(asked.wish, [asked.starts[position] for position in which])
        given_back = asked.given_back | which
        state = CANCELLED if len(given_back) == len(asked.starts) else GRANTED
        self.asked[key] = replace(asked, given_back=given_back, state=state)

    def _close(self, key: bytes, state: int) -> None:
        """Deny or cancel as a whole; what was counted no longer is."""
        asked = self.asked[key]
        if asked.counted:
            self._uncount(asked.wish, list(asked.starts))
        self.asked[key] = replace(asked, state=state)

    def _present(self, wish: Wish, doing: str) -> None:
        """Take an item as the next of its bundle."""
        if not self.together_now:
            raise RefusedError(PART)
        if self.presented and (self.presented[0].bundle != wish.bundle or self.doing != doing):
            raise RefusedError(INCOMPLETE)
        self.doing = doing
        self.presented.append(wish)
        if self.presented == self.bundles.get(wish.bundle or b""):
            self.presented = []

    def _is_within(self, wish: Wish, required: bytes) -> bool:
        """Whether an item lies within the one for what it requires, which stands before it in its bundle."""
        if wish.bundle is None:
            return False
        end = wish.start + self.things[wish.thing].length_s(wish.quanta)
        for item in reversed(self.items):
            if (item.bundle, item.thing) == (wish.bundle, required):
                until = item.start + self.things[required].length_s(item.quanta)
                return item.start <= wish.start and end <= until
        return False

    def _own(self, key: bytes, wish: Wish, actor: str) -> Asked:
        _need(key in self.asked, "unknown request")
        _need(actor == wish.requester, "not the requester")
        return self.asked[key]

    def _pending(self, key: bytes, now: int) -> None:
        _need(key in self.asked, "unknown request")
        _need(self.asked[key].state == PENDING, "not pending")
        _need(now < self.asked[key].expires_at, "expired")

    def _count(self, wish: Wish, start: int, quota: int) -> None:
        period = (wish.thing, wish.requester, start // PERIOD_S)
        _need(quota == 0 or self.counts[period] + wish.quanta * wish.units <= quota, "quota used up")
        self.counts[period] += wish.quanta * wish.units if quota else 0

    def _uncount(self, wish: Wish, starts: list[int]) -> None:
        for start in starts:
            self.counts[wish.thing, wish.requester, start // PERIOD_S] -= wish.quanta * wish.units


def _need(allowed: bool, reason: str) -> None:
    if not allowed:
        raise RefusedError(f"bookings: {reason}")


__all__ = ["DENY", "GRANT", "OWNER", "WAIT", "Asked", "Oracle", "Thing", "Wish"]
