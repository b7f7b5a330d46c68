"""From every reachable state of a deal's ratings each side alone gets its own counted, or nothing waits."""

from collections.abc import Callable

from contracts.exits import rating_proof, readme
from contracts.exits.rating_world import COUNTED, EMPTY, FORFEITED, SEALED
from contracts.exits.search import Found
from effort import FULL

Ratings = Callable[[], Found]


def test_search__of_the_ratings_of_a_deal__sees_every_act_and_every_state(ratings: Ratings) -> None:
    found = ratings()
    acts = {step.name for step in found.steps}
    assert acts == {"time", "seal", "open the seal", "rate at once", "retract", "respond"}
    statuses = {side for state in found.states for side in state.view.detail.sides}
    assert statuses == {EMPTY, SEALED, FORFEITED, COUNTED}


def test_sealed__by_time_alone__waits_two_weeks_at_most(ratings: Ratings) -> None:
    rating_proof.exits_in_time(ratings())


def test_sealed__whatever_the_other_side_does_or_not__is_counted_by_its_rater_alone(ratings: Ratings) -> None:
    rating_proof.sealed_is_counted(ratings())


def test_right_to_rate__whatever_the_other_side_does_or_not__is_used_by_its_holder_alone(
    ratings: Ratings,
) -> None:
    rating_proof.right_is_used(ratings())


def test_seal__not_opened_in_time__is_forfeited_and_the_rating_of_the_other_counts(ratings: Ratings) -> None:
    reached = {state.view.detail.sides for state in ratings().states}
    assert {(COUNTED, FORFEITED), (FORFEITED, COUNTED), (FORFEITED, FORFEITED), (COUNTED, EMPTY)} <= reached


def test_readme__of_the_contracts__shows_the_ratings_as_they_were_found(ratings: Ratings) -> None:
    """`python -m scripts._exits` draws it anew."""
    section = readme.rating_section(ratings())
    if FULL:
        assert readme.drawn(readme.written("ratings")) == readme.drawn(section)
    else:
        assert readme.written("ratings") == section
