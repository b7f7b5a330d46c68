"""Revealing a rating: when, by whom, what it changes, and what it must equal."""

from dataclasses import replace
from typing import Any

import ape
import pytest
from contracts.reputation.rating import (
    HALF_LIFE_S,
    UNIT,
    WEEK_S,
    Rating,
    commit,
    entry_of,
    receipt_slot,
    reputation,
    reveal,
    slots,
)


@pytest.fixture
def since(rating: Rating, answer: Rating, rater: Any, subject: Any) -> int:
    """Both sides have committed at this time."""
    commit(rating, rater)
    return int(commit(answer, subject).timestamp)


def test_reveal__of_both_sides__counts_both_ratings(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, stranger: Any, since: int
) -> None:
    receipt = reveal(rating, stranger)
    assert reputation(rating, subject) == (5 * UNIT, UNIT, 1)
    assert reputation(rating, rater) == (0, 0, 0)
    second = reveal(answer, subject)
    assert reputation(rating, rater) == (2 * UNIT, UNIT, 1)
    first_slot = receipt_slot(5, entry_of(rating, receipt.timestamp))
    assert slots(ledger, rating) == (first_slot, receipt_slot(2, entry_of(answer, second.timestamp)), since)
    [event] = receipt.decode_logs(ledger.RatingRevealed)
    assert (event.source, bytes(event.deal)) == (rating.source.address, rating.deal)
    assert (event.actor, event.rater, event.subject) == (stranger.address, rater.address, subject.address)
    assert (event.side, event.service, event.amount) == (0, rating.service, rating.amount)
    assert (event.score, bytes(event.evidence), event.weight) == (5, rating.evidence, UNIT)


def test_reveal__other_service_source_or_member__is_unrated(
    ledger: Any, rating: Rating, subject: Any, stranger: Any, since: int
) -> None:
    reveal(rating, stranger)
    assert ledger.mean(rating.source, subject, rating.service) == 5_000_000
    assert ledger.mean(rating.source, subject, rating.service + 1) == 0
    assert ledger.mean(stranger, subject, rating.service) == 0
    assert ledger.mean(rating.source, stranger, rating.service) == 0


def test_reveal__both_committed__last_second_counts(
    rating: Rating, subject: Any, stranger: Any, since: int, travel: Any
) -> None:
    travel(since + WEEK_S - 1)
    reveal(rating, stranger)
    assert reputation(rating, subject)[2] == 1


def test_reveal__both_committed__after_the_window_reverts(
    rating: Rating, stranger: Any, since: int, travel: Any
) -> None:
    travel(since + WEEK_S)
    with ape.reverts("reputation: too late"):
        reveal(rating, stranger)


def test_reveal__one_side_forfeits__the_other_still_counts(
    rating: Rating, answer: Rating, rater: Any, subject: Any, stranger: Any, since: int, travel: Any
) -> None:
    travel(since + WEEK_S - 1)
    reveal(answer, stranger)
    with ape.reverts("reputation: too late"):
        reveal(rating, stranger)
    assert reputation(rating, rater)[2] == 1
    assert reputation(rating, subject) == (0, 0, 0)


def test_reveal__alone_before_the_other_sides_time_is_over__reverts(
    rating: Rating, rater: Any, travel: Any
) -> None:
    at = commit(rating, rater).timestamp
    travel(at + WEEK_S - 1)
    with ape.reverts("reputation: too early"):
        reveal(rating, rater)


@pytest.mark.parametrize("after_s", [WEEK_S, 2 * WEEK_S - 1])
def test_reveal__alone_in_its_window__counts(
    ledger: Any, rating: Rating, rater: Any, subject: Any, travel: Any, after_s: int
) -> None:
    at = commit(rating, rater).timestamp
    travel(at + after_s)
    receipt = reveal(rating, rater)
    assert reputation(rating, subject) == (5 * UNIT, UNIT, 1)
    assert slots(ledger, rating) == (receipt_slot(5, entry_of(rating, receipt.timestamp)), 0, at)


