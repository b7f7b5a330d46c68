"""From every reachable state of a request each side alone gets out; what waits or is over takes nothing."""

from collections.abc import Callable

import pytest
from contracts.booking_values import CANCELLED, DENIED, EXPIRED, GRANTED, PENDING
from contracts.exits.booking_terms import CHOSEN, START_S
from contracts.exits.booking_world import UNKNOWN
from contracts.exits.proof import longest_wait, waits
from contracts.exits.search import ANYBODY, Found

Story = Callable[[str], Found]
EVERY = pytest.mark.parametrize("name", CHOSEN)
ACTS = {
    "request", "cancel", "return_early", "cancel_series", "confirm", "confirm all", "deny", "poke",
    "pauses the thing", "retires the thing", "takes up the thing",
}  # fmt: skip


def test_searches__together__see_every_act_go_through_and_every_state_of_a_request(story: Story) -> None:
    found = [story(name) for name in CHOSEN]
    assert {step.name for one in found for step in one.steps} >= ACTS
    states = {asked.state for one in found for state in one.states for asked in state.view.detail.asked}
    assert states == {UNKNOWN, PENDING, GRANTED, DENIED, CANCELLED, EXPIRED}


@EVERY
def test_every_state__each_party_alone__reaches_the_end(story: Story, name: str) -> None:
    found = story(name)
    for party in found.world.parties:
        longest_wait(found, party)


@EVERY
def test_every_state__everybody_silent__ends_at_the_very_second_that_the_terms_say(
    story: Story, name: str
) -> None:
    found = story(name)
    for index, seconds in enumerate(waits(found, ANYBODY)):
        assert seconds is not None
        assert seconds <= found.states[index].view.detail.longest_s, found.path(index)


@EVERY
def test_pending__for_however_long__never_waits_beyond_the_start(story: Story, name: str) -> None:
    found = story(name)
    for index, state in enumerate(found.states):
        for asked in state.view.detail.asked:
            assert asked.state != PENDING or state.now < asked.expires_at <= START_S, found.path(index)


@EVERY
def test_pending__whatever_the_owner_and_the_policy_do__is_withdrawn_by_its_requester_at_once(
    story: Story, name: str
) -> None:
    _ends_at_once(story(name), PENDING, CANCELLED, "requester")


@EVERY
def test_pending__whatever_the_requester_and_the_policy_do__is_denied_by_the_owner_at_once(
    story: Story, name: str
) -> None:
    _ends_at_once(story(name), PENDING, DENIED, "owner")


@EVERY
def test_granted__before_it_begins__is_given_back_by_its_requester_at_once(story: Story, name: str) -> None:
    _ends_at_once(story(name), GRANTED, CANCELLED, "requester", before_s=START_S)


def _ends_at_once(found: Found, was: int, becomes: int, side: str, before_s: int = 2**40) -> None:
    leaving, seen = found.leaving(), 0
    for index, state in enumerate(found.states):
        for which, (asked, wish) in enumerate(
            zip(state.view.detail.asked, found.world.story.wishes, strict=True)
        ):
            if asked.state != was or state.now >= before_s:
                continue
            seen += 1
            who = wish.requester if side == "requester" else found.world.story.things[wish.thing].owner
            ends = {
                found.states[step.target].view.detail.asked[which].state
                for step in leaving[index]
                if step.by == who
            }
            assert becomes in ends, found.path(index)
    assert seen or was == PENDING
