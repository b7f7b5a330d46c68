"""One fault after the other: tried in a process forked from one that has everything imported already.

A forked process costs a tenth of a second, a fresh one with ape, pytest and the compiler several; the tests
are the same as in `make test`, on the same EVM.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import io
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scripts._mutants.operators import Mutant
from scripts._mutants.tracing import Line, Record, Tracer, merged

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
TESTS = ROOT / "tests" / "contracts"
# Seconds of computing that a trial may take, and of waiting where others compute too
CPU_LIMIT_S = 120
WAIT_LIMIT_S = 20 * 60.0
PYTEST = (
    "-x",
    "-q",
    "--tb=no",
    "--disable-warnings",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:unraisableexception",
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a fault: "noticed" (`detail` is the test, or that it took too long), "survived",
    "broken" (does not compile), "equivalent" (the same code comes out)."""

    mutant: Mutant
    outcome: str
    detail: str
    seconds: float

    @property
    def counts(self) -> bool:
        """Whether it was a fault at all."""
        return self.outcome in ("noticed", "survived")


def preload(files: list[Path]) -> None:
    """Import what every forked process needs, the tests themselves included, and let the compiler read its
    grammar."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    import pytest

    from scripts._generate.contracts import compile_contract

    compile_contract(CONTRACTS, "MockRatingSource")
    with redirect_stdout(io.StringIO()):
        pytest.main([*PYTEST, "--collect-only", "--capture=no", *(str(path) for path in files)])
    # what is imported stays: nobody has to look through it for garbage
    gc.collect()
    gc.freeze()


def record(files: list[Path], maps: dict[bytes, dict[int, Line]], jobs: int) -> Record:
    """Run all tests of these files once and keep which runs what; the answer stays on disk as long as no
    test and no source changes.

    Raises:
        RuntimeError: a test fails without any fault, with what pytest said.
    """
    kept = ROOT / ".pytest_cache" / "mutants" / f"{_key(files)}.json"
    if kept.exists():
        return merged([kept])
    groups: list[list[Path]] = [[] for _ in range(jobs)]
    weights = [0] * jobs
    for path in sorted(files, key=lambda path: -path.stat().st_size):
        lightest = weights.index(min(weights))
        groups[lightest].append(path)
        weights[lightest] += path.stat().st_size
    with tempfile.TemporaryDirectory(prefix="allmende-record-") as folder:
        parts = [Path(folder) / f"{number}.json" for number in range(jobs)]

        def run(number: int) -> Callable[[], Any]:
            def task() -> Any:
                import pytest

                paths = [str(path) for path in groups[number]]
                return int(pytest.main([*PYTEST, *paths], plugins=[Tracer(parts[number], maps)]))

            return task

        tasks = [run(number) for number in range(jobs) if groups[number]]
        for answer, said, _ in _forked(iter(tasks), jobs, 10 * CPU_LIMIT_S):
            if answer != 0:
                raise RuntimeError(said[-3_000:])
        found: dict[str, Any] = {}
        for part in parts:
            if part.exists():
                found |= json.loads(part.read_text())
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(found))
    return merged([kept])


def _key(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted({*files, *TESTS.rglob("*.py"), *CONTRACTS.rglob("*.vy*")}):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:32]


def trials(
    mutants: Iterable[Mutant], known: Record, users: Callable[[Path], list[str]], jobs: int
) -> Iterator[Trial]:
    """Try faults as long as they are asked for, in about their order.

    Args:
        mutants: The faults.
        known: Which test runs which line.
        users: The deployables that contain a source, the one to compile first in front.
        jobs: How many at once.
    """
    started: list[Mutant] = []

    def tasks() -> Iterator[Callable[[], Any]]:
        for mutant in mutants:
            started.append(mutant)
            yield partial(_attempt, mutant, tests_of(mutant, known), users(mutant.path))

    for answer, said, (number, seconds, late) in _forked(tasks(), jobs, CPU_LIMIT_S):
        if answer is None:
            outcome, detail = ("noticed", "no end") if late else ("broken", said[-300:])
        else:
            outcome, detail = answer
        yield Trial(started[number], outcome, detail, seconds)


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


def _words(text: str) -> set[str]:
    return set("".join(char if char.isalnum() or char == "_" else " " for char in text).split())


class _Selection:
    """A pytest plugin: only these tests, in this order; keeps the name of the first that fails."""

    def __init__(self, tests: list[str]) -> None:
        self._rank = {test: number for number, test in enumerate(tests)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave out the others."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._rank), key=lambda item: self._rank[item.nodeid]
        )

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a failure."""
        if report.failed and not self.failed:
            self.failed = report.nodeid.rpartition("::")[2]


