"""Events of `Payments` → one row a payment. Nothing follows from one for another, so nothing is looked up."""

from typing import assert_never

from indexer.chain.generated.payments import NonceCancelled, Paid, PaymentsEvent, RefundedAfter
from indexer.facts import Key, Payment, Row

from .fold import At, Rows


def keys(event: PaymentsEvent) -> tuple[Key, ...]:
    """The rows that `fold` must see: none."""
    match event:
        case Paid() | RefundedAfter() | NonceCancelled():
            return ()
        case _:
            assert_never(event)


def fold(event: PaymentsEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`."""
    match event:
        case Paid():
            return (_payment(event, at, event.payer, event.payee, event.reference, None),)
        case RefundedAfter():
            # the payee of the deal is who pays here
            return (_payment(event, at, event.payee, event.payer, event.escrow_id, event.escrow),)
        case NonceCancelled():
            return ()
        case _:
            assert_never(event)


def _payment(
    event: Paid | RefundedAfter,
    at: At,
    payer: bytes,
    payee: bytes,
    reference: bytes,
    refund_of: bytes | None,
) -> Payment:
    return Payment(
        block_number=at.block_number,
        log_index=at.log_index,
        payer=payer,
        payee=payee,
        reference=reference,
        token=event.token,
        amount=event.amount,
        refund_of=refund_of,
        paid_at_s=at.timestamp_s,
    )
