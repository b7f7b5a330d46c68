"""Money that is asked for by a signature: who is faster, and tokens that lie about who signed."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import HOUR_S, Deal, live_of
from contracts.signing import CURVE_ORDER, EMPTY_AUTH

ERC_3009 = 2


@pytest.fixture
def receives(escrow: Any, sign: Any, funded_token: Any, now: Any) -> Any:
    """`receives(member, deal)`: the member's ERC-3009 authorisation for the deal, under the honest token."""

    def make(member: Any, deal: Deal, nonce: bytes | None = None) -> tuple[int, int, int, bytes, bytes]:
        deadline = now() + HOUR_S
        message = {
            "from": deal.payer,
            "to": escrow.address,
            "value": deal.total,
            "validAfter": 0,
            "validBefore": deadline,
            "nonce": nonce or bytes(escrow.escrow_id(deal.core)),
        }
        name = funded_token.name()
        _, _, signed = sign(member, funded_token, "ReceiveWithAuthorization", message, name=name)
        return ERC_3009, deadline, signed[64], signed[:32], signed[32:64]

    return make


@pytest.fixture
def credulous(container: Any, funded_token: Any, payer: Any, stranger: Any) -> Any:
    """A token with the domain of the honest one, which believes that anybody signed."""
    token = container("MockCredulousToken").deploy(sender=stranger)
    token.set_domain(funded_token.DOMAIN_SEPARATOR(), sender=stranger)
    token.mint(payer, 10**9, sender=stranger)
    return token


def test_open_funded__by_3009_taken_to_the_token_directly__moves_nothing(
    deal: Deal, receives: Any, funded_token: Any, escrow: Any, payer: Any, stranger: Any
) -> None:
    _, deadline, v, r, s = receives(payer, deal)
    nonce = bytes(escrow.escrow_id(deal.core))
    with ape.reverts("token: not the receiver"):
        funded_token.receiveWithAuthorization(
            payer, escrow, deal.total, 0, deadline, nonce, v, r, s, sender=stranger
        )


def test_open_funded__by_3009_by_somebody_faster__is_the_payers_deal_all_the_same(
    deal: Deal, receives: Any, escrow: Any, funded_token: Any, payer: Any, stranger: Any, relayer: Any
) -> None:
    how, before = receives(payer, deal), funded_token.balanceOf(payer)
    escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=stranger)
    with ape.reverts("escrow: already opened"):
        escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=relayer)
    assert funded_token.balanceOf(payer) == before - deal.total
    assert live_of(escrow.word(escrow.escrow_id(deal.core))).state == 1


def test_open_funded__by_3009_whose_nonce_the_payer_cancelled__reverts(
    deal: Deal, receives: Any, escrow: Any, funded_token: Any, sign: Any, payer: Any, relayer: Any
) -> None:
    how, nonce = receives(payer, deal), bytes(escrow.escrow_id(deal.core))
    message = {"authorizer": payer.address, "nonce": nonce}
    _, _, signed = sign(payer, funded_token, "CancelAuthorization", message, name=funded_token.name())
    funded_token.cancelAuthorization(payer, nonce, signed[64], signed[:32], signed[32:64], sender=relayer)
    with ape.reverts("token: transfer reverted"):
        escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=relayer)


def test_open_funded__by_3009_with_a_nonce_of_another_deal__reverts(
    deal: Deal, receives: Any, escrow: Any, payer: Any, relayer: Any
) -> None:
    other = bytes(escrow.escrow_id(deal.but(salt=b"\5" * 32).core))
    with ape.reverts("escrow: not the payer"):
        escrow.open_funded(deal.core, deal.rest, receives(payer, deal, other), EMPTY_AUTH, sender=relayer)


def test_open_funded__at_a_token_that_says_anybody_signed__reverts(
    deal: Deal, receives: Any, escrow: Any, credulous: Any, payer: Any, stranger: Any
) -> None:
    forged = deal.but(token=credulous.address)
    for how in (
        receives(stranger, forged),
        (ERC_3009, 2**40, 27, b"\1" * 32, b"\2" * 32),
        # the payer has signed for the honest token, whose domain this one has: the id names the token
        receives(payer, deal),
    ):
        with ape.reverts("escrow: not the payer"):
            escrow.open_funded(forged.core, forged.rest, how, EMPTY_AUTH, sender=stranger)
    assert escrow.word(escrow.escrow_id(forged.core)) == 0


def test_open_funded__by_3009_with_a_mirrored_signature__reverts(
    deal: Deal, receives: Any, escrow: Any, funded_token: Any, payer: Any, relayer: Any
) -> None:
    kind, deadline, v, r, s = receives(payer, deal)
    mirrored = (CURVE_ORDER - int.from_bytes(s, "big")).to_bytes(32, "big")
    with ape.reverts("token: transfer reverted"):
        escrow.open_funded(
            deal.core, deal.rest, (kind, deadline, 55 - v, r, mirrored), EMPTY_AUTH, sender=relayer
        )
    assert escrow.word(escrow.escrow_id(deal.core)) == 0


def test_open__with_a_token_that_burns_all_gas__holds_nothing(
    deal: Deal, container: Any, escrow: Any, payer: Any
) -> None:
    token = container("MockHostileToken").deploy(sender=payer)
    token.mint(payer, 10**9, sender=payer)
    token.approve(escrow, 2**255, sender=payer)
    token.set_mode(6, 0, sender=payer)
    burning = deal.but(token=token.address)
    with ape.reverts():
        escrow.open(burning.core, burning.rest, EMPTY_AUTH, sender=payer, gas_limit=1_000_000)
    assert escrow.word(escrow.escrow_id(burning.core)) == 0
