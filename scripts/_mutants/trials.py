"""One fault after the other: tried on a copy of the sources, in a process forked from one that has collected
the tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from scripts._mutants.forks import forked
from scripts._mutants.operators import Mutant
from scripts._mutants.session import Collected
from scripts._mutants.sources import CONTRACTS, fresh_compiling, users
from scripts._mutants.tracing import Record
from scripts._mutants.verdicts import Trial, Verdicts

# Seconds of computing until the first test
COMPILE_LIMIT_S = 120
NO_END = "no end"


def trials(
    mutants: Iterable[Mutant], collected: Collected, known: Record, verdicts: Verdicts, jobs: int
) -> Iterator[Trial]:
    """Try faults as long as they are asked for, in about their order. Of some it is known already what
    becomes of them.

    Args:
        mutants: The faults.
        collected: The tests.
        known: Which test runs which line.
        verdicts: What is known, and where to keep what is found out.
        jobs: How many at once.
    """
    mutants = list(mutants)
    for name in sorted({name for mutant in mutants for name in users(mutant.path)}):
        fresh_compiling().compiled(name)
    ready: list[Trial] = []
    started: list[tuple[Mutant, list[str]]] = []

    def tasks() -> Iterator[Callable[[], Any]]:
        for mutant in mutants:
            tests = tests_of(mutant, known)
            found = verdicts.of(mutant, tests)
            if found is not None:
                ready.append(found)
                continue
            started.append((mutant, tests))
            first = telling(tests, verdicts.noticing(mutant))
            yield partial(_attempt, mutant, first, collected, known.seconds)

    for answer, said, (number, seconds, late) in forked(tasks(), jobs, COMPILE_LIMIT_S):
        yield from _drained(ready)
        mutant, tests = started[number]
        if answer is not None:
            outcome, detail, test = answer
            trial = Trial(mutant, outcome, detail, seconds, test)
        elif late and (begun := [line for line in said.splitlines() if "::" in line]):
            trial = Trial(mutant, "noticed", NO_END, seconds, begun[-1])
        else:
            # it died of something else, which another run may be spared
            yield Trial(mutant, "broken", said[-300:], seconds)
            continue
        verdicts.keep(trial, tests)
        yield trial
    yield from _drained(ready)


def _drained(ready: list[Trial]) -> Iterator[Trial]:
    while ready:
        yield ready.pop(0)


def telling(tests: list[str], noticing: Counter[str]) -> list[str]:
    """Tests in the order in which to run them: those first that noticed the most faults near by."""
    return sorted(tests, key=lambda test: -noticing[test])


def tests_of(mutant: Mutant, known: Record) -> list[str]:
    """The tests that run a fault's statement; for a constant of a module, those that run a line with its
    name."""
    if mutant.function:
        return known.tests_of(str(mutant.path), mutant.first_line, mutant.last_line)
    text = (CONTRACTS / mutant.path).read_text().splitlines()
    names = {text[mutant.first_line - 1].partition(":")[0].strip()}
    found: dict[str, None] = {}
    for path in sorted(CONTRACTS.rglob("*.vy")):
        lines = path.read_text().splitlines()
        for _ in range(3):  # constants made of constants
            names |= {
                line.partition(":")[0].strip()
                for line in lines
                if "constant(" in line and _words(line.partition("=")[2]) & names
            }
        relative = str(path.relative_to(CONTRACTS))
        for number, line in enumerate(lines, 1):
            if line.startswith(" ") and _words(line) & names:
                found |= dict.fromkeys(known.tests_of(relative, number, number))
    return list(found)


def code_of(artefact: dict[str, Any]) -> bytes:
    """What a compiled contract does when it is deployed and afterwards: all of its code but the compiler's
    digest of the sources at the end."""
    code = bytes.fromhex(artefact["bytecode"].removeprefix("0x"))
    return code[: -int.from_bytes(code[-2:], "big")]


def _words(text: str) -> set[str]:
    return set("".join(char if char.isalnum() or char == "_" else " " for char in text).split())


def _attempt(
    mutant: Mutant, tests: list[str], collected: Collected, seconds: dict[str, float]
) -> tuple[str, str, str]:
    """In a process of its own: compile a copy with the fault in it, and run the tests: outcome, detail and
    the test that noticed."""
    originals = {name: code_of(fresh_compiling().compiled(name)) for name in users(mutant.path)}
    with tempfile.TemporaryDirectory(prefix="allmende-mutant-") as folder:
        copy = Path(folder) / "contracts"
        shutil.copytree(CONTRACTS, copy)
        source = copy / mutant.path
        source.write_text(mutant.applied(source.read_text()))
        os.environ["ALLMENDE_CONTRACTS"] = str(copy)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(folder) / "hypothesis")
        from vyper.exceptions import VyperException

        compiling = fresh_compiling()
        try:
            if all(code_of(compiling.compiled(name)) == originals[name] for name in originals):
                return "equivalent", "the same code", ""
            if not tests:
                return "survived", "no test runs this line", ""
            failed = collected.failing(tests, seconds)
            if not failed:
                return "survived", f"{len(tests)} tests pass", ""
            [test] = failed
            return "noticed", test.rpartition("::")[2], test
        except VyperException as error:
            return "broken", str(error).splitlines()[0], ""
        finally:
            for name in originals:
                shutil.rmtree(compiling.CACHE / compiling.sources_key(name), ignore_errors=True)
