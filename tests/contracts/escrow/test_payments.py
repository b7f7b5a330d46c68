"""Direct payments: who pays whom, by whose will, with which receipt, and what is never held."""

from typing import Any

import ape
import pytest
from contracts.compiling import compiled
from contracts.escrow.deal import NATIVE, NOTHING
from contracts.signing import EMPTY_AUTH
from eth_utils.crypto import keccak

REFERENCE = keccak(b"strawberries")
AMOUNT = 250
PAY_GAS = 50_000
REFUND_GAS = 85_000
NOBODY = "0x" + "00" * 20
FEE, FALSE, SILENT, REENTER, REVERT, TWO, LIE = 1, 2, 3, 4, 5, 8, 9


def named(receipt: Any, name: str) -> list[Any]:
    """The logs of one kind."""
    return [log for log in receipt.decode_logs() if log.event_name == name]


@pytest.fixture
def signed_pay(payments: Any, coin: Any, sign: Any, payer: Any, payee: Any, deadline: int) -> Any:
    """`signed_pay(amount=...)`: the payer's authorisation to pay the payee, nonce 5."""

    def make(signer: Any = None, elsewhere: Any = None, **changes: Any) -> Any:
        message = {
            "payee": payee.address,
            "token": coin.address,
            "amount": AMOUNT,
            "reference": REFERENCE,
            "nonce": 5,
            "deadline": deadline,
        }
        return sign(signer or payer, payments, "Pay", message | changes, **(elsewhere or {}))

    return make


@pytest.fixture
def hostile(container: Any, payments: Any, payer: Any, deployer: Any) -> Any:
    """A token that can be told to misbehave; the payer has some and allows the payments all of it."""
    token = container("MockHostileToken").deploy(sender=deployer)
    token.mint(payer, 10**9, sender=deployer)
    token.approve(payments, 2**256 - 1, sender=payer)
    return token


def test_pay__in_a_token__goes_straight_to_the_payee(
    payments: Any, coin: Any, payer: Any, payee: Any
) -> None:
    before = coin.balanceOf(payee)
    receipt = payments.pay(payee, coin, AMOUNT, REFERENCE, 0, EMPTY_AUTH, sender=payer)
    assert coin.balanceOf(payee) == before + AMOUNT
    assert coin.balanceOf(payments) == 0
    [event] = named(receipt, "Paid")
    assert (event.payer, event.payee, bytes(event.reference)) == (payer, payee, REFERENCE)
    assert (event.token, event.amount, event.actor) == (coin, AMOUNT, payer)
    assert receipt.gas_used <= PAY_GAS


def test_pay__in_native_coin__goes_straight_to_the_payee(payments: Any, payer: Any, payee: Any) -> None:
    before = payee.balance
    receipt = payments.pay(payee, NATIVE, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer, value=AMOUNT)
    assert payee.balance == before + AMOUNT
    assert payments.balance == 0
    [event] = named(receipt, "Paid")
    assert (event.token, event.amount) == (NATIVE, AMOUNT)
    assert receipt.gas_used <= PAY_GAS


def test_pay__the_greatest_amount_there_is__goes_through(
    payments: Any, hostile: Any, payer: Any, payee: Any, deployer: Any
) -> None:
    hostile.mint(payer, 2**256 - 1 - 10**9, sender=deployer)
    payments.pay(payee, hostile, 2**256 - 1, NOTHING, 0, EMPTY_AUTH, sender=payer)
    assert hostile.balanceOf(payee) == 2**256 - 1


@pytest.mark.parametrize("value", [0, AMOUNT - 1, AMOUNT + 1])
def test_pay__in_native_coin_with_another_value__reverts(
    payments: Any, payer: Any, payee: Any, value: int
) -> None:
    with ape.reverts("payments: wrong value"):
        payments.pay(payee, NATIVE, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer, value=value)


def test_pay__in_a_token_with_native_coin__reverts(payments: Any, coin: Any, payer: Any, payee: Any) -> None:
    with ape.reverts("payments: wrong value"):
        payments.pay(payee, coin, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer, value=1)


def test_pay__nothing__reverts(payments: Any, coin: Any, payer: Any, payee: Any) -> None:
    for token in (coin, NATIVE):
        with ape.reverts("payments: nothing to pay"):
            payments.pay(payee, token, 0, NOTHING, 0, EMPTY_AUTH, sender=payer)


def test_pay__whoever_cannot_be_paid__reverts(payments: Any, coin: Any, payer: Any) -> None:
    for unfit in (NOBODY, payments.address, payer.address):
        with ape.reverts("payments: unfit payee"):
            payments.pay(unfit, coin, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)


def test_pay__without_allowance__reverts(payments: Any, coin: Any, payer: Any, payee: Any) -> None:
    coin.approve(payments, AMOUNT - 1, sender=payer)
    with ape.reverts("token: transfer reverted"):
        payments.pay(payee, coin, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)


def test_pay__with_an_address_without_code__reverts(
    payments: Any, payer: Any, payee: Any, stranger: Any
) -> None:
    with ape.reverts("token: no contract"):
        payments.pay(payee, stranger, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)


def test_pay__from_an_allowance_of_another__takes_nothing(
    payments: Any, coin: Any, payer: Any, payee: Any, stranger: Any
) -> None:
    with ape.reverts("token: transfer reverted"):
        payments.pay(payee, coin, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=stranger)


