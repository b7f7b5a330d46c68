"""Child processes that never outlive the command that started them.

Each child leads a process group of its own, so that a Ctrl-C in the terminal reaches the parent only, which
then stops the children in order. Should the parent die without doing so (kill -9), the kernel ends the child
on Linux (`PR_SET_PDEATHSIG`, prctl(2)); elsewhere a small watchdog waits for the end of a pipe that only the
parent holds.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_AFTER_S = 10.0

# Reads until the parent's end of the pipe closes, then ends the group it was given.
WATCHDOG = """
import os, signal, sys
os.read(0, 1)
try:
    os.killpg(int(sys.argv[1]), signal.SIGKILL)
except ProcessLookupError:
    pass
"""


class Child:
    """A running child process and its group.

    Args:
        command: Program and arguments.
        log: Where stdout and stderr go; nowhere when None.
        env: Its environment; the parent's when None.
        watchdog: Use the portable watchdog even where the kernel could do it.
        graceful: The signal that asks it to stop.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path | None = None,
        env: Mapping[str, str] | None = None,
        watchdog: bool = not sys.platform.startswith("linux"),
        graceful: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.graceful = graceful
        self._watchdog: subprocess.Popen[bytes] | None = None
        with open(log, "ab") if log else contextlib.nullcontext(subprocess.DEVNULL) as out:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                start_new_session=True,
                preexec_fn=None if watchdog else _die_with_parent(),
            )
        if watchdog:
            self._watchdog = subprocess.Popen(
                [sys.executable, "-c", WATCHDOG, str(self._process.pid)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id, which is also the id of its group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def stop(self) -> None:
        """End the child and everything in its group; returns when it is gone. Safe to call twice."""
        if self._process.poll() is None:
            self._signal(self.graceful)
            try:
                self._process.wait(STOP_AFTER_S)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)
                self._process.wait()
        self._signal(signal.SIGKILL)  # what the child itself may have left in its group
        if self._watchdog is not None:
            self._watchdog.kill()
            self._watchdog.wait()
            if self._watchdog.stdin:
                self._watchdog.stdin.close()
            self._watchdog = None

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _die_with_parent() -> Callable[[], None]:
    """What the child runs between fork and exec; libc is loaded before the fork."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return ask_kernel


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback interface."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
