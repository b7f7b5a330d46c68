"""Events of `Escrow` → deals and claimable balances."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.escrow import (
    ClaimableWithdrawn,
    DamageClaimed,
    DepositReturned,
    DisputeEscalated,
    DisputeOpened,
    DisputeRuled,
    EscrowClosed,
    EscrowEvent,
    EscrowFunded,
    NonceCancelled,
    PayoutDeferred,
    PricePaid,
    PriceReleased,
)
from indexer.facts import Claimable, Deal, Key, Row

from .agreed import agreed, rest_abi
from .fold import At, MissingRowError, Rows


def keys(event: EscrowEvent) -> tuple[Key, ...]:
    """The rows that `fold` must see."""
    match event:
        case EscrowFunded() | NonceCancelled():
            return ()
        case PayoutDeferred() | ClaimableWithdrawn():
            return ((Claimable.TABLE, event.member, event.token),)
        case (
            PriceReleased()
            | PricePaid()
            | DepositReturned()
            | DamageClaimed()
            | DisputeOpened()
            | DisputeEscalated()
            | DisputeRuled()
            | EscrowClosed()
        ):
            return ((Deal.TABLE, event.escrow),)
        case _:
            assert_never(event)


def fold(event: EscrowEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`.

    Raises:
        MissingRowError: the deal or claimable balance of the event was never seen.
    """
    match event:
        case EscrowFunded():
            return (_funded(event, at),)
        case PayoutDeferred():
            waiting = rows.get((Claimable.TABLE, event.member, event.token))
            before = waiting.amount if isinstance(waiting, Claimable) else 0
            return (Claimable(event.member, event.token, before + event.amount),)
        case ClaimableWithdrawn():
            waiting = rows.get((Claimable.TABLE, event.member, event.token))
            if not isinstance(waiting, Claimable) or waiting.amount < event.amount:
                raise MissingRowError(f"withdrawal by 0x{event.member.hex()} of more than was deferred")
            return (Claimable(event.member, event.token, waiting.amount - event.amount),)
        case NonceCancelled():
            return ()
        case (
            PriceReleased()
            | PricePaid()
            | DepositReturned()
            | DamageClaimed()
            | DisputeOpened()
            | DisputeEscalated()
            | DisputeRuled()
            | EscrowClosed()
        ):
            deal = rows.get((Deal.TABLE, event.escrow))
            if not isinstance(deal, Deal):
                raise MissingRowError(f"event of the unknown escrow 0x{event.escrow.hex()}")
            # The payee takes part by an act of his own, as the contract notes it.
            attended = deal.attended or event.actor == deal.payee
            moved = replace(_moved(event, at, deal), attended=attended, changed_block=at.block_number)
            return (moved,)
        case _:
            assert_never(event)


