"""What the escrow routes take and give. Amounts are in the smallest unit of the deal's token."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.hexadecimal import Address, Amount, Hash
from backend.kit.paging import PLACE_PATTERN, PageLimit
from backend.messages import Sentence

# block number and log index
PAYMENT_PLACE_PATTERN = r"^[0-9]{1,15}-[0-9]{1,9}$"


class DealsQuery(BaseModel):
    """Filters; `after` is the `next_after` of the page before."""

    model_config = ConfigDict(extra="forbid")
    member: Address | None = None
    booking: Hash | None = None
    open_only: bool = False
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class NoticesQuery(BaseModel):
    """`before` is the `next_after` of the page before; `escrow` asks for one deal's notices only."""

    model_config = ConfigDict(extra="forbid")
    escrow: Hash | None = None
    before: Annotated[int, Field(ge=1, le=2**53)] | None = None
    limit: PageLimit = 50


class PaymentsQuery(BaseModel):
    """`before` is the `next_after` of the page before; `reference` asks for what was for one thing only."""

    model_config = ConfigDict(extra="forbid")
    reference: Hash | None = None
    before: str | None = Field(default=None, pattern=PAYMENT_PLACE_PATTERN)
    limit: PageLimit = 50


class PaymentOut(BaseModel):
    """Money that went straight from one member to another.

    `kind` is `paid`, or `given back` where the payee of the closed deal `reference` on our escrow gave back
    what it brought; what refers to another contract is `foreign`.
    """

    kind: Literal["paid", "given back", "foreign"]
    payer: Address
    payee: Address
    token: Address
    amount: Amount
    reference: Hash | None
    paid_at_s: int
    block: int


class TurnOut(BaseModel):
    """Whose turn, which acts move it on, by when, and what happens if nobody acts."""

    actor: Literal["payer", "payee", "arbitrator", "anyone", "both", "nobody"]
    acts: list[str]
    by_s: int | None
    otherwise: Sentence


class StepOut(BaseModel):
    """Something that happened; `at_s` is empty where only the result is kept."""

    at_s: int | None
    sentence: Sentence


class ReminderOut(BaseModel):
    """Who is being reminded of what, since when."""

    to: Address
    due_s: int
    sentence: Sentence


class DealOut(BaseModel):
    """A deal as it stands; `turns` are all open matters, the next one first."""

    escrow: Hash
    payer: Address
    payee: Address
    token: Address
    price: Amount
    deposit: Amount
    booking: Hash | None
    service: int
    state: Literal["funded", "claimed", "disputed", "closed"]
    outcome: int | None
    paid: Amount
    deliver_by_s: int
    object_by_s: int
    return_by_s: int
    claim_by_s: int
    answer_by_s: int | None
    rule_by_s: int | None
    arbitrator: Address | None
    funded_at_s: int
    closed_at_s: int | None
    rated_payer: bool
    rated_payee: bool
    next: TurnOut
    turns: list[TurnOut]


class TermsOut(BaseModel):
    """The terms to present again at every action: `Core` field by field, and `rest` in ABI encoding."""

    schedule: Amount
    booking: Hash
    rest: Hash
    salt: Hash
    rest_abi: str
    object_s: int
    claim_s: int
    answer_s: int
    silent_payer_bps: int
    silent_arbitrator_bps: int
    window_s: int | None
    fee_cap: Amount | None


class PartOut(BaseModel):
    """A part of the price: `held` of its amount is not paid out yet; from `object_by_s` on that is the
    payee's."""

    amount: Amount
    held: Amount
    due_s: int
    object_by_s: int


class CancellationOut(BaseModel):
    """Up to `until_s` cancelling gives this share of what is left of the price back."""

    until_s: int
    refund_bps: int


class CancellingOut(BaseModel):
    """What goes to each side if the payer cancels now, parts that are due included; holds up to `until_s`."""

    refund_bps: int
    to_payer: Amount
    to_payee: Amount
    until_s: int


class RungOut(BaseModel):
    """Who decides a dispute, how long, for how much at most; `is_asked` is the one it waits for now."""

    arbitrator: Address
    window_s: int
    fee_cap: Amount
    is_asked: bool


class AgreedOut(BaseModel):
    """The rarely needed lists: parts of the price, the schedule of cancelling and what it gives now (empty
    where the contract would refuse it), and who decides a dispute, one after the other."""

    parts: list[PartOut]
    cancellations: list[CancellationOut]
    cancelling: CancellingOut | None
    ladder: list[RungOut]


class MoneyOut(BaseModel):
    """Where the amounts of both legs are."""

    price_closed: bool
    price_paid: Amount
    price_returned: Amount
    deposit_closed: bool
    deposit_returned: Amount
    deposit_kept: Amount
    claim: Amount
    disputed_price: Amount
    disputed_claim: Amount
    fee: Amount | None


class DealDetailOut(DealOut):
    """A deal with its whole timeline."""

    terms: TermsOut
    agreed: AgreedOut
    money: MoneyOut
    steps: list[StepOut]
    may: dict[str, list[str]]
    warnings: list[Sentence]
    reminders: list[ReminderOut]


class NoticeOut(BaseModel):
    """A reminder that was delivered to a member."""

    seq: int
    escrow: Hash
    due_s: int
    sentence: Sentence


class ClaimableOut(BaseModel):
    """An amount that waits because a payout failed; withdraw it with `claim`."""

    token: Address
    amount: Amount


class ClaimablesOut(BaseModel):
    """Everything that waits for a member."""

    items: list[ClaimableOut]
