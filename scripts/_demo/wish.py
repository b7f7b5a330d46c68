"""Whether the indexer of a demo is to run, and whether it does: a mark and `run.json` in the demo's folder.

The process that answers HTTP only wishes; the one that started the indexer stops and starts it.
"""

from __future__ import annotations

import json
from pathlib import Path

from scripts._session import RUN_FILE

MARK = "indexer-is-to-stop"
INDEXER = "index"


def wish(home: Path, running: bool) -> None:
    """Say whether the indexer is to run."""
    mark = home / MARK
    if running:
        mark.unlink(missing_ok=True)
    else:
        mark.touch()


def is_wished(home: Path) -> bool:
    """Whether it is to run, which it is until somebody says otherwise."""
    return not (home / MARK).exists()


def is_running(home: Path) -> bool:
    """Whether it runs; while a demo comes up it counts as running."""
    try:
        return INDEXER in json.loads((home / RUN_FILE).read_text())["pids"]
    except FileNotFoundError:
        return True
