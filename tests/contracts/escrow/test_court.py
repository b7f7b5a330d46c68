"""An ERC-792 court as the arbitrator of a deal: asked once, answered once, carried out within the window."""

from typing import Any

import ape
import pytest
from contracts.escrow.conftest import WINDOW_S
from contracts.escrow.deal import DAY_S, EVIDENCE, PRICE_DISPUTED, Deal, live_of, receipt_of
from contracts.signing import EMPTY_AUTH
from eth_abi.abi import encode
from eth_utils.crypto import keccak

EXTRA = b"subcourt 3, five jurors"
COST = 10**16
REFUSES, TO_PAYER, TO_PAYEE = 0, 1, 2
FIRST = 7


@pytest.fixture
def court(container: Any, deployer: Any) -> Any:
    """A court that rules what it is told."""
    return container("MockCourt").deploy(COST, sender=deployer)


@pytest.fixture
def adapter(container: Any, court: Any, deployer: Any) -> Any:
    """The contract between the escrow and the court."""
    return container("Court792").deploy(court, EXTRA, sender=deployer)


@pytest.fixture
def judged(deal: Deal, adapter: Any, funded_token: Any) -> Deal:
    """The deal, with the court as its arbitrator."""
    return deal.but(ladder=((adapter.address, WINDOW_S, 300),))


@pytest.fixture
def in_dispute(judged: Deal, disputed: Any) -> Deal:
    """The price is in dispute."""
    disputed(judged)
    return judged


@pytest.fixture
def take(escrow: Any, adapter: Any, stranger: Any) -> Any:
    """`take(deal, value=..., extra=...)`: a stranger asks the court."""

    def ask(deal: Deal, value: int = COST, extra: bytes = EXTRA, rest: Any = None) -> Any:
        return adapter.take(escrow, deal.core, rest or deal.rest, extra, sender=stranger, value=value)

    return ask


@pytest.fixture
def case_of(take: Any) -> Any:
    """`case_of(deal)`: the court is asked, and this is the case that it is asked about."""

    def ask(deal: Deal) -> bytes:
        [event] = [log for log in take(deal).decode_logs() if log.event_name == "CourtAsked"]
        return bytes(event.dispute_case)

    return ask


def digest_of(escrow: Any, deal: Deal, question: int) -> bytes:
    """The case about a question: rung, dispute of the price and claim, where a live word keeps them."""
    where = ["address", "bytes32", "uint256"]
    return keccak(encode(where, [escrow.address, bytes(escrow.escrow_id(deal.core)), question]))


@pytest.fixture
def carry_out(escrow: Any, adapter: Any, stranger: Any) -> Any:
    """`carry_out(deal)`: a stranger has the ruling carried out."""

    def act(deal: Deal) -> Any:
        return adapter.carry_out(escrow, deal.core, deal.rest, sender=stranger)

    return act


def test_take__deal_in_dispute__asks_the_court(
    escrow: Any, court: Any, adapter: Any, in_dispute: Deal, take: Any, stranger: Any
) -> None:
    receipt = take(in_dispute)
    assert (court.asker(FIRST), court.told(FIRST), court.balance) == (adapter, keccak(EXTRA), COST)
    [event] = [log for log in receipt.decode_logs() if log.event_name == "CourtAsked"]
    assert (event.escrow_id, event.dispute) == (escrow.escrow_id(in_dispute.core), FIRST)
    assert (event.escrow, event.actor, event.cost) == (escrow, stranger, COST)
    assert adapter.case_state(event.dispute_case) == 1
    assert adapter.court() == court


def test_take__case__is_the_digest_of_the_contract_the_deal_and_what_is_in_dispute(
    escrow: Any, in_dispute: Deal, case_of: Any
) -> None:
    question = PRICE_DISPUTED << 8
    assert case_of(in_dispute) == digest_of(escrow, in_dispute, question)


def test_take__case__has_nothing_of_what_was_released_before(
    escrow: Any, judged: Deal, claimed: Any, case_of: Any, payer: Any
) -> None:
    most = 2**95 - 1
    deal = judged.but(price=most, deposit=most)
    claimed(deal, most)
    escrow.accept_claim(deal.core, EMPTY_AUTH, sender=payer)
    escrow.release_part(deal.core, 2**94, EMPTY_AUTH, sender=payer)
    escrow.dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    assert case_of(deal) == digest_of(escrow, deal, most << 160 | PRICE_DISPUTED << 8)


@pytest.mark.parametrize("claim", [1, 2**94])
def test_take__after_a_claim_of_any_size_joined__asks_anew(
    escrow: Any, court: Any, adapter: Any, judged: Deal, disputed: Any, take: Any, payee: Any, claim: int
) -> None:
    deal = judged.but(deposit=2**94)
    disputed(deal)
    take(deal)
    escrow.claim_damage(deal.core, deal.rest, claim, EVIDENCE, EMPTY_AUTH, sender=payee)
    take(deal)
    assert court.asker(FIRST + 1) == adapter


