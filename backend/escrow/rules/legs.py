"""The two legs of a deal: how each stands at a moment, and what each role may do then."""

from collections.abc import Sequence
from enum import Enum
from typing import Literal, assert_never, cast, get_args

from backend.escrow.rules.agreed import cancelling, due_parts
from indexer.reads.booking import Request, state_at
from indexer.reads.escrow import Deal
from indexer.reads.reputation import Rating

DAY_S = 86_400
RATE_WITHIN_S = 60 * DAY_S
# So long after closing nothing of a deal is left to do: the last moment to seal a rating, then a week in
# which the other side may follow, and a week in which ratings are opened.
SETTLED_AFTER_S = RATE_WITHIN_S + 14 * DAY_S
REFUNDED = 2  # the outcome of a deal in which the payee gave everything back
UNWOUND = 9  # the outcome of a deal whose booking never came about

DealState = Literal["funded", "claimed", "disputed", "closed"]
Role = Literal["payer", "payee", "arbitrator", "anyone"]
# What a member does off chain (hand_over, give_back) or on chain (all others)
Act = Literal[
    "hand_over",
    "give_back",
    "release",
    "release_part",
    "cancel",
    "split",
    "unwind",
    "finish",
    "refund",
    "claim_damage",
    "accept_claim",
    "dispute",
    "rule",
    "expire",
    "rate",
    "reveal",
]


class PriceLeg(Enum):
    """How the price stands."""

    CLOSED = "closed"
    BEFORE_DELIVERY = "before delivery"
    CONTESTABLE = "contestable"
    DISPUTED = "disputed"
    DUE_BY_SILENT_ARBITRATOR = "due by silent arbitrator"
    DUE = "due"


class DepositLeg(Enum):
    """How the deposit stands."""

    CLOSED = "closed"
    BEFORE_RETURN = "before return"
    CLAIMABLE = "claimable"
    CLAIMED = "claimed"
    DUE_BY_SILENT_PAYER = "due by silent payer"
    DISPUTED = "disputed"
    DUE_BY_SILENT_ARBITRATOR = "due by silent arbitrator"
    DUE = "due"


def object_by(deal: Deal) -> int:
    """When the price can no longer be disputed and is due to the payee."""
    return deal.deliver_by_s + deal.object_s


def claim_by(deal: Deal) -> int:
    """When damage can no longer be claimed and the deposit is due to the payer."""
    return deal.return_by_s + deal.claim_s


def answer_by(deal: Deal) -> int:
    """When a claim counts as unanswered; ValueError without one."""
    if deal.answer_by_s is None:
        raise ValueError("nothing to answer in this deal")
    return deal.answer_by_s


def rule_by(deal: Deal) -> int:
    """When the arbitrator's window ends; ValueError without a dispute."""
    if deal.rule_by_s is None:
        raise ValueError("nothing in dispute in this deal")
    return deal.rule_by_s


def deal_state(deal: Deal) -> DealState:
    """The word of a deal's state as a closed set; ValueError for any other."""
    for state in get_args(DealState):
        if deal.state == state:
            return cast(DealState, state)
    raise ValueError(f"{deal.state!r} is no state of a deal")


def price_leg(deal: Deal, now_s: int) -> PriceLeg:
    """How the price stands at `now_s`."""
    if deal.price_closed or deal.state == "closed":
        return PriceLeg.CLOSED
    if deal.state == "disputed" and deal.disputed_price > 0:
        return PriceLeg.DISPUTED if now_s < rule_by(deal) else PriceLeg.DUE_BY_SILENT_ARBITRATOR
    if now_s < deal.deliver_by_s:
        return PriceLeg.BEFORE_DELIVERY
    return PriceLeg.CONTESTABLE if now_s < object_by(deal) else PriceLeg.DUE


def deposit_leg(deal: Deal, now_s: int) -> DepositLeg:
    """How the deposit stands at `now_s`. ValueError for a state that the contract does not have."""
    if deal.deposit_closed or deal.state == "closed":
        return DepositLeg.CLOSED
    if deal.claim == 0:
        if now_s < deal.return_by_s:
            return DepositLeg.BEFORE_RETURN
        return DepositLeg.CLAIMABLE if now_s < claim_by(deal) else DepositLeg.DUE
    match deal.state:
        case "claimed":
            return DepositLeg.CLAIMED if now_s < answer_by(deal) else DepositLeg.DUE_BY_SILENT_PAYER
        case "disputed":
            return DepositLeg.DISPUTED if now_s < rule_by(deal) else DepositLeg.DUE_BY_SILENT_ARBITRATOR
        case other:
            raise ValueError(f"an open claim in the state {other!r}")


def deal_claim(deal: Deal) -> int:
    """What is claimed of a deposit that is still held."""
    return 0 if deal.deposit_closed else deal.claim


def price_is_due(leg: PriceLeg) -> bool:
    """Whether time has decided the price."""
    match leg:
        case PriceLeg.DUE | PriceLeg.DUE_BY_SILENT_ARBITRATOR:
            return True
        case PriceLeg.CLOSED | PriceLeg.BEFORE_DELIVERY | PriceLeg.CONTESTABLE | PriceLeg.DISPUTED:
            return False
        case _:
            assert_never(leg)


