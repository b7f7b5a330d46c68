"""Which test runs which line: recorded in the EVM of the tests, by the compiler's map from code to source.

The record is a guess about what to run first and whom to ask at all, never a verdict: a mutant survives only
when every test that runs its line has passed with it.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Line = tuple[str, int]  # path below contracts/, line from 1


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


def merged(parts: list[Path]) -> Record:
    """The record of several runs."""
    lines: dict[str, frozenset[Line]] = {}
    seconds: dict[str, float] = {}
    for part in parts:
        for test, found in json.loads(part.read_text()).items():
            lines[test] = frozenset((path, line) for path, line in found["lines"])
            seconds[test] = found["seconds"]
    return Record(lines, seconds)


class Tracer:
    """A pytest plugin that writes the record of a run into `path`.

    Args:
        path: Where to.
        maps: Runtime code of our contracts → program counter → line.
    """

    def __init__(self, path: Path, maps: dict[bytes, dict[int, Line]]) -> None:
        self._path = path
        self._maps = maps
        self._counters: dict[bytes, set[int]] = defaultdict(set)
        self._found: dict[str, dict[str, Any]] = {}

    def pytest_sessionstart(self) -> None:
        """Watch the EVM."""
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
            for runtime, known in self._maps.items():
                if code.startswith(runtime):
                    lines |= {known[at] for at in seen if at in known}
        self._found[nodeid] = {"lines": sorted(lines), "seconds": time.monotonic() - self._began}

    def pytest_sessionfinish(self) -> None:
        """Write the record."""
        self._path.write_text(json.dumps(self._found))


def line_maps(contracts: Path, names: list[str]) -> dict[bytes, dict[int, Line]]:
    """For each contract: its runtime code → program counter → line of a source below `contracts`."""
    from vyper.compiler.phases import CompilerData
    from vyper.compiler.settings import anchor_settings
    from vyper.ir import compile_ir

    from scripts._generate.contracts import compiler_data

    to_evm: Any = compile_ir.assembly_to_evm
    found: dict[bytes, dict[int, Line]] = {}
    for name in names:
        data: CompilerData = compiler_data(contracts, name)
        with anchor_settings(data.settings):
            _, maps = to_evm(data.assembly_runtime, compiler_metadata=None)
            lines: dict[int, Line] = {}
            for at, node in maps["pc_raw_ast_map"].items():
                if node is None or not hasattr(node, "module_node"):
                    continue
                path = Path(node.module_node.resolved_path)
                if path.is_relative_to(contracts):
                    lines[at] = (str(path.relative_to(contracts)), node.lineno)
            found[data.bytecode_runtime] = lines
    return found