def test_take__with_more_than_the_cost__gets_the_rest_back(
    court: Any, adapter: Any, in_dispute: Deal, take: Any
) -> None:
    take(in_dispute, value=3 * COST)
    assert (court.balance, adapter.balance) == (COST, 0)


def test_take__with_less_than_the_cost__reverts(in_dispute: Deal, take: Any) -> None:
    with ape.reverts("court: fee too small"):
        take(in_dispute, value=COST - 1)


def test_take__a_second_time__reverts(in_dispute: Deal, take: Any) -> None:
    take(in_dispute)
    with ape.reverts("court: already asked"):
        take(in_dispute)


def test_take__not_in_dispute__reverts(judged: Deal, opened: Any, take: Any) -> None:
    with ape.reverts("court: not in dispute"):
        take(judged)
    opened(judged)
    with ape.reverts("court: not in dispute"):
        take(judged)


def test_take__other_extra_data__reverts(in_dispute: Deal, take: Any) -> None:
    with ape.reverts("court: other extra data"):
        take(in_dispute, extra=b"a court of friends")


def test_take__another_arbitrator__reverts(deal: Deal, disputed: Any, take: Any) -> None:
    disputed(deal)
    with ape.reverts("court: not the arbitrator"):
        take(deal)


def test_take__a_ladder_that_was_not_agreed__reverts(
    deal: Deal, judged: Deal, disputed: Any, take: Any
) -> None:
    disputed(deal)
    with ape.reverts("court: foreign rest"):
        take(deal, rest=judged.rest)


def test_take__at_the_end_of_the_window__reverts(in_dispute: Deal, take: Any, now: Any, travel: Any) -> None:
    travel(now() + WINDOW_S)
    with ape.reverts("court: too late to ask"):
        take(in_dispute)


def test_take__court_that_gives_a_number_twice__reverts(
    court: Any, judged: Deal, disputed: Any, take: Any, stranger: Any
) -> None:
    other = judged.but(salt=b"\5" * 32)
    for one in (judged, other):
        disputed(one)
    take(judged)
    court.set_number(FIRST, sender=stranger)
    with ape.reverts("court: number used twice"):
        take(other)


def test_take__court_that_answers_at_once__reverts(
    court: Any, in_dispute: Deal, take: Any, stranger: Any
) -> None:
    court.set_answer_at_once(True, sender=stranger)
    with ape.reverts():
        take(in_dispute)


def test_deploy__without_a_court__reverts(container: Any, stranger: Any) -> None:
    with ape.reverts("court: no court there"):
        container("Court792").deploy(stranger, EXTRA, sender=stranger)


@pytest.mark.parametrize(("ruling", "paid"), [(TO_PAYER, 0), (TO_PAYEE, 1_000)])
def test_carry_out__ruling_on_the_price__moves_all_of_it_without_a_fee(
    escrow: Any, court: Any, adapter: Any, in_dispute: Deal, take: Any, carry_out: Any, funded_token: Any,
    payee: Any, stranger: Any, ruling: int, paid: int,
) -> None:  # fmt: skip
    take(in_dispute)
    before = funded_token.balanceOf(payee)
    receipt = court.give_ruling(FIRST, ruling, sender=stranger)
    [event] = list(adapter.Ruling.from_receipt(receipt))
    assert (event._arbitrator, event._disputeID, event._ruling) == (court, FIRST, ruling)
    carry_out(in_dispute)
    assert live_of(escrow.word(escrow.escrow_id(in_dispute.core))).paid == paid
    assert funded_token.balanceOf(payee) == before + paid
    assert funded_token.balanceOf(adapter) == 0


@pytest.mark.parametrize(("ruling", "paid"), [(TO_PAYER, 0), (TO_PAYEE, 1_700)])
def test_carry_out__ruling_on_price_and_claim__closes_the_deal(
    escrow: Any, court: Any, judged: Deal, wholly_disputed: Any, take: Any, carry_out: Any, stranger: Any,
    ruling: int, paid: int,
) -> None:  # fmt: skip
    found = wholly_disputed(judged)
    take(judged)
    court.give_ruling(FIRST, ruling, sender=stranger)
    carry_out(judged)
    assert receipt_of(escrow.word(found)).paid == paid


def test_carry_out__before_the_ruling__reverts(in_dispute: Deal, take: Any, carry_out: Any) -> None:
    with ape.reverts("court: no ruling yet"):
        carry_out(in_dispute)
    take(in_dispute)
    with ape.reverts("court: no ruling yet"):
        carry_out(in_dispute)


