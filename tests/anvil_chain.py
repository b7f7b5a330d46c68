"""A real local chain with the real contracts, and a way to act on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth_account import Account
from web3 import HTTPProvider, Web3
from web3.contract import Contract

from indexer.chain import artefacts
from indexer.chain.deployment import Deployment
from scripts._anvil import MNEMONIC, Anvil
from scripts.deploy import deploy

NOBODY = ("0x" + "00" * 20, 0, b"")  # the empty authorisation: the caller acts
GAS = 15_000_000


class AnvilChain:
    """A running anvil with ledger, bookings, escrow, spaces and token; `members`: its unlocked accounts."""

    def __init__(self, anvil: Anvil, deployment: Deployment) -> None:
        self.anvil = anvil
        self.deployment = deployment
        self.web3 = Web3(HTTPProvider(anvil.rpc_url, request_kwargs={"timeout": 60}))
        self.members: list[str] = list(self.web3.eth.accounts)
        self.ledger = self._contract("ReputationLedger")
        self.bookings = self._contract("Bookings")
        self.escrow = self._contract("Escrow")
        self.spaces = self._contract("Spaces")
        self.token = self._contract("MockToken")

    @property
    def rpc_url(self) -> str:
        return self.anvil.rpc_url

    @property
    def now_s(self) -> int:
        """Time of the latest block."""
        return int(self.web3.eth.get_block("latest")["timestamp"])

    @property
    def height(self) -> int:
        return int(self.web3.eth.block_number)

    def act(self, call: Any, sender: str, value: int = 0) -> bool:
        """Send a call in a block of its own; False when the contract refuses it."""
        transaction = call.transact({"from": sender, "value": value, "gas": GAS})
        receipt = self.web3.eth.wait_for_transaction_receipt(transaction, poll_latency=0.005)
        return bool(receipt["status"] == 1)

    def mine(self, count: int = 1) -> None:
        """Add empty blocks."""
        self.anvil.rpc("anvil_mine", hex(count))

    def travel(self, seconds: int) -> None:
        """Move chain time forward."""
        self.anvil.advance(seconds)

    def announce(self, owner: str, salts: range, terms: int) -> None:
        """Announce one resource a salt, in one transaction."""
        offers = [(terms, salt.to_bytes(32, "big"), salt.to_bytes(32, "big")) for salt in salts]
        assert self.act(self.bookings.functions.announce_many(offers, NOBODY), owner)

    def reorganise(self, depth: int, replacements: list[tuple[Any, str]] | None = None) -> None:
        """Replace the last `depth` blocks; the new ones hold `replacements` (call, sender), and one more
        follows."""
        pairs = [
            [call.build_transaction({"from": sender, "gas": GAS, "gasPrice": 0, "nonce": 0}), 0]
            for call, sender in replacements or []
        ]
        for transaction, _ in pairs:
            for field in ("nonce", "gasPrice", "chainId"):
                transaction.pop(field, None)
            for field in ("gas", "value"):
                transaction[field] = hex(transaction[field])
        self.anvil.rpc("anvil_reorg", depth, pairs)
        self.mine()

    def _contract(self, name: str) -> Contract:
        address = self.web3.to_checksum_address(self.deployment.addresses[name])
        return self.web3.eth.contract(address=address, abi=list(artefacts.load(name).abi))


@contextmanager
def anvil_chain() -> Iterator[AnvilChain]:
    """Start anvil, deploy the contracts and fund every member with tokens that the escrow may pull."""
    Account.enable_unaudited_hdwallet_features()
    deployer = Account.from_mnemonic(MNEMONIC)
    with tempfile.TemporaryDirectory() as home, Anvil() as anvil:
        deployment, _ = deploy(anvil.rpc_url, deployer, Path(home))
        chain = AnvilChain(anvil, deployment)
        for member in chain.members:
            assert chain.act(chain.token.functions.mint(member, 10**12), chain.members[0])
            assert chain.act(chain.token.functions.approve(chain.escrow.address, 2**255), member)
        yield chain


def resource_terms(
    *,
    quantum: int = 3,
    rule: int = 0,
    phase: int = 0,
    horizon_days: int = 365,
    ttl_h: int = 48,
    notice_h: int = 0,
    max_quanta: int = 100,
    service: int = 1,
    capacity: int = 1,
    buffer_quanta: int = 0,
    gated: bool = False,
) -> int:
    """The packed terms of an announcement; `quantum` is a code (3 = one hour), `phase` in steps of 15
    minutes."""
    return (
        quantum << 160
        | rule << 163
        | capacity << 168
        | phase << 176
        | horizon_days << 183
        | ttl_h << 193
        | notice_h << 203
        | max_quanta << 213
        | buffer_quanta << 225
        | gated << 231
        | service << 232
    )
