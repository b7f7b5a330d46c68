"""The processes of a demo, from the first to the last, and nothing left of them afterwards."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts._accounts import DEPLOYER, persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._api_client import ApiClient
from scripts._chain_client.chain import Chain
from scripts._chain_client.rpc import Rpc
from scripts._demo import wish
from scripts._demo.library import HERE, TIME_ZONE
from scripts._errors import CommandError
from scripts._processes import Child, free_port, port_is_free
from scripts._session import DEMO_PREFIX, RUN_FILE
from scripts.deploy import deploy

STATE_FILE = "anvil-state.json"
READY_WITHIN_S = 45.0
# Often enough that "now" on a timeline is never far behind the clock, seldom enough that a kept chain stays
# small.
BLOCK_TIME_S = 10
# Where another build of the page is, for who works on it; further names the demo may be opened under
LET_THROUGH = frozenset({"ALLMENDE_WEB_FOLDER", "ALLMENDE_HOSTS"})


@dataclass
class Running:
    """A demo that is up. `start` starts a part by name and puts it among the `children`."""

    home: Path
    anvil: Anvil
    api: ApiClient
    children: dict[str, Child]
    start: Callable[[str], Child]

    def chain(self, persona: str) -> Chain:
        """The contracts, with this persona's key."""
        from indexer.chain import deployment

        deployed = deployment.load(self.home / "deployment.json")
        return Chain(Rpc(self.anvil.rpc_url), deployed, persona_account(persona, CHAIN_ID))

    def described(self) -> dict[str, object]:
        """What `run.json` says: where it answers, and which processes it is."""
        return {
            "home": str(self.home),
            "chain_id": CHAIN_ID,
            "rpc_url": self.anvil.rpc_url,
            "api_url": self.api.url,
            "near": HERE,
            "tz": TIME_ZONE,
            "pid": os.getpid(),
            "pids": {"anvil": self.anvil.pid, **{name: child.pid for name, child in self.children.items()}},
        }

    def ended(self) -> str | None:
        """The name of a process that is no longer there though nobody stopped it, or None while all run."""
        return next((name for name, child in self.children.items() if child.exit_code() is not None), None)

    def fulfil_wish(self) -> None:
        """Stop or start the indexer as the demo's page wishes; returns when that is done."""
        if wish.is_wished(self.home) == (wish.INDEXER in self.children):
            return
        if wish.INDEXER in self.children:
            self.children[wish.INDEXER].stop()
            del self.children[wish.INDEXER]
        else:
            self.start(wish.INDEXER)
        self.write_run_file()

    def write_run_file(self) -> None:
        """Write `run.json`; readers see the old file or the whole new one."""
        partial = self.home / f"{RUN_FILE}.partial"
        partial.write_text(json.dumps(self.described(), indent=1) + "\n")
        partial.replace(self.home / RUN_FILE)


Told = Callable[[str], None]


@contextmanager
def home_folder(home: Path | None, keep: bool) -> Iterator[Path]:
    """The folder of a run: `home`, or a temporary one; removed at the end unless kept.

    Raises:
        CommandError: "cli: folder in use" when `home` holds something and is not to be kept, or another demo
            runs there.
    """
    if home is None:
        folder = Path(tempfile.mkdtemp(prefix=DEMO_PREFIX))
    else:
        folder = home.absolute()
        if not keep and folder.exists() and any(folder.iterdir()):
            raise CommandError(
                "cli: folder in use",
                f"{folder} is not empty, and a demo removes its folder.",
                "Add --keep to go on with what is there, or name another --home.",
            )
        folder.mkdir(parents=True, exist_ok=True)
    if _runs_there(folder):
        raise CommandError(
            "cli: folder in use", f"A demo runs in {folder}.", "Stop it first or name another --home."
        )
    try:
        yield folder
    finally:
        if keep:
            (folder / RUN_FILE).unlink(missing_ok=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(
    home: Path, told: Told, *, keep: bool = False, api_port: int | None = None, chain_port: int | None = None
) -> Iterator[Running]:
    """Start chain, contracts, indexer and API below `home`; all are gone when this ends.

    Args:
        home: An existing folder.
        told: Hears one line when each part is up.
        keep: Let the chain write its state to the folder, and go on from there.
        api_port, chain_port: TCP ports; free ones when None.

    Raises:
        CommandError: "cli: did not start" with the last lines of the part's log, "cli: port taken" and
            others.
    """
    if api_port is not None and not port_is_free(api_port):
        raise CommandError(
            "cli: port taken", f"Port {api_port} is in use.", "Choose another with --api-port."
        )
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    with ExitStack() as stack:
        state = home / STATE_FILE if keep else None
        anvil = Anvil(port=chain_port, state=state, block_time_s=BLOCK_TIME_S, log=logs / "anvil.log")
        stack.callback(anvil.stop)
        told(f"chain {CHAIN_ID} on {anvil.rpc_url}")
        deployed, _ = deploy(anvil.rpc_url, persona_account(DEPLOYER.name, CHAIN_ID), home, chain_id=CHAIN_ID)
        told(f"contracts deployed: {', '.join(deployed.addresses)}")
        command = [sys.executable, "-m", "scripts.main", "--home", str(home), "--rpc", anvil.rpc_url]
        port = api_port or free_port()
        parts = {wish.INDEXER: ["index"], "serve": ["serve", "--port", str(port), "--demo-tools"]}
        children: dict[str, Child] = {}

        def start(name: str) -> Child:
            children[name] = Child([*command, *parts[name]], log=logs / f"{name}.log", env=_environment())
            return children[name]

        def stop_all() -> None:
            for child in reversed(children.values()):
                child.stop()

        stack.callback(stop_all)
        wish.wish(home, running=True)  # a kept folder may remember another one
        start(wish.INDEXER)
        server = start("serve")
        api = ApiClient(f"http://127.0.0.1:{port}")
        stack.callback(api.close)
        _await(lambda: _answers(api), server, logs / "serve.log")
        told(f"indexer and API on {api.url}")
        up = Running(home, anvil, api, children, start)
        up.write_run_file()
        yield up


def _environment() -> dict[str, str]:
    """The parent's environment without what would lead a child to another run."""
    kept = os.environ.items()
    return {name: value for name, value in kept if not name.startswith("ALLMENDE_") or name in LET_THROUGH}


def _answers(api: ApiClient) -> bool:
    try:
        api.chain()
    except CommandError as error:
        if error.code in {"cli: no api", "chain: not indexed"}:
            return False
        raise
    return True


def _await(ready: Callable[[], bool], child: Child, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and child.exit_code() is None:
        if ready():
            return
        time.sleep(0.03)
    last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise CommandError(
        "cli: did not start", f"The process behind {log.name} is not up. {last}", "allmende doctor"
    )


def _runs_there(folder: Path) -> bool:
    try:
        pid = int(json.loads((folder / RUN_FILE).read_text())["pid"])
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, KeyError, ValueError):
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
