"""A member's reputation over HTTP."""

from typing import Literal

from fastapi import APIRouter

from backend.context import Parts, Reading
from backend.envelope import Envelope, answer, as_of
from backend.kit.hexadecimal import Address
from backend.messages import spoken
from backend.reputation import service
from backend.reputation.rules import FORMULA_VERSION, RatingState, SourceName, Standing, weight_ppm
from backend.reputation.schemas import RatingOut, ReputationOut, StandingOut
from indexer.reads.reputation import Rating

router = APIRouter(tags=["reputation"])

Side = Literal["payer", "payee", "requester", "owner", "0", "1"]
_SIDES: dict[tuple[SourceName, int], Side] = {
    ("escrow", 0): "payer",
    ("escrow", 1): "payee",
    ("bookings", 0): "requester",
    ("bookings", 1): "owner",
    ("other", 0): "0",
    ("other", 1): "1",
}


@router.get("/members/{member}/reputation")
def show_reputation(member: Address, parts: Parts, conn: Reading) -> Envelope[ReputationOut]:
    """What finished deals say of a member, with the ratings behind it and an explanation in words."""
    found = service.reputation_of(conn, parts.deployment, member, as_of(conn).block_time_s)
    shown = ReputationOut(
        member=member,
        formula_version=FORMULA_VERSION,
        standings=[_standing(standing) for standing in found.standings],
        ratings=[_rating(*rating) for rating in found.ratings],
        explanation=[spoken(saying) for saying in found.explanation],
    )
    return answer(conn, shown)


def _standing(standing: Standing) -> StandingOut:
    return StandingOut(
        source=standing.source,
        source_name=standing.source_name,
        service=standing.service,
        sum=standing.sum,
        weight=standing.weight,
        count=standing.count,
        mean_ppm=standing.mean_ppm,
        weight_ppm=standing.weight_ppm,
    )


def _rating(rating: Rating, source_name: SourceName, state: RatingState) -> RatingOut:
    return RatingOut(
        source=rating.source,
        source_name=source_name,
        deal=rating.deal,
        side=_SIDES[source_name, rating.side],
        rater=rating.rater,
        service=rating.service,
        amount=rating.amount,
        state=state,
        score=rating.score,
        evidence=rating.evidence,
        committed_at_s=rating.committed_at_s,
        opens_at_s=rating.opens_at_s,
        closes_at_s=rating.closes_at_s,
        revealed_at_s=rating.revealed_at_s,
        at_once=rating.commitment is None,
        weight=rating.weight,
        weight_ppm=weight_ppm(rating.weight),
        response=rating.response,
        responded_at_s=rating.responded_at_s,
        retracted_at_s=rating.retracted_at_s,
    )
