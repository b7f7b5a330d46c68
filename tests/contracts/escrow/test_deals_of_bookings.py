"""An owner who pauses or retires his thing, or a space that closes, while deals and grants are alive."""

from typing import Any

import ape
import pytest
from contracts.booking_values import (
    DAY_S,
    FIRST_COME,
    GRANTED,
    MANUAL,
    PAUSED,
    POLICY,
    RETIRED,
    announcement,
    conditions_of,
    on_grid,
    request_of,
)
from contracts.escrow.deal import UNWOUND, Deal, live_of, receipt_of
from contracts.signing import EMPTY_AUTH
from contracts.space_values import space_of
from eth_abi.abi import encode

REQUEST_TYPE = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
Booked = tuple[Deal, dict[str, Any]]


def encoded(wanted: dict[str, Any]) -> bytes:
    """The request as `unwind` takes it."""
    return encode([REQUEST_TYPE], [tuple(wanted.values())])


@pytest.fixture
def booked(deal: Deal, opened: Any, bookings: Any, payer: Any, payee: Any, now: Any) -> Any:
    """`booked(rule)`: the payer asked for a thing of the payee's, and the deal for it is open."""

    def make(rule: int) -> Booked:
        made = announcement("saw", rule=rule)
        bookings.announce(made, EMPTY_AUTH, sender=payee)
        resource = bytes(bookings.resource_id(payee, made))
        wanted = request_of(resource, payer.address, on_grid(now() + 5 * DAY_S))
        bookings.request(wanted, EMPTY_AUTH, sender=payer)
        own = deal.but(booking=bytes(bookings.request_id(wanted)))
        opened(own)
        return own, wanted

    return make


@pytest.mark.parametrize("state", [PAUSED, RETIRED])
def test_set_resource_state__with_a_grant_and_its_deal__leaves_both(
    escrow: Any, booked: Any, bookings: Any, payer: Any, payee: Any, stranger: Any, state: int
) -> None:
    own, wanted = booked(FIRST_COME)
    bookings.set_resource_state(wanted["resource"], state, EMPTY_AUTH, sender=payee)
    assert bookings.request_state(own.booking) == GRANTED
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(own.core, bookings, encoded(wanted), sender=stranger)
    escrow.release(own.core, EMPTY_AUTH, sender=payer)
    assert live_of(escrow.word(escrow.escrow_id(own.core))).paid == own.price


@pytest.mark.parametrize("state", [PAUSED, RETIRED])
def test_set_resource_state__with_a_deal_for_what_is_pending__gives_it_back_once_that_expired(
    escrow: Any, booked: Any, bookings: Any, funded_token: Any, payer: Any, payee: Any, stranger: Any,
    now: Any, reach: Any, state: int,
) -> None:  # fmt: skip
    own, wanted = booked(MANUAL)
    bookings.set_resource_state(wanted["resource"], state, EMPTY_AUTH, sender=payee)
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(own.core, bookings, encoded(wanted), sender=stranger)
    reach(now() + 2 * DAY_S)
    before = funded_token.balanceOf(payer)
    escrow.unwind(own.core, bookings, encoded(wanted), sender=stranger)
    assert receipt_of(escrow.word(escrow.escrow_id(own.core))).outcome == UNWOUND
    assert funded_token.balanceOf(payer) == before + own.total


def test_close__of_the_space_around__leaves_what_was_granted_and_its_deal(
    escrow: Any, deal: Deal, opened: Any, spaces: Any, bookings: Any, container: Any, deployer: Any,
    owner: Any, payer: Any, payee: Any, stranger: Any, now: Any,
) -> None:  # fmt: skip
    spaces.create(space_of(), EMPTY_AUTH, sender=owner)
    around = bytes(spaces.space_id(owner, space_of()))
    inner = space_of("tent", parent=around)
    spaces.create(inner, EMPTY_AUTH, sender=payee)
    space = bytes(spaces.space_id(payee, inner))
    policy = container("MembersOnly").deploy(spaces, sender=deployer)
    made, conditions = announcement(gated=1, rule=POLICY), conditions_of(policy=policy.address, param=space)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=payee)
    resource = bytes(bookings.resource_id(payee, made))
    wanted = request_of(resource, payer.address, on_grid(now() + 5 * DAY_S))
    bookings.request_with(wanted, conditions, b"", EMPTY_AUTH, sender=payer, gas=1_500_000)
    own = deal.but(booking=bytes(bookings.request_id(wanted)))
    opened(own)
    spaces.close(around, EMPTY_AUTH, sender=owner)
    assert not spaces.is_open(space)
    assert bookings.request_state(own.booking) == GRANTED
    with ape.reverts("escrow: booking stands"):
        escrow.unwind(own.core, bookings, encoded(wanted), sender=stranger)
    escrow.release(own.core, EMPTY_AUTH, sender=payer)
    assert live_of(escrow.word(escrow.escrow_id(own.core))).paid == own.price
