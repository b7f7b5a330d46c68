"""Storing and finding descriptions; resources, availability and requests at the block that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from eth_utils.crypto import keccak
from sqlalchemy import Connection

from backend.adapters.content_store import ContentStore, cid_of_digest, digest_of_cid
from backend.booking import repository
from backend.booking.repository import NewDescription, StoredDescription
from backend.booking.rules import (
    Grid,
    Interval,
    Occurrence,
    Outlook,
    RequestState,
    closed_quanta,
    free_intervals,
    outlook,
    request_state,
    start_span,
    too_full,
)
from backend.booking.schemas import Description, ResourceState, Rule
from backend.errors import BadRequestError, NotFoundError
from backend.kit.canonical_json import canonical_json
from indexer.reads import booking as reads

# Availability is computed for at most this long at once.
MAX_SPAN_S = 366 * 86_400
RULES: tuple[Rule, ...] = ("manual", "first-come", "policy")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the length asked for, its times, the ids of those in its bundle, and where it stands."""

    request: reads.Request
    length_s: int
    occurrences: tuple[Occurrence, ...]
    bundled: tuple[bytes, ...]
    outlook: Outlook


def service_number(tag: str) -> int:
    """The 24-bit number of a service tag: the first three bytes of keccak-256 of its UTF-8."""
    return int.from_bytes(keccak(text=tag)[:3], "big")


def encode(description: Description) -> bytes:
    """The canonical bytes of a document: what is stored, hashed and announced."""
    return canonical_json(description.model_dump(mode="python"))


def store(
    conn: Connection, content: ContentStore, documents: Sequence[Description], stored_by: bytes, now_s: int
) -> list[tuple[str, bytes]]:
    """Keep documents; CID and digest of each, in order. Storing one again changes nothing.

    Blocks are written before the rows that name them: a crash leaves a block without a row, which is
    harmless. Raises TooLargeError.
    """
    new: list[NewDescription] = []
    for description in documents:
        block = encode(description)
        number = service_number(description.service)
        new.append(
            NewDescription(
                sha256(block).digest(), content.put(block), number, description, block.decode("utf-8")
            )
        )
    repository.add_descriptions(conn, new, stored_by, now_s)
    return [(entry.cid, entry.digest) for entry in new]


def find_description(conn: Connection, content: ContentStore, cid: str) -> StoredDescription:
    """The document behind a CID, its hash checked against the stored block. Raises BadRequestError,
    NotFoundError, UnavailableError.
    """
    stored = repository.description_by_digest(conn, digest_of_cid(cid))
    if stored is None:
        raise NotFoundError("descriptions: unknown", cid=cid)
    content.get(cid)
    return stored


def find_resource(conn: Connection, resource_id: bytes) -> tuple[reads.Resource, Description | None]:
    """A resource and its description where stored. Raises NotFoundError."""
    found = _resource(conn, resource_id)
    return found, repository.descriptions(conn, [found.digest]).get(found.digest)


def list_resources(
    conn: Connection, owner: bytes | None, tag: str | None, after: tuple[int, bytes] | None, limit: int
) -> list[tuple[reads.Resource, Description | None]]:
    """A page of resources with their descriptions where stored."""
    number = None if tag is None else service_number(tag)
    rows = repository.resources(conn, owner, number, after, limit)
    known = repository.descriptions(conn, [row.digest for row in rows])
    return [(row, known.get(row.digest)) for row in rows]


def availability(
    conn: Connection, resource_id: bytes, from_s: int, to_s: int, now_s: int, units: int = 1
) -> tuple[reads.Resource, Interval, list[Interval]]:
    """A resource, the earliest and latest start taken now, and the stretches of `[from_s, to_s)` in which so
    many units of it are free and it is open; none while it is paused or retired.

    Raises BadRequestError for an empty or too long span, NotFoundError.
    """
    if from_s >= to_s:
        raise BadRequestError("request: impossible time", from_s=from_s, to_s=to_s)
    if to_s - from_s > MAX_SPAN_S:
        raise BadRequestError("request: span too long", max_s=MAX_SPAN_S)
    found = _resource(conn, resource_id)
    grid, buffer_s = Grid(found.quantum_s, found.phase_s), found.buffer_quanta * found.quantum_s
    grants = repository.grants(conn, resource_id, from_s - buffer_s, to_s + buffer_s)
    taken = too_full(grants, found.capacity, units, buffer_s)
    taken += closed_quanta(grid, found.opening, from_s, to_s)
    offered = found.state == "active" and units <= found.capacity
    free = free_intervals(grid, taken, from_s, to_s) if offered else []
    return found, start_span(now_s, found.notice_s, found.horizon_s), free


def find_request(conn: Connection, request_id: bytes, now_s: int) -> Asked:
    """A request and where it stands. Raises NotFoundError."""
    found = repository.request(conn, request_id)
    if found is None:
        raise NotFoundError("booking: unknown request")
    return _asked(conn, [found], now_s)[0]


def list_requests(
    conn: Connection,
    now_s: int,
    *,
    resource: bytes | None,
    requester: bytes | None,
    owner: bytes | None,
    state: RequestState | None,
    after: tuple[int, bytes] | None,
    limit: int,
) -> list[Asked]:
    """A page of requests and where they stand."""
    rows = repository.requests(
        conn,
        now_s,
        resource=resource,
        requester=requester,
        owner=owner,
        state=state,
        after=after,
        limit=limit,
    )
    return _asked(conn, rows, now_s)


def rule_word(rule: int) -> Rule:
    """How requests for a resource are decided, in a word."""
    return RULES[rule]


def state_word(found: reads.Resource) -> ResourceState:
    """Whether a resource can be asked for: one of the words that the index keeps."""
    return cast(ResourceState, found.state)


def cid(found: reads.Resource) -> str:
    """The CID behind the announced digest."""
    return cid_of_digest(found.digest)


def _resource(conn: Connection, resource_id: bytes) -> reads.Resource:
    found = repository.resource(conn, resource_id)
    if found is None:
        raise NotFoundError("booking: unknown resource")
    return found


def _asked(conn: Connection, rows: Sequence[reads.Request], now_s: int) -> list[Asked]:
    """Requests with what belongs to them, read for all at once."""
    things = repository.resources_by_id(conn, {row.resource for row in rows})
    bundled = repository.bundled(conn, {row.bundle for row in rows if reads.is_bundle(row.bundle)})
    return [_one_asked(row, things[row.resource], bundled.get(row.bundle, ()), now_s) for row in rows]


def _one_asked(found: reads.Request, thing: reads.Resource, bundled: Sequence[bytes], now_s: int) -> Asked:
    starts = reads.starts_s(found.bundle, found.start_s, thing.quantum_s)
    length_s = found.quanta * thing.quantum_s
    occurrences = tuple(
        Occurrence(
            start_s,
            found.end_s if len(starts) == 1 else start_s + length_s,
            bool(found.returned >> index & 1),
        )
        for index, start_s in enumerate(starts)
    )
    stands = outlook(
        request_state(reads.state_at(found, now_s)),
        occurrences,
        thing.quantum_s,
        found.expires_at_s,
        now_s,
        together=bool(bundled),
        by_policy=rule_word(thing.rule) == "policy",
    )
    return Asked(found, length_s, occurrences, tuple(bundled), stands)
