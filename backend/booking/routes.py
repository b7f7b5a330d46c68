"""Descriptions, resources, availability and requests over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.auth import WritingMember
from backend.booking import service
from backend.booking.rules import open_hours
from backend.booking.schemas import (
    AvailabilityOut,
    AvailabilityQuery,
    ConditionsOut,
    Description,
    DescriptionOut,
    DescriptionsIn,
    IntervalOut,
    OccurrenceOut,
    RequestOut,
    RequestsQuery,
    ResourceOut,
    ResourcesQuery,
    StoredListOut,
    StoredOut,
)
from backend.context import Parts, Reading, Writing
from backend.envelope import Envelope, answer, as_of
from backend.kit.hexadecimal import Hash
from backend.kit.paging import Page, page, parse_place, place
from backend.messages import spoken
from indexer.chain.deployment import Deployment
from indexer.reads import booking as reads

router = APIRouter(tags=["booking"])


@router.post("/descriptions")
def store_descriptions(
    body: DescriptionsIn, member: WritingMember, parts: Parts, conn: Writing
) -> Envelope[StoredListOut]:
    """Store up to 200 description documents; again the same ones change nothing."""
    stored = service.store(conn, parts.content, body.documents, member.address, parts.wall_now())
    return answer(conn, StoredListOut(items=[StoredOut(cid=cid, digest=digest) for cid, digest in stored]))


@router.get("/descriptions/{cid}")
def show_description(cid: str, parts: Parts, conn: Reading) -> Envelope[DescriptionOut]:
    """A description document by its CID."""
    stored = service.find_description(conn, parts.content, cid)
    return answer(conn, DescriptionOut(cid=stored.cid, digest=stored.digest, document=stored.description))


@router.get("/resources")
def list_resources(
    query: Annotated[ResourcesQuery, Query()], parts: Parts, conn: Reading
) -> Envelope[Page[ResourceOut]]:
    """Resources in the order they were announced, by owner and service."""
    rows = service.list_resources(conn, query.owner, query.service, parse_place(query.after), query.limit + 1)
    shown = page(
        rows,
        query.limit,
        lambda row: shown_resource(*row, parts.deployment),
        lambda row: place(row[0].block_number, row[0].resource),
    )
    return answer(conn, shown)


@router.get("/resources/{resource}")
def show_resource(resource: Hash, parts: Parts, conn: Reading) -> Envelope[ResourceOut]:
    """One resource with its description."""
    return answer(conn, shown_resource(*service.find_resource(conn, resource), parts.deployment))


@router.get("/resources/{resource}/availability")
def show_availability(
    resource: Hash, query: Annotated[AvailabilityQuery, Query()], conn: Reading
) -> Envelope[AvailabilityOut]:
    """When so many units are free inside a time span, and between which starts a request is taken now."""
    found, (earliest_s, latest_s), free = service.availability(
        conn, resource, query.from_s, query.to_s, as_of(conn).block_time_s, query.units
    )
    shown = AvailabilityOut(
        resource=found.resource,
        quantum_s=found.quantum_s,
        phase_s=found.phase_s,
        earliest_start_s=earliest_s,
        latest_start_s=latest_s,
        free=[IntervalOut(start_s=start_s, end_s=end_s) for start_s, end_s in free],
    )
    return answer(conn, shown)


@router.get("/requests")
def list_requests(query: Annotated[RequestsQuery, Query()], conn: Reading) -> Envelope[Page[RequestOut]]:
    """Requests in the order they were made, by resource, requester, owner and state now."""
    rows = service.list_requests(
        conn,
        as_of(conn).block_time_s,
        resource=query.resource,
        requester=query.requester,
        owner=query.owner,
        state=query.state,
        after=parse_place(query.after),
        limit=query.limit + 1,
    )
    shown = page(
        rows, query.limit, _request, lambda row: place(row.request.block_number, row.request.request)
    )
    return answer(conn, shown)


@router.get("/requests/{request}")
def show_request(request: Hash, conn: Reading) -> Envelope[RequestOut]:
    """One request, and who acts next."""
    return answer(conn, _request(service.find_request(conn, request, as_of(conn).block_time_s)))


def shown_resource(
    found: reads.Resource, description: Description | None, deployment: Deployment
) -> ResourceOut:
    """A resource as every route gives it."""
    return ResourceOut(
        resource=found.resource,
        owner=found.owner,
        service=found.service,
        rule=service.rule_word(found.rule),
        state=service.state_word(found),
        quantum_s=found.quantum_s,
        phase_s=found.phase_s,
        capacity=found.capacity,
        buffer_quanta=found.buffer_quanta,
        max_quanta=found.max_quanta,
        notice_s=found.notice_s,
        horizon_s=found.horizon_s,
        ttl_s=found.ttl_s,
        announced_at_s=found.announced_at_s,
        digest=found.digest,
        salt=found.salt,
        conditions=_conditions(found, deployment) if found.gated else None,
        cid=service.cid(found),
        description=description,
    )


def _conditions(found: reads.Resource, deployment: Deployment) -> ConditionsOut:
    names = {address: name for name, address in deployment.addresses.items()}
    return ConditionsOut(
        policy=found.policy,
        policy_name=None if found.policy is None else names.get(found.policy),
        param=found.param,
        quota=found.quota,
        open_hours=open_hours(found.opening),
        requires=found.requires,
    )


def _request(asked: service.Asked) -> RequestOut:
    found, outlook = asked.request, asked.outlook
    series = reads.is_series(found.bundle)
    return RequestOut(
        request=found.request,
        resource=found.resource,
        requester=found.requester,
        owner=found.owner,
        kind="series" if series else "bundle" if asked.bundled else "single",
        start_s=found.start_s,
        end_s=found.end_s,
        asked_end_s=found.end_s if series else found.start_s + asked.length_s,
        occurrences=[
            OccurrenceOut(start_s=one.start_s, end_s=one.end_s, returned=one.returned)
            for one in asked.occurrences
        ],
        quanta=found.quanta,
        units=found.units,
        gathering=found.gathering,
        bundle=found.bundle,
        bundled=list(asked.bundled),
        salt=found.salt,
        state=outlook.state,
        reason=found.reason,
        requested_at_s=found.requested_at_s,
        expires_at_s=found.expires_at_s,
        decided_at_s=found.decided_at_s,
        decided_by=found.decided_by,
        next_actor=outlook.next_actor,
        may={role: list(acts) for role, acts in outlook.may.items()},
        by_s=outlook.by_s,
        otherwise=spoken(outlook.otherwise),
    )
