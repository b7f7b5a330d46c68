"""An installation that relays over a real chain, and its members, who hold no coin at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anvil_chain import AnvilChain
from chain_rows import ChainRows
from eth_account.signers.local import LocalAccount
from fastapi.testclient import TestClient
from installation import START_S, Clock, Installation
from live_server import HERE

from backend.bootstrap import application
from backend.relay import service
from backend.settings import Settings
from indexer.chain import deployment
from scripts._chain_client import abi
from scripts._chain_client.bookings import Announcement, ResourceTerms
from scripts._chain_client.chain import NO_AUTH, Chain
from scripts._chain_client.rpc import Rpc


@dataclass
class Relaying(Installation):
    """An installation with a relayer, and the chain that it sends to."""

    chain: Any = None
    relayer: Any = None

    @property
    def parts(self) -> Any:
        """What bootstrap wired."""
        return self.client.app.state.runtime  # type: ignore[attr-defined]

    def client_of(self, role: str) -> Chain:
        """The chain with the key of a role."""
        return Chain(Rpc(self.chain.rpc_url), self.chain.deployment, self.member(role))

    def signed(self, role: str, contract: str, function: str, *arguments: Any) -> dict[str, Any]:
        """The body of a relay request: the arguments with the role's authorisation."""
        given = self.client_of(role).authorised(contract, function, arguments)
        return {
            "contract": contract,
            "function": function,
            "arguments": abi.as_json(contract, function, given),
        }

    def announcement(self, role: str, salt: int, **terms: Any) -> dict[str, Any]:
        """A signed announcement of a thing that the salt makes different from others."""
        made = Announcement(ResourceTerms(1, **terms).word(), bytes(32), salt.to_bytes(32, "big"))
        return self.signed(role, "Bookings", "announce", made.values(), NO_AUTH)

    def post(self, role: str, body: dict[str, Any]) -> Any:
        """Ask for a signed act to be relayed, as a role."""
        return self.client.post("/api/relay", json=body, headers=self.sign_in(role))

    def relay(self, role: str, body: dict[str, Any]) -> dict[str, Any]:
        """As `post`, and it has to be taken."""
        answer = self.post(role, body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    def settle(self, later_s: int = 0) -> None:
        """A round of the worker, so much later."""
        self.clock.now_s += later_s
        service.settle(self.parts)

    def sent(self, transaction: str) -> dict[str, Any]:
        """What the API says of a relayed transaction."""
        found: dict[str, Any] = self.client.get(f"/api/relay/sent/{transaction}").json()["data"]
        return found

    def budget(self, role: str) -> dict[str, Any]:
        """What the API says of a member's budget."""
        answer = self.client.get("/api/relay/budget", params={"member": self.member(role).address})
        found: dict[str, Any] = answer.json()["data"]
        return found

    def sent_by_relayer(self) -> int:
        """How many transactions the relayer has sent."""
        return int(self.chain.web3.eth.get_transaction_count(self.relayer.address, "pending"))


def open_relaying(
    home: Path, chain: AnvilChain, relayer: LocalAccount, rpc_url: str, changed: dict[str, Any]
) -> Relaying:
    deployment.save(chain.deployment, home / "deployment.json")
    settings = Settings(home=home, rpc_url=rpc_url, **changed)
    rows, clock = ChainRows(settings.chain_file, START_S), Clock()
    app = application(settings, clock, relayer=relayer)
    # without the application's lifespan: no worker, so that nothing moves by itself
    client = TestClient(app, HERE, raise_server_exceptions=False)
    parts = app.state.runtime
    return Relaying(
        settings, rows, clock, client, parts.engine, parts.deployment, chain=chain, relayer=relayer
    )


@contextmanager
def no_blocks(chain: AnvilChain) -> Iterator[None]:
    """Transactions wait until the end of this."""
    chain.anvil.rpc("evm_setAutomine", False)
    try:
        yield
    finally:
        chain.anvil.rpc("evm_setAutomine", True)
