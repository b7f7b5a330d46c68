"""How far a run of many trials is, and how long the rest takes at this pace."""

from __future__ import annotations

import time


class Progress:
    """So many of `total` are done. What was known from an earlier run says nothing about the pace."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.kept = 0
        self._began = time.monotonic()

    def step(self, *, kept: bool) -> None:
        """One more is done."""
        self.done += 1
        self.kept += kept

    def __str__(self) -> str:
        """`12/40, 3 min left`."""
        tried = self.done - self.kept
        left_s = (self.total - self.done) * (time.monotonic() - self._began) / max(tried, 1)
        hours, minutes = divmod(round(left_s / 60), 60)
        left = f"{hours} h {minutes} min" if hours else f"{minutes} min"
        return f"{self.done}/{self.total}, {left} left:"
