"""Direct payments with second forms of signatures, and with contracts that mean harm."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import NOTHING, Deal
from contracts.signing import CURVE_ORDER, EMPTY_AUTH

AMOUNT = 250
HONEST, REVERTS, BURNS, BOMBS = 0, 1, 2, 3
TOKEN_REVERTS, TOKEN_BURNS, TOKEN_BOMBS = 5, 6, 7


@pytest.fixture
def deadline(now: Any) -> int:
    """An hour from now."""
    return int(now()) + 3_600


@pytest.fixture
def coin(funded_token: Any, payments: Any, payer: Any) -> Any:
    """The token; the payer allows the payments all of it."""
    funded_token.approve(payments, 2**256 - 1, sender=payer)
    return funded_token


@pytest.fixture
def message(coin: Any, payee: Any, deadline: int) -> dict[str, Any]:
    """What the payer signs."""
    fields = {"payee": payee.address, "token": coin.address, "amount": AMOUNT, "reference": NOTHING}
    return {**fields, "nonce": 5, "deadline": deadline}


def test_pay__mirrored_signature__reverts(
    payments: Any, message: dict[str, Any], coin: Any, sign: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    signer, deadline, signed = sign(payer, payments, "Pay", message)
    high_s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    mirrored = signed[:32] + high_s.to_bytes(32, "big") + bytes([55 - signed[64]])
    with ape.reverts("auth: bad signature"):
        payments.pay(payee, coin, AMOUNT, NOTHING, 5, (signer, deadline, mirrored), sender=relayer)
    payments.pay(payee, coin, AMOUNT, NOTHING, 5, (signer, deadline, signed), sender=relayer)


@pytest.mark.parametrize("mode", [REVERTS, BURNS, BOMBS, 4])
def test_pay__signed_by_a_wallet_that_misbehaves__reverts(
    payments: Any, message: dict[str, Any], coin: Any, container: Any, sign: Any, payer: Any, payee: Any,
    relayer: Any, mode: int,
) -> None:  # fmt: skip
    wallet = container("MockWallet").deploy(payer, sender=payer)
    wallet.set_mode(mode, 0, sender=payer)
    auth = sign(payer, payments, "Pay", message, signer=wallet.address)
    with ape.reverts("auth: bad signature"):
        payments.pay(payee, coin, AMOUNT, NOTHING, 5, auth, sender=relayer, gas_limit=1_000_000)


@pytest.mark.parametrize("mode", [TOKEN_REVERTS, TOKEN_BURNS, TOKEN_BOMBS])
def test_pay__with_a_token_that_reverts_burns_or_bombs__moves_nothing(
    payments: Any, container: Any, payer: Any, payee: Any, mode: int
) -> None:
    token = container("MockHostileToken").deploy(sender=payer)
    token.mint(payer, AMOUNT, sender=payer)
    token.approve(payments, AMOUNT, sender=payer)
    token.set_mode(mode, 0, sender=payer)
    with ape.reverts("token: transfer reverted"):
        payments.pay(payee, token, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer, gas_limit=2_000_000)
    assert (token.balanceOf(payer), token.balanceOf(payee)) == (AMOUNT, 0)


@pytest.mark.parametrize("mode", [HONEST, REVERTS, BURNS, BOMBS])
def test_refund_after__at_an_escrow_that_misbehaves__reverts(
    payments: Any, container: Any, deal: Deal, coin: Any, payee: Any, stranger: Any, mode: int
) -> None:
    mute = container("MockWallet").deploy(stranger, sender=stranger)
    mute.set_mode(0, mode, sender=stranger)
    with ape.reverts():
        payments.refund_after(mute, deal.core, 1, 0, EMPTY_AUTH, sender=payee, gas_limit=2_000_000)
    assert payments.refunded(mute, bytes(32)) == 0


def test_refund_after__of_the_greatest_number_there_is__reverts(
    payments: Any, escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    escrow.finish(deal.core, EMPTY_AUTH, sender=payee)
    with ape.reverts("payments: more than was paid"):
        payments.refund_after(escrow, deal.core, 2**256 - 1, 0, EMPTY_AUTH, sender=payee)
