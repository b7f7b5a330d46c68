"""Opening without an allowance: a permit, or an ERC-3009 authorisation that binds the terms itself."""

from typing import Any

import ape
from contracts.escrow.deal import HOUR_S, NATIVE, Deal, live_of
from contracts.signing import EMPTY_AUTH

PERMIT, ERC_3009 = 1, 2


def test_open_funded__by_permit__needs_no_allowance(
    escrow: Any, deal: Deal, permits: Any, unapproved: Any, payer: Any
) -> None:
    before = unapproved.balanceOf(payer)
    escrow.open_funded(deal.core, deal.rest, permits(payer, deal.total), EMPTY_AUTH, sender=payer)
    assert unapproved.balanceOf(payer) == before - deal.total
    assert live_of(escrow.word(escrow.escrow_id(deal.core))).state == 1


def test_open_funded__by_permit_and_signature__is_sent_by_anybody(
    escrow: Any, deal: Deal, permits: Any, payer: Any, relayer: Any, sign: Any, now: Any
) -> None:
    auth = sign(payer, escrow, "Open", deal.readable(now() + HOUR_S))
    escrow.open_funded(deal.core, deal.rest, permits(payer, deal.total), auth, sender=relayer)
    assert escrow.word(escrow.escrow_id(deal.core))


def test_open_funded__by_permit_without_the_payers_signature__reverts(
    escrow: Any, deal: Deal, permits: Any, payer: Any, relayer: Any
) -> None:
    with ape.reverts("escrow: not the payer"):
        escrow.open_funded(deal.core, deal.rest, permits(payer, deal.total), EMPTY_AUTH, sender=relayer)


def test_open_funded__with_a_permit_that_somebody_used_first__takes_the_allowance_it_gave(
    escrow: Any, deal: Deal, permits: Any, unapproved: Any, payer: Any, stranger: Any
) -> None:
    how = permits(payer, deal.total)
    _, deadline, v, r, s = how
    unapproved.permit(payer, escrow, deal.total, deadline, v, r, s, sender=stranger)
    escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=payer)
    assert escrow.word(escrow.escrow_id(deal.core))


def test_open_funded__with_a_useless_permit__takes_an_allowance_or_nothing(
    escrow: Any, deal: Deal, unapproved: Any, payer: Any
) -> None:
    useless = (PERMIT, 0, 27, b"\1" * 32, b"\2" * 32)
    with ape.reverts("token: transfer reverted"):
        escrow.open_funded(deal.core, deal.rest, useless, EMPTY_AUTH, sender=payer)
    unapproved.approve(escrow, deal.total, sender=payer)
    escrow.open_funded(deal.core, deal.rest, useless, EMPTY_AUTH, sender=payer)
    assert escrow.word(escrow.escrow_id(deal.core))


def test_open_funded__by_3009__needs_no_other_signature(
    escrow: Any, deal: Deal, receives: Any, unapproved: Any, payer: Any, relayer: Any
) -> None:
    before = unapproved.balanceOf(payer)
    receipt = escrow.open_funded(deal.core, deal.rest, receives(payer, deal), EMPTY_AUTH, sender=relayer)
    assert unapproved.balanceOf(payer) == before - deal.total
    (event,) = [log for log in receipt.decode_logs() if log.event_name == "EscrowFunded"]
    assert event.actor == payer


def test_open_funded__by_3009_for_other_terms__reverts(
    escrow: Any, deal: Deal, receives: Any, payer: Any, relayer: Any
) -> None:
    signed = receives(payer, deal)
    changes: tuple[dict[str, Any], ...] = (
        {"price": 999, "deposit": 5_001},
        {"payee": relayer.address},
        {"silent_payer_bps": 10_000},
        {"salt": b"\7" * 32},
        {"ladder": ((relayer.address, 10**5, 0),)},
    )
    for change in changes:
        other = deal.but(**change)
        with ape.reverts("escrow: not the payer"):
            escrow.open_funded(other.core, other.rest, signed, EMPTY_AUTH, sender=relayer)


def test_open_funded__by_3009_signed_by_another__reverts(
    escrow: Any, deal: Deal, receives: Any, stranger: Any, relayer: Any
) -> None:
    with ape.reverts("escrow: not the payer"):
        escrow.open_funded(deal.core, deal.rest, receives(stranger, deal), EMPTY_AUTH, sender=relayer)


def test_open_funded__by_3009_for_the_zero_address__reverts(
    escrow: Any, deal: Deal, unapproved: Any, relayer: Any
) -> None:
    nobody = deal.but(payer=NATIVE)
    none = (ERC_3009, 2**40, 0, bytes(32), bytes(32))
    with ape.reverts("escrow: not the payer"):
        escrow.open_funded(nobody.core, nobody.rest, none, EMPTY_AUTH, sender=relayer)


def test_open_funded__by_3009_too_late__reverts(
    escrow: Any, deal: Deal, receives: Any, payer: Any, relayer: Any, travel: Any
) -> None:
    how = receives(payer, deal)
    travel(how[1])
    with ape.reverts("token: transfer reverted"):
        escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=relayer)


def test_open_funded__twice_with_one_3009_signature__reverts(
    escrow: Any, deal: Deal, receives: Any, payer: Any, relayer: Any
) -> None:
    how = receives(payer, deal)
    escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=relayer)
    with ape.reverts("escrow: already opened"):
        escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=relayer)


def test_open_funded__of_native_coin__reverts(escrow: Any, native: Deal, payer: Any) -> None:
    with ape.reverts("escrow: wrong value"):
        escrow.open_funded(
            native.core, native.rest, (PERMIT, 0, 0, bytes(32), bytes(32)), EMPTY_AUTH, sender=payer
        )


def test_open_funded__of_an_unknown_kind__takes_the_allowance(
    escrow: Any, deal: Deal, unapproved: Any, payer: Any
) -> None:
    unknown = (7, 0, 0, bytes(32), bytes(32))
    with ape.reverts("token: transfer reverted"):
        escrow.open_funded(deal.core, deal.rest, unknown, EMPTY_AUTH, sender=payer)
    unapproved.approve(escrow, deal.total, sender=payer)
    escrow.open_funded(deal.core, deal.rest, unknown, EMPTY_AUTH, sender=payer)
    assert escrow.word(escrow.escrow_id(deal.core))
