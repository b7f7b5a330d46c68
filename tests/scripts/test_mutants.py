"""The faults that are put into contracts, the choice of tests for them, and what is said of those that
survive. That tests really notice faults is seen where the sample runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts._mutants import command
from scripts._mutants.forks import forked
from scripts._mutants.operators import Mutant, mutants_of
from scripts._mutants.sources import CONTRACTS
from scripts._mutants.tracing import Record
from scripts._mutants.verdicts import Trial

SOURCE = '''# pragma version ~=0.4.3
"""
@title One + two < three
"""
from ..shared import refusal


LIMIT: constant(uint256) = 10
CALL_GAS: constant(uint256) = 80
paid: HashMap[address, uint256[2]]


@external
def pay(to: address, amounts: uint256[2]) -> bool:
    """
    @notice Nothing here is code: 1 + 2
    """
    if amounts[0] < LIMIT and amounts[0] == 0:
        refusal._refuse("demo: one == two")
    left: uint256[2] = amounts  # 3 < 4
    self.paid[to] = left
    self._send(to, amount=left)
    most: uint256 = max(LIMIT, amounts[1])
    return not (left[0] >= 2)
'''


@pytest.fixture
def made(tmp_path: Path) -> list[Mutant]:
    """The faults of a small source."""
    (tmp_path / "Demo.vy").write_text(SOURCE)
    return mutants_of(Path("Demo.vy"), tmp_path)


def changed(made: list[Mutant], operator: str) -> set[str]:
    """The lines that an operator makes out of the source, where they differ."""
    lines = set(SOURCE.splitlines())
    return {
        line.strip()
        for mutant in made
        if mutant.operator == operator
        for line in mutant.applied(SOURCE).splitlines()
        if line not in lines
    }


def test_mutants__comparisons_and_logic__are_turned_around(made: list[Mutant]) -> None:
    assert changed(made, "comparison") == {
        "if amounts[0] <= LIMIT and amounts[0] == 0:",
        "if amounts[0] < LIMIT and amounts[0] != 0:",
        "return not (left[0] > 2)",
    }
    assert changed(made, "logic") == {
        "if amounts[0] < LIMIT or amounts[0] == 0:",
        "return  (left[0] >= 2)",
    }
    assert changed(made, "condition") == {"if not (amounts[0] < LIMIT and amounts[0] == 0):"}


def test_mutants__constants__are_one_off_and_gas_is_doubled_and_halved(made: list[Mutant]) -> None:
    assert {
        mutant.new for mutant in made if "LIMIT: constant" in SOURCE.splitlines()[mutant.first_line - 1]
    } == {
        "9",
        "11",
    }
    assert {mutant.new for mutant in made if "GAS" in SOURCE.splitlines()[mutant.first_line - 1]} == {
        "40",
        "160",
    }
    # never in a type
    assert not any("uint256[1]" in mutant.applied(SOURCE) for mutant in made)


def test_mutants__statements_and_arguments__are_left_out_and_swapped(made: list[Mutant]) -> None:
    dropped = [mutant.old for mutant in made if mutant.operator == "statement"]
    assert dropped == [
        "left: uint256[2] = amounts",
        "self.paid[to] = left",
        "self._send(to, amount=left)",
        "most: uint256 = max(LIMIT, amounts[1])",
    ]
    # and not those of `max`, whose order is of no effect
    assert changed(made, "arguments") == {"self._send(left, amount=to)"}


def test_mutants__words_of_guards_docstrings_and_comments__stay(made: list[Mutant]) -> None:
    for mutant in made:
        text = mutant.applied(SOURCE)
        assert '"demo: one == two"' in text
        assert "# 3 < 4" in text
        assert "1 + 2" in text
        assert "@title One + two < three" in text


def test_mutants__of_every_source_of_ours__are_many_and_all_different() -> None:
    for path in command.targets():
        found = mutants_of(path, CONTRACTS)
        text = (CONTRACTS / path).read_text()
        texts = {mutant.applied(text) for mutant in found}
        assert len(texts) == len(found), path
        assert text not in texts


def test_tests_of__line__are_those_that_run_it_the_most_telling_first() -> None:
    record = Record(
        {
            "long": frozenset(("a.vy", line) for line in range(20)),
            "short": frozenset([("a.vy", 7)]),
            "other": frozenset([("a.vy", 8), ("b.vy", 7)]),
        },
        {"long": 1.0, "short": 1.0, "other": 1.0},
    )
    assert record.tests_of("a.vy", 7, 7) == ["short", "long"]
    assert record.tests_of("a.vy", 30, 31) == []


def trial(outcome: str, number: int = 0) -> Trial:
    """Something that became of a fault."""
    mutant = Mutant(Path("a.vy"), "pay", 1, 1, "constant", number, number + 1, "1", "2", f"x = {number}")
    return Trial(mutant, outcome, "a test", 1.0)


def test_report__survivor_that_is_not_listed_or_too_many__ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "SURVIVORS", tmp_path / "survivors.json")
    noticed = [trial("noticed", number) for number in range(9)]
    assert command.report([*noticed, trial("broken"), trial("equivalent")], 1.0) == 0
    assert command.report([*noticed, trial("survived")], 1.0) == 1
    said = capsys.readouterr().out
    [line] = [line for line in said.splitlines() if line.startswith("  {")]
    entry = json.loads(line) | {"reason": "it is the same either way"}
    (tmp_path / "survivors.json").write_text(json.dumps([entry]))
    assert command.report([*noticed, trial("survived")], 1.0) == 0
    assert "it is the same either way" in capsys.readouterr().out
    assert command.report([*noticed[:5], trial("survived")], 1.0) == 1


def test_survivors__every_entry__is_still_a_fault_of_the_sources_and_has_a_reason() -> None:
    known = {mutant.key for path in command.targets("/") for mutant in mutants_of(path, CONTRACTS)}
    for key, reason in command.listed().items():
        assert key in known, f"no longer there: {key}"
        assert len(reason) > 15


def test_forked__tasks__answer_and_dying_ones_do_not() -> None:
    def tasks() -> Iterator[Callable[[], Any]]:
        yield lambda: ["well", 1]
        yield lambda: 1 / 0
        yield spin

    found = {number: (answer, late) for answer, _, (number, _, late) in forked(tasks(), 2, 1)}
    assert found == {0: (["well", 1], False), 1: (None, False), 2: (None, True)}


def spin() -> None:
    """Compute without end."""
    while True:
        time.monotonic()
