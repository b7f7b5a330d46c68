"""Deals under test."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.escrow.deal import DAY_S, HOUR_S, NATIVE, Deal
from contracts.signing import EMPTY_AUTH

WINDOW_S = 5 * DAY_S
FEE_CAP = 300
# how a token is asked by a signature
PERMIT, ERC_3009 = 1, 2


@pytest.fixture
def funded_token(token: Any, escrow: Any, payer: Any, payee: Any, arbitrator: Any, deployer: Any) -> Any:
    """The token, the payer has plenty and allows the escrow all of it; everybody is already a holder."""
    token.mint(payer, 10**30, sender=deployer)
    for holder in (payee, arbitrator, escrow):
        token.mint(holder, 1, sender=deployer)
    token.approve(escrow, 2**256 - 1, sender=payer)
    return token


@pytest.fixture
def deal(funded_token: Any, payer: Any, payee: Any, arbitrator: Any, now: Callable[[], int]) -> Deal:
    """A price and a deposit in the token, with an arbitrator; nothing opened yet."""
    return Deal(
        payer=payer.address,
        payee=payee.address,
        token=funded_token.address,
        deliver_by=now() + 10 * DAY_S,
        return_by=now() + 12 * DAY_S,
        ladder=((arbitrator.address, WINDOW_S, FEE_CAP),),
    )


@pytest.fixture
def native(deal: Deal) -> Deal:
    """The same deal in the native coin."""
    return deal.but(token=NATIVE)


@pytest.fixture
def opened(escrow: Any, payer: Any) -> Callable[[Deal], bytes]:
    """`opened(deal)` opens it as the payer and returns the id."""

    def make(deal: Deal) -> bytes:
        value = deal.total if deal.token == NATIVE else 0
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer, value=value)
        return bytes(escrow.escrow_id(deal.core))

    return make


@pytest.fixture
def claimed(escrow: Any, opened: Callable[[Deal], bytes], payee: Any) -> Callable[..., bytes]:
    """`claimed(deal, amount)`: opened, and the payee claims damage."""

    def make(deal: Deal, amount: int = 700) -> bytes:
        found = opened(deal)
        escrow.claim_damage(deal.core, deal.rest, amount, b"\1" * 32, EMPTY_AUTH, sender=payee)
        return found

    return make


@pytest.fixture
def disputed(escrow: Any, opened: Callable[[Deal], bytes], payer: Any) -> Callable[[Deal], bytes]:
    """`disputed(deal)`: opened, and the payer disputes the price."""

    def make(deal: Deal) -> bytes:
        found = opened(deal)
        escrow.dispute(deal.core, deal.rest, b"\2" * 32, EMPTY_AUTH, sender=payer)
        return found

    return make


@pytest.fixture
def wholly_disputed(escrow: Any, disputed: Callable[[Deal], bytes], payee: Any) -> Callable[..., bytes]:
    """`wholly_disputed(deal, amount)`: the price is in dispute and a claim has joined it."""

    def make(deal: Deal, amount: int = 700) -> bytes:
        found = disputed(deal)
        escrow.claim_damage(deal.core, deal.rest, amount, b"\1" * 32, EMPTY_AUTH, sender=payee)
        return found

    return make


@pytest.fixture
def closed(escrow: Any, opened: Callable[[Deal], bytes], payee: Any) -> Callable[[Deal], bytes]:
    """`closed(deal)`: opened and refunded at once."""

    def make(deal: Deal) -> bytes:
        found = opened(deal)
        escrow.refund(deal.core, EMPTY_AUTH, sender=payee)
        return found

    return make


@pytest.fixture
def unapproved(funded_token: Any, escrow: Any, payer: Any) -> Any:
    """The token, with no allowance for the escrow."""
    funded_token.approve(escrow, 0, sender=payer)
    return funded_token


@pytest.fixture
def permits(escrow: Any, sign: Any, unapproved: Any, now: Any) -> Any:
    """`permits(member, amount)`: `Funding` by the member's permit for the escrow."""

    def make(member: Any, amount: int, **changes: Any) -> tuple[int, int, int, bytes, bytes]:
        deadline = now() + HOUR_S
        message = {
            "owner": member.address,
            "spender": escrow.address,
            "value": amount,
            "nonce": unapproved.nonces(member),
            "deadline": deadline,
            **changes,
        }
        _, _, signed = sign(member, unapproved, "Permit", message, name=unapproved.name())
        return (PERMIT, deadline, signed[64], signed[:32], signed[32:64])

    return make


@pytest.fixture
def receives(escrow: Any, sign: Any, unapproved: Any, now: Any) -> Any:
    """`receives(member, deal)`: `Funding` by the member's ERC-3009 authorisation for the deal."""

    def make(member: Any, deal: Deal, **changes: Any) -> tuple[int, int, int, bytes, bytes]:
        deadline = now() + HOUR_S
        message = {
            "from": deal.payer,
            "to": escrow.address,
            "value": deal.total,
            "validAfter": 0,
            "validBefore": deadline,
            "nonce": bytes(escrow.escrow_id(deal.core)),
            **changes,
        }
        _, _, signed = sign(member, unapproved, "ReceiveWithAuthorization", message, name=unapproved.name())
        return (ERC_3009, deadline, signed[64], signed[:32], signed[32:64])

    return make


@pytest.fixture
def coin(funded_token: Any, payments: Any, payer: Any) -> Any:
    """The token; the payer allows the payments all of it."""
    funded_token.approve(payments, 2**256 - 1, sender=payer)
    return funded_token


@pytest.fixture
def deadline(now: Any) -> int:
    """An hour from now."""
    return int(now()) + 3_600
