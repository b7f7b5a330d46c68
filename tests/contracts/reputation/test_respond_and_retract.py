"""After a rating is open: the subject's one answer, and the rater's one way to take it back."""

from dataclasses import replace
from typing import Any

import ape
import pytest
from contracts.reputation.rating import (
    HALF_LIFE_S,
    RESPONDED,
    RETRACTED,
    UNIT,
    Rating,
    commit,
    entry_of,
    receipt_slot,
    reputation,
    reveal,
    slots,
)
from contracts.signing import EMPTY_AUTH

DIGEST = b"\x09" * 32


class Counted:
    """A rating that is open, and the calls about it."""

    def __init__(self, rating: Rating, at: int) -> None:
        self.rating, self.at = rating, at
        self.entry = entry_of(rating, at)

    def respond(self, sender: Any, auth: Any = EMPTY_AUTH, digest: bytes = DIGEST, **changed: Any) -> Any:
        """The subject answers, with some of the arguments changed."""
        place = (self.rating.source, self.rating.deal, changed.get("side", 0))
        entry = changed.get("entry", self.entry)
        return self.rating.ledger.respond(*place, entry, digest, auth, sender=sender)

    def retract(self, sender: Any, auth: Any = EMPTY_AUTH, **changed: Any) -> Any:
        """The rater takes it back, with some of the arguments changed."""
        place = (self.rating.source, self.rating.deal, changed.get("side", 0))
        return self.rating.ledger.retract(*place, changed.get("entry", self.entry), auth, sender=sender)


@pytest.fixture
def counted(rating: Rating, answer: Rating, rater: Any, subject: Any) -> Counted:
    """Side 0 has rated side 1 with five, and it is open; the other side's is still sealed."""
    commit(rating, rater)
    commit(answer, subject)
    return Counted(rating, reveal(rating, rater).timestamp)


def test_respond__by_the_subject__is_said_once_and_marked(
    ledger: Any, counted: Counted, rating: Rating, subject: Any
) -> None:
    receipt = counted.respond(subject)
    [event] = receipt.decode_logs(ledger.RatingResponded)
    assert (event.source, bytes(event.deal), event.side) == (rating.source.address, rating.deal, 0)
    assert (event.actor, bytes(event.digest)) == (subject.address, DIGEST)
    assert slots(ledger, rating)[0] == receipt_slot(5, counted.entry) | RESPONDED
    assert reputation(rating, subject)[2] == 1
    with ape.reverts("reputation: already answered"):
        counted.respond(subject)


def test_respond__by_anybody_else__reverts(counted: Counted, rater: Any, stranger: Any) -> None:
    for other in (rater, stranger):
        with ape.reverts("reputation: not the subject"):
            counted.respond(other)


def test_respond__with_nothing__reverts(counted: Counted, subject: Any) -> None:
    with ape.reverts("reputation: empty answer"):
        counted.respond(subject, digest=bytes(32))


def test_respond__to_a_rating_that_is_still_sealed_or_was_never_given__reverts(
    ledger: Any, counted: Counted, rater: Any, rating: Rating, answer: Rating
) -> None:
    entry = entry_of(answer, counted.at)
    with ape.reverts("reputation: not revealed"):
        counted.respond(rater, side=1, entry=entry)
    with ape.reverts("reputation: not revealed"):
        ledger.respond(rating.source, b"\1" * 32, 1, entry, DIGEST, EMPTY_AUTH, sender=rater)


def test_respond__side_that_does_not_exist__reverts(counted: Counted, subject: Any) -> None:
    with ape.reverts("reputation: no such side"):
        counted.respond(subject, side=2)


