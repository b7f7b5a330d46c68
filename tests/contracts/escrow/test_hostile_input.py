"""Deals with terms, bookings and signatures that mean harm."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import HOUR_S, Deal
from contracts.signing import CURVE_ORDER, EMPTY_AUTH
from eth_abi.abi import encode
from eth_utils.crypto import keccak


@pytest.fixture
def agreement(escrow: Any, sign: Any, now: Any) -> Any:
    """`agreement(member, deal, name=...)`: a signature under a split that gives the payee nothing."""

    def make(member: Any, deal: Deal, **other: Any) -> tuple[str, int, bytes]:
        found = escrow.escrow_id(deal.core)
        message = {"escrow": found, "to_payee": 0, "word": escrow.word(found), "deadline": now() + HOUR_S}
        return tuple(sign(member, escrow, "Split", message, **other))

    return make


@pytest.mark.parametrize(
    "other", [{"chain_id": 1}, {"name": "Allmende Bookings"}, {"verifying_contract": "0x" + "11" * 20}]
)
def test_split__signed_for_another_chain_name_or_contract__reverts(
    escrow: Any, deal: Deal, opened: Any, agreement: Any, payer: Any, payee: Any, other: dict[str, Any]
) -> None:
    opened(deal)
    with ape.reverts("auth: bad signature"):
        escrow.split(deal.core, 0, EMPTY_AUTH, agreement(payee, deal, **other), sender=payer)


def test_split__with_a_malleable_signature__reverts(
    escrow: Any, deal: Deal, opened: Any, agreement: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    signer, deadline, signed = agreement(payee, deal)
    high_s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    mirrored = signed[:32] + high_s.to_bytes(32, "big") + bytes([55 - signed[64]])
    with ape.reverts("auth: bad signature"):
        escrow.split(deal.core, 0, EMPTY_AUTH, (signer, deadline, mirrored), sender=payer)


def test_split__with_an_expired_signature__reverts(
    escrow: Any, deal: Deal, opened: Any, agreement: Any, payer: Any, payee: Any, travel: Any
) -> None:
    opened(deal)
    auth = agreement(payee, deal)
    travel(auth[1])
    with ape.reverts("auth: expired"):
        escrow.split(deal.core, 0, EMPTY_AUTH, auth, sender=payer)


def test_split__signed_for_another_deal__reverts(
    escrow: Any, deal: Deal, opened: Any, agreement: Any, payer: Any, payee: Any
) -> None:
    opened(deal)
    twin = deal.but(salt=b"\5" * 32)
    opened(twin)
    with ape.reverts("auth: bad signature"):
        escrow.split(twin.core, 0, EMPTY_AUTH, agreement(payee, deal), sender=payer)


def test_unwind__asking_an_address_without_code__reverts(
    escrow: Any, deal: Deal, opened: Any, chain: Any, stranger: Any
) -> None:
    asked = b"\1" * 256
    booking = keccak(encode(["uint256", "address"], [chain.chain_id, stranger.address]) + asked)
    empty = deal.but(booking=booking)
    opened(empty)
    with ape.reverts():
        escrow.unwind(empty.core, stranger, asked, sender=stranger)


def test_unwind__asking_a_contract_that_answers_nothing__reverts(
    escrow: Any, deal: Deal, opened: Any, chain: Any, container: Any, stranger: Any
) -> None:
    wallet = container("MockWallet").deploy(stranger, sender=stranger)
    asked = b"\1" * 256
    booking = keccak(encode(["uint256", "address"], [chain.chain_id, wallet.address]) + asked)
    mute = deal.but(booking=booking)
    opened(mute)
    for mode in (0, 1, 3):
        wallet.set_mode(0, mode, sender=stranger)
        with ape.reverts():
            escrow.unwind(mute.core, wallet, asked, sender=stranger, gas_limit=1_000_000)


def test_open__with_five_arbitrators_or_nine_cancellations__reverts(
    escrow: Any, deal: Deal, accounts: Any, payer: Any
) -> None:
    five = deal.but(ladder=tuple((accounts[4 + i].address, HOUR_S, 0) for i in range(5)))
    nine = deal.but(cancellations=tuple((100 - i, 100 - i) for i in range(9)))
    for wrong in (five, nine):
        with ape.reverts():
            escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)
