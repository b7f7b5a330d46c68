"""Which test runs which line: recorded in the EVM of the tests, by the compiler's map from code to source.

The record is a guess about what to run first and whom to ask at all, never a verdict: a mutant survives only
when every test that runs its line has passed with it.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scripts._mutants.forks import forked
from scripts._mutants.session import Collected
from scripts._mutants.sources import CONTRACTS, ROOT, made_of_ours, sources_key, tests_key

Line = tuple[str, int]  # path below contracts/, line from 1
LineMaps = list[tuple[str, bytes, dict[int, Line]]]  # contract, code, program counter → line
KEPT = ROOT / ".pytest_cache" / "mutants" / "lines"
# Seconds of computing at the beginning of a file, before its first test
FILE_LIMIT_S = 120


@dataclass(frozen=True, slots=True)
class Record:
    """Test (node id) → lines that it runs, and seconds that it takes."""

    lines: dict[str, frozenset[Line]]
    seconds: dict[str, float]

    def tests_of(self, path: str, first: int, last: int) -> list[str]:
        """The tests that run one of these lines of a source, quick ones with few other lines first."""
        wanted = {(path, line) for line in range(first, last + 1)}
        found = [test for test, lines in self.lines.items() if not wanted.isdisjoint(lines)]
        return sorted(found, key=lambda test: (len(self.lines[test]) * self.seconds[test], test))


class Tracer:
    """A pytest plugin that notes which lines each test runs, and in which contracts.

    Args:
        maps: Contracts, once with the code that deploys them and once with that at their address.
    """

    def __init__(self, maps: LineMaps) -> None:
        self._maps = maps
        self._counters: dict[bytes, set[int]] = defaultdict(set)
        self._began = 0.0
        self.contracts: set[str] = set()
        self.tests: dict[str, dict[str, Any]] = {}

    def watch(self) -> None:
        """Watch the EVM of this process."""
        from eth.vm.code_stream import CodeStream
        from eth.vm.opcode_values import STOP

        counters = self._counters

        def watched(stream: Any) -> Iterator[int]:
            code: bytes = stream._raw_code_bytes
            seen = counters[code]
            size = len(code)
            while (at := stream.program_counter) < size:
                seen.add(at)
                stream.program_counter = at + 1
                yield code[at]
            yield STOP

        setattr(CodeStream, "__iter__", watched)  # noqa: B010

    def pytest_runtest_logstart(self) -> None:
        """Begin a test."""
        self._counters.clear()
        self._began = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Keep what the test ran."""
        lines: set[Line] = set()
        for code, seen in self._counters.items():
            for name, beginning, known in self._maps:
                if code.startswith(beginning):
                    self.contracts.add(name)
                    lines |= {known[at] for at in seen if at in known}
        self.tests[nodeid] = {"lines": sorted(lines), "seconds": round(time.monotonic() - self._began, 3)}


def line_maps(contracts: Path, names: list[str]) -> LineMaps:
    """The code that deploys each contract and that at its address, which is within the former: program
    counter → line of a source below `contracts`."""
    from vyper.compiler.settings import anchor_settings
    from vyper.ir import compile_ir

    from scripts._generate.contracts import compiler_data

    to_evm: Any = compile_ir.assembly_to_evm
    found: LineMaps = []
    for name in names:
        data = compiler_data(contracts, name)
        with anchor_settings(data.settings):
            metadata = bytes.fromhex(data.integrity_sum)
            for assembly, suffix in ((data.assembly, metadata), (data.assembly_runtime, None)):
                code, maps = to_evm(assembly, compiler_metadata=suffix)
                lines: dict[int, Line] = {}
                for at, node in maps["pc_raw_ast_map"].items():
                    if node is None or not hasattr(node, "module_node"):
                        continue
                    path = Path(node.module_node.resolved_path)
                    if path.is_relative_to(contracts):
                        lines[at] = (str(path.relative_to(contracts)), node.lineno)
                found.append((name, bytes(code), lines))
    return found


def record(files: Iterable[Path], collected: Collected, jobs: int) -> Record:
    """Which test of these files runs which line. What is found out about a file stays on disk until it
    changes, or what it shares with others, or the source of a contract that it runs.

    Raises:
        RuntimeError: a test fails without any fault, with what pytest said.
    """
    parts: dict[Path, dict[str, Any]] = {}
    missing: list[Path] = []
    for path in sorted(files, key=lambda path: -path.stat().st_size):
        found = _kept(path)
        if found is None:
            missing.append(path)
        else:
            parts[path] = found
    if missing:
        maps = line_maps(CONTRACTS, made_of_ours())
        tasks = (partial(_traced, collected, collected.of(path), maps) for path in missing)
        for answer, said, (number, computed_s, _) in forked(tasks, jobs, FILE_LIMIT_S):
            if answer is None or answer["failed"]:
                failed = answer["failed"].items() if answer else ()
                raise RuntimeError(
                    "\n".join(f"{test}\n{why[-1_000:]}" for test, why in failed) or said[-1_000:]
                )
            parts[missing[number]] = answer["found"] | {"computed_s": round(computed_s, 1)}
            kept = _place(missing[number])
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(parts[missing[number]]))
    lines: dict[str, frozenset[Line]] = {}
    seconds: dict[str, float] = {}
    for part in parts.values():
        for test, ran in part["tests"].items():
            lines[test] = frozenset((source, line) for source, line in ran["lines"])
            seconds[test] = ran["seconds"]
    return Record(lines, seconds)


def _traced(collected: Collected, tests: list[str], maps: LineMaps) -> dict[str, Any]:
    """In a process of its own: run tests and see which lines they run."""
    tracer = Tracer(maps)
    tracer.watch()
    failed = collected.failing(tests, watched_by=tracer)
    names = tuple(sorted(tracer.contracts))
    return {
        "failed": failed,
        "found": {"contracts": names, "sources": sources_key(names), "tests": tracer.tests},
    }


def _place(path: Path) -> Path:
    return KEPT / f"{path.stem}-{tests_key({path})}.json"


def _kept(path: Path) -> dict[str, Any] | None:
    """What is known about a file with tests and still holds."""
    kept = _place(path)
    if not kept.exists():
        return None
    found: dict[str, Any] = json.loads(kept.read_text())
    try:
        same = found["sources"] == sources_key(tuple(found["contracts"]))
    except FileNotFoundError:
        same = False
    return found if same else None
