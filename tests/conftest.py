"""The longest files of tests begin first, so that at the end no core waits for a single one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
LONGEST = (
    "contracts/stateful/test_calendar.py",
    "contracts/wallet/test_acts.py",
    "end_to_end/test_vienna_search.py",
    "scripts/test_verify_deployment.py",
    "contracts/test_faults.py",
    "scripts/test_guards.py",
    "contracts/stateful/test_escrow.py",
    "contracts/stateful/test_reputation.py",
    "contracts/test_artefacts.py",
    "end_to_end/test_demo.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those files in front, in this order; the others stay as they were collected."""
    rank = {TESTS / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(LONGEST)))
