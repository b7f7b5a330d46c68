"""The integer port of the decay equals the contract's, bit for bit."""

import json
from dataclasses import replace
from typing import Any

import boa
import pytest
from contracts.compiling import compiled
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.chain.generated.reputation import RatingRetracted, RatingRevealed
from indexer.facts import Aggregate, Rating
from indexer.projections import reputation
from indexer.projections.decay import HALF_LIFE_S, LN2_WAD, WAD, wad_exp
from indexer.projections.fold import At, key_of

SOURCE, SUBJECT, RATER, DEAL = b"\x01" * 20, b"\x02" * 20, b"\x03" * 20, b"\x04" * 32
MAX_70, MAX_68, MAX_28, MAX_34 = 2**70 - 1, 2**68 - 1, 2**28 - 1, 2**34 - 1
UNIT, FIRST = 2**40, 0x5A

times = st.integers(0, MAX_34) | st.integers(0, 10 * HALF_LIFE_S)
sums, weights = st.integers(0, MAX_70), st.integers(0, MAX_68)


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


@given(sum_=sums, weight=weights, count=st.integers(0, MAX_28), updated_s=times, now_s=times)
@settings(max_examples=200, deadline=None)
def test_decayed__any_aggregate__is_the_view_of_the_contract(
    probe: Any, sum_: int, weight: int, count: int, updated_s: int, now_s: int
) -> None:
    aggregate = Aggregate(SOURCE, SUBJECT, 1, sum_, weight, count, updated_s)
    assert reputation.decayed(aggregate, now_s) == tuple(probe.decayed(_word(aggregate), now_s))


@given(
    sum_=sums,
    weight=weights,
    count=st.integers(0, MAX_28),
    updated_s=times,
    later_s=st.integers(0, 2 * HALF_LIFE_S),
    score=st.integers(1, 5),
    k=st.integers(1, 4095),
)
@settings(max_examples=200, deadline=None)
def test_fold__rating_revealed__writes_the_word_of_the_contract(
    probe: Any, sum_: int, weight: int, count: int, updated_s: int, later_s: int, score: int, k: int
) -> None:
    now_s = min(updated_s + later_s, MAX_34)
    before = Aggregate(SOURCE, SUBJECT, 1, sum_, weight, count, updated_s)
    rating = _rating()
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
        weight=UNIT // k,
    )
    rows = reputation.fold(
        event, At(1, now_s, b"\x1e" * 20), {key_of(before): before, key_of(rating): rating}
    )
    (after,) = [row for row in rows if isinstance(row, Aggregate)]
    assert _word(after) == probe.with_rating(_word(before), FIRST, score, UNIT // k, now_s)


@given(
    sum_=sums,
    weight=weights,
    count=st.integers(0, 3) | st.integers(0, MAX_28),
    revealed_s=times,
    then_s=st.integers(0, 2 * HALF_LIFE_S),
    later_s=st.integers(0, 2 * HALF_LIFE_S),
    score=st.integers(1, 5),
    k=st.integers(1, 4095),
)
@settings(max_examples=200, deadline=None)
def test_fold__rating_retracted__writes_the_word_of_the_contract(
    probe: Any, sum_: int, weight: int, count: int, revealed_s: int, then_s: int, later_s: int,
    score: int, k: int,
) -> None:  # fmt: skip
    updated_s = min(revealed_s + then_s, MAX_34)
    now_s = min(updated_s + later_s, MAX_34)
    before = Aggregate(SOURCE, SUBJECT, 1, sum_, weight, count, updated_s)
    rating = replace(_rating(), state="revealed", score=score, weight=UNIT // k, revealed_at_s=revealed_s)
    word, taken = probe.without_rating(_word(before), score, UNIT // k, revealed_s, now_s)
    event = RatingRetracted(
        source=SOURCE,
        deal=DEAL,
        subject=SUBJECT,
        actor=RATER,
        side=0,
        service=1,
        score=score,
        weight=taken,
    )
    rows = {key_of(before): before, key_of(rating): rating}
    marked, after = reputation.fold(event, At(1, now_s, b"\x1e" * 20), rows)
    assert isinstance(after, Aggregate)
    assert _word(after) == word
    assert marked == replace(rating, retracted_at_s=now_s)


def _rating() -> Rating:
    return Rating(
        source=SOURCE,
        deal=DEAL,
        side=0,
        rater=RATER,
        subject=SUBJECT,
        service=1,
        amount=5,
        commitment=b"\x05" * 32,
        opens_at_s=0,
        closes_at_s=1,
        state="committed",
        score=None,
        evidence=None,
        committed_at_s=0,
        revealed_at_s=None,
        weight=None,
        response=None,
        responded_at_s=None,
        retracted_at_s=None,
    )


def _word(aggregate: Aggregate) -> int:
    return (
        aggregate.sum
        | aggregate.weight << 70
        | aggregate.count << 138
        | aggregate.updated_at_s << 166
        | FIRST << 200
    )
