"""What is on offer, in memory, as fresh as the transaction that asks.

Every query compares the indexer's cursor and the number of the last description with those of the columns in
memory: a few short statements. When they differ, only what came since is read. When the block of the last
refresh is not part of the chain any more (a reorganisation, a rebuild of the index), all resources are read
again. The columns are sorted anew only when there are offers more or fewer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from backend.matching import repository, rules
from backend.matching.grid import Granted, Grid, Ints
from backend.matching.rules import NEWCOMER, Match, Offer, Standing, Weights, Wish
from backend.matching.stock import Stock
from indexer.reads.freshness import Freshness
from indexer.reads.reputation import Aggregate, decayed


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
        self._stock = Stock()
        self._ratings: dict[tuple[bytes, int], list[Aggregate]] = {}
        self._snapshot: Snapshot | None = None

    def at(self, conn: Connection, fresh: Freshness) -> Snapshot:
        """The market as this transaction sees it; `fresh` is where the transaction stands."""
        with self._lock:
            last = self._snapshot
            arrived = repository.descriptions_since(conn, last.described if last else 0)
            same_block = last is not None and (last.block, last.block_hash) == (fresh.block, fresh.block_hash)
            if last is None or not (same_block and last.now_s == fresh.head_time_s) or arrived:
                for stored in arrived:
                    self._stock.describe(stored.digest, stored.description)
                if not same_block:
                    self._read_blocks(conn, last)
                described = arrived[-1].seq if arrived else last.described if last else 0
                self._snapshot = last = self._taken(conn, fresh, last, described)
                self._stock.is_changed = False
            return last

    def _read_blocks(self, conn: Connection, last: Snapshot | None) -> None:
        """What the chain says beyond the last snapshot, or all of it when that is of another branch."""
        if last is not None and repository.block_hash(conn, last.block) == last.block_hash:
            self._stock.announce(repository.resources_above(conn, last.block))
        else:
            self._stock.replace(repository.all_resources(conn))
        self._ratings = repository.ratings_of(conn, self._sources)

    def _taken(self, conn: Connection, fresh: Freshness, last: Snapshot | None, described: int) -> Snapshot:
        now_s = fresh.head_time_s
        grid = last.grid if last is not None and not self._stock.is_changed else Grid(self._stock.offers())
        standings = [self._standing(account, now_s) for account in grid.accounts]
        return Snapshot(
            block=fresh.block,
            block_hash=fresh.block_hash,
            described=described,
            now_s=now_s,
            grid=grid,
            granted=grid.granted(repository.grants_ending_after(conn, now_s - grid.longest_buffer_s)),
            standings=standings,
            reputation_ppm=np.array([standing.ppm for standing in standings], dtype=np.int64),
        )

    def _standing(self, account: tuple[bytes, int], now_s: int) -> Standing:
        rated = self._ratings.get(account)
        return rules.standing([decayed(aggregate, now_s) for aggregate in rated]) if rated else NEWCOMER
