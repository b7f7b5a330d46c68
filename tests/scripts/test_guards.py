"""The list of guards, and that removing one is really noticed or really survives."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts import _guards
from scripts._mutants.sources import ROOT, slices_using

SOURCE = """# pragma version ~=0.4.3
from ..shared import authorization
from ..shared import refusal


@external
def pay(amount: uint256):
    if amount == 0:
        refusal._refuse("demo: nothing")  # why
    if amount > 5:
        refusal._refuse(
            "demo: too much"
        )
    x: uint256 = amount


@internal
def _check():
    assert True
"""


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """Sources with three guards, one over several lines and one without words."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "mocks").mkdir()
    (tmp_path / "demo" / "Demo.vy").write_text(SOURCE)
    (tmp_path / "mocks" / "Mock.vy").write_text(SOURCE)
    return tmp_path


def test_guards__of_a_source__are_found_with_function_lines_and_words(contracts: Path) -> None:
    path = Path("demo/Demo.vy")
    assert _guards.guards(contracts) == [
        _guards.Guard(path, "pay", 9, 9, "demo: nothing"),
        _guards.Guard(path, "pay", 11, 13, "demo: too much"),
        _guards.Guard(path, "_check", 19, 19, None),
    ]


def test_without__guard_over_several_lines__leaves_pass_and_every_other_line(contracts: Path) -> None:
    lines = _guards.without(_guards.guards(contracts)[1], contracts).applied(SOURCE).splitlines()
    assert lines[10:13] == ["        pass", "", ""]
    assert [line for i, line in enumerate(lines) if not 10 <= i < 13] == [
        line for i, line in enumerate(SOURCE.splitlines()) if not 10 <= i < 13
    ]


def test_slices_using__shared_module__are_those_that_import_it(contracts: Path) -> None:
    assert slices_using(Path("shared/authorization.vy"), contracts) == ["demo"]
    assert slices_using(Path("demo/Demo.vy"), contracts) == ["demo"]


def test_check__list_of_the_repository__is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert _guards.main(["--check"]) == 0, capsys.readouterr().out


def removed(words: str, tests: str) -> subprocess.CompletedProcess[str]:
    """What the command says of one guard and one file of tests, in a process of its own: it forks."""
    return subprocess.run(
        [sys.executable, "-m", "scripts._guards", "--remove", "--only", words, "--tests", tests],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_remove__guard_that_a_test_covers__is_noticed() -> None:
    done = removed("reputation: wrong opening", "tests/contracts/reputation/test_reveal.py")
    assert "1 of 1 removed guards were noticed." in done.stdout, done.stdout + done.stderr
    assert "test_reveal__of_anything_but_what_was_committed__reverts" in done.stdout
    assert done.returncode == 0


def test_remove__no_test_that_could_notice__survives_and_ends_with_1() -> None:
    done = removed("reputation: wrong opening", "tests/contracts/reputation/test_pairs.py")
    assert "0 of 1 removed guards were noticed." in done.stdout, done.stdout + done.stderr
    assert "survived: reputation/ReputationLedger.vy" in done.stdout
    assert done.returncode == 1
