"""Every test that the threat model names is there, and its list of bad input leaves nothing out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
CONTRACTS = ("Bookings", "Spaces", "Escrow", "Payments", "Router", "Court792", "ReputationLedger", "Policies")
KINDS = {
    *("zero amounts", "maximum amounts", "past times", "far-future times", "empty batches"),
    *("oversized batches", "malformed rest", "replayed", "cross-contract", "malleable", "wrong chain"),
    *("self-dealing", "reverts", "burns gas", "bombs", "re-enters"),
}
# what is no bad input says why instead of naming tests
DOES_NOT_ARISE = "–"


@dataclass(frozen=True)
class Answer:
    """One row of the list of bad input."""

    kinds: list[str]
    said: str
    tests: list[str]


@cache
def known_tests() -> dict[str, list[str]]:
    """Test → the text of each file that has one of that name."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests" / "contracts").rglob("test_*.py")):
        text = path.read_text()
        for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE):
            found.setdefault(name, []).append(text)
    return found


@cache
def refusals() -> str:
    """The text of every contract that is deployed, and of its modules."""
    sources = (ROOT / "contracts").rglob("*.vy")
    return "".join(path.read_text() for path in sources if "mocks" not in path.parts)


def section(contract: str) -> str:
    """What the list says of a contract."""
    text = PAGE.read_text().split("\n## Bad input\n")[1].split("\n## ")[0]
    return text.split(f"\n### {contract}\n")[1].split("\n### ")[0]


def answers(contract: str) -> list[Answer]:
    """The rows of a contract's list."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]*) \| ?([^|]*?) ?\|$", section(contract), re.MULTILINE)
    return [
        Answer(kinds.split(", "), said, re.findall(r"`(test_\w+)`", tests))
        for kinds, said, tests in rows
        if kinds != "kind"
    ]


def test_threat_model__names_only_tests_that_are_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert len(named) > 150
    assert named - set(known_tests()) == set()


def test_threat_model__goes_through_all_ten_in_order() -> None:
    assert re.findall(r"^## SC(\d\d) ", PAGE.read_text(), re.MULTILINE) == [f"{n:02}" for n in range(1, 11)]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_bad_input__of_every_kind__has_a_test_or_a_reason(contract: str) -> None:
    rows = answers(contract)
    assert sorted(kind for row in rows for kind in row.kinds) == sorted(KINDS)
    for row in rows:
        assert bool(row.tests) != row.said.startswith(DOES_NOT_ARISE), row


@pytest.mark.parametrize("contract", CONTRACTS)
def test_bad_input__words_that_it_hears__are_those_of_the_contracts_and_of_the_tests(contract: str) -> None:
    for row in answers(contract):
        tested = "".join(text for name in row.tests for text in known_tests()[name])
        for words in re.findall(r'"([^"]+)"', row.said):
            assert f'"{words}"' in refusals(), words
            assert f'"{words}"' in tested, (row.kinds, words)