def deposit_is_due(leg: DepositLeg) -> bool:
    """Whether time has decided the deposit."""
    match leg:
        case DepositLeg.DUE | DepositLeg.DUE_BY_SILENT_PAYER | DepositLeg.DUE_BY_SILENT_ARBITRATOR:
            return True
        case (
            DepositLeg.CLOSED
            | DepositLeg.BEFORE_RETURN
            | DepositLeg.CLAIMABLE
            | DepositLeg.CLAIMED
            | DepositLeg.DISPUTED
        ):
            return False
        case _:
            assert_never(leg)


def fell_through(request: Request | None, now_s: int) -> bool:
    """Whether a booking came to nothing, or was given back."""
    return request is not None and state_at(request, now_s) in ("denied", "cancelled", "expired")


def can_be_unwound(deal: Deal, request: Request | None, now_s: int) -> bool:
    """Whether anybody can send all of a deal back, because its booking never came about."""
    never = request is not None and not request.was_granted and fell_through(request, now_s)
    return never and deal.state == "funded"


def permitted(
    deal: Deal, now_s: int, ratings: Sequence[Rating] = (), request: Request | None = None
) -> dict[Role, tuple[Act, ...]]:
    """The acts that the contracts take from each role at `now_s`; roles without any are left out.

    `ratings` are those that the ledger has of this deal, `request` is the booking that it belongs to. A split
    needs the signature of the other side as well.
    """
    if deal.state == "closed":
        return _rating(deal, now_s, ratings)
    price, deposit = price_leg(deal, now_s), deposit_leg(deal, now_s)
    has_arbitrator = deal.arbitrator is not None
    disputed = deal.state == "disputed"
    window_open = disputed and now_s < rule_by(deal)
    price_contested = price in (PriceLeg.DISPUTED, PriceLeg.DUE_BY_SILENT_ARBITRATOR)
    claim_contested = disputed and deal.claim > 0

    payer: list[Act] = []
    if price is not PriceLeg.CLOSED and not price_contested:
        payer += ["release", "release_part"]
        if deal_claim(deal) == 0 and cancelling(deal, now_s) is not None:
            payer.append("cancel")
    if deposit is DepositLeg.CLAIMED:
        payer.append("accept_claim")
    contestable = price in (PriceLeg.BEFORE_DELIVERY, PriceLeg.CONTESTABLE)
    to_contest = deposit is DepositLeg.CLAIMED if deal.state == "claimed" else contestable
    if has_arbitrator and not disputed and to_contest:
        payer.append("dispute")
    payer.append("split")

    payee: list[Act] = []
    if deposit is not DepositLeg.CLOSED and not claim_contested:
        payee.append("finish")
    claimable = deposit in (DepositLeg.BEFORE_RETURN, DepositLeg.CLAIMABLE)
    if has_arbitrator and claimable and (window_open or not disputed):
        payee.append("claim_damage")
    payee += ["refund", "split"]

    due = price_is_due(price) or deposit_is_due(deposit) or (not price_contested and due_parts(deal, now_s))
    anyone: list[Act] = ["expire"] if due else []
    if can_be_unwound(deal, request, now_s):
        anyone.append("unwind")

    acts: dict[Role, tuple[Act, ...]] = {
        "payer": tuple(payer),
        "payee": tuple(payee),
        "arbitrator": ("rule",) if window_open else (),
        "anyone": tuple(anyone),
    }
    return {role: allowed for role, allowed in acts.items() if allowed}


def rate_by(deal: Deal) -> int:
    """When the right to rate a closed deal ends; ValueError while it is open."""
    if deal.closed_at_s is None:
        raise ValueError("an open deal cannot be rated")
    return deal.closed_at_s + RATE_WITHIN_S


def took_part(deal: Deal) -> bool:
    """Whether the payee can be rated: he acted in the deal and did not merely give everything back."""
    return deal.attended and deal.outcome != REFUNDED


def commit_by(deal: Deal, ratings: Sequence[Rating]) -> int:
    """When the right to rate ends: 60 days after closing, or when the other side's rating can be opened."""
    return min([rate_by(deal), *(rating.opens_at_s for rating in ratings)])


def can_be_opened(rating: Rating, now_s: int) -> bool:
    """Whether a sealed rating can be opened now; after that it is forfeited."""
    return rating.state == "committed" and rating.opens_at_s <= now_s < rating.closes_at_s


def _rating(deal: Deal, now_s: int, ratings: Sequence[Rating]) -> dict[Role, tuple[Act, ...]]:
    acts: dict[Role, tuple[Act, ...]] = {}
    if deal.outcome == UNWOUND:
        return acts
    sides: tuple[tuple[int, Role, bool], ...] = (
        (0, "payer", deal.rated_payer),
        (1, "payee", deal.rated_payee),
    )
    for side, role, rated in sides:
        if not rated and (side == 1 or took_part(deal)) and now_s < commit_by(deal, ratings):
            acts[role] = ("rate",)
        elif any(rating.side == side and can_be_opened(rating, now_s) for rating in ratings):
            acts[role] = ("reveal",)
    return acts
