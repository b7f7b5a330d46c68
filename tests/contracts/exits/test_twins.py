"""The search finds what it is there for: faults planted into a copy of the contracts, and the way to each."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from contracts.exits import booking_proof, escrow_proof, rating_proof
from contracts.exits.booking_world import BookingWorld
from contracts.exits.escrow_world import EscrowWorld
from contracts.exits.rating_world import RatingWorld
from contracts.exits.search import FindingError, Found, World, search
from effort import FULL

from scripts._faults import FAULTS, ROOT, apply
from scripts._mutants.trials import fresh_compiling


@dataclass(frozen=True)
class Twin:
    """A fault by the name of its patch, where it shows, which proof fails, and what it says."""

    fault: str
    world: Callable[[], World]
    proof: Callable[[Found], None]
    says: str


SHORT = "two milestones, cancelling"
CLAIM = "deposit only, payee that cannot be paid"
# the first of each contract in every run, all of them with full effort
TWINS = [
    Twin(
        "silent_arbitrator_stuck", partial(EscrowWorld, SHORT), escrow_proof.exits, "no exit for payer alone"
    ),
    Twin(
        "retired_thing_keeps_requests",
        partial(BookingWorld, "owner decides"),
        booking_proof.requester_withdraws,
        "the requester cannot end request 1 .*pauses the thing",
    ),
    Twin(
        "seal_waits_for_the_other",
        RatingWorld,
        rating_proof.sealed_is_counted,
        "the payer alone is never counted",
    ),
    Twin(
        "expire_needs_the_payer",
        partial(EscrowWorld, "no arbitrator"),
        escrow_proof.exits,
        "no exit for anybody alone",
    ),
    Twin(
        "dispute_without_window",
        partial(EscrowWorld, "court"),
        escrow_proof.silent_payee_is_safe,
        "the payer alone leaves",
    ),
    Twin(
        "silent_payer_loses_all",
        partial(EscrowWorld, CLAIM),
        escrow_proof.silence_pays,
        "silence pays the payee .*claim_damage",
    ),
    Twin(
        "expired_request_granted",
        partial(BookingWorld, "owner decides"),
        booking_proof.exits,
        "expired became granted|granted too late",
    ),
]
CHOSEN = TWINS if FULL else TWINS[:3]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """`planted(fault)`: from here on the contracts under test are a copy with this fault in it."""

    def plant(fault: str) -> None:
        shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
        assert apply(FAULTS / f"{fault}.patch", tmp_path) == ""
        monkeypatch.setenv("ALLMENDE_CONTRACTS", str(tmp_path / "contracts"))
        fresh_compiling()

    yield plant
    monkeypatch.undo()
    fresh_compiling()


@pytest.mark.parametrize("twin", CHOSEN, ids=lambda twin: twin.fault)
def test_planted_fault__of_the_contracts__is_found_with_the_way_to_it(
    twin: Twin, planted: Callable[[str], None]
) -> None:
    planted(twin.fault)
    with pytest.raises(FindingError, match=twin.says) as caught:
        twin.proof(search(twin.world()))
    assert "begin" in str(caught.value)
