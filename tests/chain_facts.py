"""Typed events of our contracts with plain defaults, for tests that build chain tables."""

from typing import Any

from eth_hash.auto import keccak

from indexer.chain.generated import booking, escrow, reputation
from indexer.projections.agreed import rest_abi

HOUR_S, DAY_S = 3_600, 86_400
ZERO32 = bytes(32)


def number(value: int, length: int = 32) -> bytes:
    """An id made of a number."""
    return value.to_bytes(length, "big")


def terms(
    *,
    rule: int = 0,
    service: int = 0x700150,
    notice_h: int = 1,
    horizon_days: int = 60,
    ttl_h: int = 24,
    capacity: int = 1,
    buffer: int = 0,
    gated: bool = False,
) -> int:
    """The packed terms of a resource with a quantum of an hour and at most 48 of them."""
    parts = [
        (0, 160),
        (3, 3),
        (rule, 3),
        (0, 2),
        (capacity, 8),
        (0, 7),
        (horizon_days, 10),
        (ttl_h, 10),
        (notice_h, 10),
        (48, 12),
        (buffer, 6),
        (int(gated), 1),
        (service, 24),
    ]
    word, shift = 0, 0
    for value, bits in parts:
        word |= value << shift
        shift += bits
    return word


def announced(
    owner: bytes, resource: bytes, digest: bytes = ZERO32, **changes: Any
) -> booking.ResourceAnnounced:
    """A resource is announced."""
    return booking.ResourceAnnounced(
        resource=resource, owner=owner, actor=owner, terms=terms(**changes), digest=digest, salt=resource
    )


def gated(
    resource: bytes,
    *,
    policy: bytes = bytes(20),
    param: bytes = ZERO32,
    quota: int = 0,
    opening: int = 0,
    requires: bytes = ZERO32,
) -> booking.ResourceGated:
    """A resource is announced with conditions."""
    return booking.ResourceGated(
        resource=resource, policy=policy, param=param, quota=quota, opening=opening, requires=requires
    )


def in_state(resource: bytes, state: int, actor: bytes) -> booking.ResourceStateChanged:
    """A resource is taken up again (1), paused (2) or retired (3)."""
    return booking.ResourceStateChanged(resource=resource, actor=actor, state=state)


def requested(
    resource: bytes,
    request: bytes,
    requester: bytes,
    start: int,
    quanta: int = 2,
    *,
    expires_at: int = 0,
    units: int = 1,
    bundle: bytes = ZERO32,
) -> booking.BookingRequested:
    """A request is made."""
    return booking.BookingRequested(
        request=request,
        resource=resource,
        requester=requester,
        actor=requester,
        start=start,
        quanta=quanta,
        units=units,
        gathering=ZERO32,
        bundle=bundle,
        salt=request,
        expires_at=expires_at,
    )


def granted(resource: bytes, request: bytes, actor: bytes) -> booking.BookingGranted:
    """A request is granted."""
    return booking.BookingGranted(request=request, resource=resource, actor=actor)


def cancelled(resource: bytes, request: bytes, actor: bytes) -> booking.BookingCancelled:
    """A request is withdrawn, or a grant given back."""
    return booking.BookingCancelled(request=request, resource=resource, actor=actor)


def denied(resource: bytes, request: bytes, actor: bytes) -> booking.BookingDenied:
    """A request is denied."""
    return booking.BookingDenied(request=request, resource=resource, actor=actor, reason=ZERO32)


def schedule(
    *,
    deliver_by: int,
    return_by: int,
    object_s: int = 2 * DAY_S,
    claim_s: int = 7 * DAY_S,
    answer_s: int = 3 * DAY_S,
    silent_payer_bps: int = 5_000,
    silent_arbitrator_bps: int = 2_500,
    service: int = 0x700150,
) -> int:
    """The packed schedule of a deal."""
    return (
        deliver_by
        | object_s << 40
        | return_by << 72
        | claim_s << 112
        | answer_s << 144
        | silent_payer_bps << 176
        | silent_arbitrator_bps << 192
        | service << 208
    )


def funded(
    escrow_id: bytes,
    payer: bytes,
    payee: bytes,
    packed: int,
    *,
    price: int = 1_000,
    deposit: int = 5_001,
    arbitrator: bytes | None = None,
    window_s: int = 5 * DAY_S,
    request: bytes = ZERO32,
    rest: escrow.Rest | None = None,
) -> escrow.EscrowFunded:
    """A deal is funded; `rest` says all lists, else there is one arbitrator or none."""
    ladder = (
        [] if arbitrator is None else [escrow.Rung(arbitrator=arbitrator, window_s=window_s, fee_cap=100)]
    )
    rest = rest or escrow.Rest(milestones=(), cancellations=(), ladder=tuple(ladder))
    core = escrow.Core(
        payer=payer,
        payee=payee,
        token=b"\x70" * 20,
        price=price,
        deposit=deposit,
        schedule=packed,
        booking=request,
        rest=ZERO32 if rest == escrow.Rest((), (), ()) else keccak(rest_abi(rest)),
        salt=escrow_id,
    )
    return escrow.EscrowFunded(escrow=escrow_id, payer=payer, payee=payee, actor=payer, core=core, rest=rest)


def committed(
    source: bytes,
    deal: bytes,
    rater: bytes,
    subject: bytes,
    *,
    side: int = 0,
    service: int = 0x700150,
) -> reputation.RatingCommitted:
    """A rating is committed while the other side's is still missing."""
    return reputation.RatingCommitted(
        source=source,
        deal=deal,
        actor=rater,
        subject=subject,
        side=side,
        service=service,
        amount=1_000,
        commitment=keccak(rater + deal),
    )


def revealed(
    source: bytes,
    deal: bytes,
    rater: bytes,
    subject: bytes,
    score: int,
    *,
    side: int = 0,
    service: int = 0x700150,
    weight: int = 2**40,
) -> reputation.RatingRevealed:
    """A rating is opened, or was never sealed because both sides had signed theirs."""
    return reputation.RatingRevealed(
        source=source,
        deal=deal,
        subject=subject,
        actor=rater,
        rater=rater,
        side=side,
        service=service,
        amount=1_000,
        score=score,
        evidence=ZERO32,
        weight=weight,
    )


def responded(
    source: bytes, deal: bytes, subject: bytes, *, side: int = 0, digest: bytes = b"\x0d" * 32
) -> reputation.RatingResponded:
    """The subject answers a rating."""
    return reputation.RatingResponded(source=source, deal=deal, actor=subject, side=side, digest=digest)


def retracted(
    source: bytes,
    deal: bytes,
    rater: bytes,
    subject: bytes,
    score: int,
    *,
    side: int = 0,
    service: int = 0x700150,
    weight: int = 2**40,
) -> reputation.RatingRetracted:
    """The rater takes a rating back; `weight` is what it still counted."""
    return reputation.RatingRetracted(
        source=source,
        deal=deal,
        subject=subject,
        actor=rater,
        side=side,
        service=service,
        score=score,
        weight=weight,
    )
