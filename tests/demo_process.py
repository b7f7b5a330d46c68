"""A demo as a person starts it: a process of its own, and commands typed in another terminal."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
UP_WITHIN_S = 60.0
DOMAIN_TABLES = (
    "claimables",
    "escrows",
    "gatherings",
    "listings",
    "ratings",
    "reputation",
    "requests",
    "resources",
    "spaces",
    "ticket_holdings",
    "tickets",
)


def environment(**more: str) -> dict[str, str]:
    """The tests' environment without a run of its own."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("ALLMENDE_")}
    return found | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | more


def allmende(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One call of the command line, to its end."""
    command = [sys.executable, "-m", "scripts.main", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, timeout=300, check=False
    )


@dataclass
class Demo:
    """A running demo process. `home` is its folder, `run` what it wrote there."""

    process: subprocess.Popen[str]
    home: Path
    run: dict[str, Any] = field(default_factory=dict)
    printed: str = ""

    def call(self, *arguments: str) -> tuple[int, str, str]:
        """One call of the command line inside this process, which saves a second of imports: exit code,
        stdout, stderr."""
        from scripts.main import main

        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                main(["--home", str(self.home), *arguments])
            except SystemExit as leaving:
                return int(leaving.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    def json(self, *arguments: str) -> dict[str, Any]:
        """A command with --json that must succeed; its document."""
        code, out, err = self.call("--json", *arguments)
        assert code == 0, f"{arguments}: {out}{err}"
        document: dict[str, Any] = json.loads(out)
        return document

    def refusal(self, *arguments: str) -> dict[str, Any]:
        """A command with --json that must fail with exit code 1 and an error on stderr only; the error."""
        code, out, err = self.call("--json", *arguments)
        assert (code, out) == (1, ""), f"{arguments}: {out}{err}"
        error: dict[str, Any] = json.loads(err)["error"]
        assert error["message"]
        assert error["next_step"]
        return error

    def facts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that follows from what members did, table by table."""
        with sqlite3.connect(f"file:{self.home}/chain.sqlite?mode=ro", uri=True) as connection:
            return {table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in DOMAIN_TABLES}  # noqa: S608

    def pids(self) -> list[int]:
        """The processes it is made of."""
        return [self.process.pid, *self.run["pids"].values()]

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ask it to end as a terminal would; its exit code."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        self.printed += rest
        return self.process.returncode


def start_demo(*arguments: str, temporary: Path) -> Demo:
    """Start a demo whose temporary files go below `temporary`, and wait until it says how to look around."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.main", "demo", *arguments],
        cwd=ROOT,
        env=environment(TMPDIR=str(temporary)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    demo = Demo(process, temporary)
    assert process.stdout is not None
    began = time.monotonic()
    for line in process.stdout:
        demo.printed += line
        if line.startswith("  export ALLMENDE_HOME="):
            demo.home = Path(line.split("=", 1)[1].strip())
        if line.startswith("Ctrl-C ends it"):
            assert time.monotonic() - began < UP_WITHIN_S
            demo.run = json.loads((demo.home / "run.json").read_text())
            return demo
    process.wait()
    raise AssertionError(f"the demo did not come up:\n{demo.printed}")


def is_running(pid: int) -> bool:
    """Whether a process of this id exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def all_gone_within(pids: list[int], seconds: float) -> bool:
    """Whether every process ends within the time."""
    deadline = time.monotonic() + seconds
    while any(is_running(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
