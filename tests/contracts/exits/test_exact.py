"""Merging states loses nothing: told apart by all that is stored, they lead to the same places and exits."""

from collections.abc import Callable
from functools import partial

import pytest
from contracts.exits import booking_proof, escrow_proof, rating_proof
from contracts.exits.booking_world import BookingWorld
from contracts.exits.escrow_world import EscrowWorld
from contracts.exits.graph import merged
from contracts.exits.rating_world import RatingWorld
from contracts.exits.search import Found, World, search
from effort import FULL

Case = tuple[Callable[[bool], World], tuple[Callable[[Found], None], ...]]
CASES: dict[str, Case] = {
    "owner decides": (partial(BookingWorld, "owner decides"), booking_proof.PROOFS),
    "ratings": (RatingWorld, rating_proof.PROOFS),
    "deposit only": (partial(EscrowWorld, "deposit only, payee that cannot be paid"), escrow_proof.PROOFS),
    "two milestones": (partial(EscrowWorld, "two milestones, cancelling"), escrow_proof.PROOFS),
    "court": (partial(EscrowWorld, "court"), escrow_proof.PROOFS),
}
CHOSEN = list(CASES) if FULL else list(CASES)[:1]


@pytest.mark.parametrize("name", CHOSEN)
def test_states__told_apart_by_everything_that_is_stored__are_more_and_have_the_same_exits(name: str) -> None:
    make, proofs = CASES[name]
    short, exact = search(make(False)), search(make(True))
    assert len(exact.states) > len(short.states)
    for prove in proofs:
        prove(exact)
    one, other = merged([short]), merged([exact])
    assert set(one.nodes) == set(other.nodes)
    assert one.ends == other.ends
    steps, others = ({edge: set(said) for edge, said in drawing.edges.items()} for drawing in (one, other))
    assert steps == others
