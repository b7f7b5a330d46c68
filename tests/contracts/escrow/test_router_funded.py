"""A deal that is paid by a signature for the token, and its booking, in one transaction: both or neither."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import GRANTED, announcement, on_grid, request_of
from contracts.escrow.deal import DAY_S, HOUR_S, NOTHING, Deal, live_of
from contracts.signing import EMPTY_AUTH

GATED = 1 << 231
# no policy, twenty quanta for each member, always open, no other needed
CONDITIONS = ("0x" + "00" * 20, bytes(32), 20, 2**168 - 1, bytes(32))
Send = Callable[..., None]


@pytest.fixture(params=["plain", "gated"])
def is_gated(request: pytest.FixtureRequest) -> bool:
    """Whether the resource has conditions, so that it is asked for with them."""
    return bool(request.param == "gated")


@pytest.fixture
def wanted(bookings: Any, payee: Any, payer: Any, now: Any, is_gated: bool) -> dict[str, Any]:
    """Two hours of a resource of the payee in three days, asked for by who pays."""
    made = announcement("saw", rule=1)
    if is_gated:
        made = {**made, "terms": made["terms"] | GATED}
        bookings.announce_gated(made, CONDITIONS, EMPTY_AUTH, sender=payee)
    else:
        bookings.announce(made, EMPTY_AUTH, sender=payee)
    return request_of(bookings.resource_id(payee, made), payer.address, on_grid(now() + 3 * DAY_S))


@pytest.fixture
def paired(deal: Deal, bookings: Any, wanted: dict[str, Any]) -> Deal:
    """The deal that belongs to the booking."""
    return deal.but(booking=bytes(bookings.request_id(wanted)))


@pytest.fixture
def books(bookings: Any, sign: Any, payer: Any, now: Any, wanted: dict[str, Any], is_gated: bool) -> Any:
    """The payer's signature over the request."""
    said = {"request": wanted, "deadline": now() + HOUR_S}
    if is_gated:
        return sign(payer, bookings, "BookWith", {"request": wanted, "data": b"", "deadline": now() + HOUR_S})
    return sign(payer, bookings, "Book", said)


@pytest.fixture(params=["permit", "ERC-3009"])
def paid(
    request: pytest.FixtureRequest, permits: Any, receives: Any, sign: Any, escrow: Any, payer: Any, now: Any
) -> Any:
    """`paid(deal)`: the payer's signature for the token, and what the escrow needs beside it."""

    def make(deal: Deal) -> tuple[Any, Any]:
        if request.param == "ERC-3009":
            return receives(payer, deal), EMPTY_AUTH
        return permits(payer, deal.total), sign(payer, escrow, "Open", deal.readable(now() + HOUR_S))

    return make


@pytest.fixture
def send(escrow: Any, bookings: Any, router: Any, relayer: Any, is_gated: bool) -> Send:
    """`send(deal, how, opens, wanted, books)`: both through the router, by somebody else."""

    def make(deal: Deal, how: Any, opens: Any, wanted: Any, books: Any) -> None:
        half = (escrow, deal.core, deal.rest, how, opens, bookings, wanted)
        if is_gated:
            router.open_funded_and_request_with(*half, CONDITIONS, b"", books, sender=relayer)
        else:
            router.open_funded_and_request(*half, books, sender=relayer)

    return make


@pytest.fixture
def nothing_happened(
    escrow: Any, bookings: Any, unapproved: Any, payer: Any, wanted: Any
) -> Callable[[Deal], None]:
    """`nothing_happened(deal)`: no deal, no request, and the money is where it was."""
    before = unapproved.balanceOf(payer)

    def check(deal: Deal) -> None:
        assert escrow.word(escrow.escrow_id(deal.core)) == 0
        assert bookings.request_state(bookings.request_id(wanted)) == 0
        assert unapproved.balanceOf(payer) == before
        assert unapproved.allowance(payer, escrow) == 0

    return check


def test_funded_route__both_signed__does_both_and_leaves_no_allowance(
    escrow: Any, bookings: Any, router: Any, unapproved: Any, payer: Any, paired: Deal, paid: Any, books: Any,
    wanted: Any, send: Send,
) -> None:  # fmt: skip
    send(paired, *paid(paired), wanted, books)
    assert live_of(escrow.word(escrow.escrow_id(paired.core))).state == 1
    assert bookings.request_state(bookings.request_id(wanted)) == GRANTED
    assert (unapproved.allowance(payer, escrow), unapproved.balanceOf(router)) == (0, 0)


@pytest.mark.parametrize("booking", [NOTHING, b"\7" * 32])
def test_funded_route__deal_of_another_booking__does_neither(
    paired: Deal, paid: Any, books: Any, wanted: Any, send: Send, nothing_happened: Any, booking: bytes
) -> None:
    other = paired.but(booking=booking)
    with ape.reverts("router: other booking"):
        send(other, *paid(other), wanted, books)
    nothing_happened(other)


def test_funded_route__request_that_fails__rolls_the_money_back(
    bookings: Any,
    payee: Any,
    paired: Deal,
    paid: Any,
    books: Any,
    wanted: Any,
    send: Send,
    nothing_happened: Any,
) -> None:
    bookings.set_resource_state(wanted["resource"], 2, EMPTY_AUTH, sender=payee)
    with ape.reverts("bookings: paused"):
        send(paired, *paid(paired), wanted, books)
    nothing_happened(paired)


def test_funded_route__request_signed_by_nobody__does_neither(
    paired: Deal, paid: Any, wanted: Any, send: Send, nothing_happened: Any
) -> None:
    with ape.reverts("bookings: not the requester"):
        send(paired, *paid(paired), wanted, EMPTY_AUTH)
    nothing_happened(paired)


def test_funded_route__other_terms_than_signed__does_neither(
    paired: Deal,
    paid: Any,
    books: Any,
    wanted: Any,
    send: Send,
    nothing_happened: Any,
    payee: Any,
    stranger: Any,
) -> None:
    signed = paid(paired)
    other = paired.but(payee=stranger.address)
    with ape.reverts():
        send(other, *signed, wanted, books)
    nothing_happened(other)


def test_funded_route__permit_without_the_payers_authorisation__does_neither(
    paired: Deal, permits: Any, payer: Any, books: Any, wanted: Any, send: Send, nothing_happened: Any
) -> None:
    with ape.reverts("escrow: not the payer"):
        send(paired, permits(payer, paired.total), EMPTY_AUTH, wanted, books)
    nothing_happened(paired)


def test_funded_route__sent_again__does_nothing_twice(
    paired: Deal, paid: Any, books: Any, wanted: Any, send: Send
) -> None:
    signed = paid(paired)
    send(paired, *signed, wanted, books)
    with ape.reverts("escrow: already opened"):
        send(paired, *signed, wanted, books)
