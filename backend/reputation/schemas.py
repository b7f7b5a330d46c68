"""What the reputation routes give."""

from typing import Literal

from pydantic import BaseModel

from backend.kit.hexadecimal import Address, Amount, Hash
from backend.messages import Sentence


class StandingOut(BaseModel):
    """Sums for one service at one source, decayed to the block's time.

    `sum` and `weight` are the ledger's numbers (2**40 = one new rating); `mean_ppm` = sum * 1_000_000 //
    weight; `count` is that of the ratings that stand.
    """

    source: Address
    source_name: Literal["escrow", "bookings", "other"]
    service: int
    sum: Amount
    weight: Amount
    count: int
    mean_ppm: int
    weight_ppm: int


class RatingOut(BaseModel):
    """A rating; `score` is empty until it is open. Who stays silent until `closes_at_s` forfeits it.

    `weight` is what it counted when it was opened (2**40 = a member's first rating of another in a service,
    half of that the second, …), `weight_ppm` the same in millionths; a retracted one counts nothing any more.
    `at_once`: both sides had signed, so it was never sealed. `response` is the digest of the rated member's
    answer.
    """

    source: Address
    source_name: Literal["escrow", "bookings", "other"]
    deal: Hash
    side: Literal["payer", "payee", "requester", "owner", "0", "1"]
    rater: Address
    service: int
    amount: Amount
    state: Literal["sealed", "can be opened", "forfeited", "open", "retracted"]
    score: int | None
    evidence: Hash | None
    committed_at_s: int
    opens_at_s: int
    closes_at_s: int
    revealed_at_s: int | None
    at_once: bool
    weight: Amount | None
    weight_ppm: int | None
    response: Hash | None
    responded_at_s: int | None
    retracted_at_s: int | None


class ReputationOut(BaseModel):
    """Everything known of a member, and how it comes to that."""

    member: Address
    formula_version: int
    standings: list[StandingOut]
    ratings: list[RatingOut]
    explanation: list[Sentence]
