"""A wallet that members bring along (EIP-1193, announced by EIP-6963), backed by accounts of the node.

It does what wallets do to a page: refuse, lock, be on another network, switch accounts half-way, lose its
node. Its `log` holds every call in order.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Error

REFUSED = {"code": 4001, "message": "User rejected the request."}
LOCKED = {"code": 4100, "message": "The requested account has not been authorized by the user."}
UNKNOWN_CHAIN = {"code": 4902, "message": "Unrecognized chain ID. Try adding the chain first."}
NODE_GONE = {"code": 4900, "message": "The provider is disconnected from all chains."}
UNSUPPORTED = {"code": -32601, "message": "The method does not exist."}
OTHER_CHAIN = 11_155_111
# what a person is asked about
ASKS = frozenset(
    {"eth_sendTransaction", "personal_sign", "eth_signTypedData_v4", "wallet_switchEthereumChain"}
)
ASKS |= {"wallet_addEthereumChain", "wallet_watchAsset"}

Reply = dict[str, Any]


class RefusalError(Exception):
    """What the wallet throws at the page: EIP-1193 code and message."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.error = error


@dataclass
class Wallet:
    """The wallet of one browser context.

    Args:
        rpc_url: The node whose accounts it holds.
        chain_id: The chain of that node.
        account: Who it acts as (checksummed address).
    """

    rpc_url: str
    chain_id: int
    account: str
    at_chain: int = 0
    knows_chain: bool = True
    connected: bool = False
    locked: bool = False
    node_gone: bool = False
    refuses: int = 0
    log: list[dict[str, Any]] = field(default_factory=list)
    before: Callable[[dict[str, Any]], None] | None = None
    context: BrowserContext | None = None

    def __post_init__(self) -> None:
        self.at_chain = self.at_chain or self.chain_id
        self._http = httpx.Client(trust_env=False, timeout=30)

    def install(self, context: BrowserContext) -> None:
        """Bring the wallet into every page of a browser context."""
        self.context = context
        context.expose_binding("allmendeTestWallet", lambda _, call: self.answer(call))
        context.add_init_script(path=Path(__file__).with_name("wallet.js"))

    def refuse_next(self) -> None:
        """The person refuses the next question."""
        self.refuses += 1

    def switch_account(self, account: str) -> None:
        """The person chooses another account in the wallet."""
        self.account = account
        self.emit("accountsChanged", [account])

    def lock(self) -> None:
        """The wallet locks itself."""
        self.locked = True
        self.emit("accountsChanged", [])

    def unlock(self) -> None:
        """The person types the passphrase."""
        self.locked = False
        self.emit("accountsChanged", [self.account])

    def leave_chain(self, *, forget: bool = False) -> None:
        """The wallet is on another network; with `forget` it does not know ours any more."""
        self.knows_chain = not forget
        self._to_chain(OTHER_CHAIN)
        self.emit("chainChanged", hex(OTHER_CHAIN))

    def emit(self, event: str, value: Any) -> None:
        """Tell every page."""
        for page in self.context.pages if self.context else []:
            with suppress(Error):  # a page that was just left
                page.evaluate("([event, value]) => allmendeTestWalletEmit(event, value)", [event, value])

    def asked(self, method: str) -> list[dict[str, Any]]:
        """Calls of one method so far."""
        return [call for call in self.log if call["method"] == method]

    @property
    def sent(self) -> list[str]:
        """Hashes of the transactions it sent."""
        return [call["result"] for call in self.asked("eth_sendTransaction") if "result" in call]

    def answer(self, call: dict[str, Any]) -> Reply:
        """What the page gets for one call: `result` or `error`, and events."""
        self.log.append(call)
        if self.before:
            self.before(call)
        try:
            found = self._answer(call["method"], call["params"])
        except RefusalError as refusal:
            call["error"] = refusal.error
            return {"error": refusal.error}
        call["result"] = found["result"]
        return found

    def _answer(self, method: str, params: list[Any]) -> Reply:
        if method in ASKS and self.refuses:
            self.refuses -= 1
            raise RefusalError(REFUSED)
        match method:
            case "eth_accounts":
                return {"result": [self.account] if self.connected and not self.locked else []}
            case "eth_requestAccounts":
                if self.refuses:
                    self.refuses -= 1
                    raise RefusalError(REFUSED)
                if self.locked:  # the person closed the window that asked for the passphrase
                    raise RefusalError(REFUSED)
                self.connected = True
                return {"result": [self.account]}
            case "eth_chainId":
                return {"result": hex(self.at_chain)}
            case "net_version":
                return {"result": str(self.at_chain)}
            case "wallet_switchEthereumChain":
                return self._switch(int(params[0]["chainId"], 16))
            case "wallet_addEthereumChain":
                if int(params[0]["chainId"], 16) == self.chain_id:
                    self.knows_chain = True
                return self._switch(int(params[0]["chainId"], 16))
            case "wallet_watchAsset":
                return {"result": True}
            case "eth_sendTransaction" | "personal_sign" | "eth_signTypedData_v4":
                self._may_sign(method, params)
        if method.startswith("wallet_"):
            raise RefusalError(UNSUPPORTED)
        return {"result": self._of_node(method, params)}

    def _may_sign(self, method: str, params: list[Any]) -> None:
        if self.locked or not self.connected:
            raise RefusalError(LOCKED)
        signer = {"eth_sendTransaction": lambda: params[0]["from"], "personal_sign": lambda: params[1]}
        who = signer.get(method, lambda: params[0])()
        if who.lower() != self.account.lower():
            raise RefusalError(LOCKED)

    def _switch(self, chain_id: int) -> Reply:
        if chain_id == self.chain_id and not self.knows_chain:
            raise RefusalError(UNKNOWN_CHAIN)
        self._to_chain(chain_id)
        return {"result": None, "events": [["chainChanged", hex(chain_id)]]}

    def _to_chain(self, chain_id: int) -> None:
        self.at_chain = chain_id

    def _of_node(self, method: str, params: list[Any]) -> Any:
        """The node's answer; on another network nothing of ours is there, and nothing may be sent there."""
        if self.node_gone:
            raise RefusalError(NODE_GONE)
        if self.at_chain != self.chain_id and method != "personal_sign":
            if method == "eth_sendTransaction":
                raise AssertionError("the page sent a transaction to another network")
            return {"eth_call": "0x", "eth_blockNumber": "0x1"}.get(method)
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        reply = self._http.post(self.rpc_url, json=body).json()
        if "error" in reply:
            raise RefusalError(reply["error"])
        return reply["result"]
