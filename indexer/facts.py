"""What the chain says, as values: one frozen dataclass a table row, in the column order of
`indexer.store.tables`.

Bytes for ids (32), hashes (32) and addresses (20), integers for amounts (smallest unit of the token) and
times (UTC seconds, names end in `_s`). Nothing here does anything.
"""

from dataclasses import dataclass
from typing import ClassVar

# A row's table and primary key.
Key = tuple[str | bytes | int, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A bookable thing.

    Quantum `i` starts at `i * quantum_s + phase_s`; `terms` is the announced word without the owner. `state`
    is active, paused or retired. `policy` to `requires` are the conditions of a gated resource, else None
    and zero.
    """

    TABLE: ClassVar[str] = "resources"
    KEY: ClassVar[int] = 1
    resource: bytes
    owner: bytes
    service: int
    quantum_s: int
    phase_s: int
    rule: int
    capacity: int
    horizon_s: int
    ttl_s: int
    notice_s: int
    max_quanta: int
    buffer_quanta: int
    gated: bool
    digest: bytes
    salt: bytes
    terms: int
    state: str
    policy: bytes | None
    param: bytes | None
    quota: int
    opening: int
    requires: bytes | None
    announced_at_s: int
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class Request:
    """A request for `[start_s, end_s)`; an early return moves the end. A series lasts from the first start to
    the last end, `indexer.projections.booking.starts_s` says which times of it; `returned` has bit i where
    occurrence i was given back. `was_granted` tells a grant that
    was given back from a wish.

    `state` is pending, granted, denied or cancelled; that a pending one expired follows from the time
    (`indexer.projections.booking.state_at`). `deal` is the id under which the ledger knows it.
    """

    TABLE: ClassVar[str] = "requests"
    KEY: ClassVar[int] = 1
    request: bytes
    resource: bytes
    requester: bytes
    owner: bytes
    start_s: int
    end_s: int
    quanta: int
    units: int
    gathering: bytes
    bundle: bytes
    salt: bytes
    expires_at_s: int
    state: str
    was_granted: bool
    returned: int
    reason: bytes | None
    contract: bytes
    requested_at_s: int
    decided_at_s: int | None
    decided_by: bytes | None
    rated_0: bool
    rated_1: bool
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class Deal:
    """An escrow: a price leg and a deposit leg, their terms and where they stand.

    `state` is funded, claimed, disputed or closed. `claim` and `disputed_*` keep their last values after
    the matter is decided, as do `rung` (of the ladder, from 0) and `disputed_at_s` (when the last dispute
    began); `rest_abi` is the ABI encoding of the lists behind `rest`, to be presented again at dispute and
    rule.
    """

    TABLE: ClassVar[str] = "escrows"
    KEY: ClassVar[int] = 1
    escrow: bytes
    payer: bytes
    payee: bytes
    token: bytes
    price: int
    deposit: int
    schedule: int
    deliver_by_s: int
    object_s: int
    return_by_s: int
    claim_s: int
    answer_s: int
    silent_payer_bps: int
    silent_arbitrator_bps: int
    service: int
    booking: bytes
    rest: bytes
    salt: bytes
    arbitrator: bytes | None
    window_s: int | None
    fee_cap: int | None
    rest_abi: bytes
    contract: bytes
    state: str
    since_s: int
    price_closed: bool
    price_paid: int
    price_returned: int
    deposit_closed: bool
    deposit_returned: int
    deposit_kept: int
    claim: int
    claim_evidence: bytes | None
    answer_by_s: int | None
    disputed_price: int
    disputed_claim: int
    dispute_evidence: bytes | None
    rule_by_s: int | None
    disputed_at_s: int | None
    rung: int
    ruled_to_payer: int | None
    ruled_to_payee: int | None
    fee: int | None
    reasons: bytes | None
    outcome: int | None
    paid: int
    funded_at_s: int
    closed_at_s: int | None
    attended: bool
    rated_payer: bool
    rated_payee: bool
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class Claimable:
    """What waits for `member` because a push of `token` failed."""

    TABLE: ClassVar[str] = "claimables"
    KEY: ClassVar[int] = 2
    member: bytes
    token: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class Rating:
    """One side's rating of a deal: committed, then revealed within `[opens_at_s, closes_at_s)` or
    forfeited.

    Without a commitment both sides had signed theirs, and it was revealed at once. `weight` (2**40 = one
    rating) is what it counted when it was revealed; a retracted one counts nothing since `retracted_at_s`
    and keeps its values. `response` is the digest of the subject's answer.
    """

    TABLE: ClassVar[str] = "ratings"
    KEY: ClassVar[int] = 3
    source: bytes
    deal: bytes
    side: int
    rater: bytes
    subject: bytes
    service: int
    amount: int
    commitment: bytes | None
    opens_at_s: int
    closes_at_s: int
    state: str
    score: int | None
    evidence: bytes | None
    committed_at_s: int
    revealed_at_s: int | None
    weight: int | None
    response: bytes | None
    responded_at_s: int | None
    retracted_at_s: int | None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The decayed sums of a subject's ratings at `updated_at_s`: the ledger's word, in the same units
    (2**40 = one rating); `count` is that of the ratings that stand."""

    TABLE: ClassVar[str] = "reputation"
    KEY: ClassVar[int] = 3
    source: bytes
    subject: bytes
    service: int
    sum: int
    weight: int
    count: int
    updated_at_s: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that went straight from one member to another, at one place of the chain.

    `reference` is what both know it is for, or zero. `refund_of` names the escrow contract where it gives
    back what a closed deal brought; `reference` is then the id of that deal. Anybody can write such a
    contract.
    """

    TABLE: ClassVar[str] = "payments"
    KEY: ClassVar[int] = 2
    block_number: int
    log_index: int
    payer: bytes
    payee: bytes
    reference: bytes
    token: bytes
    amount: int
    refund_of: bytes | None
    paid_at_s: int


@dataclass(frozen=True, slots=True)
class Space:
    """A space: its owner now, the one around it and the one it was copied from (zero for none), and the
    ticket of its gate (zero where everybody is a member).

    `closed_at_s` is its own closing; that one around it is closed follows from that one's row.
    """

    TABLE: ClassVar[str] = "spaces"
    KEY: ClassVar[int] = 1
    space: bytes
    parent: bytes
    forked_from: bytes
    creator: bytes
    owner: bytes
    digest: bytes
    salt: bytes
    gate: bytes
    created_at_s: int
    closed_at_s: int | None
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A kind of ticket of a space: how many may hold one at a time (0 = any number), and how many do."""

    TABLE: ClassVar[str] = "tickets"
    KEY: ClassVar[int] = 1
    ticket: bytes
    space: bytes
    capacity: int
    given: int
    digest: bytes
    salt: bytes
    issued_at_s: int
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class TicketHolding:
    """Whether a member holds a ticket, and since when that is so."""

    TABLE: ClassVar[str] = "ticket_holdings"
    KEY: ClassVar[int] = 2
    ticket: bytes
    member: bytes
    held: bool
    since_s: int
    block_number: int


@dataclass(frozen=True, slots=True)
class Gathering:
    """A gathering in a space during `[start_s, end_s)`."""

    TABLE: ClassVar[str] = "gatherings"
    KEY: ClassVar[int] = 1
    gathering: bytes
    space: bytes
    host: bytes
    start_s: int
    end_s: int
    digest: bytes
    salt: bytes
    hosted_at_s: int
    called_off_at_s: int | None
    block_number: int
    changed_block: int


@dataclass(frozen=True, slots=True)
class Listing:
    """That `actor` showed a resource of the contract `bookings` in a space; nothing says that he may."""

    TABLE: ClassVar[str] = "listings"
    KEY: ClassVar[int] = 3
    space: bytes
    resource: bytes
    actor: bytes
    bookings: bytes
    listed_at_s: int
    block_number: int


Row = (
    Resource
    | Request
    | Deal
    | Claimable
    | Rating
    | Aggregate
    | Payment
    | Space
    | Ticket
    | TicketHolding
    | Gathering
    | Listing
)
ROWS: tuple[type[Row], ...] = (
    Resource,
    Request,
    Deal,
    Claimable,
    Rating,
    Aggregate,
    Payment,
    Space,
    Ticket,
    TicketHolding,
    Gathering,
    Listing,
)
