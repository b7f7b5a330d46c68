"""What became of faults, kept on disk, so that a run of hours can be cut and go on.

A verdict holds as long as what it was found with: the text of the source, all that its deployables are made
of, and the tests. One that a test noticed keeps while the file of that test is the same; one that survived
while the tests that run its line are the same, and their files.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts._mutants.operators import Mutant
from scripts._mutants.sources import ROOT, digest, sources_key, tests_key, users

KEPT = ROOT / ".pytest_cache" / "mutants" / "verdicts.jsonl"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a fault: "noticed" (`detail` is the test, or that it took too long), "survived",
    "broken" (does not compile), "equivalent" (the same code comes out). `test` is the node id of the one that
    noticed; `kept` says that it was tried in an earlier run."""

    mutant: Mutant
    outcome: str
    detail: str
    seconds: float
    test: str = ""
    kept: bool = False

    def __str__(self) -> str:
        return f"{self.outcome:10} {self.mutant} ({self.seconds:.1f} s; {self.detail})"

    @property
    def counts(self) -> bool:
        """Whether it was a fault at all."""
        return self.outcome in ("noticed", "survived")


@dataclass(frozen=True, slots=True)
class _Kept:
    """One line of the file."""

    fault: str  # which, and in what sources
    outcome: str
    detail: str
    seconds: float
    test: str
    found_with: str  # which tests
    place: str  # source and function


class Verdicts:
    """All of them; `path` is the file where they stay."""

    def __init__(self, path: Path = KEPT) -> None:
        self._path = path
        self._kept: dict[str, _Kept] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                found = _Kept(**json.loads(line))
                self._kept[found.fault] = found

    def of(self, mutant: Mutant, tests: list[str]) -> Trial | None:
        """What is known to become of a fault, if that still holds; `tests` are those that run its line."""
        found = self._kept.get(_fault(mutant))
        if found is None or found.found_with != _found_with(found.outcome, found.test, tests):
            return None
        if found.outcome == "noticed" and found.test not in tests:
            return None
        return Trial(mutant, found.outcome, found.detail, found.seconds, found.test, kept=True)

    def keep(self, trial: Trial, tests: list[str]) -> None:
        """Write down what became of a fault."""
        found = _Kept(
            _fault(trial.mutant),
            trial.outcome,
            trial.detail,
            round(trial.seconds, 2),
            trial.test,
            _found_with(trial.outcome, trial.test, tests),
            _place(trial.mutant),
        )
        self._kept[found.fault] = found
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(found)) + "\n")

    def noticing(self, mutant: Mutant) -> Counter[str]:
        """The tests that noticed other faults of the same function, and how many."""
        place = _place(mutant)
        return Counter(found.test for found in self._kept.values() if found.test and found.place == place)


def _place(mutant: Mutant) -> str:
    return f"{mutant.path} {mutant.function}"


def _fault(mutant: Mutant) -> str:
    where = f"{mutant.path} {mutant.begin} {mutant.end}"
    return digest(where, mutant.new, sources_key(users(mutant.path)))


def _found_with(outcome: str, test: str, tests: list[str]) -> str:
    """What the verdict hangs on besides the sources."""
    if outcome == "noticed":
        return tests_key(_files([test]))
    if outcome == "survived":
        return digest(tests_key(_files(tests)), *sorted(tests))
    return ""


def _files(tests: list[str]) -> set[Path]:
    return {path for test in tests if (path := ROOT / test.partition("::")[0]).is_file()}