def _changed(entry: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    other = "0x" + "11" * 20 if place < 2 else entry[place] + 1
    return (*entry[:place], other, *entry[place + 1 :])


@pytest.mark.parametrize("place", [0, 2, 3, 4])
def test_respond__to_another_entry_than_was_counted__reverts(
    counted: Counted, subject: Any, place: int
) -> None:
    with ape.reverts("reputation: other entry"):
        counted.respond(subject, entry=_changed(counted.entry, place))


@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_retract__of_another_entry_than_was_counted__reverts(
    counted: Counted, rater: Any, place: int
) -> None:
    with ape.reverts("reputation: other entry"):
        counted.retract(rater, entry=_changed(counted.entry, place))


def test_respond__naming_oneself_as_the_subject__reverts(counted: Counted, stranger: Any) -> None:
    rater, _, *rest = counted.entry
    with ape.reverts("reputation: other entry"):
        counted.respond(stranger, entry=(rater, stranger.address, *rest))


def test_retract__naming_oneself_as_the_rater__reverts(counted: Counted, stranger: Any) -> None:
    with ape.reverts("reputation: other entry"):
        counted.retract(stranger, entry=(stranger.address, *counted.entry[1:]))


def test_respond__signed_by_the_subject_and_sent_by_a_relayer__is_the_subjects(
    ledger: Any, counted: Counted, rating: Rating, subject: Any, relayer: Any, sign: Any, now: Any
) -> None:
    message = {
        "source": rating.source.address,
        "deal": rating.deal,
        "side": 0,
        "digest": DIGEST,
        "deadline": now() + 600,
    }
    with ape.reverts("auth: bad signature"):
        counted.respond(relayer, sign(subject, ledger, "Respond", message | {"digest": b"\1" * 32}))
    with ape.reverts("auth: bad signature"):
        counted.respond(relayer, sign(subject, ledger, "Respond", message | {"side": 1}))
    receipt = counted.respond(relayer, sign(subject, ledger, "Respond", message))
    [event] = receipt.decode_logs(ledger.RatingResponded)
    assert event.actor == subject.address


def test_retract__at_once__leaves_nothing_in_the_sums_and_the_receipt_in_place(
    ledger: Any, counted: Counted, rating: Rating, rater: Any, subject: Any
) -> None:
    receipt = counted.retract(rater)
    assert reputation(rating, subject) == (0, 0, 0)
    assert ledger.mean(rating.source, subject, rating.service) == 0
    assert slots(ledger, rating)[0] == receipt_slot(5, counted.entry) | RETRACTED
    [event] = receipt.decode_logs(ledger.RatingRetracted)
    assert (event.source, bytes(event.deal), event.side) == (rating.source.address, rating.deal, 0)
    assert (event.subject, event.actor, event.score) == (subject.address, rater.address, 5)
    assert event.service == rating.service
    # what is left of it after some seconds
    assert UNIT - UNIT // 10**5 < event.weight <= UNIT


def test_retract__a_half_life_later_beside_another_rating__takes_out_half(
    ledger: Any, source: Any, counted: Counted, rating: Rating, rater: Any, stranger: Any, subject: Any,
    deployer: Any, travel: Any,
) -> None:  # fmt: skip
    source.set_deal([stranger, subject], rating.service, 0, sender=deployer)
    other = replace(rating, rater=stranger, terms=b"another deal", score=1, amount=0)
    commit(other, stranger)
    travel(counted.at + HALF_LIFE_S)
    with ape.reverts("reputation: too late"):
        reveal(other, stranger)
    again = replace(other, terms=b"one more deal")
    commit(again, stranger)
    commit(replace(again, side=1, rater=subject, subject=stranger), subject)
    reveal(again, stranger)
    travel(counted.at + 2 * HALF_LIFE_S)
    [event] = counted.retract(rater).decode_logs(ledger.RatingRetracted)
    assert abs(event.weight - UNIT // 4) <= 1
    _, weight, count = reputation(rating, subject)
    assert count == 1
    # 1 of 5 from the stranger alone, half a year old
    assert abs(weight - UNIT // 2) < UNIT // 10**4
    assert ledger.mean(rating.source, subject, rating.service) == pytest.approx(1_000_000, abs=2)


def test_retract__twice__reverts(counted: Counted, rater: Any) -> None:
    counted.retract(rater)
    with ape.reverts("reputation: already retracted"):
        counted.retract(rater)


def test_retract__by_anybody_else__reverts(counted: Counted, subject: Any, stranger: Any) -> None:
    for other in (subject, stranger):
        with ape.reverts("reputation: not the rater"):
            counted.retract(other)


def test_retract__of_a_rating_that_is_still_sealed__reverts(
    counted: Counted, answer: Rating, subject: Any
) -> None:
    with ape.reverts("reputation: not revealed"):
        counted.retract(subject, side=1, entry=entry_of(answer, counted.at))


def test_retract__side_that_does_not_exist__reverts(counted: Counted, rater: Any) -> None:
    with ape.reverts("reputation: no such side"):
        counted.retract(rater, side=2)


def test_retract__and_respond_in_either_order__both_stay_on_record(
    ledger: Any, counted: Counted, rating: Rating, answer: Rating, rater: Any, subject: Any
) -> None:
    counted.retract(rater)
    counted.respond(subject)
    assert slots(ledger, rating)[0] == receipt_slot(5, counted.entry) | RETRACTED | RESPONDED
    # the other side's seal is as it was, and opens
    second = Counted(answer, reveal(answer, subject).timestamp)
    second.respond(rater, side=1)
    second.retract(subject, side=1)
    assert slots(ledger, rating)[1] == receipt_slot(2, second.entry) | RETRACTED | RESPONDED
    assert reputation(answer, rater) == (0, 0, 0)


def test_retract__signed_by_the_rater_and_sent_by_a_relayer__is_the_raters(
    ledger: Any, counted: Counted, rating: Rating, rater: Any, relayer: Any, sign: Any, now: Any
) -> None:
    message = {"source": rating.source.address, "deal": rating.deal, "side": 0, "deadline": now() + 600}
    with ape.reverts("auth: bad signature"):
        counted.retract(relayer, sign(rater, ledger, "Retract", message | {"side": 1}))
    [event] = counted.retract(relayer, sign(rater, ledger, "Retract", message)).decode_logs(
        ledger.RatingRetracted
    )
    assert event.actor == rater.address


def test_reveal__after_a_retraction__is_not_possible_again(
    counted: Counted, rating: Rating, rater: Any
) -> None:
    counted.retract(rater)
    with ape.reverts("reputation: already revealed"):
        reveal(rating, rater)
