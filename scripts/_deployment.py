"""Deploys the contracts over JSON-RPC and writes down where they are. Artefacts are committed: no compiler.

Order: that of `RECIPES`; on local chains the free demo token as well. What a contract has to know of another
its constructor is told. Nothing is linked afterwards, because the contracts have no owner who could.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from indexer.chain import artefacts, deployment
from indexer.chain.deployment import Deployment
from scripts._chain_client.abi import abi_type, decode_answer, encode_call
from scripts._errors import CommandError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

# Chains that live on one machine and may be wiped: the demo's, and those of the usual development nodes.
LOCAL_CHAIN_IDS = frozenset({31_907, 31_337, 1_337, 131_277_322_940_537})
TOKEN = ("Demo Euro", "dEUR", 6)
RECEIPT_WITHIN_S = 180.0
TIP_WEI = 1_000_000_000
GAS_MARGIN_PERCENT = 10


def _none(deployed: Mapping[str, bytes]) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one contract comes to a chain: the arguments of its constructor, from what stands already (contract
    name → address), and whether it belongs on local chains only."""

    name: str
    arguments: Callable[[Mapping[str, bytes]], Sequence[Any]] = _none
    local_only: bool = False


# in this order; a contract stands behind those that its arguments name
RECIPES = (
    Recipe("ReputationLedger"),
    Recipe("Bookings"),
    Recipe("Escrow"),
    Recipe("Spaces"),
    Recipe("MembersOnly", lambda deployed: [deployed["Spaces"]]),
    Recipe("TicketHolder", lambda deployed: [deployed["Spaces"]]),
    Recipe("MinimumReputation", lambda deployed: [deployed["ReputationLedger"]]),
    Recipe("EscrowFunded"),
    Recipe("GroupSignatures"),
    Recipe("AttestedByKey"),
    Recipe("Lottery"),
    Recipe("Payments"),
    Recipe("Router"),
    Recipe("MockToken", lambda deployed: TOKEN, local_only=True),
)


class JsonRpc(Protocol):
    """Anything that answers JSON-RPC: `scripts._chain_client.rpc.Rpc`, or a node inside this process."""

    def call(self, method: str, *params: Any) -> Any:
        """The result of one method."""
        ...


