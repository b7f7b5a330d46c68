"""What the routes of spaces take and give."""

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.hexadecimal import Address, Hash
from backend.kit.paging import PLACE_PATTERN, PageLimit


class SpaceOut(BaseModel):
    """A space. `open` means that neither it nor one around it is closed; `path` are the spaces around it, the
    outermost first, and itself. `gate` is the ticket that its members hold, null where everybody is one.

    `creator`, `parent`, `forked_from` (zero for none), `digest` and `salt` hash to `space`.
    """

    space: Hash
    parent: Hash
    forked_from: Hash
    path: list[Hash]
    creator: Address
    owner: Address
    digest: Hash
    salt: Hash
    gate: Hash | None
    open: bool
    created_at_s: int
    closed_at_s: int | None


class SpacesQuery(BaseModel):
    """Filters; a `parent` of 64 zeros finds the spaces that lie in no other."""

    model_config = ConfigDict(extra="forbid")
    parent: Hash | None = None
    owner: Address | None = None
    forked_from: Hash | None = None
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class PlaceQuery(BaseModel):
    """`after` is the `next_after` of the page before."""

    model_config = ConfigDict(extra="forbid")
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class TicketOut(BaseModel):
    """A kind of ticket: how many may hold one at a time (null: any number), and how many do."""

    ticket: Hash
    space: Hash
    capacity: int | None
    given: int
    digest: Hash
    salt: Hash
    issued_at_s: int


class TicketsQuery(BaseModel):
    """Filters: the tickets of a space, those that a member holds."""

    model_config = ConfigDict(extra="forbid")
    space: Hash | None = None
    member: Address | None = None
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50


class HoldersOut(BaseModel):
    """Who holds a ticket, by address; the first 1000."""

    ticket: Hash
    members: list[Address]


class MembershipOut(BaseModel):
    """Whether somebody is a member of a space."""

    space: Hash
    member: Address
    is_member: bool


class GatheringOut(BaseModel):
    """A gathering. `asked` counts the requests of its host that name it and that he did not withdraw,
    `granted` those of them that are granted, `percent` their share, rounded down and null where nothing was
    asked for.
    """

    gathering: Hash
    space: Hash
    host: Address
    start_s: int
    end_s: int
    digest: Hash
    salt: Hash
    hosted_at_s: int
    called_off_at_s: int | None
    asked: int
    granted: int
    percent: int | None


class GatheringsQuery(BaseModel):
    """Filters: the gatherings of a space, those of a host."""

    model_config = ConfigDict(extra="forbid")
    space: Hash | None = None
    host: Address | None = None
    after: str | None = Field(default=None, pattern=PLACE_PATTERN)
    limit: PageLimit = 50
