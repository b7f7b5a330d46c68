"""Gas of whole transactions (receipt `gasUsed`, the 21,000 base included) stays within the budgets.

Plain ERC-20, the contract already holds the token, the recipient is already a holder.
"""

from typing import Any

import pytest
from contracts.compiling import compiled
from contracts.escrow.deal import DAY_S, EVIDENCE, Deal
from contracts.signing import EMPTY_AUTH

DEPLOYED_BYTES = 23_000
OPEN = 85_000
OPEN_PER_BYTE, OPEN_FREE_BYTES = 25, 200
RELEASE = 55_000
FINISH = 63_000
REFUND = 63_000
DISPUTE = 48_000
RULE = 88_000
EXPIRE = 65_000
# both parties are paid, three logs written and the rest is hashed in one transaction
EXPIRE_ALL_DISPUTED = 68_500
CLAIM_DAMAGE = 48_000
ACCEPT_CLAIM = 63_000
CLAIM = 60_000
REST_BYTES = 9 * 32
EMPTY_REST_BYTES = 6 * 32


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Any:
    """Prints the figure and fails above the budget."""

    def check(what: str, receipt: Any, budget: int) -> None:
        with capsys.disabled():
            print(f"\n  {what}: {receipt.gas_used:,} of {budget:,}", end="")
        assert receipt.gas_used <= budget, f"{what} used {receipt.gas_used}, budget {budget}"

    return check


def test_code__as_deployed__fits_the_size_gate(escrow: Any) -> None:
    assert (len(compiled("Escrow")["runtime"]) - 2) // 2 < DEPLOYED_BYTES
    # the code on the chain carries the immutables as well
    assert len(escrow.code) < DEPLOYED_BYTES


def test_open__without_arbitrator__within_budget(escrow: Any, deal: Deal, payer: Any, report: Any) -> None:
    plain = deal.but(ladder=())
    report("open, no arbitrator", escrow.open(plain.core, plain.rest, EMPTY_AUTH, sender=payer), OPEN)


def test_open__with_arbitrator__within_budget(escrow: Any, deal: Deal, payer: Any, report: Any) -> None:
    budget = OPEN + OPEN_PER_BYTE * (REST_BYTES - OPEN_FREE_BYTES)
    report("open, one arbitrator", escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer), budget)


def test_release__price__within_budget(escrow: Any, deal: Deal, opened: Any, payer: Any, report: Any) -> None:
    opened(deal)
    report("release", escrow.release(deal.core, EMPTY_AUTH, sender=payer), RELEASE)


def test_finish__after_release__within_budget(
    escrow: Any, deal: Deal, opened: Any, payer: Any, payee: Any, report: Any
) -> None:
    opened(deal)
    escrow.release(deal.core, EMPTY_AUTH, sender=payer)
    report("finish, closing", escrow.finish(deal.core, EMPTY_AUTH, sender=payee), FINISH)


def test_refund__of_everything__within_budget(
    escrow: Any, deal: Deal, opened: Any, payee: Any, report: Any
) -> None:
    opened(deal)
    report("refund", escrow.refund(deal.core, EMPTY_AUTH, sender=payee), REFUND)


def test_claim_damage__funded__within_budget(
    escrow: Any, deal: Deal, opened: Any, payee: Any, report: Any
) -> None:
    opened(deal)
    receipt = escrow.claim_damage(deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    report("claim_damage", receipt, CLAIM_DAMAGE)


def test_accept_claim__within_budget(escrow: Any, deal: Deal, claimed: Any, payer: Any, report: Any) -> None:
    claimed(deal)
    report("accept_claim", escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer), ACCEPT_CLAIM)


def test_dispute__price_and_claim__within_budget(
    escrow: Any, deal: Deal, claimed: Any, payer: Any, report: Any
) -> None:
    claimed(deal)
    report("dispute", escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer), DISPUTE)


def test_rule__everything_with_fee__within_budget(
    escrow: Any, deal: Deal, wholly_disputed: Any, arbitrator: Any, report: Any
) -> None:
    wholly_disputed(deal)
    receipt = escrow.rule(deal.core, deal.rest, 1_100, 300, EVIDENCE, EMPTY_AUTH, sender=arbitrator)
    report("rule, three payouts, closing", receipt, RULE)


@pytest.mark.parametrize("after_s", [0, 30 * DAY_S])
def test_expire__both_legs__within_budget(
    escrow: Any, deal: Deal, opened: Any, stranger: Any, travel: Any, report: Any, after_s: int
) -> None:
    opened(deal)
    travel(max(deal.object_by, deal.claim_by) + after_s)
    report("expire, both legs", escrow.expire(deal.core, ([], [], []), sender=stranger), EXPIRE)


def test_expire__silent_arbitrator_on_price__within_budget(
    escrow: Any, deal: Deal, disputed: Any, stranger: Any, travel: Any, now: Any, report: Any
) -> None:
    disputed(deal)
    travel(now() + deal.window_s)
    report("expire, price in dispute", escrow.expire(deal.core, deal.rest, sender=stranger), EXPIRE)


def test_expire__silent_arbitrator_on_both_legs__within_its_own_budget(
    escrow: Any, deal: Deal, wholly_disputed: Any, stranger: Any, travel: Any, now: Any, report: Any
) -> None:
    wholly_disputed(deal)
    travel(now() + deal.window_s)
    report(
        "expire, both in dispute", escrow.expire(deal.core, deal.rest, sender=stranger), EXPIRE_ALL_DISPUTED
    )


def test_claim__of_a_deferred_payout__within_budget(
    escrow: Any, container: Any, deal: Deal, opened: Any, payer: Any, payee: Any, deployer: Any, report: Any
) -> None:
    hostile = container("MockHostileToken").deploy(sender=deployer)
    for holder in (payer, payee, escrow):
        hostile.mint(holder, 10**9, sender=deployer)
    hostile.approve(escrow, 2**256 - 1, sender=payer)
    refused = deal.but(token=hostile.address)
    opened(refused)
    hostile.set_mode(0, 2, sender=deployer)
    escrow.release(refused.core, EMPTY_AUTH, sender=payer)
    hostile.set_mode(0, 0, sender=deployer)
    report("claim", escrow.claim(hostile, payee, 0, EMPTY_AUTH, sender=payee), CLAIM)