def deploy_contracts(
    rpc: JsonRpc,
    account: LocalAccount,
    path: Path,
    *,
    chain_id: int | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Deployment:
    """Deploy what is not there yet, write `path`, and return it. Running it again changes nothing.

    Where an older file lacks contracts that came later, only those are added beside the others. A store that
    has read past their blocks has to be made again from the node.

    Args:
        rpc: The chain.
        account: Pays and signs; it has no rights afterwards.
        path: The deployment file. Where it exists and its contracts stand, nothing is sent.
        chain_id: Refuse any other chain; None takes the one that answers.
        progress: Told one line per contract.

    Raises:
        CommandError: "cli: wrong chain", "cli: other version deployed", "cli: contracts are gone",
            "cli: deployment failed", "cli: not mined", or what the node said.
    """
    found = int(rpc.call("eth_chainId"), 16)
    _check_chain(found, chain_id, "you asked for")
    known: Deployment | None = None
    if path.exists():
        known = deployment.load(path)
        _check_chain(found, known.chain_id, f"{path} is of")
        if not _stands(rpc, known, path):
            known = None
    addresses = {} if known is None else dict(known.addresses)
    blocks = [] if known is None else [known.start_block]
    missing = [
        recipe
        for recipe in RECIPES
        if recipe.name not in addresses and not (recipe.local_only and found not in LOCAL_CHAIN_IDS)
    ]
    if known is not None:
        progress(f"already deployed on chain {found}: {path}")
    for recipe in missing:
        arguments = recipe.arguments(addresses)
        address, block, gas_used = _create(rpc, account, found, recipe.name, arguments)
        addresses[recipe.name] = address
        blocks.append(block)
        progress(f"{recipe.name} at 0x{address.hex()} in block {block}, {gas_used:,} gas")
    if known is not None and missing:
        progress("an older index has to be made again: allmende index --rebuild --from-node")
    code_hashes = {name: keccak(_code(rpc, address)) for name, address in addresses.items()}
    written = deployment.from_addresses(found, min(blocks), addresses, code_hashes)
    if known is not None:
        written = replace(written, token_symbol=known.token_symbol, token_decimals=known.token_decimals)
    complete = _with_unit(rpc, written)
    if complete != known:
        deployment.save(complete, path)
    return complete


def _with_unit(rpc: JsonRpc, deployed: Deployment) -> Deployment:
    """The deployment with symbol and decimal places as its token says them."""
    if deployed.token is None or deployed.token_symbol is not None:
        return deployed
    symbol, decimals = (_ask_token(rpc, deployed.token, name) for name in ("symbol", "decimals"))
    return replace(deployed, token_symbol=str(symbol), token_decimals=int(decimals))


def _ask_token(rpc: JsonRpc, token: bytes, function: str) -> Any:
    call = {"to": "0x" + token.hex(), "data": "0x" + encode_call("MockToken", function, ()).hex()}
    answer = bytes.fromhex(rpc.call("eth_call", call, "latest")[2:])
    return decode_answer("MockToken", function, 0, answer)[0]


def _check_chain(found: int, wanted: int | None, whose: str) -> None:
    if wanted is not None and found != wanted:
        raise CommandError(
            "cli: wrong chain",
            f"The node is on chain {found}, {whose} chain {wanted}.",
            "Name the right chain with --rpc, or the right folder with --home.",
        )


def _stands(rpc: JsonRpc, known: Deployment, path: Path) -> bool:
    """Whether every contract of a deployment file is on the chain, in the version of our artefacts."""
    for name, address in known.addresses.items():
        code = _code(rpc, address)
        if keccak(code) != known.code_hashes.get(name):
            if known.chain_id in LOCAL_CHAIN_IDS:
                return False
            raise CommandError(
                "cli: contracts are gone",
                f"{path} names a {name} that is not at 0x{address.hex()}.",
                "Ask another node with --rpc; if the file is wrong, move it away.",
            )
        artefact = artefacts.load(name)
        # immutables stand behind the code, so the artefact holds only the part in front of them
        if code[: artefact.runtime_size] not in artefact.bytecode:
            raise CommandError(
                "cli: other version deployed",
                f"The {name} at 0x{address.hex()} was made from another version of the contracts.",
                f"Contracts never change: to deploy this version beside it, move {path} away first.",
            )
    return True


def _code(rpc: JsonRpc, address: bytes) -> bytes:
    return bytes.fromhex(rpc.call("eth_getCode", "0x" + address.hex(), "latest")[2:])


def _create(
    rpc: JsonRpc, account: LocalAccount, chain_id: int, name: str, arguments: Sequence[Any]
) -> tuple[bytes, int, int]:
    """Send one creation and wait: address, block, gas used."""
    artefact = artefacts.load(name)
    constructor: dict[str, Any] = next(
        (entry for entry in artefact.abi if entry["type"] == "constructor"), {"inputs": []}
    )
    data = artefact.bytecode + encode([abi_type(entry) for entry in constructor["inputs"]], list(arguments))
    estimate = int(rpc.call("eth_estimateGas", {"from": account.address, "data": "0x" + data.hex()}), 16)
    base_fee = int(rpc.call("eth_getBlockByNumber", "latest", False)["baseFeePerGas"], 16)
    signed = account.sign_transaction(
        {
            "type": 2,
            "chainId": chain_id,
            "nonce": int(rpc.call("eth_getTransactionCount", account.address, "pending"), 16),
            "data": data,
            "value": 0,
            "gas": estimate * (100 + GAS_MARGIN_PERCENT) // 100,
            "maxFeePerGas": 2 * base_fee + TIP_WEI,
            "maxPriorityFeePerGas": TIP_WEI,
        }
    )
    receipt = _receipt(rpc, rpc.call("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex()), name)
    if int(receipt["status"], 16) != 1:
        raise CommandError(
            "cli: deployment failed",
            f"The creation of {name} failed.",
            "Look at the node's log, then repeat.",
        )
    address = bytes.fromhex(receipt["contractAddress"][2:])
    return address, int(receipt["blockNumber"], 16), int(receipt["gasUsed"], 16)


def _receipt(rpc: JsonRpc, transaction: str, name: str) -> dict[str, Any]:
    deadline = time.monotonic() + RECEIPT_WITHIN_S
    pause_s = 0.005
    while time.monotonic() < deadline:
        found: dict[str, Any] | None = rpc.call("eth_getTransactionReceipt", transaction)
        if found is not None:
            return found
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 2.0)
    raise CommandError(
        "cli: not mined", f"The creation of {name} ({transaction}) is in no block yet.", "Look again later."
    )
