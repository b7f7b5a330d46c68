"""Opening: the terms are checked, the money arrives, and an id opens once."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import (
    DAY_S,
    DEPOSIT_CLOSED,
    FUNDED,
    HAS_ARBITRATOR,
    HOUR_S,
    NATIVE,
    NOTHING,
    PRICE_CLOSED,
    Deal,
    live_of,
)
from contracts.signing import EMPTY_AUTH

WINDOW_S = 5 * DAY_S


def test_open__with_token__holds_price_and_deposit(
    escrow: Any, deal: Deal, funded_token: Any, payer: Any, chain: Any
) -> None:
    before = funded_token.balanceOf(escrow)
    receipt = escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer)
    found = deal.id_at(chain.chain_id, escrow.address)
    assert escrow.escrow_id(deal.core) == found
    assert funded_token.balanceOf(escrow) == before + deal.total
    live = live_of(escrow.word(found))
    assert (live.state, live.flags, live.since) == (FUNDED, HAS_ARBITRATOR, receipt.timestamp)
    assert (live.rung, live.outcome, live.paid, live.claim) == (0, 0, 0, 0)
    (event,) = [log for log in receipt.decode_logs() if log.event_name == "EscrowFunded"]
    assert (event.escrow, event.payer, event.payee, event.actor) == (found, payer, deal.payee, payer)
    assert event.core[5] == deal.schedule
    assert event.rest[2][0][2] == deal.ladder[0][2]


def test_open__with_native_coin__holds_it(escrow: Any, native: Deal, payer: Any) -> None:
    escrow.open(native.core, native.rest, EMPTY_AUTH, sender=payer, value=native.total)
    assert escrow.balance == native.total


def test_open__without_arbitrator__needs_no_rest(escrow: Any, deal: Deal, payer: Any) -> None:
    plain = deal.but(ladder=())
    assert plain.core[7] == NOTHING
    escrow.open(plain.core, plain.rest, EMPTY_AUTH, sender=payer)
    assert live_of(escrow.word(escrow.escrow_id(plain.core))).flags == 0


@pytest.mark.parametrize(
    ("amounts", "flag"), [({"price": 0}, PRICE_CLOSED), ({"deposit": 0}, DEPOSIT_CLOSED)]
)
def test_open__with_one_leg__starts_with_the_other_closed(
    escrow: Any, deal: Deal, payer: Any, amounts: dict[str, int], flag: int
) -> None:
    single = deal.but(**amounts)
    escrow.open(single.core, single.rest, EMPTY_AUTH, sender=payer)
    assert live_of(escrow.word(escrow.escrow_id(single.core))).flags == flag | HAS_ARBITRATOR


def test_open__with_one_leg__ignores_the_schedule_of_the_other(escrow: Any, deal: Deal, payer: Any) -> None:
    loan = deal.but(price=0, deliver_by=0, object_s=0)
    escrow.open(loan.core, loan.rest, EMPTY_AUTH, sender=payer)
    gift = deal.but(deposit=0, return_by=0, claim_s=0, answer_s=0)
    escrow.open(gift.core, gift.rest, EMPTY_AUTH, sender=payer)


def test_open__by_stranger__reverts(escrow: Any, deal: Deal, stranger: Any) -> None:
    with ape.reverts("escrow: not the payer"):
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=stranger)


def test_open__twice__reverts(escrow: Any, deal: Deal, opened: Any, payer: Any) -> None:
    opened(deal)
    with ape.reverts("escrow: already opened"):
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer)


def test_open__again_after_the_end__reverts(escrow: Any, deal: Deal, closed: Any, payer: Any) -> None:
    closed(deal)
    with ape.reverts("escrow: already opened"):
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("difference", [-1, 1])
def test_open__with_wrong_value__reverts(escrow: Any, native: Deal, payer: Any, difference: int) -> None:
    with ape.reverts("escrow: wrong value"):
        escrow.open(native.core, native.rest, EMPTY_AUTH, sender=payer, value=native.total + difference)


def test_open__token_deal_with_value__reverts(escrow: Any, deal: Deal, payer: Any) -> None:
    with ape.reverts("escrow: wrong value"):
        escrow.open(deal.core, deal.rest, EMPTY_AUTH, sender=payer, value=1)


def test_open__for_impossible_payee__reverts(escrow: Any, deal: Deal, payer: Any) -> None:
    for unfit in (NATIVE, escrow.address, payer.address):
        wrong = deal.but(payee=unfit)
        with ape.reverts("escrow: unfit payee"):
            escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__by_impossible_arbitrator__reverts(escrow: Any, deal: Deal, payer: Any) -> None:
    for unfit in (NATIVE, deal.payer, deal.payee):
        wrong = deal.but(ladder=((unfit, WINDOW_S, 0),))
        with ape.reverts("escrow: unfit arbitrator"):
            escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"price": 0, "deposit": 0, "ladder": ()}, "escrow: nothing to hold"),
        ({"price": 2**95}, "escrow: amount too large"),
        ({"deposit": 2**95}, "escrow: amount too large"),
        ({"spare": 1}, "escrow: malformed schedule"),
        ({"silent_payer_bps": 10_001}, "escrow: silent share too large"),
        ({"silent_arbitrator_bps": 10_001}, "escrow: silent share too large"),
        ({"object_s": HOUR_S - 1}, "escrow: window out of range"),
        ({"object_s": 180 * DAY_S + 1}, "escrow: window out of range"),
        ({"claim_s": HOUR_S - 1}, "escrow: window out of range"),
        ({"claim_s": 180 * DAY_S + 1}, "escrow: window out of range"),
        ({"answer_s": HOUR_S - 1}, "escrow: window out of range"),
        ({"answer_s": 180 * DAY_S + 1}, "escrow: window out of range"),
        ({"rest_hash": b"\7" * 32}, "escrow: foreign rest"),
        ({"ladder": (), "rest_hash": b"\7" * 32}, "escrow: foreign rest"),
    ],
)
def test_open__with_bad_terms__reverts(
    escrow: Any, deal: Deal, payer: Any, changes: dict[str, Any], reason: str
) -> None:
    wrong = deal.but(**changes)
    with ape.reverts(reason):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("window_s", [HOUR_S - 1, 180 * DAY_S + 1])
def test_open__with_ruling_window_out_of_range__reverts(
    escrow: Any, deal: Deal, payer: Any, arbitrator: Any, window_s: int
) -> None:
    wrong = deal.but(ladder=((arbitrator.address, window_s, 0),))
    with ape.reverts("escrow: window out of range"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__with_fee_cap_above_everything__reverts(
    escrow: Any, deal: Deal, payer: Any, arbitrator: Any
) -> None:
    wrong = deal.but(ladder=((arbitrator.address, WINDOW_S, deal.total + 1),))
    with ape.reverts("escrow: fee cap too large"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("field", ["deliver_by", "return_by"])
def test_open__at_the_date__reverts(
    escrow: Any, deal: Deal, payer: Any, now: Any, travel: Any, field: str
) -> None:
    moment = now() + 100
    wrong = deal.but(**{field: moment})
    travel(moment)
    with ape.reverts("escrow: date in the past"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


@pytest.mark.parametrize("field", ["deliver_by", "return_by"])
def test_open__beyond_five_years__reverts(
    escrow: Any, deal: Deal, payer: Any, now: Any, travel: Any, field: str
) -> None:
    moment = now() + 100
    wrong = deal.but(**{field: moment + 1830 * DAY_S + 1})
    travel(moment)
    with ape.reverts("escrow: date too far ahead"):
        escrow.open(wrong.core, wrong.rest, EMPTY_AUTH, sender=payer)


def test_open__at_the_limits__is_accepted(
    escrow: Any, deal: Deal, payer: Any, arbitrator: Any, now: Any, travel: Any
) -> None:
    moment = now() + 100
    longest = 180 * DAY_S
    shortest = deal.but(
        deliver_by=moment + 1, return_by=0, object_s=HOUR_S, claim_s=HOUR_S, answer_s=HOUR_S,
        silent_payer_bps=10_000, silent_arbitrator_bps=10_000, price=2**95 - 1, deposit=0,
        ladder=((arbitrator.address, HOUR_S, 2**95 - 1),),
    )  # fmt: skip
    travel(moment)
    escrow.open(shortest.core, shortest.rest, EMPTY_AUTH, sender=payer)
    travel(moment + 100)
    wide = deal.but(
        return_by=moment + 101, deliver_by=moment + 100 + 1830 * DAY_S, object_s=longest, claim_s=longest,
        answer_s=longest, ladder=((arbitrator.address, longest, deal.total),),
    )  # fmt: skip
    escrow.open(wide.core, wide.rest, EMPTY_AUTH, sender=payer)
