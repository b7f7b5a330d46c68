"""Offers as they become known: a resource and the description with its digest, whichever comes first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from backend.booking.schemas import Description
from backend.matching import geometry
from backend.matching.rules import Offer, Offered, Per
from indexer.reads.booking import Resource

_centre = lru_cache(maxsize=65_536)(geometry.cell_centre)


class Described(NamedTuple):
    """What matching keeps of a description: one object, so that the garbage collector stays quick."""

    title: str
    cell: str
    max_distance_m: int
    amount: int
    currency: str
    per: Per
    deposit: int
    criteria: dict[str, Offered]
    photo: str | None


class Stock:
    """Every offer so far. `is_changed`: there are offers more or fewer than when it was set to False."""

    def __init__(self) -> None:
        self.is_changed = False
        self._offers: dict[bytes, Offer] = {}
        self._described: dict[bytes, Described] = {}
        # digest → resource id → announced, but not described here yet
        self._waiting: dict[bytes, dict[bytes, Resource]] = {}

    def offers(self) -> list[Offer]:
        """Every active resource whose description is known."""
        return list(self._offers.values())

    def describe(self, digest: bytes, description: Description) -> None:
        """Take a description; again the same one changes nothing."""
        price = description.price
        self._described[digest] = Described(
            title=description.title,
            cell=description.cell,
            max_distance_m=description.max_distance_m,
            amount=price.amount,
            currency=price.currency,
            per=price.per,
            deposit=description.deposit,
            criteria={
                name: tuple(value) if isinstance(value, list) else value
                for name, value in description.criteria.items()
            },
            photo=description.photos[0] if description.photos else None,
        )
        self.announce(self._waiting.pop(digest, {}).values())

    def announce(self, resources: Iterable[Resource]) -> None:
        """Take resources as they are now; again the same ones change nothing. What is paused or retired is
        not on offer."""
        for resource in resources:
            described = self._described.get(resource.digest)
            if resource.state != "active":
                self._waiting.get(resource.digest, {}).pop(resource.resource, None)
                self.is_changed |= self._offers.pop(resource.resource, None) is not None
            elif described is None:
                self._waiting.setdefault(resource.digest, {})[resource.resource] = resource
            elif resource.resource not in self._offers:
                self._offers[resource.resource] = _offer(resource, described)
                self.is_changed = True

    def replace(self, resources: Iterable[Resource]) -> None:
        """Take these as all there are. An id is a hash of its terms, so known ones are as they were."""
        before, self._offers, self._waiting = self._offers, {}, {}
        was_changed = self.is_changed
        for resource in resources:
            known = before.get(resource.resource)
            if known is None or resource.state != "active":
                self.announce([resource])
            else:
                self._offers[resource.resource] = known
        self.is_changed = was_changed or before.keys() != self._offers.keys()


def _offer(resource: Resource, described: Described) -> Offer:
    lat, lng = _centre(described.cell)
    return Offer(
        resource=resource.resource,
        owner=resource.owner,
        service=resource.service,
        title=described.title,
        cell=described.cell,
        lat=lat,
        lng=lng,
        max_distance_m=described.max_distance_m,
        amount=described.amount,
        currency=described.currency,
        per=described.per,
        deposit=described.deposit,
        criteria=described.criteria,
        quantum_s=resource.quantum_s,
        phase_s=resource.phase_s,
        max_quanta=resource.max_quanta,
        notice_s=resource.notice_s,
        horizon_s=resource.horizon_s,
        rule=resource.rule,
        photo=described.photo,
        capacity=resource.capacity,
        buffer_s=resource.buffer_quanta * resource.quantum_s,
        opening=resource.opening,
        gated=resource.gated,
        requires=resource.requires,
    )