def test_reveal__alone_after_its_window__reverts(rating: Rating, rater: Any, travel: Any) -> None:
    at = commit(rating, rater).timestamp
    travel(at + 2 * WEEK_S)
    with ape.reverts("reputation: too late"):
        reveal(rating, rater)


def test_reveal__twice__reverts(rating: Rating, stranger: Any, since: int) -> None:
    reveal(rating, stranger)
    with ape.reverts("reputation: already revealed"):
        reveal(rating, stranger)


def test_reveal__of_nothing__reverts(rating: Rating, stranger: Any) -> None:
    with ape.reverts("reputation: not committed"):
        reveal(rating, stranger)


def test_reveal__side_that_did_not_commit__reverts(
    rating: Rating, answer: Rating, rater: Any, travel: Any
) -> None:
    at = commit(rating, rater).timestamp
    travel(at + WEEK_S)
    with ape.reverts("reputation: not committed"):
        reveal(answer, rater)


def test_reveal__side_that_does_not_exist__reverts(rating: Rating, stranger: Any, since: int) -> None:
    with ape.reverts("reputation: no such side"):
        reveal(rating, stranger, side=2)


@pytest.mark.parametrize(
    ("score", "words"), [(0, "reputation: score too low"), (6, "reputation: score too high")]
)
def test_reveal__score_out_of_range_though_committed__reverts(
    rating: Rating, answer: Rating, rater: Any, subject: Any, score: int, words: str
) -> None:
    bad = replace(rating, score=score)
    commit(bad, rater)
    commit(answer, subject)
    with ape.reverts(words):
        reveal(bad, rater)


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_reveal__every_score__is_the_mean_and_the_receipt(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, score: int
) -> None:
    other = replace(rating, score=score)
    commit(other, rater)
    commit(answer, subject)
    receipt = reveal(other, rater)
    assert slots(ledger, rating)[0] == receipt_slot(score, entry_of(other, receipt.timestamp))
    assert ledger.mean(rating.source, subject, rating.service) == score * 1_000_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rater", "0x" + "11" * 20),
        ("subject", "0x" + "11" * 20),
        ("service", 1),
        ("amount", 1),
        ("score", 4),
        ("evidence", b"\0" * 32),
        ("salt", b"\0" * 32),
        ("side", 1),
    ],
)
def test_reveal__of_anything_but_what_was_committed__reverts(
    rating: Rating, stranger: Any, since: int, field: str, value: Any
) -> None:
    with ape.reverts("reputation: wrong opening"):
        reveal(rating, stranger, **{field: value})


def test_reputation__a_half_life_later__has_half_the_weight_and_the_same_mean(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, chain: Any, since: int
) -> None:
    at = reveal(rating, rater).timestamp
    chain.pending_timestamp = at + HALF_LIFE_S
    chain.mine()
    total, weight, count = reputation(rating, subject)
    # 1 unit of 2**-40 for rounding down
    assert abs(total - 5 * UNIT // 2) <= 1
    assert abs(weight - UNIT // 2) <= 1
    assert count == 1
    assert ledger.mean(rating.source, subject, rating.service) == 5_000_000


def test_mean__a_later_rating__counts_more(
    ledger: Any, rating: Rating, answer: Rating, rater: Any, subject: Any, chain: Any, since: int
) -> None:
    at = reveal(rating, rater).timestamp
    later, reply = replace(rating, terms=b"next", score=1), replace(answer, terms=b"next")
    chain.pending_timestamp = at + HALF_LIFE_S - 10
    commit(later, rater)
    commit(reply, subject)
    chain.pending_timestamp = at + HALF_LIFE_S
    reveal(later, rater)
    # the second of this pair weighs half: (5 * 1/2 + 1 * 1/2) / (1/2 + 1/2) = 3
    assert abs(int(ledger.mean(rating.source, subject, rating.service)) - 3_000_000) <= 1
    assert reputation(rating, subject)[2] == 2


def test_constants__of_the_ledger__are_those_of_the_documentation(ledger: Any) -> None:
    assert ledger.COMMIT_WINDOW() == ledger.REVEAL_WINDOW() == WEEK_S
    assert ledger.UNIT() == UNIT
    assert ledger.HALF_LIFE_S() == HALF_LIFE_S
