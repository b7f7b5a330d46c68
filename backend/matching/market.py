"""What is on offer, in memory, as fresh as the transaction that asks.

Every query compares the indexer's cursor and the number of the last description with those of the columns in
memory, which costs two short statements. When they differ, only what came since is read: new descriptions,
resources of the last `REORG_BLOCKS` blocks (a reorganisation may have taken some away), grants that are not
over, sums of ratings. The columns are sorted anew only when the set of offers changed.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import Connection

from backend.booking.schemas import Description
from backend.matching import geometry, repository, rules
from backend.matching.grid import Granted, Grid, Ints
from backend.matching.rules import NEWCOMER, Match, Offer, Standing, Weights, Wish
from indexer.reads.booking import Resource
from indexer.reads.freshness import Freshness
from indexer.reads.reputation import Aggregate, decayed

REORG_BLOCKS = 512
"""Deeper reorganisations than this are a new chain, and everything is read again."""

_centre = lru_cache(maxsize=65_536)(geometry.cell_centre)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a search needs, at one block and one time of the chain. Immutable."""

    block: int
    block_hash: bytes
    described: int
    now_s: int
    grid: Grid
    granted: Granted
    standings: Sequence[Standing]
    reputation_ppm: Ints

    def search(self, wish: Wish, weights: Weights) -> list[Match]:
        """The best offers for a wish that `rules.refusal` let pass."""
        return self.grid.search(wish, weights, self.now_s, self.granted, self.reputation_ppm)

    def standing(self, offer: Offer) -> Standing:
        """The reputation of an offer's owner in its service."""
        return self.standings[self.grid.account_of(offer)]

    def slot(self, offer: Offer, wish: Wish) -> tuple[int, int] | None:
        """What to request: the quanta around the wanted time, or the next free quantum."""
        if wish.start_s is not None and wish.end_s is not None:
            return rules.covering(offer, wish.start_s, wish.end_s)
        return rules.next_free(offer, self.granted.of(self.grid.row_of[offer.resource]), self.now_s)


class Market:
    """Keeps the newest snapshot. Safe to use from several threads; one of them refreshes at a time."""

    def __init__(self, sources: Sequence[bytes]) -> None:
        """`sources`: addresses of the contracts whose finished deals count as ratings."""
        self._sources = tuple(sources)
        self._lock = threading.Lock()
        self._descriptions: dict[bytes, Description] = {}
        self._resources: dict[bytes, Resource] = {}
        self._ratings: dict[tuple[bytes, int], list[Aggregate]] = {}
        # Something that the columns do not show yet; stays so when a refresh fails half-way.
        self._stale = False
        self._snapshot: Snapshot | None = None

    def at(self, conn: Connection, fresh: Freshness) -> Snapshot:
        """The market as this transaction sees it; `fresh` is where the transaction stands."""
        with self._lock:
            last = self._snapshot
            described = 0 if last is None else last.described
            arrived = repository.descriptions_since(conn, described)
            same_block = last is not None and (last.block, last.block_hash) == (fresh.block, fresh.block_hash)
            if last is not None and same_block and not arrived and last.now_s == fresh.head_time_s:
                return last
            self._descriptions |= {stored.digest: stored.description for stored in arrived}
            self._stale |= bool(arrived)
            if last is None or not same_block:
                self._read_resources(conn, -1 if last is None else last.block, fresh)
                self._ratings = repository.ratings_of(conn, self._sources)
            grants = repository.grants_ending_after(conn, fresh.head_time_s)
            grid = Grid(self._offers()) if last is None or self._stale else last.grid
            self._stale = False
            granted = grid.granted(grants)
            standings = [self._standing(account, fresh.head_time_s) for account in grid.accounts]
            self._snapshot = Snapshot(
                block=fresh.block,
                block_hash=fresh.block_hash,
                described=arrived[-1].seq if arrived else described,
                now_s=fresh.head_time_s,
                grid=grid,
                granted=granted,
                standings=standings,
                reputation_ppm=np.array([standing.ppm for standing in standings], dtype=np.int64),
            )
            return self._snapshot

    def _read_resources(self, conn: Connection, last_block: int, fresh: Freshness) -> None:
        """Read what was announced or reorganised away since `last_block`."""
        above = max(-1, last_block - REORG_BLOCKS)
        if fresh.block <= above:
            above = -1
        found = {resource.resource: resource for resource in repository.resources_above(conn, above)}
        known = {key: kept for key, kept in self._resources.items() if kept.block_number > above}
        if found != known:
            self._stale = True
            for key in known.keys() - found.keys():
                del self._resources[key]
            self._resources |= found

    def _offers(self) -> list[Offer]:
        """Every resource whose description is known."""
        return [
            _offer(resource, self._descriptions[resource.digest])
            for resource in self._resources.values()
            if resource.digest in self._descriptions
        ]

    def _standing(self, account: tuple[bytes, int], now_s: int) -> Standing:
        rated = self._ratings.get(account)
        return rules.standing([decayed(aggregate, now_s) for aggregate in rated]) if rated else NEWCOMER


def _offer(resource: Resource, description: Description) -> Offer:
    lat, lng = _centre(description.cell)
    return Offer(
        resource=resource.resource,
        owner=resource.owner,
        service=resource.service,
        title=description.title,
        cell=description.cell,
        lat=lat,
        lng=lng,
        max_distance_m=description.max_distance_m,
        amount=description.price.amount,
        currency=description.price.currency,
        per=description.price.per,
        deposit=description.deposit,
        criteria={
            name: tuple(value) if isinstance(value, list) else value
            for name, value in description.criteria.items()
        },
        quantum_s=resource.quantum_s,
        phase_s=resource.phase_s,
        max_quanta=resource.max_quanta,
        notice_s=resource.notice_s,
        horizon_s=resource.horizon_s,
        rule=resource.rule,
    )
