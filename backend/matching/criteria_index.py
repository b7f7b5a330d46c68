"""Which rows offer what, by column, so that a wish's criteria cost a few array operations.

Agrees with `rules.meets` value by value: numbers are compared in a column, words and yes/no are looked up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from backend.matching.rules import CRITERION_LIMIT, ONE, Offered

Rows = NDArray[np.int64]
NOTHING: Rows = np.empty(0, dtype=np.int64)
_ABSENT = -(2**62)
_SCALAR, _ITEM = "scalar", "item"


class CriteriaIndex:
    """Criteria of `n` rows. Numbers beyond ±2**53 are stored as that bound: no wish may ask for more."""

    def __init__(self, criteria: Sequence[Mapping[str, Offered]]) -> None:
        self._size = len(criteria)
        self._numbers: dict[str, Rows] = {}
        rows: defaultdict[tuple[str, str, bool | str], list[int]] = defaultdict(list)
        for row, offered in enumerate(criteria):
            for name, value in offered.items():
                if isinstance(value, tuple):
                    for item in set(value):
                        rows[name, _ITEM, item].append(row)
                elif isinstance(value, bool | str):
                    rows[name, _SCALAR, value].append(row)
                else:
                    column = self._numbers.setdefault(name, np.full(self._size, _ABSENT, dtype=np.int64))
                    column[row] = max(-CRITERION_LIMIT, min(CRITERION_LIMIT, value))
        self._rows = {key: np.asarray(found, dtype=np.int64) for key, found in rows.items()}

    def share_ppm(self, wanted: Mapping[str, Offered] | None, rows: Rows) -> Rows:
        """Share of the wanted criteria that each of `rows` meets, in ppm; nothing wanted: all of it."""
        if not wanted:
            return np.full(len(rows), ONE, dtype=np.int64)
        met = np.zeros(self._size, dtype=np.int64)
        for name, value in wanted.items():
            if isinstance(value, int) and not isinstance(value, bool):
                if name in self._numbers:
                    met += (self._numbers[name] >= value) & (self._numbers[name] != _ABSENT)
            else:
                met[self._meeting(name, value)] += 1
        return met[rows] * ONE // len(wanted)

    def _meeting(self, name: str, value: bool | str | tuple[str, ...]) -> Rows:
        """Distinct rows whose criterion `name` meets a word, a yes/no or a list."""
        if isinstance(value, tuple):
            found: Rows | None = None
            for item in value:
                rows = self._rows.get((name, _ITEM, item), NOTHING)
                found = rows if found is None else np.intersect1d(found, rows, assume_unique=True)
            return NOTHING if found is None else found
        scalar = self._rows.get((name, _SCALAR, value), NOTHING)
        if isinstance(value, bool):
            return scalar
        return np.union1d(scalar, self._rows.get((name, _ITEM, value), NOTHING))
