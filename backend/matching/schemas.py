"""What the search takes and gives."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.booking.schemas import Rule, Tag
from backend.envelope import Envelope
from backend.kit.hexadecimal import Address, Amount, Hash
from backend.matching import rules
from backend.messages import Sentence


class SearchQuery(BaseModel):
    """A wish. Numbers that cannot be meant are refused by `rules.refusal` with a code of their own."""

    model_config = ConfigDict(extra="forbid")
    service: Tag
    lat: float
    lng: float
    radius_m: int = rules.DEFAULT_RADIUS_M
    start_s: int | None = None
    end_s: int | None = None
    budget: int | None = None
    currency: str | None = Field(default=None, max_length=42)
    criteria: list[Annotated[str, Field(max_length=300)]] = Field(default=[], max_length=20)
    limit: int = rules.DEFAULT_LIMIT


class FactorOut(BaseModel):
    """One of the five factors: 0 … 1, its weight in the score, and why."""

    name: rules.Factor
    value: float
    weight: float
    words: Sentence


class TotalPriceOut(BaseModel):
    """Price of the wanted time, or of one unit where no time was asked, in the currency's smallest unit."""

    amount: Amount
    currency: str
    per: Literal["booking", "hour", "day"]


class SlotOut(BaseModel):
    """Half-open `[start_s, end_s)` on the resource's grid."""

    start_s: int
    end_s: int


class ResultOut(BaseModel):
    """An offer with its place in the ranking; `distance_m` is to the centre of its public `cell`.

    `slot` is what to request: the quanta around the wanted time, or without one the next free quantum.
    `photo` is the CID of the first photo. `gated`: it asks for more than a time, see its conditions;
    `requires` is another resource that has to be booked around the same time, in one bundle.
    """

    resource: Hash
    owner: Address
    title: str
    service: str
    cell: str
    distance_m: int
    price: TotalPriceOut
    deposit: Amount
    rule: Rule
    gated: bool
    requires: Hash | None
    capacity: int
    quantum_s: int
    max_quanta: int
    score: float
    factors: list[FactorOut]
    slot: SlotOut | None
    photo: str | None


class ResultsOut(BaseModel):
    """Best first; equal scores by resource id."""

    items: list[ResultOut]


class SearchEnvelope(Envelope[ResultsOut]):
    """The answer, with the milliseconds it took to find and explain."""

    took_ms: float
