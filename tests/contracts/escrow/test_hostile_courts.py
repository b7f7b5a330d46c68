"""Courts that mean harm, and rulings that are taken elsewhere: the deal ends by time all the same."""

from typing import Any

import ape
import pytest
from contracts.escrow.conftest import WINDOW_S
from contracts.escrow.deal import Deal, live_of
from contracts.signing import EMPTY_AUTH

EXTRA, COST, FIRST, TO_PAYEE = b"subcourt 3", 10**16, 7, 2


@pytest.mark.parametrize("mode", [0, 1, 2, 3], ids=["says nothing", "reverts", "burns gas", "bombs"])
def test_take__at_a_court_that_misbehaves__reverts_and_the_deal_ends_by_time(
    escrow: Any, container: Any, deal: Deal, disputed: Any, stranger: Any, travel: Any, mode: int
) -> None:
    court = container("MockWallet").deploy(stranger, sender=stranger)
    adapter = container("Court792").deploy(court, EXTRA, sender=stranger)
    judged = deal.but(ladder=((adapter.address, WINDOW_S, 0),))
    found = disputed(judged)
    court.set_mode(0, mode, sender=stranger)
    with ape.reverts():
        adapter.take(
            escrow, judged.core, judged.rest, EXTRA, sender=stranger, value=COST, gas_limit=2_000_000
        )
    assert adapter.balance == 0
    travel(live_of(escrow.word(found)).since + WINDOW_S)
    escrow.expire(judged.core, judged.rest, sender=stranger)
    assert live_of(escrow.word(found)).paid == 666


@pytest.fixture
def court(container: Any, deployer: Any) -> Any:
    """A court that rules what it is told."""
    return container("MockCourt").deploy(COST, sender=deployer)


@pytest.fixture
def judged(deal: Deal, container: Any, court: Any, disputed: Any, deployer: Any) -> tuple[Deal, Any]:
    """A deal in dispute before the court, and the contract between."""
    adapter = container("Court792").deploy(court, EXTRA, sender=deployer)
    before_court = deal.but(ladder=((adapter.address, WINDOW_S, 0),))
    disputed(before_court)
    return before_court, adapter


def test_carry_out__at_another_escrow_with_the_same_terms__needs_a_question_of_its_own(
    escrow: Any, container: Any, court: Any, judged: Any, funded_token: Any, payer: Any, stranger: Any
) -> None:
    deal, adapter = judged
    second = container("Escrow").deploy(sender=stranger)
    funded_token.approve(second, deal.total, sender=payer)
    second.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer)
    second.dispute(deal.core, deal.rest, bytes(32), EMPTY_AUTH, sender=payer)
    adapter.take(escrow, deal.core, deal.rest, EXTRA, sender=stranger, value=COST)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    with ape.reverts("court: no ruling yet"):
        adapter.carry_out(second, deal.core, deal.rest, sender=stranger)
    adapter.carry_out(escrow, deal.core, deal.rest, sender=stranger)
    assert live_of(escrow.word(escrow.escrow_id(deal.core))).paid == deal.price


@pytest.mark.parametrize("which", ["payer", "payee"])
def test_open__with_a_court_that_is_a_party__reverts(
    escrow: Any, judged: Any, payer: Any, which: str
) -> None:
    deal, adapter = judged
    own = deal.but(salt=b"\5" * 32, **{which: adapter.address})
    with ape.reverts("escrow: unfit arbitrator"):
        escrow.open(own.core, own.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("mode", [1, 2, 3], ids=["reverts", "burns gas", "bombs"])
def test_take__by_a_wallet_that_refuses_its_change__reverts(
    escrow: Any, container: Any, judged: Any, payer: Any, stranger: Any, mode: int
) -> None:
    deal, adapter = judged
    wallet = container("MockWallet").deploy(stranger, sender=stranger)
    payer.transfer(wallet.address, 3 * COST)
    wallet.set_mode(0, mode, sender=stranger)
    asking = adapter.take.encode_input(escrow, deal.core, deal.rest, EXTRA)
    with ape.reverts():
        wallet.execute(adapter, asking, 2 * COST, sender=stranger, gas_limit=3_000_000)
    wallet.execute(adapter, asking, COST, sender=stranger)
    assert adapter.balance == 0
