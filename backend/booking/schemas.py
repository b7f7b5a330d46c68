"""The description document, and what the booking routes take and give."""

import re
from functools import lru_cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

import h3
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr
from pydantic.config import JsonDict

from backend.adapters.content_store import digest_of_cid
from backend.errors import BadRequestError
from backend.kit.hexadecimal import Address, Amount, Hash, TimeS, from_address, to_address
from backend.kit.paging import PLACE_PATTERN, PageLimit
from backend.messages import Sentence

# Public positions are cells of this H3 resolution (edge about 530 m) and never better.
CELL_RESOLUTION = 8
MAX_AMOUNT = 2**96 - 1
MAX_DOCUMENTS = 200
MAX_PHOTOS = 6
# Integers beyond this do not survive a JavaScript number.
MAX_SAFE = 2**53 - 1

Rule = Literal["manual", "first-come", "policy"]
ResourceState = Literal["active", "paused", "retired"]
Tag = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]


def _cell(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{15}", value) or not h3.is_valid_cell(value):  # type: ignore[no-untyped-call]
        raise ValueError("must be an H3 cell index of 15 lower-case hexadecimal digits")
    if h3.get_resolution(value) != CELL_RESOLUTION:  # type: ignore[no-untyped-call]
        raise ValueError(f"must be a cell of resolution {CELL_RESOLUTION}, neither finer nor coarser")
    return value


# In the database, but the clock of no place: one is a mark, the other whatever this machine is set to.
_NO_PLACES = frozenset({"Factory", "localtime"})


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - _NO_PLACES


def _zone(value: str) -> str:
    if value not in _zones():
        raise ValueError("must be a time zone of the IANA database, such as Europe/Vienna")
    return value


def _cid(value: str) -> str:
    try:
        digest_of_cid(value)
    except BadRequestError:
        raise ValueError("must be a CIDv1 (raw, sha2-256, base32), as POST /api/photos gives it") from None
    return value


def _different(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("must not name a photo twice")
    return values


def _may_be_missing(schema: JsonDict) -> None:
    del schema["default"]  # generated clients take a field with a default for one that is always there


def _is_empty(values: list[str]) -> bool:
    return not values


Criterion = (
    StrictBool
    | Annotated[StrictInt, Field(ge=-MAX_SAFE, le=MAX_SAFE)]
    | Annotated[StrictStr, Field(max_length=200)]
    | Annotated[list[Annotated[StrictStr, Field(max_length=200)]], Field(max_length=50)]
)
Criteria = Annotated[
    dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")], Criterion], Field(max_length=50)
]


class Price(BaseModel):
    """What a booking costs: `amount` in the smallest unit of `currency`, per booking, begun hour or begun
    day.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    amount: int = Field(ge=0, le=MAX_AMOUNT)
    currency: str = Field(pattern=r"^[A-Za-z0-9._-]{1,42}$")
    per: Literal["booking", "hour", "day"]


def _address_text(value: str) -> str:
    return to_address(from_address(value))


MemberText = Annotated[str, AfterValidator(_address_text)]
Units = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
Seconds32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
Share = Annotated[int, Field(ge=0, le=10_000)]


class GroupTerms(BaseModel):
    """Whose votes decide: any `k` of up to 16 members, in ascending order (the policy `GroupSignatures`)."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    k: int = Field(ge=1, le=16)
    members: list[MemberText] = Field(min_length=1, max_length=16)


class Rung(BaseModel):
    """An arbitrator, how long there is to rule, and the most that may be taken for it."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    arbitrator: MemberText
    window_s: Seconds32
    fee_cap: Units


class DemandTerms(BaseModel):
    """What has to be in escrow (the policy `EscrowFunded`): `price` and `deposit` for the booking, on top
    `price_each` for each quantum of each unit, in the smallest unit of `token`; windows and shares of the
    deal's schedule, and its arbitrators.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    token: MemberText
    price: Units
    price_each: Units
    deposit: Units
    object_s: Seconds32
    claim_s: Seconds32
    answer_s: Seconds32
    silent_payer_bps: Share
    silent_arbitrator_bps: Share
    ladder: list[Rung] = Field(max_length=8)


def _is_none(value: object) -> bool:
    return value is None


class Description(BaseModel):
    """The public description of a resource (version 1). Its canonical JSON is stored by CID, its digest on
    chain.

    `cell` is a coarse position; `max_distance_m` how far away an asker may be; `criteria` are compared by
    search; `salt` (16 random bytes as hexadecimal) keeps equal texts from being recognised by their hash;
    `photos` are CIDs, the one to show first in front. `group` and `demand` are what a policy keeps only the
    hash of. All three are left out where there are none.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    v: Literal[1]
    title: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$")
    text: str = Field(max_length=4_000)
    service: Tag
    cell: Annotated[str, AfterValidator(_cell)]
    max_distance_m: int = Field(ge=1, le=20_000_000)
    price: Price
    deposit: int = Field(ge=0, le=MAX_AMOUNT)
    criteria: Criteria
    tz: Annotated[str, AfterValidator(_zone)]
    salt: str = Field(pattern="^[0-9a-f]{32}$")
    photos: Annotated[
        list[Annotated[str, AfterValidator(_cid)]], Field(max_length=MAX_PHOTOS), AfterValidator(_different)
    ] = Field(default=[], exclude_if=_is_empty, json_schema_extra=_may_be_missing)
    group: GroupTerms | None = Field(default=None, exclude_if=_is_none, json_schema_extra=_may_be_missing)
    demand: DemandTerms | None = Field(default=None, exclude_if=_is_none, json_schema_extra=_may_be_missing)


class DescriptionsIn(BaseModel):
    """Documents to store; again the same ones change nothing."""

    model_config = ConfigDict(extra="forbid")
    documents: list[Description] = Field(min_length=1, max_length=MAX_DOCUMENTS)


class StoredOut(BaseModel):
    """Where a document is: its CID, and the digest to announce on chain."""

    cid: str
    digest: Hash


class StoredListOut(BaseModel):
    """One entry a document, in the order they were sent."""

    items: list[StoredOut]


class DescriptionOut(StoredOut):
    """A stored document."""

    document: Description


class ConditionsOut(BaseModel):
    """What a gated resource asks for beside its terms; presented again with a request, as they are.

    `policy_name` is that of a policy of this installation, None for any other. `param` is what the policy is
    told. `quota` is the most units times quanta in a period of 30 days, 0 = no limit. `open_hours` are hours
    of the week in UTC, 0 = Monday 00:00 to 01:00, None = always. `requires` is the resource that has to be
    booked around the same time in one bundle.
    """

    policy: Address | None
    policy_name: str | None
    param: Hash | None
    quota: int
    open_hours: list[int] | None
    requires: Hash | None


class ResourceOut(BaseModel):
    """A resource as announced on chain, with its description when that is stored here.

    `digest` and `salt` with the owner and the terms of the contract's word hash to `resource`. Under the rule
    `policy` the policy of the conditions decides; under the others it only admits.
    """

    resource: Hash
    owner: Address
    service: int
    rule: Rule
    state: ResourceState
    quantum_s: int
    phase_s: int
    capacity: int
    buffer_quanta: int
    max_quanta: int
    notice_s: int
    horizon_s: int
    ttl_s: int
    announced_at_s: int
    digest: Hash
    salt: Hash
    conditions: ConditionsOut | None
    cid: str
    description: Description | None


class ResourcesQuery(BaseModel):
    """Filters; `after` is the `next_after` of the page before."""

    model_config = ConfigDict(extra="forbid")
    owner: Address | None = None
    service: Tag | None = None
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class AvailabilityQuery(BaseModel):
    """The half-open span `[from_s, to_s)` in UTC seconds, and how many units have to be free."""

    model_config = ConfigDict(extra="forbid")
    from_s: TimeS
    to_s: TimeS
    units: int = Field(default=1, ge=1, le=255)


class IntervalOut(BaseModel):
    """Half-open `[start_s, end_s)`."""

    start_s: int
    end_s: int


class AvailabilityOut(BaseModel):
    """Free stretches on the resource's grid in its opening hours, and between which starts a request would
    be taken now. What is paused or retired has none.
    """

    resource: Hash
    quantum_s: int
    phase_s: int
    earliest_start_s: int
    latest_start_s: int
    free: list[IntervalOut]


class RequestsQuery(BaseModel):
    """Filters; `after` is the `next_after` of the page before."""

    model_config = ConfigDict(extra="forbid")
    resource: Hash | None = None
    requester: Address | None = None
    owner: Address | None = None
    state: Literal["pending", "granted", "denied", "cancelled", "expired"] | None = None
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class OccurrenceOut(IntervalOut):
    """A time of a request, and whether it was given back."""

    returned: bool


class RequestOut(BaseModel):
    """A request and who acts next: `by_s` is when `otherwise` happens.

    A series is for all of its `occurrences` at once. `bundled` are the requests of its bundle, itself
    included, in no order: they are granted all or none. `end_s` is the end as it is now, `asked_end_s` the
    one that was asked for: they differ where the rest was given back early.
    """

    request: Hash
    resource: Hash
    requester: Address
    owner: Address
    kind: Literal["single", "series", "bundle"]
    start_s: int
    end_s: int
    asked_end_s: int
    occurrences: list[OccurrenceOut]
    quanta: int
    units: Amount
    gathering: Hash
    bundle: Hash
    bundled: list[Hash]
    salt: Hash
    state: Literal["pending", "granted", "denied", "cancelled", "expired"]
    reason: Hash | None
    requested_at_s: int
    expires_at_s: int
    decided_at_s: int | None
    decided_by: Address | None
    next_actor: Literal["owner", "requester", "both", "nobody"]
    may: dict[str, list[str]]
    by_s: int | None
    otherwise: Sentence