def test_carry_out__court_that_refuses__leaves_it_to_silence(
    escrow: Any, court: Any, in_dispute: Deal, take: Any, carry_out: Any, stranger: Any, now: Any, travel: Any
) -> None:
    found = escrow.escrow_id(in_dispute.core)
    since = live_of(escrow.word(found)).since
    take(in_dispute)
    court.give_ruling(FIRST, REFUSES, sender=stranger)
    with ape.reverts("court: refused to arbitrate"):
        carry_out(in_dispute)
    travel(since + WINDOW_S)
    escrow.expire(in_dispute.core, in_dispute.rest, sender=stranger)
    assert live_of(escrow.word(found)).paid == 666


def test_carry_out__a_second_time__reverts(
    court: Any, in_dispute: Deal, take: Any, carry_out: Any, stranger: Any
) -> None:
    take(in_dispute)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    carry_out(in_dispute)
    with ape.reverts("court: not in dispute"):
        carry_out(in_dispute)


def test_carry_out__at_the_end_of_the_window__reverts(
    escrow: Any, court: Any, in_dispute: Deal, take: Any, carry_out: Any, stranger: Any, travel: Any
) -> None:
    since = live_of(escrow.word(escrow.escrow_id(in_dispute.core))).since
    take(in_dispute)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    travel(since + WINDOW_S)
    with ape.reverts("escrow: too late to rule"):
        carry_out(in_dispute)


def test_carry_out__after_a_claim_joined__needs_a_new_question(
    escrow: Any, court: Any, in_dispute: Deal, take: Any, carry_out: Any, payee: Any, stranger: Any
) -> None:
    take(in_dispute)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    escrow.claim_damage(in_dispute.core, in_dispute.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    with ape.reverts("court: no ruling yet"):
        carry_out(in_dispute)
    take(in_dispute)
    court.give_ruling(FIRST + 1, TO_PAYER, sender=stranger)
    carry_out(in_dispute)
    assert receipt_of(escrow.word(escrow.escrow_id(in_dispute.core))).paid == 0


def test_carry_out__ruling_of_an_earlier_dispute__is_worth_nothing_in_a_later_one(
    escrow: Any, court: Any, in_dispute: Deal, take: Any, carry_out: Any, payer: Any, payee: Any,
    stranger: Any, travel: Any,
) -> None:  # fmt: skip
    since = live_of(escrow.word(escrow.escrow_id(in_dispute.core))).since
    take(in_dispute)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    travel(since + WINDOW_S)
    escrow.expire(in_dispute.core, in_dispute.rest, sender=stranger)
    escrow.claim_damage(in_dispute.core, in_dispute.rest, 700, EVIDENCE, EMPTY_AUTH, sender=payee)
    escrow.dispute(in_dispute.core, in_dispute.rest, EVIDENCE, EMPTY_AUTH, sender=payer)
    with ape.reverts("court: no ruling yet"):
        carry_out(in_dispute)


def test_carry_out__after_the_deposit_came_back__still_rules_on_the_price(
    escrow: Any, court: Any, in_dispute: Deal, take: Any, carry_out: Any, payee: Any, stranger: Any
) -> None:
    take(in_dispute)
    escrow.finish(in_dispute.core, EMPTY_AUTH, sender=payee)
    court.give_ruling(FIRST, TO_PAYEE, sender=stranger)
    carry_out(in_dispute)
    assert receipt_of(escrow.word(escrow.escrow_id(in_dispute.core))).paid == in_dispute.price


def test_rule__by_another_than_the_court__reverts(
    adapter: Any, in_dispute: Deal, take: Any, payer: Any, payee: Any, stranger: Any
) -> None:
    take(in_dispute)
    for other in (payer, payee, stranger):
        with ape.reverts("court: not the court"):
            adapter.rule(FIRST, TO_PAYEE, sender=other)


def test_rule__twice__reverts(court: Any, in_dispute: Deal, take: Any, stranger: Any) -> None:
    take(in_dispute)
    court.give_ruling(FIRST, REFUSES, sender=stranger)
    with ape.reverts("court: already ruled"):
        court.give_ruling(FIRST, TO_PAYEE, sender=stranger)


def test_rule__more_than_the_choices__reverts(court: Any, in_dispute: Deal, take: Any, stranger: Any) -> None:
    take(in_dispute)
    with ape.reverts("court: no such ruling"):
        court.give_ruling(FIRST, 3, sender=stranger)


def test_rule__dispute_that_was_never_asked__reverts(court: Any, adapter: Any, stranger: Any) -> None:
    with ape.reverts("court: unknown dispute"):
        court.tell(adapter, 99, TO_PAYEE, sender=stranger)


def test_deal__whose_court_was_never_asked__ends_by_time(
    escrow: Any, in_dispute: Deal, stranger: Any, now: Any, travel: Any
) -> None:
    travel(now() + WINDOW_S + DAY_S)
    escrow.expire(in_dispute.core, in_dispute.rest, sender=stranger)
    assert live_of(escrow.word(escrow.escrow_id(in_dispute.core))).paid == 666
