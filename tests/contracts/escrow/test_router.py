"""A deal and its booking in one transaction: both or neither, by two signatures."""

from typing import Any

import ape
import pytest
from contracts.booking_values import GRANTED, PENDING, announcement, on_grid, request_of
from contracts.escrow.deal import DAY_S, NATIVE, NOTHING, Deal, live_of
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def resource(bookings: Any, payee: Any) -> bytes:
    """A resource of the payee, by the hour, under the first-come rule."""
    made = announcement("saw", rule=1)
    bookings.announce(made, EMPTY_AUTH, sender=payee)
    return bytes(bookings.resource_id(payee, made))


@pytest.fixture
def wanted(resource: bytes, payer: Any, now: Any) -> dict[str, Any]:
    """Two hours of it in three days, asked for by who pays."""
    return request_of(resource, payer.address, on_grid(now() + 3 * DAY_S))


@pytest.fixture
def paired(deal: Deal, bookings: Any, wanted: dict[str, Any]) -> Deal:
    """The deal that belongs to the booking."""
    return deal.but(booking=bytes(bookings.request_id(wanted)))


@pytest.fixture
def auths(escrow: Any, bookings: Any, sign: Any, payer: Any, deadline: int) -> Any:
    """`auths(deal, wanted)`: the payer's signatures over both."""

    def make(deal: Deal, wanted: dict[str, Any]) -> tuple[Any, Any]:
        asked = sign(payer, bookings, "Book", {"request": wanted, "deadline": deadline})
        return sign(payer, escrow, "Open", deal.readable(deadline)), asked

    return make


def test_open_and_request__both_signed__does_both(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any,
    funded_token: Any, relayer: Any,
) -> None:  # fmt: skip
    opens, books = auths(paired, wanted)
    both = (escrow, paired.core, paired.rest, opens, bookings, wanted, books)
    answered = router.open_and_request.call(*both, sender=relayer)
    router.open_and_request(*both, sender=relayer)
    found, asked = escrow.escrow_id(paired.core), bookings.request_id(wanted)
    assert [bytes(one) for one in answered] == [bytes(found), bytes(asked)]
    assert live_of(escrow.word(found)).state == 1
    assert bookings.request_state(asked) == GRANTED
    assert funded_token.balanceOf(router) == 0


def test_open_and_request__under_the_manual_rule__leaves_the_request_pending(
    escrow: Any, bookings: Any, router: Any, deal: Deal, auths: Any, payer: Any, payee: Any, relayer: Any,
    now: Any,
) -> None:  # fmt: skip
    made = announcement("drill")
    bookings.announce(made, EMPTY_AUTH, sender=payee)
    wanted = request_of(bookings.resource_id(payee, made), payer.address, on_grid(now() + 3 * DAY_S))
    paired = deal.but(booking=bytes(bookings.request_id(wanted)))
    opens, books = auths(paired, wanted)
    router.open_and_request(escrow, paired.core, paired.rest, opens, bookings, wanted, books, sender=relayer)
    assert bookings.request_state(bookings.request_id(wanted)) == PENDING


@pytest.mark.parametrize("booking", [NOTHING, b"\7" * 32])
def test_open_and_request__deal_of_another_booking__does_neither(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any, relayer: Any,
    booking: bytes,
) -> None:  # fmt: skip
    other = paired.but(booking=booking)
    opens, books = auths(other, wanted)
    with ape.reverts("router: other booking"):
        router.open_and_request(
            escrow, other.core, other.rest, opens, bookings, wanted, books, sender=relayer
        )
    assert escrow.word(escrow.escrow_id(other.core)) == 0
    assert bookings.request_state(bookings.request_id(wanted)) == 0


def test_open_and_request__interval_taken__funds_nothing(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any,
    stranger: Any, relayer: Any,
) -> None:  # fmt: skip
    bookings.request(wanted | {"requester": stranger.address}, EMPTY_AUTH, sender=stranger)
    opens, books = auths(paired, wanted)
    with ape.reverts("bookings: not free"):
        router.open_and_request(
            escrow, paired.core, paired.rest, opens, bookings, wanted, books, sender=relayer
        )
    assert escrow.word(escrow.escrow_id(paired.core)) == 0


def test_open_and_request__deal_that_cannot_be_funded__requests_nothing(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any,
    funded_token: Any, payer: Any, relayer: Any,
) -> None:  # fmt: skip
    funded_token.approve(escrow, 0, sender=payer)
    opens, books = auths(paired, wanted)
    with ape.reverts("token: transfer reverted"):
        router.open_and_request(
            escrow, paired.core, paired.rest, opens, bookings, wanted, books, sender=relayer
        )
    assert bookings.request_state(bookings.request_id(wanted)) == 0


def test_open_and_request__unsigned__reverts_even_for_the_payer_himself(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any, payer: Any
) -> None:
    opens, books = auths(paired, wanted)
    with ape.reverts("escrow: not the payer"):
        router.open_and_request(
            escrow, paired.core, paired.rest, EMPTY_AUTH, bookings, wanted, books, sender=payer
        )
    with ape.reverts("bookings: not the requester"):
        router.open_and_request(
            escrow, paired.core, paired.rest, opens, bookings, wanted, EMPTY_AUTH, sender=payer
        )


def test_open_and_request__other_terms_than_signed__reverts(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any, relayer: Any
) -> None:
    opens, books = auths(paired, wanted)
    dear = paired.but(price=paired.price + 1)
    with ape.reverts("auth: bad signature"):
        router.open_and_request(escrow, dear.core, dear.rest, opens, bookings, wanted, books, sender=relayer)


def test_open_and_request__in_native_coin__reverts(
    escrow: Any, bookings: Any, router: Any, paired: Deal, wanted: dict[str, Any], auths: Any, payer: Any
) -> None:
    coin = paired.but(token=NATIVE)
    opens, books = auths(coin, wanted)
    with ape.reverts("escrow: payer must call"):
        router.open_and_request(escrow, coin.core, coin.rest, opens, bookings, wanted, books, sender=payer)
    with ape.reverts():
        payer.transfer(router, 1)
