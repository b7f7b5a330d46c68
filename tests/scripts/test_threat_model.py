"""Every test that the threat model names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threat-model.md"


def test_threat_model__names_only_tests_that_are_there() -> None:
    sources = (path.read_text() for path in (ROOT / "tests" / "contracts").rglob("test_*.py"))
    known = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert len(named) > 60
    assert named - known == set()


def test_threat_model__goes_through_all_ten_in_order() -> None:
    assert re.findall(r"^## SC(\d\d) ", PAGE.read_text(), re.MULTILINE) == [f"{n:02}" for n in range(1, 11)]
