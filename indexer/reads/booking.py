"""Resources, requests and grants."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from indexer.facts import Request, Resource
from indexer.projections.booking import SERIES_MARK_AT, starts_s, state_at
from indexer.store.tables import requests as requests_table
from indexer.store.tables import resources as resources_table

from .page import After, fetch, given, one, paged

__all__ = [
    "Grant",
    "Request",
    "Resource",
    "all_resources",
    "changed_resources",
    "changed_since",
    "grants",
    "is_bundle",
    "is_series",
    "request",
    "requests",
    "resource",
    "resources",
    "starts_s",
    "state_at",
]


@dataclass(frozen=True, slots=True)
class Grant:
    """A granted request, or an occurrence of one: so many units are taken during `[start_s, end_s)`."""

    resource: bytes
    start_s: int
    end_s: int
    request: bytes
    units: int


def is_series(bundle: bytes) -> bool:
    """Whether the `bundle` of a request says the starts of a series."""
    return int.from_bytes(bundle, "big") >> SERIES_MARK_AT == 1


def is_bundle(bundle: bytes) -> bool:
    """Whether the `bundle` of a request names a bundle of several."""
    return any(bundle) and not is_series(bundle)


def resource(conn: Connection, resource_id: bytes) -> Resource | None:
    """The resource with this id, or None."""
    return one(conn, Resource, resource_id)


def resources(
    conn: Connection,
    *,
    owner: bytes | None = None,
    service: int | None = None,
    ids: Collection[bytes] | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Resource]:
    """A page of resources in the order they were announced, by owner, service number and ids where given.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    table = resources_table
    statement = paged(Resource, table.c.resource, after, limit).where(*given(table.c.resource, ids))
    if owner is not None:
        statement = statement.where(table.c.owner == owner)
    if service is not None:
        statement = statement.where(table.c.service == service)
    return fetch(conn, Resource, statement)


def all_resources(conn: Connection) -> list[Resource]:
    """Every resource, in the order they were announced."""
    table = resources_table
    return fetch(conn, Resource, select(table).order_by(table.c.block_number, table.c.resource))


def changed_resources(conn: Connection, block: int) -> list[Resource]:
    """Every resource announced in a block above `block`, or whose state changed there."""
    return fetch(conn, Resource, select(resources_table).where(resources_table.c.changed_block > block))


def request(conn: Connection, request_id: bytes) -> Request | None:
    """The request with this id, or None."""
    return one(conn, Request, request_id)


def requests(
    conn: Connection,
    *,
    resource: bytes | None = None,
    requester: bytes | None = None,
    owner: bytes | None = None,
    states: Collection[str] | None = None,
    bundle: bytes | None = None,
    after: After | None = None,
    limit: int = 100,
) -> list[Request]:
    """A page of requests in the order they were made.

    `states` are stored states (pending, granted, denied, cancelled): expired ones are still "pending"
    here; tell them apart with `state_at(request, now_s)`.

    Raises:
        ValueError: `limit` is not in 1..1000.
    """
    table = requests_table
    statement = paged(Request, table.c.request, after, limit).where(*given(table.c.state, states))
    if resource is not None:
        statement = statement.where(table.c.resource == resource)
    if requester is not None:
        statement = statement.where(table.c.requester == requester)
    if owner is not None:
        statement = statement.where(table.c.owner == owner)
    if bundle is not None:
        statement = statement.where(table.c.bundle == bundle)
    return fetch(conn, Request, statement)


def grants(conn: Connection, *, resource: bytes | None = None, from_s: int, to_s: int) -> list[Grant]:
    """The grants that overlap `[from_s, to_s)`, of one resource or of all, by resource and start; of a series
    every occurrence that does and was not given back."""
    table, things = requests_table, resources_table
    statement = (
        select(
            table.c.resource,
            table.c.start_s,
            table.c.end_s,
            table.c.request,
            table.c.units,
            table.c.bundle,
            table.c.quanta,
            table.c.returned,
            things.c.quantum_s,
        )
        .join(things, things.c.resource == table.c.resource)
        .where(table.c.state == "granted", table.c.end_s > from_s, table.c.start_s < to_s)
    )
    if resource is not None:
        statement = statement.where(table.c.resource == resource)
    found: list[Grant] = []
    for row in conn.execute(statement):
        starts = starts_s(row.bundle, row.start_s, row.quantum_s)
        for index, start_s in enumerate(starts):
            end_s = row.end_s if len(starts) == 1 else start_s + row.quanta * row.quantum_s
            if not row.returned >> index & 1 and end_s > from_s and start_s < to_s:
                found.append(Grant(row.resource, start_s, end_s, row.request, row.units))
    return sorted(found, key=lambda grant: (grant.resource, grant.start_s))


def changed_since(conn: Connection, block: int) -> set[bytes]:
    """Ids of the resources of which anything changed in blocks above `block`: their state, a request."""
    announced = select(resources_table.c.resource).where(resources_table.c.changed_block > block)
    moved = select(requests_table.c.resource).where(requests_table.c.changed_block > block)
    return {row.resource for row in conn.execute(announced.union(moved))}
