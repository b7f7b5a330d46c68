"""The in-process grid: every offer as columns of NumPy arrays, sorted by service and cell of 0.01°.

A query touches only the rows of the cells around it: two binary searches per row of cells, a vectorised
haversine, then the factors of `rules` in 64-bit integers, `argpartition` for the best few, an exact order.
Nothing in here can leave 64 bits: amounts above `SMALL_AMOUNT` take `rules.price_ppm` in Python's integers,
and reputations arrive as ppm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from backend.matching import geometry, rules
from backend.matching.criteria_index import CriteriaIndex
from backend.matching.rules import ONE, WEEK_S, Match, Offer, Weights, Wish

Ints = NDArray[np.int64]
SMALL_AMOUNT = 10**12
"""Amounts and budgets up to here times a million stay below 2**63."""
_LARGE = -1
_PER = {"booking": 0, "hour": rules.UNIT_S["hour"], "day": rules.UNIT_S["day"]}
_CELLS = geometry.ROWS * geometry.COLUMNS


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _runs(starts: Ints, lengths: Ints) -> Ints:
    """`[s, s+1, … s+l-1]` of every start and length, one after another."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places: Ints = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - lengths), lengths)
    return places


class Granted:
    """Granted intervals by row of a grid, one for each unit: a flat array, and where each row's part of it
    begins."""

    def __init__(self, size: int, grants: Sequence[tuple[int, int, int]]) -> None:
        """`grants` are (row, start_s, end_s)."""
        ordered = sorted(grants)
        self._start_s = _ints(grant[1] for grant in ordered)
        self._end_s = _ints(grant[2] for grant in ordered)
        counts = np.bincount(_ints(grant[0] for grant in ordered), minlength=size)
        self._first = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

    def of(self, row: int) -> list[tuple[int, int]]:
        """The intervals of one row, earliest first."""
        part = slice(int(self._first[row]), int(self._first[row + 1]))
        return list(zip(self._start_s[part].tolist(), self._end_s[part].tolist(), strict=True))

    def overlap_s(self, rows: Ints, from_s: Ints, to_s: Ints) -> Ints:
        """Granted seconds of each row within its own [from, to), once for each unit."""
        lengths = self._first[rows + 1] - self._first[rows]
        grants = _runs(self._first[rows], lengths)
        which = np.repeat(np.arange(len(rows)), lengths)
        start_s = np.maximum(self._start_s[grants], from_s[which])
        shared = np.maximum(0, np.minimum(self._end_s[grants], to_s[which]) - start_s)
        seconds = np.zeros(len(rows), dtype=np.int64)
        np.add.at(seconds, which, shared)
        return seconds


