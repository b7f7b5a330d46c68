"""`allmende doctor`: what this machine lacks, each finding with the line that mends it."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import Session

ROOT = Path(__file__).resolve().parents[1]
OLDEST_PYTHON = (3, 11)
WANTED_BYTES = 200_000_000
# A clock that is off signs people in and out at the wrong time and refuses blocks "from the future".
BUILT_S = 1_760_000_000
DRIFT_S = 120
PORTS = {"chain": 8545, "API": 8000}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and the line that mends it."""

    name: str
    well: bool
    found: str
    mend: str = ""


def doctor(
    ctx: typer.Context,
    fast: Annotated[bool, typer.Option("--fast", help="Do not start anvil to try it.")] = False,
) -> None:
    """Look for what is missing on this machine, and say how to mend it. Exit code 1 when something is.

    [bold]Example:[/bold]  allmende doctor
    """
    session: Session = ctx.obj
    findings = [
        _python(),
        _anvil(fast),
        _page(),
        *(_port(name, port) for name, port in PORTS.items()),
        _loopback(),
        _disk(session.home),
        _database(session.home),
        _run(session),
        _clock(session),
    ]

    def readable() -> None:
        for item in findings:
            mark = "[green]✓[/green]" if item.well else "[red]✗[/red]"
            _output.out.print(f"{mark} [bold]{item.name}[/bold]  ", end="")
            _output.out.print(item.found, markup=False)
            if not item.well:
                _output.out.print(f"  → {item.mend}", markup=False)

    _output.show(session.as_json, {"data": [asdict(item) for item in findings]}, readable)
    if not all(item.well for item in findings):
        raise typer.Exit(1)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    well = sys.version_info[:2] >= OLDEST_PYTHON
    return Finding(
        "Python", well, version, "Install Python 3.11 or newer, then: make clean setup PYTHON=python3.12"
    )


def _anvil(fast: bool) -> Finding:
    from scripts._anvil import Anvil, find_binary

    try:
        binary = find_binary()
        if fast:
            return Finding("local chain", True, str(binary))
        began = time.monotonic()
        with Anvil() as chain:
            version = chain.rpc("web3_clientVersion")
        return Finding("local chain", True, f"{version}, started in {time.monotonic() - began:.2f} s")
    except CommandError as error:
        return Finding("local chain", False, error.message, "make setup")
    except OSError as error:
        return Finding(
            "local chain", False, f"anvil does not run: {error}", "rm -rf node_modules && make setup"
        )


def _page(root: Path = ROOT) -> Finding:
    sources = root / "frontend" / "src"
    built = root / "frontend" / "dist" / "index.html"
    if built.is_file():
        return Finding("page", True, f"built {_output.moment(int(built.stat().st_mtime))}")
    # what was installed without its sources has nothing to build; its API and command line work
    return Finding("page", not sources.is_dir(), "it is not built", "make web")


def _port(name: str, port: int) -> Finding:
    from scripts._processes import port_is_free

    free = port_is_free(port)
    # a demo takes free ports of its own, so a taken one is worth knowing and no fault
    return Finding(
        f"port of the {name}", True, f"{port} is {'free' if free else 'taken; the demo takes another'}"
    )


def _loopback() -> Finding:
    import socket

    try:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.create_connection(server.getsockname(), timeout=2),
        ):
            return Finding("loopback", True, "127.0.0.1 answers")
    except OSError as error:
        return Finding("loopback", False, f"127.0.0.1 does not answer: {error}", "sudo ip link set lo up")


def _disk(home: Path) -> Finding:
    import shutil
    import tempfile

    folder = next(parent for parent in (home.absolute(), *home.absolute().parents) if parent.exists())
    free = min(shutil.disk_usage(place).free for place in (folder, tempfile.gettempdir()))
    mend = "Free some space, or set TMPDIR and --home to another disk."
    return Finding("disk", free >= WANTED_BYTES, f"{free / 1e9:.1f} GB free", mend)


def _database(home: Path) -> Finding:
    import sqlite3
    import tempfile

    folder = home if home.is_dir() else Path(tempfile.gettempdir())
    probe = folder / f".doctor-{os.getpid()}.sqlite"
    try:
        connection = sqlite3.connect(probe)
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        connection.execute("CREATE TABLE probe (value BLOB)")
        connection.close()
    except sqlite3.Error as error:
        return Finding("database", False, f"{folder} cannot be written: {error}", f"chmod u+rwx {folder}")
    finally:
        for path in folder.glob(f"{probe.name}*"):
            path.unlink(missing_ok=True)
    found = f"SQLite {sqlite3.sqlite_version} writes {folder}, journal {mode}"
    return Finding(
        "database", mode == "wal", found, "Choose a --home on a local disk: network disks have no WAL."
    )


def _run(session: Session) -> Finding:
    if not session.run:
        return Finding("run", True, f"nothing runs from {session.home}; start with: allmende demo")
    try:
        as_of = session.api.get("/health").as_of
    except CommandError as error:
        return Finding("run", False, error.message, f"rm {session.home / 'run.json'} && allmende demo")
    found = f"{session.api_url} answers from block {as_of['block']}, {as_of['lag_blocks']} behind"
    return Finding("run", as_of["lag_blocks"] <= 5, found, f"allmende index --home {session.home}")


def _clock(session: Session) -> Finding:
    now_s = int(time.time())
    if now_s < BUILT_S:
        return Finding("clock", False, f"it says {_output.moment(now_s)}", "sudo timedatectl set-ntp true")
    if session.run:
        try:
            ahead_s = session.chain.now_s() - now_s
        except CommandError as error:
            return Finding("clock", False, error.message, error.next_step)
        if abs(ahead_s) > DRIFT_S:
            way = "ahead of" if ahead_s > 0 else "behind"
            # the stories of the demo move chain time; deadlines follow the chain, sessions the clock
            return Finding("clock", True, f"chain time is {_output.span(ahead_s)} {way} this clock")
    return Finding("clock", True, _output.moment(now_s))
