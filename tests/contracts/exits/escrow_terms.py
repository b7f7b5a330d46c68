"""Small deals: amounts of three digits and windows of an hour, so that everything about them can be tried.

Hours are counted from the opening. Shares do not divide the amounts, so rounding shows.
"""

from contracts.escrow.deal import HOUR_S, NATIVE, NOTHING, Deal
from contracts.exits.chain import GENESIS_S
from effort import FULL

FEE_CAP = 40
PRICE, DEPOSIT = 101, 503
PART = 50


def small(
    payer: str,
    payee: str,
    arbitrators: tuple[str, ...] = (),
    *,
    price: int = PRICE,
    deposit: int = DEPOSIT,
    parts: bool = False,
    cancels: bool = False,
    booking: bytes = NOTHING,
    token: str = NATIVE,
    return_h: int = 2,
) -> Deal:
    """A deal of a few hours; `parts`: two milestones; `cancels`: two shares that the payer gets back."""
    delivery_s = GENESIS_S + 2 * HOUR_S
    return Deal(
        payer=payer,
        payee=payee,
        token=token,
        deliver_by=delivery_s,
        return_by=GENESIS_S + return_h * HOUR_S,
        price=price,
        deposit=deposit,
        object_s=HOUR_S,
        claim_s=2 * HOUR_S,
        answer_s=HOUR_S,
        booking=booking,
        milestones=((PART, GENESIS_S + HOUR_S), (price - PART, delivery_s)) if parts else (),
        cancellations=((HOUR_S, 9_001), (0, 4_999)) if cancels else (),
        ladder=tuple((arbitrator, HOUR_S, FEE_CAP) for arbitrator in arbitrators),
    )


# name → what the deal has; the first ones are searched in every run, all of them with full effort
DEALS: dict[str, dict[str, object]] = {
    "no arbitrator": {"cancels": True},
    "ladder of two": {"rungs": 2},
    "deposit only, payee that cannot be paid": {"rungs": 1, "price": 0, "refuses": True},
    "two milestones, cancelling": {"rungs": 1, "deposit": 0, "parts": True, "cancels": True},
    "linked booking": {"rungs": 1, "deposit": 0, "booked": True},
    "court": {"court": True, "deposit": 0},
    "one arbitrator": {"rungs": 1},
    "deposit outlasts price by three hours": {"rungs": 1, "return_h": 5},
    "token": {"rungs": 1, "coin": False, "deposit": 0},
    "milestones, cancelling, deposit": {"rungs": 1, "parts": True, "cancels": True},
    "linked booking, deposit": {"rungs": 1, "booked": True},
    "court, deposit": {"court": True},
    "court above a person": {"rungs": 1, "court": True, "deposit": 0},
}
IN_EVERY_RUN = 6
CHOSEN = list(DEALS) if FULL else list(DEALS)[:IN_EVERY_RUN]
