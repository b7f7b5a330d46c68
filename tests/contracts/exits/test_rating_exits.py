"""From every reachable state of a deal's ratings each side alone gets its own counted, or nothing waits."""

from collections.abc import Callable

from contracts.exits.proof import longest_wait, reaching
from contracts.exits.rating_world import COUNTED, EMPTY, FORFEITED, SEALED, SIDES, WEEK_S
from contracts.exits.search import ANYBODY, Found

Ratings = Callable[[], Found]


def test_search__of_the_ratings_of_a_deal__sees_every_act_and_every_state(ratings: Ratings) -> None:
    found = ratings()
    acts = {step.name for step in found.steps}
    assert acts == {"time", "seal", "open the seal", "rate at once", "retract", "respond"}
    assert {side for state in found.states for side in state.view.detail.sides} == {
        EMPTY,
        SEALED,
        FORFEITED,
        COUNTED,
    }


def test_sealed__by_time_alone__waits_two_weeks_at_most(ratings: Ratings) -> None:
    found = ratings()
    for party in found.world.parties:
        assert longest_wait(found, party) <= 2 * WEEK_S


def test_sealed__whatever_the_other_side_does_or_not__is_counted_by_its_rater_alone(ratings: Ratings) -> None:
    _counted_alone(ratings(), lambda found, index, side: found.states[index].view.detail.sides[side] == SEALED)


def test_right_to_rate__whatever_the_other_side_does_or_not__is_used_by_its_holder_alone(
    ratings: Ratings,
) -> None:
    _counted_alone(ratings(), lambda found, index, side: found.states[index].view.detail.may_seal[side])


def test_seal_not_opened_in_time__is_forfeited_and_the_others_rating_counts(ratings: Ratings) -> None:
    nodes = {state.view.detail.sides for state in ratings().states}
    assert {(COUNTED, FORFEITED), (FORFEITED, COUNTED), (FORFEITED, FORFEITED), (COUNTED, EMPTY)} <= nodes


def _counted_alone(found: Found, waiting: Callable[[Found, int, int], bool]) -> None:
    for side, role in enumerate(SIDES):
        counted = [state.view.detail.sides[side] == COUNTED for state in found.states]
        seconds = reaching(found, role, counted)
        concerned = [index for index in range(len(found.states)) if waiting(found, index, side)]
        assert concerned
        for index in concerned:
            assert seconds[index] is not None, f"{role}: {found.path(index)}"


def test_nobody_sealed__whoever_waits__waits_for_nothing(ratings: Ratings) -> None:
    found = ratings()
    for state in found.states:
        assert state.view.done == (SEALED not in state.view.detail.sides)
    assert longest_wait(found, ANYBODY) > WEEK_S
