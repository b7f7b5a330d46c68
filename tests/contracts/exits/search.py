"""Breadth first through everything that can happen: every act of every actor, and every step of time.

Two states are one when all that the future depends on is equal: the words taken apart, what is held and owed,
and how far away each deadline is that still matters. Contracts know time only by comparing it with deadlines,
so this merges nothing that could ever differ, and it makes the search end.

Time goes from one deadline to the next and stops at the second before it and at it; with full effort also a
second after it, which otherwise is the same as at it.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from contracts.exits.chain import Chain
from effort import FULL

TIME = "time"
ANYBODY = "anybody"
# where time stops beside a deadline, and how many seconds after it states cease to differ by it
BESIDE_S, PAST_S = ((-1, 0, 1), 2) if FULL else ((-1, 0), 0)


class FindingError(AssertionError):
    """Something that may not be, and how it comes about."""


@dataclass(frozen=True)
class Act:
    """What somebody may try. `by` is a role; `name` is what he does, `with_` the small choice he makes."""

    by: str
    name: str
    sender: str
    to: str
    data: bytes | Callable[[], bytes]
    with_: str = ""
    value: int = 0
    before: Callable[[], None] | None = None


@dataclass(frozen=True)
class View:
    """What is seen in a state.

    `facts`   all that the future depends on beside time
    `clocks`  name → the UTC second of each deadline that still matters
    `sums`    role → what he was paid or is owed since the beginning, and "held"; empty where no money is
    `node`    the name under which the drawing merges it
    `done`    nobody waits for anything
    `detail`  whatever the world itself wants to know again; tells no states apart
    """

    facts: Hashable
    clocks: Mapping[str, int]
    node: str
    done: bool
    sums: Mapping[str, int] = field(default_factory=dict)
    detail: Any = None

    def key(self, now: int) -> Hashable:
        """What tells this state from others."""
        away = tuple(sorted((name, max(when - now, -PAST_S)) for name, when in self.clocks.items()))
        return self.facts, away

    def passed(self, now: int) -> frozenset[str]:
        """The clocks that have run out."""
        return frozenset(name for name, when in self.clocks.items() if when <= now)


class World(Protocol):
    """Contracts with one small story in them."""

    name: str
    chain: Chain
    parties: tuple[str, ...]

    def acts(self, view: View) -> Iterable[Act]:
        """All that anybody may try here."""

    def view(self) -> View:
        """What is seen now.

        Raises:
            FindingError: what is seen may not be.
        """

    def check(self, before: View, act: Act, after: View) -> None:
        """What has to hold for every act.

        Raises:
            FindingError: it does not.
        """


@dataclass(frozen=True)
class State:
    """A state that was reached: its view, the chain's root and time, and the step that first led there."""

    view: View
    root: bytes
    now: int
    first: "Step | None"


@dataclass(frozen=True)
class Step:
    """From one state to another: who did what, what each was paid by it, and the seconds that passed."""

    source: int
    target: int
    by: str
    name: str
    with_: str
    paid: tuple[tuple[str, int], ...] = ()
    seconds: int = 0


@dataclass
class Found:
    """All states and steps of a world."""

    world: World
    states: list[State] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tried: int = 0

    def path(self, index: int) -> str:
        """The shortest way to a state, in words."""
        words: list[str] = []
        step = self.states[index].first
        while step is not None:
            words.append(said(step))
            step = self.states[step.source].first
        return " → ".join(["begin", *reversed(words)])

    def leaving(self) -> list[list[Step]]:
        """The steps from each state."""
        found: list[list[Step]] = [[] for _ in self.states]
        for step in self.steps:
            found[step.source].append(step)
        return found


def said(step: Step) -> str:
    """A step in words."""
    if step.by == TIME:
        return f"{step.seconds} s pass"
    return f"{step.by}: {step.name}{f' {step.with_}' if step.with_ else ''}"


def search(world: World) -> Found:
    """Everything reachable in a world.

    Raises:
        FindingError: on the way something was seen that may not be.
    """
    found = Found(world)
    known: dict[Hashable, int] = {}
    waiting: deque[int] = deque()
    chain = world.chain

    def reached(view: View, root: bytes | None, source: int | None, *what: Any) -> None:
        key = view.key(chain.now)
        index = known.setdefault(key, len(found.states))
        step = None if source is None else Step(source, index, *what)
        if step is not None:
            found.steps.append(step)
        if index == len(found.states):
            waiting.append(index)
            found.states.append(State(view, chain.keep() if root is None else root, chain.now, step))

    reached(world.view(), None, None)
    while waiting:
        source = waiting.popleft()
        state = found.states[source]
        chain.go(state.root)
        chain.at(state.now)
        for act, after in _tried(found, source):
            reached(after, None, source, act.by, act.name, act.with_, _paid(state.view, after))
        later = _next_moment(state)
        if later is not None:
            chain.go(state.root)
            chain.at(later)
            reached(world.view(), state.root, source, TIME, TIME, "", (), later - state.now)
    return found


def _tried(found: Found, source: int) -> Iterator[tuple[Act, View]]:
    """Every act that goes through in a state, with what is seen after it."""
    world, chain, state = found.world, found.world.chain, found.states[source]
    for act in world.acts(state.view):
        found.tried += 1
        snapshot = chain.env.evm.snapshot()
        if act.before is not None:
            act.before()
        refused = chain.send(
            act.sender, act.to, act.data if isinstance(act.data, bytes) else act.data(), act.value
        )
        if refused is None:
            after = world.view()
            _checked(found, source, act, after)
            states = len(found.states)
            yield act, after
            if len(found.states) != states:
                # the state after it was kept, which ends all snapshots
                chain.go(state.root)
                continue
        elif ": " not in refused:
            _checked(found, source, act, None)
        chain.env.evm.revert(snapshot)


def _checked(found: Found, source: int, act: Act, after: View | None) -> None:
    try:
        if after is None:
            raise FindingError("refused without a reason")
        found.world.check(found.states[source].view, act, after)
    except FindingError as finding:
        way = f"{found.path(source)} → {act.by}: {act.name} {act.with_}"
        raise FindingError(f"{found.world.name}: {finding} ({way})") from None


def _paid(before: View, after: View) -> tuple[tuple[str, int], ...]:
    return tuple(
        (role, after.sums[role] - amount)
        for role, amount in before.sums.items()
        if role != "held" and after.sums[role] != amount
    )


def _next_moment(state: State) -> int | None:
    moments = (when + beside for when in state.view.clocks.values() for beside in BESIDE_S)
    return min((moment for moment in moments if moment > state.now), default=None)
