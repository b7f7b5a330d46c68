"""What one call of the command line works with: the run's folder, the API, the chain and who acts.

Everything is made when first asked for, so that a command pays only for what it uses.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._errors import CommandError

if TYPE_CHECKING:
    from indexer.chain.deployment import Deployment
    from scripts._api_client import ApiClient
    from scripts._chain_client.chain import Chain, Receipt

# Where the contracts live on real networks, written by `allmende deploy`
SHIPPED = Path(__file__).resolve().parents[1] / "contracts" / "deployments"
DEFAULT_HOME = Path("allmende-home")
DEFAULT_API = "http://127.0.0.1:8000"
DEFAULT_RPC = "http://127.0.0.1:8545"
RUN_FILE = "run.json"
DEMO_PREFIX = "allmende-demo-"


def found_home() -> Path:
    """The run's folder where nobody named one: the usual one, or that of the only demo that runs for this
    user."""
    if DEFAULT_HOME.exists():
        return DEFAULT_HOME
    import tempfile

    running = [
        run.parent for run in Path(tempfile.gettempdir()).glob(f"{DEMO_PREFIX}*/{RUN_FILE}") if _is_live(run)
    ]
    return running[0] if len(running) == 1 else DEFAULT_HOME


def _is_live(run: Path) -> bool:
    """Whether the demo behind a run file still runs. A folder that somebody else left there is not looked
    into."""
    try:
        if run.stat().st_uid != os.getuid():
            return False
        os.kill(int(json.loads(run.read_text())["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return False
    return True


@dataclass
class Session:
    """The global options, and what follows from them.

    Args:
        home: The run's folder; holds `run.json` and `deployment.json` where something runs from it.
        api_option, rpc_option: Origins given on the command line; else those of `run.json`, else the
        defaults.
        acting: Name of a persona who acts.
        keystore: Encrypted keystore file of who acts.
        as_json: Print one JSON document instead of readable text.
        relayed: Sign acts and let the API's relayer send them and pay the gas.
        home_given: Whether somebody named the folder, on the line or in the environment.
    """

    home: Path
    api_option: str | None = None
    rpc_option: str | None = None
    acting: str | None = None
    keystore: Path | None = None
    as_json: bool = False
    relayed: bool = False
    home_given: bool = False
    # token address (lower case) → symbol, decimals
    units: dict[str, tuple[str, int]] = field(default_factory=dict)
    # resource id → what the API says of it
    things: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def run(self) -> dict[str, Any]:
        """What a running `allmende demo` left in its folder, or nothing."""
        path = self.home / RUN_FILE
        try:
            found: dict[str, Any] = json.loads(path.read_text())
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except (OSError, ValueError):
            raise CommandError("cli: unreadable folder", f"{path} cannot be read.", f"rm {path}") from None
        return found

    @property
    def api_url(self) -> str:
        """Origin of the API."""
        return self.api_option or self.run.get("api_url") or DEFAULT_API

    @property
    def rpc_url(self) -> str:
        """Where the chain answers."""
        return self.rpc_option or self.run.get("rpc_url") or DEFAULT_RPC

    @property
    def tz(self) -> str:
        """The time zone in which moments are typed and shown where a thing names none."""
        return str(self.run.get("tz", "UTC"))

    @cached_property
    def api(self) -> ApiClient:
        """The public HTTP API."""
        from scripts._api_client import ApiClient

        return ApiClient(self.api_url)

    @cached_property
    def deployment(self) -> Deployment:
        """Where the contracts live: the run's folder says it, else the project for real networks, else the
        API."""
        from indexer.chain import deployment

        try:
            return deployment.load(self.home / "deployment.json")
        except FileNotFoundError:
            known = self.api.chain().data
        shipped = SHIPPED / f"{known['chain_id']}.json"
        return deployment.load(shipped) if shipped.is_file() else deployment.from_json(known)

    def operated(self) -> Deployment:
        """The deployment that an operator's process reads: that of the folder. Where the folder has none yet
        and the project ships one for the chain that answers, it is copied there.

        Raises:
            CommandError: "chain: no deployment", or "cli: no chain".
        """
        from indexer.chain import deployment
        from scripts._chain_client.rpc import Rpc, refused

        path = self.home / "deployment.json"
        if not path.is_file():
            rpc = Rpc(self.rpc_url)
            shipped = SHIPPED / f"{int(rpc.call('eth_chainId'), 16)}.json"
            rpc.close()
            if not shipped.is_file():
                raise refused("chain: no deployment")
            deployment.save(deployment.load(shipped), path)
        return deployment.load(path)

    @cached_property
    def chain(self) -> Chain:
        """The chain, with the account that acts when one was named."""
        from scripts._accounts import keystore_account, persona_account
        from scripts._chain_client.chain import Chain
        from scripts._chain_client.rpc import Rpc

        if self.acting and self.keystore:
            raise CommandError("cli: who acts", "Both --as and --keystore were given.", "Give one of them.")
        account = None
        if self.acting:
            account = persona_account(self.acting, self.deployment.chain_id)
        elif self.keystore:
            account = keystore_account(self.keystore)
        return Chain(
            Rpc(self.rpc_url), self.deployment, account, self.relay if self.relayed and account else None
        )

    def address(self, text: str) -> str:
        """The address that a name or hex means here."""
        from scripts._accounts import address_of

        return address_of(text, self.deployment.chain_id)

    def name(self, address: str) -> str:
        """A name for an address, for the eye."""
        from scripts._accounts import name_of

        return name_of(address, self.deployment.chain_id)

    def thing(self, resource: str) -> dict[str, Any]:
        """A thing with its description, asked for once a call."""
        if resource not in self.things:
            self.things[resource] = self.api.resource(resource).data
        return self.things[resource]

    def as_option(self, address: str) -> str:
        """What to add to a line so that this member acts: " --as lena", or a keystore on other chains."""
        name = self.name(address)
        return " --keystore FILE" if name.startswith("0x") else f" --as {name.lower()}"

    def settle(self, receipt: Receipt) -> None:
        """Wait until the API knows the block of a receipt, so that the next read shows what was done."""
        self.api.wait_for_block(receipt.block)

    def relay(self, contract: str, function: str, arguments: dict[str, Any]) -> str:
        """Hand a signed act to the API's relayer, from the budget of who acts; the transaction's hash."""
        if not self.api.is_signed_in:
            self.sign_in()
        body = {"contract": contract, "function": function, "arguments": arguments}
        return str(self.api.post("/relay", body).data["transaction"])

    def sign_in(self) -> None:
        """Open a session at the API as who acts."""
        self.api.sign_in(self.chain.me, self.chain.sign_text)