def _attempt(mutant: Mutant, tests: list[str], users: list[str]) -> tuple[str, str]:
    """In a process of its own: compile a copy with the fault in it, and run the tests."""
    with tempfile.TemporaryDirectory(prefix="allmende-mutant-") as folder:
        copy = Path(folder) / "contracts"
        shutil.copytree(CONTRACTS, copy)
        source = copy / mutant.path
        source.write_text(mutant.applied(source.read_text()))
        os.environ["ALLMENDE_CONTRACTS"] = str(copy)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(Path(folder) / "hypothesis")
        from vyper.exceptions import VyperException

        compiling = fresh_compiling()

        made = []
        try:
            same = True
            for name in users:
                made.append(compiling.CACHE / compiling.sources_key(name))
                mine = compiling.compiled(name)["runtime"]
                same = same and mine == _original(name)
                if not same:
                    break
            if same:
                return "equivalent", "the same code"
            if not tests:
                return "survived", "no test runs this line"
            import pytest

            selection = _Selection(tests)
            files = sorted({test.partition("::")[0] for test in tests})
            code = int(pytest.main([*PYTEST, *files], plugins=[selection]))
            made += [compiling.CACHE / compiling.sources_key(name) for name in users]
            if code == pytest.ExitCode.OK:
                return "survived", f"{len(tests)} tests pass"
            if code == pytest.ExitCode.TESTS_FAILED:
                return "noticed", selection.failed
            return "broken", f"pytest ended with {code}"
        except VyperException as error:
            return "broken", str(error).splitlines()[0]
        finally:
            for key in made:
                shutil.rmtree(key, ignore_errors=True)


def _original(name: str) -> str:
    """The code without a fault, from the cache that the record filled."""
    changed = os.environ.pop("ALLMENDE_CONTRACTS")
    try:
        found: str = fresh_compiling().compiled(name)["runtime"]
    finally:
        os.environ["ALLMENDE_CONTRACTS"] = changed
        fresh_compiling()
    return found


def fresh_compiling() -> Any:
    """What the tests compile with, which must forget what it knows when the folder of the sources changes."""
    found = importlib.import_module("contracts.compiling")
    found.sources_key.cache_clear()
    found.compiled.cache_clear()
    return found


@dataclass
class _Running:
    number: int
    began: float
    log: Path
    answer: Path


def _forked(
    tasks: Iterator[Callable[[], Any]], jobs: int, cpu_limit_s: int
) -> Iterator[tuple[Any, str, tuple[int, float, bool]]]:
    """Run tasks in forked processes: the answer of each (None where it died), what it said, its number, its
    seconds and whether it took too long. Only as many are taken as answers are asked for, and `jobs` more."""
    running: dict[int, _Running] = {}
    number = 0
    with tempfile.TemporaryDirectory(prefix="allmende-forks-") as folder:
        try:
            while True:
                while len(running) < jobs and (task := next(tasks, None)) is not None:
                    log, answer = Path(folder) / f"{number}.log", Path(folder) / f"{number}.json"
                    running[_fork(task, log, answer, cpu_limit_s)] = _Running(
                        number, time.monotonic(), log, answer
                    )
                    number += 1
                if not running:
                    return
                for pid, child in list(running.items()):
                    seconds = time.monotonic() - child.began
                    if seconds > WAIT_LIMIT_S:
                        os.kill(pid, signal.SIGKILL)
                    ended, status = os.waitpid(pid, 0 if seconds > WAIT_LIMIT_S else os.WNOHANG)
                    if not ended:
                        continue
                    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
                    del running[pid]
                    found = json.loads(child.answer.read_text()) if child.answer.exists() else None
                    said = child.log.read_text(errors="replace") if child.log.exists() else ""
                    yield found, said, (child.number, seconds, late)
                time.sleep(0.02)
        finally:
            for pid in running:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _fork(task: Callable[[], Any], log: Path, answer: Path, cpu_limit_s: int) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit_s, cpu_limit_s + 5))
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        found = json.dumps(task())
        unfinished = answer.with_suffix(".partial")
        unfinished.write_text(found)
        unfinished.rename(answer)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
