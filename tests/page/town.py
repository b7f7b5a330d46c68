"""A demo of its own in this process: chain, contracts, library, indexer, API and page; and the facts of its
chain, which tests assert instead of what the page says."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts._accounts import PERSONAS
from scripts._api_client import ApiClient
from scripts._chain_client import bookings, escrow, reputation, token
from scripts._chain_client.chain import Chain
from scripts._demo import running, scenes, seed
from scripts._demo.library import TIME_ZONE
from scripts._demo.running import Running
from scripts._quantities import parse_moment

ROOT = Path(__file__).resolve().parents[2]
DAY_S = 86_400
ADDRESS = {persona.name: persona.address for persona in PERSONAS}
LOOK_EVERY_S = 0.05


@dataclass
class Town:
    """A running demo. `things` are title → resource id (hex). Amounts are in the token's smallest unit."""

    up: Running
    things: dict[str, str]
    _chains: dict[str, Chain] = field(default_factory=dict)
    _days: int = 0

    @property
    def url(self) -> str:
        """Where page and API answer."""
        return self.up.api.url

    @property
    def api(self) -> ApiClient:
        """The public HTTP API."""
        return self.up.api

    def rpc(self, method: str, *params: Any) -> Any:
        """One JSON-RPC call of the chain; errors are `CommandError`."""
        return self.chain().rpc.call(method, *params)

    def chain(self, persona: str = "lena") -> Chain:
        """The contracts, with a persona's key."""
        if persona not in self._chains:
            self._chains[persona] = self.up.chain(persona)
        return self._chains[persona]

    @property
    def money(self) -> str:
        """Address of the demo's token."""
        return self.chain().address("MockToken")

    def units(self, amount: int) -> int:
        """Smallest units of whole play euros."""
        _, decimals = token.unit(self.chain(), self.money)
        return amount * int(10**decimals)

    def balances(self) -> dict[str, int]:
        """What every persona and the escrow hold, by `balanceOf`."""
        chain = self.chain()
        held = {name: token.balance(chain, self.money, address) for name, address in ADDRESS.items()}
        return held | {"escrow": token.balance(chain, self.money, chain.address("Escrow"))}

    def moved(self, before: dict[str, int]) -> dict[str, int]:
        """Whose balance changed since, and by how much."""
        return {name: held - before[name] for name, held in self.balances().items() if held != before[name]}

    def allowance(self, persona: str) -> int:
        """What the escrow may still take of a persona."""
        chain = self.chain()
        return token.allowance(chain, self.money, ADDRESS[persona], chain.address("Escrow"))

    def receipt(self, transaction: str) -> dict[str, Any] | None:
        """The node's receipt, or None."""
        found: dict[str, Any] | None = self.rpc("eth_getTransactionReceipt", transaction)
        return found

    def request_state(self, request: str) -> str:
        """State of a booking request by the contract's view."""
        return bookings.state(self.chain(), bytes.fromhex(request[2:]))

    def requests_of(self, persona: str) -> list[dict[str, Any]]:
        """`BookingRequested` of a persona on the chain, oldest first."""
        found = self.chain().logs("Bookings", "BookingRequested", [])
        return [event for event in found if event["requester"] == ADDRESS[persona].lower()]

    def deal_state(self, deal: str) -> str:
        """State of a deal by the contract's view."""
        return escrow.state(self.chain(), bytes.fromhex(deal[2:]))

    def reputation(self, persona: str, tag: str) -> tuple[int, float]:
        """Number and mean of a persona's ratings for deals of a service, by the ledger's view."""
        chain = self.chain()
        source, service = chain.address("Escrow"), bookings.service_id(tag)
        total, weight, count = reputation.reputation(chain, source, ADDRESS[persona], service)
        return count, total / weight if weight else 0.0

    def now_s(self) -> int:
        """Time of the newest block, UTC seconds."""
        return self.chain().now_s()

    def saturday(self) -> int:
        """The next Saturday 10:00 of the town that is at least a day away, UTC seconds."""
        return parse_moment("sat 10:00", self.now_s() + DAY_S, TIME_ZONE)

    def some_day(self) -> int:
        """10:00 of a day that no test of this demo has had yet, UTC seconds."""
        self._days += 1
        return self.saturday() + self._days * DAY_S

    def move_to(self, time_s: int) -> None:
        """Move chain time forward to a moment and wait until the API has seen it."""
        self.up.anvil.advance(max(1, time_s - self.now_s()))
        self.settled()

    def mine(self, count: int = 2) -> None:
        """Add empty blocks; what came before two of them is final."""
        self.rpc("anvil_mine", hex(count))

    def settled(self) -> None:
        """Return when the API has read the newest block."""
        self.api.wait_for_block(int(self.rpc("eth_blockNumber"), 16))

    def books(self, persona: str, title: str, start_s: int, hours: int) -> str:
        """A persona asks for a thing without the page; the request's id (hex)."""
        return scenes.ask(self.up, persona, self.things[title], start_s, hours)

    @contextmanager
    def held(self) -> Iterator[None]:
        """No block is mined meanwhile unless `mine` says so; afterwards one with every transaction."""
        self.rpc("evm_setAutomine", False)
        self.rpc("evm_setIntervalMining", 0)
        try:
            yield
        finally:
            self.rpc("evm_setAutomine", True)  # an interval as well cannot be had again: it would end this
            self.mine(1)

    def stop_server(self) -> None:
        """API and page are gone."""
        self.up.children["serve"].stop()

    def start_server(self) -> None:
        """API and page answer again, at the same address."""
        self.up.start("serve")
        deadline = time.monotonic() + running.READY_WITHIN_S
        while not running._answers(self.up.api):
            assert time.monotonic() < deadline, "the server did not come back"
            time.sleep(LOOK_EVERY_S)


@contextmanager
def town() -> Iterator[Town]:
    """Start a demo, fill its library; it is gone when this ends."""

    def told(_: str) -> None:
        """Nobody listens."""

    ended = threading.Event()
    with running.home_folder(None, keep=False) as folder, running.running(folder, told) as up:

        def watch() -> None:
            while not ended.wait(LOOK_EVERY_S):
                up.fulfil_wish()

        found = Town(up, seed.seed(up, told))
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield found
        finally:
            ended.set()
            watcher.join(30)
