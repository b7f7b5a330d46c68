"""The ledger with the real sources: a booking that is over and a closed escrow give one rating per side."""

from typing import Any

import ape
import pytest
from contracts.booking_values import FIRST_COME, HOUR_S, announcement, on_grid, request_of
from contracts.escrow.deal import DAY_S, NATIVE, Deal
from contracts.reputation.rating import UNIT, Rating, commit, reputation, reveal
from contracts.signing import EMPTY_AUTH
from eth_abi import encode

REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"


@pytest.fixture
def closed_deal(escrow: Any, payer: Any, payee: Any, now: Any) -> Deal:
    """A deal in native coin, without arbitrator, that went well."""
    deal = Deal(
        payer.address, payee.address, NATIVE, now() + DAY_S, now() + 2 * DAY_S, price=700, deposit=100
    )
    escrow.open(deal.core, deal.rest, EMPTY_AUTH, value=deal.total, sender=payer)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    return deal


def test_commit__for_an_open_deal__reverts(
    ledger: Any, escrow: Any, payer: Any, payee: Any, now: Any
) -> None:
    deal = Deal(payer.address, payee.address, NATIVE, now() + DAY_S, now() + 2 * DAY_S)
    escrow.open(deal.core, deal.rest, EMPTY_AUTH, value=deal.total, sender=payer)
    with ape.reverts("escrow: not closed"):
        commit(Rating(ledger, escrow, payer, payee, 0, 5, terms=deal.terms), payer)


def test_commit__for_a_deal_that_never_was__reverts(
    ledger: Any, escrow: Any, payer: Any, payee: Any, closed_deal: Deal
) -> None:
    invented = closed_deal.but(price=10**20)
    with ape.reverts():
        commit(Rating(ledger, escrow, payer, payee, 0, 5, terms=invented.terms), payer)


def test_reveal__both_sides_of_a_closed_deal__rate_each_other(
    ledger: Any, escrow: Any, payer: Any, payee: Any, closed_deal: Deal
) -> None:
    facts = {"terms": closed_deal.terms, "service": closed_deal.service, "amount": 700}
    praise = Rating(ledger, escrow, payer, payee, 0, 5, **facts)
    answer = Rating(ledger, escrow, payee, payer, 1, 3, salt=b"\x52" * 32, **facts)
    commit(praise, payer)
    commit(answer, payee)
    assert praise.deal == closed_deal.id_at(ledger.provider.chain_id, escrow.address)
    reveal(praise, payer)
    assert reputation(praise, payee) == (5 * UNIT, UNIT, 1)
    reveal(answer, payer)
    assert reputation(answer, payer) == (3 * UNIT, UNIT, 1)


def test_commit__twice_for_a_closed_deal__reverts(
    ledger: Any, escrow: Any, payer: Any, payee: Any, closed_deal: Deal
) -> None:
    rating = Rating(ledger, escrow, payer, payee, 0, 5, terms=closed_deal.terms)
    commit(rating, payer)
    with ape.reverts("reputation: already committed"):
        commit(rating, payer)


def test_commit__by_who_is_not_of_the_deal__uses_up_nothing(
    ledger: Any, escrow: Any, payer: Any, payee: Any, stranger: Any, closed_deal: Deal
) -> None:
    rating = Rating(ledger, escrow, payer, payee, 0, 5, terms=closed_deal.terms)
    with ape.reverts("reputation: not the rater"):
        commit(rating, stranger)
    assert not commit(rating, payer).failed


def test_reveal__booking_without_money__counts_with_amount_zero(
    ledger: Any, bookings: Any, owner: Any, requester: Any, now: Any, travel: Any
) -> None:
    announced = announcement(rule=FIRST_COME)
    receipt = bookings.announce(announced, EMPTY_AUTH, sender=owner)
    [event] = receipt.decode_logs(bookings.ResourceAnnounced)
    wish = request_of(event.resource, requester.address, on_grid(now() + 3 * HOUR_S))
    bookings.request(wish, EMPTY_AUTH, sender=requester)
    facts = {"terms": encode([REQUEST], [tuple(wish.values())]), "amount": 0}
    praise = Rating(ledger, bookings, requester, owner, 0, 4, **facts)
    with ape.reverts("bookings: not over yet"):
        commit(praise, requester)
    travel(wish["start"] + 2 * HOUR_S)
    commit(praise, requester)
    commit(Rating(ledger, bookings, owner, requester, 1, 5, salt=b"\x52" * 32, **facts), owner)
    reveal(praise, requester)
    assert reputation(praise, owner) == (4 * UNIT, UNIT, 1)
