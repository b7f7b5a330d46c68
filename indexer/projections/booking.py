"""Events of `Bookings` → resources and requests."""

from dataclasses import replace
from typing import assert_never

from indexer.chain.generated.booking import (
    BookingCancelled,
    BookingDenied,
    BookingEvent,
    BookingGranted,
    BookingRequested,
    BookingReturned,
    ResourceAnnounced,
    ResourceGated,
    ResourceStateChanged,
    SeriesReturned,
)
from indexer.facts import Key, Request, Resource, Row

from .fold import At, MissingRowError, Rows

QUANTUM_S = (300, 900, 1800, 3600, 86_400)
PHASE_STEP_S = 900
DAY_S = 86_400
HOUR_S = 3600
# A series says its gaps in `bundle`: 1 in the highest 36 bits, eleven gaps of 20 bits below, lowest first
SERIES_MARK_AT, GAP_BITS, GAPS = 220, 20, 11
RESOURCE_STATES = {1: "active", 2: "paused", 3: "retired"}


def state_at(request: Request, now_s: int) -> str:
    """The request's state at chain time `now_s`: a pending one is "expired" from `expires_at_s` on."""
    if request.state == "pending" and now_s >= request.expires_at_s:
        return "expired"
    return request.state


def starts_s(bundle: bytes, start_s: int, quantum_s: int) -> tuple[int, ...]:
    """When a request begins, each time: one start, or those of a series (UTC seconds, ascending)."""
    word = int.from_bytes(bundle, "big")
    starts = [start_s]
    if word >> SERIES_MARK_AT == 1:
        for index in range(GAPS):
            gap = word >> index * GAP_BITS & (1 << GAP_BITS) - 1
            if gap == 0:
                break
            starts.append(starts[-1] + gap * quantum_s)
    return tuple(starts)


def keys(event: BookingEvent) -> tuple[Key, ...]:
    """The rows that `fold` must see."""
    match event:
        case ResourceAnnounced():
            return ()
        case BookingRequested() | ResourceGated() | ResourceStateChanged():
            return ((Resource.TABLE, event.resource),)
        case BookingGranted() | BookingDenied() | BookingCancelled() | BookingReturned() | SeriesReturned():
            return ((Request.TABLE, event.request),)
        case _:
            assert_never(event)


def fold(event: BookingEvent, at: At, rows: Rows) -> tuple[Row, ...]:
    """The rows after `event`.

    Raises:
        MissingRowError: the resource or request of the event was never seen.
    """
    match event:
        case ResourceAnnounced():
            return (_announced(event, at),)
        case ResourceGated():
            return (_gated(event, at, rows),)
        case ResourceStateChanged():
            state = RESOURCE_STATES[event.state]
            resource = _resource(rows, event.resource)
            return (replace(resource, state=state, changed_block=at.block_number),)
        case BookingRequested():
            return (_requested(event, at, rows),)
        case BookingGranted():
            return (_decided(event, at, rows, "granted", None),)
        case BookingDenied():
            return (_decided(event, at, rows, "denied", event.reason),)
        case BookingCancelled():
            return (_decided(event, at, rows, "cancelled", None),)
        case BookingReturned():
            request = _request(rows, event.request)
            return (replace(request, end_s=event.end, changed_block=at.block_number),)
        case SeriesReturned():
            request = _request(rows, event.request)
            returned = request.returned | event.which
            return (replace(request, returned=returned, changed_block=at.block_number),)
        case _:
            assert_never(event)


def _announced(event: ResourceAnnounced, at: At) -> Resource:
    # From the lowest bit: owner 160 | quantum 3 | rule 3 | state 2 | capacity 8 | phase 7 | horizon 10 |
    # ttl 10 | notice 10 | max length 12 | buffer 6 | gated 1 | service 24.
    terms = event.terms
    return Resource(
        resource=event.resource,
        owner=event.owner,
        service=terms >> 232 & 0xFFFFFF,
        quantum_s=QUANTUM_S[terms >> 160 & 0x7],
        phase_s=(terms >> 176 & 0x7F) * PHASE_STEP_S,
        rule=terms >> 163 & 0x7,
        capacity=terms >> 168 & 0xFF,
        horizon_s=(terms >> 183 & 0x3FF) * DAY_S,
        ttl_s=(terms >> 193 & 0x3FF) * HOUR_S,
        notice_s=(terms >> 203 & 0x3FF) * HOUR_S,
        max_quanta=terms >> 213 & 0xFFF,
        buffer_quanta=terms >> 225 & 0x3F,
        gated=bool(terms >> 231 & 1),
        digest=event.digest,
        salt=event.salt,
        terms=terms,
        state="active",
        policy=None,
        param=None,
        quota=0,
        opening=0,
        requires=None,
        announced_at_s=at.timestamp_s,
        block_number=at.block_number,
        changed_block=at.block_number,
    )


def _gated(event: ResourceGated, at: At, rows: Rows) -> Resource:
    return replace(
        _resource(rows, event.resource),
        policy=event.policy if any(event.policy) else None,
        param=event.param if any(event.policy) else None,
        quota=event.quota,
        opening=event.opening,
        requires=event.requires if any(event.requires) else None,
        changed_block=at.block_number,
    )


def _requested(event: BookingRequested, at: At, rows: Rows) -> Request:
    resource = _resource(rows, event.resource)
    # First come, a policy's yes, or an owner's own: granted with the request itself, which therefore never
    # expires.
    at_once = event.expires_at == 0
    last_s = starts_s(event.bundle, event.start, resource.quantum_s)[-1]
    return Request(
        request=event.request,
        resource=event.resource,
        requester=event.requester,
        owner=resource.owner,
        start_s=event.start,
        end_s=last_s + event.quanta * resource.quantum_s,
        quanta=event.quanta,
        units=event.units,
        gathering=event.gathering,
        bundle=event.bundle,
        salt=event.salt,
        expires_at_s=event.expires_at,
        state="granted" if at_once else "pending",
        was_granted=at_once,
        returned=0,
        reason=None,
        contract=at.contract,
        requested_at_s=at.timestamp_s,
        decided_at_s=at.timestamp_s if at_once else None,
        decided_by=event.actor if at_once else None,
        rated_0=False,
        rated_1=False,
        block_number=at.block_number,
        changed_block=at.block_number,
    )


def _decided(
    event: BookingGranted | BookingDenied | BookingCancelled,
    at: At,
    rows: Rows,
    state: str,
    reason: bytes | None,
) -> Request:
    request = _request(rows, event.request)
    return replace(
        request,
        state=state,
        was_granted=request.was_granted or state == "granted",
        reason=reason,
        decided_at_s=at.timestamp_s,
        decided_by=event.actor,
        changed_block=at.block_number,
    )


def _request(rows: Rows, request_id: bytes) -> Request:
    request = rows.get((Request.TABLE, request_id))
    if not isinstance(request, Request):
        raise MissingRowError(f"event of the unknown request 0x{request_id.hex()}")
    return request


def _resource(rows: Rows, resource_id: bytes) -> Resource:
    resource = rows.get((Resource.TABLE, resource_id))
    if not isinstance(resource, Resource):
        raise MissingRowError(f"event of the unknown resource 0x{resource_id.hex()}")
    return resource
