"""The loop that runs beside the API: at every new block it stores what has to be told, then tells it.

What it does at a block is chain-timed; when it looks is wall-timed. It may be stopped at any moment: what was
stored is delivered after the next start, what was not is computed again.
"""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

# One round; errors are logged and the next round tries again
Round = Callable[[], None]


class Worker:
    """Runs a round every `interval_s` seconds in a thread of its own until it is stopped."""

    def __init__(self, run_round: Round, interval_s: float) -> None:
        self._run_round = run_round
        self._interval_s = interval_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current round and end."""
        self._stopped.set()
        self._thread.join()

    def _loop(self) -> None:
        while not self._stopped.is_set():
            try:
                self._run_round()
            except Exception:  # whatever it is, the next round may succeed
                log.exception("a round of the worker failed")
            self._stopped.wait(self._interval_s)
