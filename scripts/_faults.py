"""Planted faults: mistakes as people make them, kept as patches, and whether the tests they name notice them.

    python -m scripts._faults                 tries every one; exits 1 when one is not noticed
    python -m scripts._faults --only lanes    those whose name contains this
    python -m scripts._faults --sample 8      so many, chosen by --seed
    python -m scripts._faults --json          one JSON object a line

A patch in `tests/contracts/faults/` is a unified diff against `contracts/`. Above it stand one sentence of
what is wrong, and lines with `Noticed by` and a test, all of which have to fail. A patch that no longer
applies, or that no longer compiles, is a failure too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from scripts._mutants.forks import forked
from scripts._mutants.session import Collected, within
from scripts._mutants.sources import CONTRACTS, ROOT, TESTS, fresh_compiling, users

FAULTS = TESTS / "faults"
NOTICED_BY = re.compile(r"^Noticed by (.+)$", re.MULTILINE)
TOUCHED = re.compile(r"^\+\+\+ b/contracts/(\S+)$", re.MULTILINE)
CPU_LIMIT_S = 240


@dataclass(frozen=True, slots=True)
class Fault:
    """One patch: its name, what is wrong, the tests (node ids) that notice it, the sources it touches."""

    name: str
    path: Path
    sentence: str
    tests: tuple[str, ...]
    touched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a fault: "noticed", or else "survived", "does not apply", "does not compile"."""

    name: str
    outcome: str
    detail: str


def faults(folder: Path = FAULTS) -> list[Fault]:
    """Every patch of a folder, by name."""
    found = []
    for path in sorted(folder.glob("*.patch")):
        text = path.read_text()
        sentence = " ".join(text.partition("Noticed by")[0].split())
        tests, touched = NOTICED_BY.findall(text), TOUCHED.findall(text)
        found.append(Fault(path.stem, path, sentence, tuple(tests), tuple(touched)))
    return found


def sampled(found: list[Fault], count: int | None, seed: int) -> list[Fault]:
    """So many of the faults, or all of them, in their order."""
    if count is None or count >= len(found):
        return found
    # a seeded sample has to be repeatable, not unguessable
    picked = random.Random(seed).sample(range(len(found)), count)  # noqa: S311
    return [found[index] for index in sorted(picked)]


def try_faults(chosen: list[Fault], jobs: int, tell: Callable[[Answer], None]) -> list[Answer]:
    """Try faults, each in a forked process, and tell what becomes of each."""
    files = sorted({ROOT / test.partition("::")[0] for fault in chosen for test in fault.tests})
    return within(files, partial(_try_within, chosen, jobs, tell))


def _try_within(
    chosen: list[Fault], jobs: int, tell: Callable[[Answer], None], collected: Collected
) -> list[Answer]:
    answers = []
    tasks = (partial(attempt, fault, collected) for fault in chosen)
    for answer, said, (number, _, _) in forked(tasks, jobs, CPU_LIMIT_S):
        outcome, detail = ("died", said[-300:]) if answer is None else answer
        answers.append(Answer(chosen[number].name, outcome, detail))
        tell(answers[-1])
    return answers


def attempt(fault: Fault, collected: Collected) -> tuple[str, str]:
    """In a process of its own: a copy of the sources with the fault in it, and its tests."""
    with tempfile.TemporaryDirectory(prefix="allmende-fault-") as folder:
        copy = Path(folder) / "contracts"
        shutil.copytree(CONTRACTS, copy)
        applied = apply(fault.path, Path(folder))
        if applied:
            return "does not apply", applied
        made = {source: users(Path(source)) for source in fault.touched}
        os.environ["ALLMENDE_CONTRACTS"] = str(copy)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(folder) / "hypothesis")
        from vyper.exceptions import VyperException

        compiling = fresh_compiling()
        try:
            for source in fault.touched:
                [name, *_] = made[source]
                compiling.compiled(name)
        except VyperException as error:
            return "does not compile", str(error).splitlines()[0]
        passed = passing(list(fault.tests), collected)
        if passed:
            return "survived", f"still pass: {', '.join(passed)}"
        return "noticed", f"{len(fault.tests)} tests"


def passing(tests: list[str], collected: Collected) -> list[str]:
    """Those of these tests of which no case fails, also because there is none of that name."""
    failed = set(collected.failing(tests, all_of_them=True))
    failed |= {test.partition("[")[0] for test in failed}
    return [test for test in tests if test not in failed]


def apply(patch: Path, folder: Path) -> str:
    """Apply a patch to `contracts/` below a folder: what git says against it, or nothing."""
    done = subprocess.run(
        ["git", "apply", "-p1", str(patch)],
        cwd=folder,
        env=os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr.strip()


def main(arguments: list[str] | None = None) -> int:
    """Try the faults; 0 when every one is noticed."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts._faults", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", help="only patches whose name contains this")
    parser.add_argument("--sample", type=int, help="only so many, chosen at random")
    parser.add_argument("--seed", type=int, default=0, help="of the random choice")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    chosen = sampled(
        [fault for fault in faults() if options.only in fault.name], options.sample, options.seed
    )

    def tell(answer: Answer) -> None:
        line = f"{answer.outcome:10} {answer.name} ({answer.detail})"
        print(json.dumps(asdict(answer)) if options.json else line, flush=True)

    answers = try_faults(chosen, options.jobs, tell) if chosen else []
    bad = [answer for answer in answers if answer.outcome != "noticed"]
    if not options.json:
        print(f"{len(answers) - len(bad)} of {len(chosen)} planted faults were noticed.")
    return 1 if bad or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
