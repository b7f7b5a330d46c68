"""The integer port of the decay equals the contract's, bit for bit."""

import json
from typing import Any

import boa
import pytest
from contracts.compiling import compiled
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.chain.generated.reputation import RatingRevealed
from indexer.facts import Aggregate, Rating
from indexer.projections import reputation
from indexer.projections.decay import HALF_LIFE_S, LN2_WAD, WAD, wad_exp
from indexer.projections.fold import At, key_of

SOURCE, SUBJECT, RATER, DEAL = b"\x01" * 20, b"\x02" * 20, b"\x03" * 20, b"\x04" * 32
MAX_88, MAX_40 = 2**88 - 1, 2**40 - 1

times = st.integers(0, 2**40 - 1) | st.integers(0, 10 * HALF_LIFE_S)
sums = st.integers(0, MAX_88)


@pytest.fixture(scope="module")
def probe() -> Any:
    """The functions of `decay.vy`, one by one, on an EVM in this process."""
    artefact = compiled("DecayProbe")
    address, _ = boa.env.deploy_code(bytecode=bytes.fromhex(artefact["bytecode"][2:]))
    return boa.loads_abi(json.dumps(artefact["abi"]), name="DecayProbe").at(address)


@given(age_s=times)
@example(age_s=0)
@example(age_s=HALF_LIFE_S)
@example(age_s=60 * HALF_LIFE_S)
@settings(max_examples=300, deadline=None)
def test_wad_exp__any_age__is_the_factor_of_the_contract(probe: Any, age_s: int) -> None:
    assert wad_exp(-(LN2_WAD * age_s // HALF_LIFE_S)) == probe.factor(age_s)


def test_wad_exp__above_its_range__is_refused() -> None:
    with pytest.raises(OverflowError):
        wad_exp(136 * WAD)


@given(sum_=sums, weight=sums, count=st.integers(0, MAX_40), updated_s=times, now_s=times)
@settings(max_examples=200, deadline=None)
def test_decayed__any_aggregate__is_the_view_of_the_contract(
    probe: Any, sum_: int, weight: int, count: int, updated_s: int, now_s: int
) -> None:
    aggregate = Aggregate(SOURCE, SUBJECT, 1, sum_, weight, count, updated_s)
    assert reputation.decayed(aggregate, now_s) == tuple(probe.decayed(_word(aggregate), now_s))


@given(
    sum_=sums,
    weight=sums,
    count=st.integers(0, MAX_40),
    updated_s=times,
    later_s=st.integers(0, 2 * HALF_LIFE_S),
    score=st.integers(1, 5),
)
@settings(max_examples=200, deadline=None)
def test_fold__rating_revealed__writes_the_word_of_the_contract(
    probe: Any, sum_: int, weight: int, count: int, updated_s: int, later_s: int, score: int
) -> None:
    now_s = min(updated_s + later_s, MAX_40)
    before = Aggregate(SOURCE, SUBJECT, 1, sum_, weight, count, updated_s)
    rating = Rating(
        SOURCE, DEAL, 0, RATER, SUBJECT, 1, 5, b"\x05" * 32, 0, 1, "committed", None, None, 0, None
    )
    event = RatingRevealed(
        source=SOURCE,
        deal=DEAL,
        subject=SUBJECT,
        actor=RATER,
        rater=RATER,
        side=0,
        service=1,
        amount=5,
        score=score,
        evidence=bytes(32),
    )
    rows = reputation.fold(
        event, At(1, now_s, b"\x1e" * 20), {key_of(before): before, key_of(rating): rating}
    )
    (after,) = [row for row in rows if isinstance(row, Aggregate)]
    assert _word(after) == probe.with_rating(_word(before), score, now_s)


def _word(aggregate: Aggregate) -> int:
    return aggregate.sum | aggregate.weight << 88 | aggregate.count << 176 | aggregate.updated_at_s << 216
