"""What tests see of a running demo's chain, past the command line: its node, and what members have there."""

from __future__ import annotations

import json
from typing import Any

import httpx
from demo_process import Demo

from scripts._accounts import PERSONAS

ADDRESS = {persona.name: persona.address for persona in PERSONAS}
# one unit of the demo's token
DEUR = 10**6
# an id that belongs to nothing
UNKNOWN = "0x" + "ab" * 32
NODE = httpx.Client(trust_env=False, timeout=30)


def rpc(demo: Demo, method: str, *params: Any) -> Any:
    """One method of the demo's chain."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return NODE.post(demo.run["rpc_url"], json=body).json()["result"]


def contract_address(demo: Demo, contract: str) -> str:
    """Where a contract of the demo is."""
    return str(json.loads((demo.home / "deployment.json").read_text())[contract])


def money(demo: Demo, holder: str) -> int:
    """What somebody holds of the token, asked with nothing but the ABI of ERC-20."""
    data = "0x70a08231" + holder[2:].rjust(64, "0")  # balanceOf(address)
    return int(rpc(demo, "eth_call", {"to": contract_address(demo, "token"), "data": data}, "latest"), 16)


def state(demo: Demo) -> tuple[Any, ...]:
    """All that a member can change: rows, money, and how many transactions each has sent."""
    holders = [*ADDRESS.values(), contract_address(demo, "escrow")]
    sent = [rpc(demo, "eth_getTransactionCount", address, "pending") for address in ADDRESS.values()]
    return demo.facts(), [money(demo, holder) for holder in holders], sent
