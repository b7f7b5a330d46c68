"""A pytest session that has collected its tests and connected to their chain, held open at that point.

Whatever runs within it can fork, and the forked process runs tests at once instead of starting pytest and ape
anew; the tests are the same as in `make test`, on the same EVM.
"""

from __future__ import annotations

import gc
import io
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Generic, TypeVar

from scripts._mutants.forks import allow
from scripts._mutants.quick import quicken
from scripts._mutants.sources import CONTRACTS, ROOT

PYTEST = ("-q", "--capture=no", "--disable-warnings", "-p", "no:cacheprovider", "-p", "no:xdist")
# Seconds of computing that a test may take, and how often what it takes where nothing is at fault
TEST_LIMIT_S = 60
TEST_LIMIT_FACTOR = 20
# Young objects before the garbage collector looks: a trial is short, and the compiler makes many that last
GARBAGE = 200_000

Answer = TypeVar("Answer")


class Collected:
    """The tests that were collected."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._cases: dict[str, list[Any]] = defaultdict(list)
        for item in items:
            name = item.nodeid.partition("[")[0]
            self._cases[item.nodeid].append(item)
            if name != item.nodeid:
                self._cases[name].append(item)

    def of(self, path: Path) -> list[str]:
        """Every case of a file."""
        file = str(path.relative_to(ROOT))
        return [
            name
            for name, [item, *more] in self._cases.items()
            if not more and item.nodeid == name and name.partition("::")[0] == file
        ]

    def failing(
        self,
        names: list[str],
        seconds: dict[str, float] | None = None,
        *,
        all_of_them: bool = False,
        watched_by: object | None = None,
    ) -> dict[str, str]:
        """Run tests in this order, all cases of one that is named without: those that failed, and why; only
        the first of them unless all are asked for. To be called in a forked process, and there once.

        Args:
            names: Node ids.
            seconds: What each takes where nothing is at fault.
            watched_by: A further pytest plugin.
        """
        items = list(dict.fromkeys(item for name in names for item in self._cases.get(name, ())))
        if not items:
            return {}
        heard = _Heard()
        for plugin in (heard, watched_by):
            if plugin is not None:
                items[0].config.pluginmanager.register(plugin)
        for item, following in zip(items, [*items[1:], None], strict=True):
            print(item.nodeid, flush=True)
            allow(TEST_LIMIT_S + TEST_LIMIT_FACTOR * (seconds or {}).get(item.nodeid, 0.0))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if heard.failed and not all_of_them:
                break
        return heard.failed


class _Heard:
    """A pytest plugin that keeps what fails."""

    def __init__(self) -> None:
        self.failed: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note a failure."""
        if report.failed:
            self.failed[report.nodeid] = str(report.longrepr)


class _Held(Generic[Answer]):
    """A pytest plugin that does something else where the tests would run."""

    def __init__(self, work: Callable[[Collected], Answer]) -> None:
        self._work = work
        self._stdout = sys.stdout
        self.answer: list[Answer] = []
        self.failure: BaseException | None = None

    def pytest_runtestloop(self, session: Any) -> bool | None:
        """Do it, if all tests could be collected."""
        if session.testsfailed:
            return None
        # what is imported stays: nobody has to look through it for garbage
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE, 50, 50)
        try:
            with redirect_stdout(self._stdout):
                self.answer.append(self._work(Collected(session.items)))
        except BaseException as failure:  # pytest would only report it
            self.failure = failure
        return True


def within(files: Iterable[Path], work: Callable[[Collected], Answer]) -> Answer:
    """Do something in a process that has these files with tests collected, and the compiler ready.

    Raises:
        RuntimeError: they cannot be collected, with what pytest said.
    """
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
    import pytest

    from scripts._generate.contracts import compile_contract

    quicken()
    _quieten()
    compile_contract(CONTRACTS, "MockRatingSource")  # reads the compiler's grammar
    held = _Held(work)
    said = io.StringIO()
    with redirect_stdout(said):
        pytest.main([*PYTEST, *(str(path) for path in files)], plugins=[held])
    if held.failure:
        raise held.failure
    if not held.answer:
        raise RuntimeError(said.getvalue()[-3_000:])
    return held.answer[0]


def _quieten() -> None:
    """Spare what ape does after every transaction in order to say something about it, a sixth of a test."""
    import ape_ethereum.provider

    setattr(ape_ethereum.provider, "_post_send_transaction", lambda *_: None)  # noqa: B010
