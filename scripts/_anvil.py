"""The local chain: anvil as a child process, from the npm package that `make setup` installs.

    with Anvil() as chain:
        chain.rpc_url            # "http://127.0.0.1:43211"
        chain.rpc("evm_mine")    # any JSON-RPC method

Accounts are those of the standard test mnemonic, which everybody knows: a chain for demos and tests only.
"""

from __future__ import annotations

import json
import platform
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scripts._errors import CommandError
from scripts._processes import Child, free_port, port_is_free

CHAIN_ID = 31_907
MNEMONIC = "test test test test test test test test test test test junk"
READY_WITHIN_S = 15.0
START_ATTEMPTS = 3
ROOT = Path(__file__).resolve().parents[1]

_ARCHITECTURES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
# Loopback never goes through a proxy, whatever the environment says.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def find_binary(root: Path = ROOT) -> Path:
    """The binary of this platform's package.

    Raises:
        CommandError: "cli: no anvil" with the remedy.
    """
    machine = _ARCHITECTURES.get(platform.machine().lower(), platform.machine().lower())
    name = "anvil.exe" if sys.platform == "win32" else "anvil"
    binary = root / "node_modules" / "@foundry-rs" / f"anvil-{sys.platform}-{machine}" / "bin" / name
    if not binary.is_file():
        raise CommandError(
            "cli: no anvil", f"The local chain is not installed ({binary} is missing).", "Run `make setup`."
        )
    return binary


class Anvil:
    """A running chain that ends with this process at the latest.

    Args:
        port: TCP port on the loopback interface; a free one when None.
        chain_id: Its chain id.
        state: File that keeps the chain between runs, written every second and at the end; None keeps
            nothing.
        block_time_s: Mine a block every so many seconds as well as with every transaction, so that chain time
            goes on while nobody acts; None mines with transactions only.
        log: File for the output of anvil; nowhere when None.

    Raises:
        CommandError: "cli: no anvil", "cli: port taken" or "cli: chain did not start".
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        chain_id: int = CHAIN_ID,
        state: Path | None = None,
        block_time_s: int | None = None,
        log: Path | None = None,
    ) -> None:
        self.chain_id = chain_id
        binary = find_binary()
        if port is not None and not port_is_free(port):
            raise CommandError(
                "cli: port taken", f"Port {port} is in use.", "Choose another with --chain-port."
            )
        for attempt in range(START_ATTEMPTS):
            self.port = port if port is not None else free_port()
            flags = ["--host", "127.0.0.1", "--port", str(self.port), "--chain-id", str(chain_id)]
            flags += ["--mnemonic", MNEMONIC, "--quiet"]
            flags += ["--slots-in-an-epoch", "1"]  # a block is final after two more instead of after 64
            if state is not None:
                flags += ["--state", str(state), "--state-interval", "1"]
            if block_time_s is not None:
                flags += ["--block-time", str(block_time_s), "--mixed-mining"]
            # SIGINT makes anvil write its state before it leaves
            self._child = Child([binary, *flags], log=log, graceful=signal.SIGINT)
            if self._ready():
                if state is not None:
                    self._go_on_in_time()
                return
            self._child.stop()
            if attempt + 1 < START_ATTEMPTS and port is None:
                continue  # somebody else took the free port in between
            break
        raise CommandError(
            "cli: chain did not start", "anvil ended or gave no answer.", "Run `allmende doctor`."
        )

    @property
    def rpc_url(self) -> str:
        """Where it answers JSON-RPC."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of anvil."""
        return self._child.pid

    def rpc(self, method: str, *params: Any) -> Any:
        """Call one JSON-RPC method.

        Raises:
            CommandError: "cli: chain refused" with the words of the chain.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.rpc_url, body, headers)  # noqa: S310 - always our own loopback
        with _DIRECT.open(request, timeout=10) as answer:
            reply = json.load(answer)
        if "error" in reply:
            raise CommandError(
                "cli: chain refused", f"{method}: {reply['error'].get('message')}.", "Look at the call."
            )
        return reply["result"]

    def advance(self, seconds: int) -> None:
        """Move chain time forward and mine, because the new time shows with the next block only."""
        self.rpc("evm_increaseTime", seconds)
        self.rpc("evm_mine")

    def _go_on_in_time(self) -> None:
        """Begin no earlier than a kept chain had come: the moves of its clock are not part of its state, and
        without them the next block would be older than the one before it."""
        newest = int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        ahead_s = newest - int(time.time())
        if ahead_s > 0:
            self.rpc("evm_increaseTime", ahead_s)

    def stop(self) -> None:
        """End anvil; returns when it is gone. Safe to call twice."""
        self._child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < deadline and self._child.exit_code() is None:
            try:
                return int(self.rpc("eth_chainId"), 16) == self.chain_id
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        return False
