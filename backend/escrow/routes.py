"""Deals, notices and waiting amounts over HTTP."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from backend.context import Parts, Reading
from backend.envelope import Envelope, answer, as_of
from backend.escrow import service
from backend.escrow.rules.agreed import cancelling, lists, price_parts
from backend.escrow.rules.legs import claim_by, deal_state, object_by
from backend.escrow.rules.timeline import Timeline, Turn
from backend.escrow.schemas import (
    AgreedOut,
    CancellationOut,
    CancellingOut,
    ClaimableOut,
    ClaimablesOut,
    DealDetailOut,
    DealOut,
    DealsQuery,
    MoneyOut,
    NoticeOut,
    NoticesQuery,
    PartOut,
    PaymentOut,
    PaymentsQuery,
    ReminderOut,
    RungOut,
    StepOut,
    TermsOut,
    TurnOut,
)
from backend.kit.hexadecimal import Address, Hash, to_hex
from backend.kit.paging import Page, page, parse_place, place
from backend.messages import spoken
from backend.registry import Saying
from indexer.reads.escrow import Deal
from indexer.reads.payments import Payment

router = APIRouter(tags=["escrow"])


@router.get("/deals")
def list_deals(query: Annotated[DealsQuery, Query()], parts: Parts, conn: Reading) -> Envelope[Page[DealOut]]:
    """Deals in the order they were funded, by member and booking, each with who acts next."""
    rows = service.list_deals(
        conn,
        parts.deployment.escrow,
        as_of(conn).block_time_s,
        member=query.member,
        booking=query.booking,
        open_only=query.open_only,
        after=parse_place(query.after),
        limit=query.limit + 1,
    )
    shown = page(
        rows, query.limit, lambda row: _deal(*row), lambda row: place(row[0].block_number, row[0].escrow)
    )
    return answer(conn, shown)


@router.get("/deals/{escrow}")
def show_deal(escrow: Hash, parts: Parts, conn: Reading) -> Envelope[DealDetailOut]:
    """One deal: what happened, who acts next, by when, and what happens if nobody does."""
    now_s = as_of(conn).block_time_s
    deal, line, reminders = service.find_deal(conn, parts.deployment.escrow, escrow, now_s)
    shown = DealDetailOut(
        **_deal(deal, line).model_dump(),
        terms=_terms(deal),
        agreed=_agreed(deal, line, now_s),
        money=_money(deal),
        steps=[StepOut(at_s=step.at_s, sentence=spoken(step.saying)) for step in line.steps],
        may={role: list(acts) for role, acts in line.may.items()},
        warnings=[spoken(warning) for warning in line.warnings],
        reminders=[
            ReminderOut(
                to=found.to, due_s=found.due_s, sentence=spoken(Saying(found.message_key, found.params))
            )
            for found in reminders
        ],
    )
    return answer(conn, shown)


@router.get("/members/{member}/notices")
def list_notices(
    member: Address, query: Annotated[NoticesQuery, Query()], conn: Reading
) -> Envelope[Page[NoticeOut]]:
    """The reminders delivered to a member, newest first."""
    rows = service.list_notices(conn, member, query.escrow, query.before, query.limit + 1)
    shown = page(
        rows,
        query.limit,
        lambda row: NoticeOut(
            seq=row.seq,
            escrow=row.escrow,
            due_s=row.due_s,
            sentence=spoken(Saying(row.message_key, row.params)),
        ),
        lambda row: str(row.seq),
    )
    return answer(conn, shown)


@router.get("/members/{member}/claimables")
def list_claimables(member: Address, conn: Reading) -> Envelope[ClaimablesOut]:
    """Amounts that wait for a member because a payout failed."""
    found = service.list_claimables(conn, member)
    return answer(
        conn, ClaimablesOut(items=[ClaimableOut(token=row.token, amount=row.amount) for row in found])
    )


@router.get("/members/{member}/payments")
def list_payments(
    member: Address, query: Annotated[PaymentsQuery, Query()], parts: Parts, conn: Reading
) -> Envelope[Page[PaymentOut]]:
    """What a member paid and was paid directly, newest first: without a deal, or after one."""
    before = None
    if query.before is not None:
        block, _, log = query.before.partition("-")
        before = (int(block), int(log))
    rows = service.list_payments(conn, member, query.reference, before, query.limit + 1)
    shown = page(
        rows,
        query.limit,
        lambda row: _payment(row, parts.deployment.escrow),
        lambda row: f"{row.block_number}-{row.log_index}",
    )
    return answer(conn, shown)


def _payment(row: Payment, escrow: bytes) -> PaymentOut:
    kind: Literal["paid", "given back", "foreign"] = "paid"
    if row.refund_of is not None:
        kind = "given back" if row.refund_of == escrow else "foreign"
    return PaymentOut(
        kind=kind,
        payer=row.payer,
        payee=row.payee,
        token=row.token,
        amount=row.amount,
        reference=row.reference if any(row.reference) else None,
        paid_at_s=row.paid_at_s,
        block=row.block_number,
    )


def _turn(turn: Turn) -> TurnOut:
    return TurnOut(actor=turn.actor, acts=list(turn.acts), by_s=turn.by_s, otherwise=spoken(turn.otherwise))


def _deal(deal: Deal, line: Timeline) -> DealOut:
    return DealOut(
        escrow=deal.escrow,
        payer=deal.payer,
        payee=deal.payee,
        token=deal.token,
        price=deal.price,
        deposit=deal.deposit,
        booking=deal.booking if any(deal.booking) else None,
        service=deal.service,
        state=deal_state(deal),
        outcome=deal.outcome,
        paid=deal.paid,
        deliver_by_s=deal.deliver_by_s,
        object_by_s=object_by(deal),
        return_by_s=deal.return_by_s,
        claim_by_s=claim_by(deal),
        answer_by_s=deal.answer_by_s,
        rule_by_s=deal.rule_by_s,
        arbitrator=deal.arbitrator,
        funded_at_s=deal.funded_at_s,
        closed_at_s=deal.closed_at_s,
        rated_payer=deal.rated_payer,
        rated_payee=deal.rated_payee,
        next=_turn(line.next),
        turns=[_turn(turn) for turn in line.turns],
    )


def _terms(deal: Deal) -> TermsOut:
    return TermsOut(
        schedule=deal.schedule,
        booking=deal.booking,
        rest=deal.rest,
        salt=deal.salt,
        rest_abi=to_hex(deal.rest_abi),
        object_s=deal.object_s,
        claim_s=deal.claim_s,
        answer_s=deal.answer_s,
        silent_payer_bps=deal.silent_payer_bps,
        silent_arbitrator_bps=deal.silent_arbitrator_bps,
        window_s=deal.window_s,
        fee_cap=deal.fee_cap,
    )


def _agreed(deal: Deal, line: Timeline, now_s: int) -> AgreedOut:
    found = lists(deal)
    gives = cancelling(deal, now_s) if "cancel" in line.may.get("payer", ()) else None
    return AgreedOut(
        parts=[PartOut.model_validate(asdict(part)) for part in price_parts(deal)],
        cancellations=[
            CancellationOut(until_s=deal.deliver_by_s - entry.before_s, refund_bps=entry.refund_bps)
            for entry in found.cancellations
        ],
        cancelling=None
        if gives is None
        else CancellingOut(
            refund_bps=gives.refund_bps,
            to_payer=gives.to_payer,
            to_payee=gives.to_payee,
            until_s=gives.until_s,
        ),
        ladder=[
            RungOut(
                arbitrator=rung.arbitrator,
                window_s=rung.window_s,
                fee_cap=rung.fee_cap,
                is_asked=deal.state == "disputed" and number == deal.rung,
            )
            for number, rung in enumerate(found.ladder)
        ],
    )


def _money(deal: Deal) -> MoneyOut:
    return MoneyOut(
        price_closed=deal.price_closed,
        price_paid=deal.price_paid,
        price_returned=deal.price_returned,
        deposit_closed=deal.deposit_closed,
        deposit_returned=deal.deposit_returned,
        deposit_kept=deal.deposit_kept,
        claim=deal.claim,
        disputed_price=deal.disputed_price,
        disputed_claim=deal.disputed_claim,
        fee=deal.fee,
    )