def _moved(
    event: PriceReleased
    | PricePaid
    | DepositReturned
    | DamageClaimed
    | DisputeOpened
    | DisputeEscalated
    | DisputeRuled
    | EscrowClosed,
    at: At,
    deal: Deal,
) -> Deal:
    match event:
        case PriceReleased():
            return replace(deal, price_paid=deal.price_paid + event.amount, paid=deal.paid + event.amount)
        case PricePaid():
            # Closing a disputed price ends the dispute; beside a disputed claim it may be paid meanwhile.
            ends = deal.state == "disputed" and deal.disputed_price > 0
            return replace(
                deal,
                state="funded" if ends else deal.state,
                since_s=at.timestamp_s if ends else deal.since_s,
                price_closed=True,
                price_paid=deal.price_paid + event.amount,
                price_returned=event.returned,
                paid=deal.paid + event.amount,
            )
        case DepositReturned():
            # Closing a claimed deposit ends the claim; beside a disputed price it may go back meanwhile.
            disputed = deal.state == "disputed"
            ends = disputed and deal.disputed_claim > 0
            return replace(
                deal,
                state="disputed" if disputed and not ends else "funded",
                since_s=at.timestamp_s if ends else deal.since_s,
                deposit_closed=True,
                deposit_returned=event.returned,
                deposit_kept=event.kept,
                paid=deal.paid + event.kept,
            )
        case DamageClaimed():
            claimed = replace(deal, claim=event.amount, claim_evidence=event.evidence, since_s=at.timestamp_s)
            if deal.state == "disputed":
                # The claim joins the dispute and the arbitrator's window starts again.
                return replace(claimed, disputed_claim=event.amount, rule_by_s=event.answer_by)
            return replace(claimed, state="claimed", answer_by_s=event.answer_by)
        case DisputeOpened():
            # Every dispute begins at the first rung.
            return replace(
                _at_rung(deal, 0),
                state="disputed",
                since_s=at.timestamp_s,
                disputed_price=event.price,
                disputed_claim=event.claim,
                dispute_evidence=event.evidence,
                rule_by_s=event.rule_by,
                disputed_at_s=at.timestamp_s,
            )
        case DisputeEscalated():
            return replace(_at_rung(deal, event.rung), since_s=at.timestamp_s, rule_by_s=event.rule_by)
        case DisputeRuled():
            return replace(
                deal,
                state="funded",
                since_s=at.timestamp_s,
                ruled_to_payer=event.to_payer,
                ruled_to_payee=event.to_payee,
                fee=event.fee,
                reasons=event.reasons,
            )
        case EscrowClosed():
            return replace(
                deal, state="closed", outcome=event.outcome, paid=event.paid, closed_at_s=at.timestamp_s
            )
        case _:
            assert_never(event)


def _at_rung(deal: Deal, rung: int) -> Deal:
    """The deal with the arbitrator, window and fee cap of a rung of its ladder."""
    found = agreed(deal.rest_abi).ladder[rung]
    return replace(
        deal, rung=rung, arbitrator=found.arbitrator, window_s=found.window_s, fee_cap=found.fee_cap
    )


def _funded(event: EscrowFunded, at: At) -> Deal:
    core, ladder = event.core, event.rest.ladder
    # From the lowest bit: deliver_by 40 | object_s 32 | return_by 40 | claim_s 32 | answer_s 32 |
    # silent_payer_bps 16 | silent_arbitrator_bps 16 | service 24.
    schedule = core.schedule
    return Deal(
        escrow=event.escrow,
        payer=event.payer,
        payee=event.payee,
        token=core.token,
        price=core.price,
        deposit=core.deposit,
        schedule=schedule,
        deliver_by_s=schedule & 0xFFFFFFFFFF,
        object_s=schedule >> 40 & 0xFFFFFFFF,
        return_by_s=schedule >> 72 & 0xFFFFFFFFFF,
        claim_s=schedule >> 112 & 0xFFFFFFFF,
        answer_s=schedule >> 144 & 0xFFFFFFFF,
        silent_payer_bps=schedule >> 176 & 0xFFFF,
        silent_arbitrator_bps=schedule >> 192 & 0xFFFF,
        service=schedule >> 208 & 0xFFFFFF,
        booking=core.booking,
        rest=core.rest,
        salt=core.salt,
        arbitrator=ladder[0].arbitrator if ladder else None,
        window_s=ladder[0].window_s if ladder else None,
        fee_cap=ladder[0].fee_cap if ladder else None,
        rest_abi=rest_abi(event.rest),
        contract=at.contract,
        state="funded",
        since_s=at.timestamp_s,
        price_closed=core.price == 0,
        price_paid=0,
        price_returned=0,
        deposit_closed=core.deposit == 0,
        deposit_returned=0,
        deposit_kept=0,
        claim=0,
        claim_evidence=None,
        answer_by_s=None,
        disputed_price=0,
        disputed_claim=0,
        dispute_evidence=None,
        rule_by_s=None,
        disputed_at_s=None,
        rung=0,
        ruled_to_payer=None,
        ruled_to_payee=None,
        fee=None,
        reasons=None,
        outcome=None,
        paid=0,
        funded_at_s=at.timestamp_s,
        closed_at_s=None,
        attended=False,
        rated_payer=False,
        rated_payee=False,
        block_number=at.block_number,
        changed_block=at.block_number,
    )