class Grid:
    """Immutable columns of a set of offers; row numbers are its own. `O(n log n)` to build."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self._services = {service: place for place, service in enumerate(sorted({o.service for o in offers}))}
        keys = _ints(self._key(offer) for offer in offers)
        sequence = np.argsort(keys, kind="stable")
        self._keys = keys[sequence]
        self.offers = ordered = [offers[place] for place in sequence.tolist()]
        self.row_of = {offer.resource: row for row, offer in enumerate(ordered)}

        self._phi = np.radians(np.array([o.lat for o in ordered], dtype=np.float64))
        self._lambda = np.radians(np.array([o.lng for o in ordered], dtype=np.float64))
        self._cos_phi = np.cos(self._phi)
        self._reach_m = _ints(min(o.max_distance_m, rules.MAX_RADIUS_M) for o in ordered)
        by_id = sorted(range(len(ordered)), key=lambda row: ordered[row].resource)
        self._rank = np.empty(len(ordered), dtype=np.int64)
        self._rank[by_id] = np.arange(len(ordered))

        self._quantum_s = _ints(o.quantum_s for o in ordered)
        self._phase_s = _ints(o.phase_s for o in ordered)
        self._longest_s = _ints(o.max_quanta * o.quantum_s for o in ordered)
        self._notice_s = _ints(max(1, o.notice_s) for o in ordered)
        self._horizon_s = _ints(o.horizon_s for o in ordered)
        self._capacity = _ints(o.capacity for o in ordered)
        self.longest_buffer_s = max((o.buffer_s for o in ordered), default=0)
        """How long a grant that is over may still be in the way."""
        self._plain = np.array([o.is_plain for o in ordered], dtype=np.bool_)

        self._amount = _ints(o.amount if o.amount <= SMALL_AMOUNT else _LARGE for o in ordered)
        self._per_s = _ints(_PER[o.per] for o in ordered)
        codes = {currency: code for code, currency in enumerate(sorted({o.currency for o in ordered}))}
        self._currencies = codes
        self._currency = _ints(codes[o.currency] for o in ordered)
        self._criteria = CriteriaIndex([o.criteria for o in ordered])

        accounts = {key: place for place, key in enumerate({(o.owner, o.service): None for o in ordered})}
        self.accounts = list(accounts)
        """Distinct (owner, service): what a reputation is of."""
        self._account = _ints(accounts[o.owner, o.service] for o in ordered)

    def __len__(self) -> int:
        return len(self.offers)

    def _key(self, offer: Offer) -> int:
        column = int((offer.lng + 180) * geometry.CELLS_PER_DEGREE) % geometry.COLUMNS
        cell = geometry.row_of(offer.lat) * geometry.COLUMNS + column
        return self._services[offer.service] * _CELLS + cell

    def account_of(self, offer: Offer) -> int:
        """Where in `accounts` the owner and service of an offer of this grid are."""
        return int(self._account[self.row_of[offer.resource]])

    def granted(self, grants: Iterable[tuple[bytes, int, int]]) -> Granted:
        """Grants as (resource, start_s, end_s) by row; those of unknown resources are nobody's."""
        known = [(self.row_of[g[0]], g[1], g[2]) for g in grants if g[0] in self.row_of]
        return Granted(len(self), known)

    def search(
        self, wish: Wish, weights: Weights, now_s: int, granted: Granted, reputation_ppm: Ints
    ) -> list[Match]:
        """The best `wish.limit` eligible offers, best first, ties by id: as `rules.match` and `rules.order`.

        `reputation_ppm` has one number for each of `accounts`. The wish has passed `rules.refusal`.
        """
        rows, distance_m = self._near(wish)
        if wish.start_s is not None and wish.end_s is not None:
            free = self._free(rows, wish.start_s, wish.end_s, now_s, granted)
            rows, distance_m = rows[free], distance_m[free]
        from_s = np.full(len(rows), now_s if wish.start_s is None else wish.start_s, dtype=np.int64)
        granted_s = granted.overlap_s(rows, from_s, from_s + WEEK_S) // self._capacity[rows]
        granted_s = np.minimum(WEEK_S, granted_s)
        factors = (
            ONE - distance_m * ONE // wish.radius_m,
            reputation_ppm[self._account[rows]],
            (WEEK_S - granted_s) * ONE // WEEK_S,
            self._price_ppm(rows, wish),
            self._criteria.share_ppm(wish.criteria, rows),
        )
        score = np.zeros(len(rows), dtype=np.int64)
        for weight, factor in zip(weights.values(), factors, strict=True):
            score += weight * factor
        score //= ONE
        # One number that sorts by score downwards, then by id upwards; all are distinct.
        order = (ONE - score) * len(self) + self._rank[rows]
        best = np.arange(len(rows))
        if len(rows) > wish.limit:
            best = np.argpartition(order, wish.limit - 1)[: wish.limit]
        best = best[np.argsort(order[best])]
        columns = [column[best].tolist() for column in (rows, distance_m, score, *factors)]
        return [
            Match(self.offers[row], distance, (f0, f1, f2, f3, f4), points)
            for row, distance, points, f0, f1, f2, f3, f4 in zip(*columns, strict=True)
        ]

    def _near(self, wish: Wish) -> tuple[Ints, Ints]:
        """Rows of the wanted service within both radii, and their distances."""
        place = self._services.get(wish.service)
        if place is None:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        cell_rows, spans = geometry.cells_around(wish.lat, wish.lng, wish.radius_m)
        left = place * _CELLS + np.arange(cell_rows.start, cell_rows.stop, dtype=np.int64) * geometry.COLUMNS
        starts = np.concatenate([np.searchsorted(self._keys, left + first) for first, _ in spans])
        ends = np.concatenate([np.searchsorted(self._keys, left + last + 1) for _, last in spans])
        rows = _runs(starts, ends - starts)

        phi, lam = np.radians(wish.lat), np.radians(wish.lng)
        h = np.sin((self._phi[rows] - phi) / 2) ** 2
        h += np.cos(phi) * self._cos_phi[rows] * np.sin((self._lambda[rows] - lam) / 2) ** 2
        exact = 2 * geometry.EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
        distance_m = np.rint(exact).astype(np.int64)
        # NumPy's sine may differ from `math`'s in the last bit: where that could turn the rounding, ask
        # `math`.
        for doubtful in np.flatnonzero(np.abs(exact % 1 - 0.5) < 1e-6).tolist():
            offer = self.offers[int(rows[doubtful])]
            distance_m[doubtful] = geometry.distance_m(wish.lat, wish.lng, offer.lat, offer.lng)
        near = distance_m <= np.minimum(wish.radius_m, self._reach_m[rows])
        return rows[near], distance_m[near]

    def _free(self, rows: Ints, start_s: int, end_s: int, now_s: int, granted: Granted) -> NDArray[np.bool_]:
        """Which of the rows could be requested now for the quanta that cover the wanted time."""
        quantum_s, phase_s = self._quantum_s[rows], self._phase_s[rows]
        first_s = (start_s - phase_s) // quantum_s * quantum_s + phase_s
        last_s = -((phase_s - end_s) // quantum_s) * quantum_s + phase_s
        requestable = (
            (last_s - first_s <= self._longest_s[rows])
            & (first_s >= now_s + self._notice_s[rows])
            & (first_s <= now_s + self._horizon_s[rows])
        )
        plain = self._plain[rows]
        free: NDArray[np.bool_] = requestable & ~(plain & (granted.overlap_s(rows, first_s, last_s) > 0))
        # units, buffers and opening hours are looked at one by one, where nothing else speaks against it
        for place in np.flatnonzero(free & ~plain).tolist():
            row = int(rows[place])
            run = int(first_s[place]), int(last_s[place])
            free[place] = rules.is_free(self.offers[row], granted.of(row), *run)
        return free

    def _price_ppm(self, rows: Ints, wish: Wish) -> Ints:
        """`rules.price_ppm` of the wanted time for every row."""
        units = np.ones(len(rows), dtype=np.int64)
        if wish.start_s is not None and wish.end_s is not None:
            per_s = self._per_s[rows]
            units = np.where(per_s == 0, 1, -((wish.start_s - wish.end_s) // np.maximum(1, per_s)))
        amount = self._amount[rows]
        large = (amount == _LARGE) | (amount > SMALL_AMOUNT // units)
        if wish.budget is None:
            return np.where(amount == 0, ONE, ONE // 2)
        if wish.budget > SMALL_AMOUNT:
            large = np.ones(len(rows), dtype=np.bool_)
        price = np.where(large, 0, amount * np.where(large, 0, units))
        budget = max(1, min(wish.budget, SMALL_AMOUNT))
        within = ONE - price * (ONE // 2) // budget
        beyond = np.maximum(0, ONE // 2 - (price - budget) * ONE // budget)
        ppm = np.where(price <= budget, within, beyond)
        ppm[self._currency[rows] != self._currencies.get(wish.currency or "", -1)] = 0
        if wish.budget == 0:
            ppm[:] = 0
        ppm[price == 0] = ONE
        for place in np.flatnonzero(large).tolist():
            offer = self.offers[int(rows[place])]
            total = rules.total_price(offer, wish.start_s, wish.end_s)
            ppm[place] = rules.price_ppm(total, offer.currency, wish.budget, wish.currency)
        return ppm
