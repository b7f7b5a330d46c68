"""What follows from all states and steps of a world: who gets out of where, alone, by when, and with what.

"Alone" means: this party acts or only waits, and nobody else does anything. No transaction is sent here; all
of them were sent by the search.
"""

import heapq
from collections.abc import Callable, Iterable

from contracts.exits.search import ANYBODY, TIME, FindingError, Found, Step, said

Totals = frozenset[tuple[tuple[str, int], ...]]


def alone(party: str) -> Callable[[Step], bool]:
    """The steps that need nobody but this party, who may also do what anybody may."""
    return lambda step: step.by in (TIME, ANYBODY, party)


def waits(found: Found, party: str) -> list[int | None]:
    """For each state, the fewest seconds after which a party alone is through; None where it never is."""
    return reaching(found, party, [state.view.done for state in found.states])


def reaching(found: Found, party: str, goal: list[bool]) -> list[int | None]:
    """For each state, the fewest seconds after which a party alone reaches one of some states, or None."""
    allowed = alone(party)
    arriving: list[list[Step]] = [[] for _ in found.states]
    for step in found.steps:
        if allowed(step):
            arriving[step.target].append(step)
    best: list[int | None] = [None] * len(found.states)
    queue = [(0, index) for index, reached in enumerate(goal) if reached]
    for _, index in queue:
        best[index] = 0
    while queue:
        seconds, index = heapq.heappop(queue)
        if seconds != best[index]:
            continue
        for step in arriving[index]:
            known = best[step.source]
            if known is None or seconds + step.seconds < known:
                best[step.source] = seconds + step.seconds
                heapq.heappush(queue, (seconds + step.seconds, step.source))
    return best


def demand(holds: bool, found: Found, index: int, said: str) -> None:
    """What has to hold in a state.

    Raises:
        FindingError: it does not; with the shortest way there.
    """
    if not holds:
        raise FindingError(f"{found.world.name}: {said} ({found.path(index)})")


def longest_wait(found: Found, party: str) -> int:
    """The longest that a party alone may have to wait, over all states.

    Raises:
        FindingError: there is a state that it never gets out of.
    """
    found_waits = waits(found, party)
    for index, seconds in enumerate(found_waits):
        demand(seconds is not None, found, index, f"no exit for {party} alone")
    return max(seconds for seconds in found_waits if seconds is not None)


def totals(found: Found, party: str) -> list[Totals]:
    """For each state, every sum of payments with which a party alone can get through from there.

    Raises:
        FindingError: there is a circle, so that payments could be repeated.
    """
    allowed = alone(party)
    # what changes nothing and pays nothing leads nowhere
    moving = [step for step in found.steps if step.paid or step.source != step.target]
    leaving: list[list[Step]] = [[] for _ in found.states]
    for step in filter(allowed, moving):
        leaving[step.source].append(step)
    answers: list[Totals | None] = [None] * len(found.states)
    for start in range(len(found.states)):
        open_, stack = {start}, [start]
        while stack:
            index = stack[-1]
            if answers[index] is not None:
                open_.discard(stack.pop())
                continue
            missing = next((step for step in leaving[index] if answers[step.target] is None), None)
            if missing is None:
                answers[index] = _joined(found, index, leaving[index], answers)
            elif missing.target in open_:
                raise FindingError(f"{found.world.name}: {said(missing)} leads back ({found.path(index)})")
            else:
                open_.add(missing.target)
                stack.append(missing.target)
    return [answer or frozenset() for answer in answers]


def _joined(found: Found, index: int, steps: Iterable[Step], answers: list[Totals | None]) -> Totals:
    here = {()} if found.states[index].view.done else set()
    for step in steps:
        for rest in answers[step.target] or ():
            sums = dict(rest)
            for role, amount in step.paid:
                sums[role] = sums.get(role, 0) + amount
            here.add(tuple(sorted(sums.items())))
    return frozenset(here)
