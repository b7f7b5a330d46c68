"""From every reachable state of a request each side alone gets out; what waits or is over takes nothing."""

from collections.abc import Callable

import pytest
from contracts.booking_values import CANCELLED, DENIED, EXPIRED, GRANTED, PENDING
from contracts.exits import booking_proof, readme
from contracts.exits.booking_terms import CHOSEN, START_S
from contracts.exits.booking_world import UNKNOWN
from contracts.exits.chain import BLOCK_S
from contracts.exits.lottery_world import AHEAD
from contracts.exits.proof import demand, reaching
from contracts.exits.search import ANYBODY, Found
from effort import FULL

Story = Callable[[str], Found]
EVERY = pytest.mark.parametrize("name", [*CHOSEN, "lottery"])
ACTS = {
    "request", "cancel", "return_early", "cancel_series", "confirm", "confirm all", "deny", "poke",
    "pauses the thing", "retires the thing", "takes up the thing", "enter", "fix", "draw",
}  # fmt: skip


def test_searches__together__see_every_act_go_through_and_every_state_of_a_request(story: Story) -> None:
    found = [story(name) for name in [*CHOSEN, "lottery"]]
    assert {step.name for one in found for step in one.steps} >= ACTS
    states = {asked.state for one in found for state in one.states for asked in state.view.detail.asked}
    assert states == {UNKNOWN, PENDING, GRANTED, DENIED, CANCELLED, EXPIRED}


@EVERY
def test_every_state__each_party_alone__reaches_the_end(story: Story, name: str) -> None:
    booking_proof.exits(story(name))


@EVERY
def test_every_state__everybody_silent__ends_when_the_terms_say(story: Story, name: str) -> None:
    booking_proof.exits_in_time(story(name))


@EVERY
def test_pending__for_however_long__never_waits_beyond_the_start(story: Story, name: str) -> None:
    booking_proof.waits_for_no_start(story(name))


@EVERY
def test_pending__whatever_owner_and_policy_do__is_withdrawn_by_its_requester_at_once(
    story: Story, name: str
) -> None:
    booking_proof.requester_withdraws(story(name))


@EVERY
def test_pending__whatever_requester_and_policy_do__is_denied_by_the_owner_at_once(
    story: Story, name: str
) -> None:
    booking_proof.owner_denies(story(name))


@EVERY
def test_granted__before_it_begins__is_given_back_by_its_requester_at_once(story: Story, name: str) -> None:
    booking_proof.requester_gives_back(story(name))


def test_lottery__from_every_state_with_an_entrant_who_waits__anybody_alone_has_somebody_drawn(
    story: Story,
) -> None:
    """Also where the block was forgotten, and where the winner is gone."""
    found = story("lottery")
    granted = [any(asked.state == GRANTED for asked in s.view.detail.asked) for s in found.states]
    concerned = 0
    for index, seconds in enumerate(reaching(found, ANYBODY, granted)):
        state = found.states[index]
        waiting = [
            asked.state == PENDING and id_ in state.view.facts[2][0]  # type: ignore[index]
            for asked, id_ in zip(state.view.detail.asked, found.world.ids, strict=True)
            if any(state.view.facts[2])  # type: ignore[index]
        ]
        # a block to fix one, those until it comes, one to draw, and another, as one may just have begun
        if any(waiting) and state.now < START_S - (AHEAD + 3) * BLOCK_S:
            concerned += 1
            demand(seconds is not None, found, index, "nobody is drawn any more")
    assert concerned > len(found.states) // 4


def test_readme__of_the_contracts__shows_the_requests_as_they_were_found(story: Story) -> None:
    """`python -m scripts._exits` draws it anew."""
    section = readme.booking_section({name: story(name) for name in readme.STORIES})
    if FULL:
        assert readme.drawn(readme.written("bookings")) == readme.drawn(section)
    else:
        assert readme.written("bookings") == section
