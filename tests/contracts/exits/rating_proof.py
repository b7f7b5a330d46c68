"""What has to follow from all that can happen with the ratings of a deal: else `FindingError`."""

from collections.abc import Callable

from contracts.exits.proof import demand, longest_wait, reaching
from contracts.exits.rating_world import COUNTED, SEALED, SIDES, WEEK_S, Rated
from contracts.exits.search import FindingError, Found


def exits_in_time(found: Found) -> None:
    """Time alone ends all waiting within two weeks."""
    for party in found.world.parties:
        longest = longest_wait(found, party)
        if longest > 2 * WEEK_S:
            raise FindingError(f"{party} waits {longest} s")


def sealed_is_counted(found: Found) -> None:
    """Who has sealed gets the rating counted, whatever the other side does or not."""
    _counted_alone(found, lambda rated, side: rated.sides[side] == SEALED)


def right_is_used(found: Found) -> None:
    """Who still may rate gets a rating counted, whatever the other side does or not."""
    _counted_alone(found, lambda rated, side: rated.may_seal[side])


PROOFS: tuple[Callable[[Found], None], ...] = (exits_in_time, sealed_is_counted, right_is_used)


def _counted_alone(found: Found, concerned: Callable[[Rated, int], bool]) -> None:
    for side, role in enumerate(SIDES):
        counted = [state.view.detail.sides[side] == COUNTED for state in found.states]
        for index, seconds in enumerate(reaching(found, role, counted)):
            if concerned(found.states[index].view.detail, side):
                demand(seconds is not None, found, index, f"the {role} alone is never counted")