def test_pay__signed__takes_from_the_signer_once(
    payments: Any, coin: Any, signed_pay: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    before = coin.balanceOf(payer)
    receipt = payments.pay(payee, coin, AMOUNT, REFERENCE, 5, signed_pay(), sender=relayer)
    assert coin.balanceOf(payer) == before - AMOUNT
    assert [event.actor for event in named(receipt, "Paid")] == [payer]
    assert payments.nonce_used(payer, 5)
    with ape.reverts("auth: nonce used"):
        payments.pay(payee, coin, AMOUNT, REFERENCE, 5, signed_pay(), sender=relayer)


def test_pay__with_a_cancelled_nonce__reverts(
    payments: Any, coin: Any, signed_pay: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    payments.cancel_nonce(5, sender=payer)
    with ape.reverts("auth: nonce used"):
        payments.pay(payee, coin, AMOUNT, REFERENCE, 5, signed_pay(), sender=relayer)


@pytest.mark.parametrize("field", ["payee", "token", "amount", "reference", "nonce", "deadline"])
def test_pay__otherwise_than_signed__reverts(
    payments: Any, coin: Any, signed_pay: Any, payee: Any, stranger: Any, relayer: Any, deadline: int,
    field: str,
) -> None:  # fmt: skip
    other = {
        "payee": stranger.address,
        "token": stranger.address,
        "amount": AMOUNT - 1,
        "reference": NOTHING,
        "nonce": 6,
        "deadline": deadline - 1,
    }
    signer, _, signature = signed_pay(**{field: other[field]})
    with ape.reverts("auth: bad signature"):
        payments.pay(payee, coin, AMOUNT, REFERENCE, 5, (signer, deadline, signature), sender=relayer)


@pytest.mark.parametrize("change", ["chain", "contract", "name", "signer"])
def test_pay__signed_for_elsewhere_or_by_another__reverts(
    payments: Any, coin: Any, signed_pay: Any, payer: Any, payee: Any, stranger: Any, relayer: Any,
    change: str,
) -> None:  # fmt: skip
    auth = {
        "chain": lambda: signed_pay(elsewhere={"chain_id": 1}),
        "contract": lambda: signed_pay(elsewhere={"verifying_contract": relayer.address}),
        "name": lambda: signed_pay(elsewhere={"name": "Allmende Escrow"}),
        "signer": lambda: signed_pay(stranger, elsewhere={"signer": payer.address}),
    }[change]()
    with ape.reverts("auth: bad signature"):
        payments.pay(payee, coin, AMOUNT, REFERENCE, 5, auth, sender=relayer)


def test_pay__at_the_deadline__reverts(
    payments: Any, coin: Any, signed_pay: Any, payee: Any, relayer: Any, travel: Any, deadline: int
) -> None:
    auth = signed_pay()
    travel(deadline)
    with ape.reverts("auth: expired"):
        payments.pay(payee, coin, AMOUNT, REFERENCE, 5, auth, sender=relayer)


def test_pay__native_coin_by_signature__reverts(
    payments: Any, signed_pay: Any, payee: Any, relayer: Any
) -> None:
    auth = signed_pay(token=NATIVE)
    with ape.reverts("payments: payer must call"):
        payments.pay(payee, NATIVE, AMOUNT, REFERENCE, 5, auth, sender=relayer, value=AMOUNT)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (FEE, "token: wrong amount arrived"),
        (LIE, "token: wrong amount arrived"),
        (FALSE, "token: transfer refused"),
        (TWO, "token: transfer refused"),
        (REVERT, "token: transfer reverted"),
    ],
)
def test_pay__with_a_hostile_token__reverts(
    payments: Any, hostile: Any, payer: Any, payee: Any, mode: int, reason: str
) -> None:
    hostile.set_mode(mode, 0, sender=payer)
    with ape.reverts(reason):
        payments.pay(payee, hostile, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)


def test_pay__with_a_token_that_returns_nothing__is_accepted(
    payments: Any, hostile: Any, payer: Any, payee: Any
) -> None:
    hostile.set_mode(SILENT, 0, sender=payer)
    payments.pay(payee, hostile, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)
    assert hostile.balanceOf(payee) == AMOUNT


def test_pay__with_a_token_that_re_enters__moves_once(
    payments: Any, hostile: Any, payer: Any, payee: Any
) -> None:
    again = payments.pay.encode_input(payee, hostile, AMOUNT, NOTHING, 0, EMPTY_AUTH)
    hostile.set_payload(payments, again, sender=payer)
    hostile.set_mode(REENTER, 0, sender=payer)
    payments.pay(payee, hostile, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer)
    assert hostile.attempts() == 1
    assert not hostile.reentered()
    assert hostile.balanceOf(payee) == AMOUNT


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_pay__native_coin_to_a_payee_who_refuses__reverts(
    payments: Any, container: Any, payer: Any, stranger: Any, mode: int
) -> None:
    wallet = container("MockWallet").deploy(stranger, sender=stranger)
    wallet.set_mode(0, mode, sender=stranger)
    with ape.reverts("payments: payee refuses"):
        payments.pay(
            wallet, NATIVE, AMOUNT, NOTHING, 0, EMPTY_AUTH, sender=payer, value=AMOUNT, gas_limit=2_000_000
        )


def test_payments__sent_native_coin_without_a_payment__refuses(payments: Any, payer: Any) -> None:
    with ape.reverts():
        payer.transfer(payments, 1)


def test_code__of_payments_router_and_court__fits_the_size_gate() -> None:
    for name in ("Payments", "Router", "Court792"):
        assert (len(compiled(name)["runtime"]) - 2) // 2 < 23_000
