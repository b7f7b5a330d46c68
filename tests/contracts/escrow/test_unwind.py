"""A deal whose booking never came about goes back to the payer, by anybody."""

from typing import Any

import ape
import pytest
from contracts.booking_values import announcement, on_grid, request_of
from contracts.escrow.deal import DAY_S, EVIDENCE, UNWOUND, Deal, receipt_of
from contracts.escrow.test_legs import named
from contracts.signing import EMPTY_AUTH
from eth_abi.abi import encode

REQUEST_TYPE = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"


@pytest.fixture
def wanted(bookings: Any, payer: Any, payee: Any, now: Any) -> dict[str, Any]:
    """A pending request of the payer for a thing of the payee."""
    made = announcement("saw")
    bookings.announce(made, EMPTY_AUTH, sender=payee)
    resource = bytes(bookings.resource_id(payee, made))
    asked = request_of(resource, payer.address, on_grid(now() + 5 * DAY_S))
    bookings.request(asked, EMPTY_AUTH, sender=payer)
    return asked


@pytest.fixture
def encoded(wanted: dict[str, Any]) -> bytes:
    """The request as `unwind` takes it."""
    return encode([REQUEST_TYPE], [tuple(wanted.values())])


@pytest.fixture
def booked(deal: Deal, bookings: Any, wanted: dict[str, Any]) -> Deal:
    """The usual deal, for that booking."""
    return deal.but(booking=bytes(bookings.request_id(wanted)))


def deny(bookings: Any, wanted: dict[str, Any], payer: Any, payee: Any, reach: Any, now: Any) -> None:
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)


def cancel(bookings: Any, wanted: dict[str, Any], payer: Any, payee: Any, reach: Any, now: Any) -> None:
    bookings.cancel(wanted, EMPTY_AUTH, sender=payer)


def expire(bookings: Any, wanted: dict[str, Any], payer: Any, payee: Any, reach: Any, now: Any) -> None:
    reach(now() + 3 * DAY_S)


@pytest.mark.parametrize("end", [deny, cancel, expire])
def test_unwind__of_a_booking_that_never_came__gives_everything_back(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    funded_token: Any, payer: Any, payee: Any, stranger: Any, reach: Any, now: Any, end: Any,
) -> None:  # fmt: skip
    found = opened(booked)
    before = funded_token.balanceOf(payer)
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    end(bookings, wanted, payer, payee, reach, now)
    receipt = escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    assert funded_token.balanceOf(payer) == before + booked.total
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (UNWOUND, 0)
    (event,) = named(receipt, "EscrowClosed")
    assert (event.actor, event.outcome) == (stranger, UNWOUND)


def test_unwind__of_a_grant__reverts_even_when_it_was_cancelled(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    payer: Any, payee: Any, stranger: Any,
) -> None:  # fmt: skip
    opened(booked)
    bookings.confirm(wanted, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    bookings.cancel(wanted, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)


def test_unwind__gives_nobody_a_right_to_rate(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    payee: Any,
) -> None:  # fmt: skip
    opened(booked)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)
    escrow.unwind(booked.core, bookings, encoded, sender=payee)
    for side in (0, 1):
        with ape.reverts("escrow: nothing came about"):
            escrow.right_to_rate(booked.terms, side)


def test_unwind__after_a_part__gives_back_what_is_left(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    funded_token: Any, payer: Any, payee: Any, stranger: Any,
) -> None:  # fmt: skip
    opened(booked)
    escrow.release_part(booked.core, 400, EMPTY_AUTH, sender=payer)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)
    before = funded_token.balanceOf(payer)
    escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    assert funded_token.balanceOf(payer) == before + 600 + booked.deposit


def test_unwind__while_claimed_or_disputed__reverts(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    payer: Any, payee: Any, stranger: Any,
) -> None:  # fmt: skip
    opened(booked)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)
    escrow.claim_damage(booked.core, booked.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: claim or dispute"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    escrow.dispute(booked.core, booked.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    with ape.reverts("escrow: claim or dispute"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)


def test_unwind__with_another_booking_or_contract__reverts(
    escrow: Any, booked: Deal, opened: Any, container: Any, bookings: Any, wanted: dict[str, Any],
    encoded: bytes, payee: Any, stranger: Any, deployer: Any,
) -> None:  # fmt: skip
    opened(booked)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)
    other = container("Bookings").deploy(sender=deployer)
    for contract, shown in ((other, encoded), (bookings, encoded[:-1] + b"\1"), (bookings, b"")):
        with ape.reverts("escrow: foreign booking"):
            escrow.unwind(booked.core, contract, shown, sender=stranger)


def test_unwind__of_a_deal_without_booking__reverts(
    escrow: Any, deal: Deal, opened: Any, bookings: Any, encoded: bytes, stranger: Any
) -> None:
    bare = deal.but(booking=bytes(32))
    opened(bare)
    with ape.reverts("escrow: foreign booking"):
        escrow.unwind(bare.core, bookings, encoded, sender=stranger)


def test_unwind__twice__reverts(
    escrow: Any, booked: Deal, opened: Any, bookings: Any, wanted: dict[str, Any], encoded: bytes,
    payee: Any, stranger: Any,
) -> None:  # fmt: skip
    opened(booked)
    bookings.deny(wanted, bytes(32), EMPTY_AUTH, sender=payee)
    escrow.unwind(booked.core, bookings, encoded, sender=stranger)
    with ape.reverts("escrow: closed"):
        escrow.unwind(booked.core, bookings, encoded, sender=stranger)
