"""What has to follow from all that can happen with a few requests: else `FindingError`."""

from collections.abc import Callable

from contracts.booking_values import CANCELLED, DENIED, GRANTED, PENDING
from contracts.exits.booking_terms import START_S
from contracts.exits.proof import demand, longest_wait, waits
from contracts.exits.search import ANYBODY, Found


def exits(found: Found) -> None:
    """Each party alone reaches the end from every state."""
    for party in found.world.parties:
        longest_wait(found, party)


def exits_in_time(found: Found) -> None:
    """By time alone all waiting is over when the answer is, and all use when the interval is."""
    for index, seconds in enumerate(waits(found, ANYBODY)):
        written = found.states[index].view.detail.longest_s
        in_time = seconds is not None and seconds <= written
        demand(in_time, found, index, f"over after {seconds} s, by the terms after {written} s")


def waits_for_no_start(found: Found) -> None:
    """A request is never pending when its time has begun."""
    for index, state in enumerate(found.states):
        for asked in state.view.detail.asked:
            in_time = asked.state != PENDING or state.now < asked.expires_at <= START_S
            demand(in_time, found, index, f"pending until {asked.expires_at - START_S} s after the start")


def requester_withdraws(found: Found) -> None:
    """Whatever the owner and the policy do, a pending request is withdrawn at once."""
    _ends_at_once(found, PENDING, CANCELLED, "requester")


def owner_denies(found: Found) -> None:
    """Whatever the requester and the policy do, a pending request is denied at once."""
    _ends_at_once(found, PENDING, DENIED, "owner")


def requester_gives_back(found: Found) -> None:
    """A grant that has not begun is given back at once."""
    _ends_at_once(found, GRANTED, CANCELLED, "requester", START_S)


PROOFS: tuple[Callable[[Found], None], ...] = (
    exits,
    exits_in_time,
    waits_for_no_start,
    requester_withdraws,
    owner_denies,
    requester_gives_back,
)


def _ends_at_once(found: Found, was: int, becomes: int, side: str, before_s: int = 2**40) -> None:
    leaving, story = found.leaving(), found.world.story
    for index, state in enumerate(found.states):
        for which, (asked, wish) in enumerate(zip(state.view.detail.asked, story.wishes, strict=True)):
            who = wish.requester if side == "requester" else story.things[wish.thing].owner
            if asked.state != was or state.now >= before_s or who not in found.world.acting(which):
                continue
            ends = {
                found.states[step.target].view.detail.asked[which].state
                for step in leaving[index]
                if step.by == who
            }
            demand(becomes in ends, found, index, f"the {who} cannot end request {which + 1}")
