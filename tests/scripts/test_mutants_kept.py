"""Trials of faults cost little and are not made twice: what is kept, what it hangs on, and that the quick
compiler makes the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from scripts._generate.contracts import DEPLOYABLES
from scripts._mutants import sources, verdicts
from scripts._mutants.operators import Mutant, mutants_of
from scripts._mutants.progress import Progress
from scripts._mutants.sources import CONTRACTS, ROOT, TESTS, unit_tests, users
from scripts._mutants.trials import code_of, telling
from scripts._mutants.verdicts import Trial, Verdicts

SOURCE = Path("booking/lanes.vy")
ROUTER = "tests/contracts/escrow/test_router.py::test_a"
SPLIT = "tests/contracts/escrow/test_split.py::test_b"
# every contract compiled quickly, and again with what the first time left behind
COMPILED_QUICKLY = """
import json
import sys
from eth_utils import keccak
from scripts._generate.contracts import compiler_data
from scripts._mutants.quick import quicken
from scripts._mutants.sources import CONTRACTS

quicken()
quicken()
for _ in range(2):
    made = {name: compiler_data(CONTRACTS, name) for name in sys.argv[1:]}
    codes = {name: (data.bytecode, data.bytecode_runtime) for name, data in made.items()}
    print(json.dumps({name: [keccak(code).hex() for code in both] for name, both in codes.items()}))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where verdicts are kept."""
    return tmp_path / "mutants" / "verdicts.jsonl"


@pytest.fixture
def fault() -> Mutant:
    """A fault of a source of ours."""
    return mutants_of(SOURCE, CONTRACTS)[0]


@pytest.fixture
def another() -> Mutant:
    """Another of the same source."""
    return mutants_of(SOURCE, CONTRACTS)[1]


def test_verdicts__noticed__is_known_in_the_next_run_and_only_of_that_fault(
    path: Path, fault: Mutant, another: Mutant
) -> None:
    Verdicts(path).keep(Trial(fault, "noticed", "test_a", 2.0, ROUTER), [ROUTER, SPLIT])
    found = Verdicts(path).of(fault, [SPLIT, ROUTER])
    assert found == Trial(fault, "noticed", "test_a", 2.0, ROUTER, kept=True)
    assert Verdicts(path).of(another, [SPLIT, ROUTER]) is None
    # another choice of tests has to notice by itself
    assert Verdicts(path).of(fault, [SPLIT]) is None


@pytest.mark.parametrize(("changed", "known"), [("test_router.py", False), ("test_split.py", True)])
def test_verdicts__noticed__holds_while_the_file_of_that_test_is_the_same(
    path: Path, fault: Mutant, monkeypatch: pytest.MonkeyPatch, changed: str, known: bool
) -> None:
    Verdicts(path).keep(Trial(fault, "noticed", "test_a", 2.0, ROUTER), [ROUTER, SPLIT])
    change(monkeypatch, changed)
    assert (Verdicts(path).of(fault, [ROUTER, SPLIT]) is not None) == known


@pytest.mark.parametrize("changed", ["test_router.py", "test_split.py", "conftest.py", "deal.py"])
def test_verdicts__survived__holds_while_all_tests_of_it_are_the_same(
    path: Path, fault: Mutant, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    Verdicts(path).keep(Trial(fault, "survived", "2 tests pass", 9.0), [ROUTER, SPLIT])
    assert Verdicts(path).of(fault, [SPLIT, ROUTER]) is not None
    assert Verdicts(path).of(fault, [ROUTER]) is None
    assert Verdicts(path).of(fault, [ROUTER, SPLIT, SPLIT + "_more"]) is None
    change(monkeypatch, changed)
    assert Verdicts(path).of(fault, [ROUTER, SPLIT]) is None


@pytest.mark.parametrize("outcome", ["noticed", "survived", "broken", "equivalent"])
def test_verdicts__whatever_it_is__is_forgotten_when_a_source_changes(
    path: Path, fault: Mutant, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    test = ROUTER if outcome == "noticed" else ""
    Verdicts(path).keep(Trial(fault, outcome, "", 2.0, test), [ROUTER])
    assert Verdicts(path).of(fault, [ROUTER]) is not None
    monkeypatch.setattr(verdicts, "sources_key", lambda names: "other sources of " + " ".join(names))
    assert Verdicts(path).of(fault, [ROUTER]) is None


def change(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let files of this name be different from what they were."""
    before = sources._file_key
    monkeypatch.setattr(
        sources, "_file_key", lambda path: before(path) + ("changed" if path.name == name else "")
    )


def test_telling__tests_that_noticed_faults_near_by__come_first(
    path: Path, fault: Mutant, another: Mutant
) -> None:
    kept = Verdicts(path)
    kept.keep(Trial(another, "noticed", "test_b", 2.0, SPLIT), [ROUTER, SPLIT])
    near_by = kept.noticing(fault) if fault.function == another.function else Counter({SPLIT: 1})
    assert telling([ROUTER, SPLIT], near_by) == [SPLIT, ROUTER]
    assert telling([ROUTER, SPLIT], Counter()) == [ROUTER, SPLIT]


def test_progress__of_a_run_that_goes_on__says_what_is_left_at_the_pace_of_what_it_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = iter([100.0, 160.0])
    monkeypatch.setattr("scripts._mutants.progress.time.monotonic", lambda: next(seconds))
    progress = Progress(200)
    for _ in range(90):
        progress.step(kept=True)
    for _ in range(10):
        progress.step(kept=False)
    # six seconds each, a hundred to go
    assert str(progress) == "100/200, 10 min left:"


def test_unit_tests__of_a_source__are_those_of_its_slices_without_machines_and_budgets() -> None:
    for source in (SOURCE, Path("shared/authorization.vy"), Path("escrow/legs.vy")):
        found = unit_tests(source)
        assert found
        assert not [
            path for path in found if path.name == "test_gas.py" or TESTS / "stateful" in path.parents
        ]
    assert TESTS / "spaces" in {path.parent for path in unit_tests(SOURCE)}
    assert users(Path("escrow/Router.vy")) == ("Router",)


def test_code_of__contract__is_all_that_it_does_and_no_digest_of_its_sources() -> None:
    artefact = {"bytecode": "0x" + "60016002" + "a1b2c3" + "0005", "runtime": "0x6002"}
    assert code_of(artefact) == bytes.fromhex("60016002")


def test_quicken__every_contract__compiles_to_the_bytes_of_the_manifest() -> None:
    """The manifest is made by the compiler as it is, and `make check` sees that it is fresh."""
    done = subprocess.run(
        [sys.executable, "-c", COMPILED_QUICKLY, *DEPLOYABLES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    written = json.loads((CONTRACTS / "manifest.json").read_text())["contracts"]
    expected = {
        name: [entry[f"{kind}_keccak256"].removeprefix("0x") for kind in ("creation", "code")]
        for name, entry in written.items()
    }
    assert set(expected) == set(DEPLOYABLES)
    assert [json.loads(line) for line in done.stdout.splitlines()] == [expected, expected]
