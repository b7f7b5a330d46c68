"""Wall time, for sessions and logs only; deadlines of deals run on chain time."""

import time
from collections.abc import Callable

# () -> UTC seconds
WallClock = Callable[[], int]


def system_clock() -> int:
    """UTC seconds of this machine."""
    return int(time.time())
