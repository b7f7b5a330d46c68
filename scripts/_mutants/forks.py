"""Tasks in forked processes: each has all that its parent has imported and made, and nobody has it after it.

A forked process costs some hundredths of a second, a fresh one with ape, pytest and the compiler several
seconds.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Seconds of waiting where others compute too
WAIT_LIMIT_S = 60 * 60.0


@dataclass
class _Running:
    number: int
    began: float
    log: Path
    answer: Path


def forked(
    tasks: Iterator[Callable[[], Any]], jobs: int, cpu_limit_s: int
) -> Iterator[tuple[Any, str, tuple[int, float, bool]]]:
    """Run tasks in forked processes: the answer of each (None where it died), what it said, its number, the
    seconds that it computed and whether these were too many. Only as many are taken as answers are asked for,
    and `jobs` more."""
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
                    overdue = time.monotonic() - child.began > WAIT_LIMIT_S
                    if overdue:
                        os.kill(pid, signal.SIGKILL)
                    ended, status, used = os.wait4(pid, 0 if overdue else os.WNOHANG)
                    if not ended:
                        continue
                    late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
                    del running[pid]
                    found = json.loads(child.answer.read_text()) if child.answer.exists() else None
                    said = child.log.read_text(errors="replace") if child.log.exists() else ""
                    yield found, said, (child.number, used.ru_utime + used.ru_stime, late)
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
        allow(cpu_limit_s)
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


def allow(cpu_limit_s: float) -> None:
    """Let this process compute for so many seconds from now on; then it is ended."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + cpu_limit_s) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
