"""Where our contracts live on one chain: written by `allmende deploy`, read by who follows or calls them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_utils.address import to_checksum_address


@dataclass(frozen=True, slots=True)
class Deployment:
    """Addresses are 20 bytes; `token` is the free demo token, on local chains only.

    `token_symbol` and `token_decimals` are what the token says of itself, None where nobody asked it.
    `start_block` is the first block that can hold a log of ours. `code_hashes` maps contract name →
    keccak-256 of the code at its address, so that a wiped and restarted chain is noticed.
    `others` holds what stands beside the three of every deployment, contract name → address: an older file
    has none of them.
    """

    chain_id: int
    start_block: int
    ledger: bytes
    bookings: bytes
    escrow: bytes
    token: bytes | None = None
    code_hashes: dict[str, bytes] = field(default_factory=dict)
    token_symbol: str | None = None
    token_decimals: int | None = None
    others: dict[str, bytes] = field(default_factory=dict)

    @property
    def addresses(self) -> dict[str, bytes]:
        """Contract name (as in `artefacts.load`) → address."""
        named = {"ReputationLedger": self.ledger, "Bookings": self.bookings, "Escrow": self.escrow}
        token = {} if self.token is None else {"MockToken": self.token}
        return named | self.others | token


def to_json(deployment: Deployment) -> dict[str, Any]:
    """The document of a deployment: addresses checksummed, hashes hex."""
    document: dict[str, Any] = {
        "chain_id": deployment.chain_id,
        "start_block": deployment.start_block,
        "ledger": to_checksum_address(deployment.ledger),
        "bookings": to_checksum_address(deployment.bookings),
        "escrow": to_checksum_address(deployment.escrow),
        "token": None if deployment.token is None else to_checksum_address(deployment.token),
        "code_hashes": {name: "0x" + code.hex() for name, code in sorted(deployment.code_hashes.items())},
    }
    if deployment.token_symbol is not None:
        document["token_symbol"] = deployment.token_symbol
    if deployment.token_decimals is not None:
        document["token_decimals"] = deployment.token_decimals
    if deployment.others:
        document["others"] = {
            name: to_checksum_address(address) for name, address in deployment.others.items()
        }
    return document


def from_json(data: dict[str, Any]) -> Deployment:
    """The deployment of a document.

    Raises:
        KeyError, ValueError: a field is missing or no address.
    """
    token, decimals = data.get("token"), data.get("token_decimals")
    return Deployment(
        chain_id=int(data["chain_id"]),
        start_block=int(data["start_block"]),
        ledger=_address(data["ledger"]),
        bookings=_address(data["bookings"]),
        escrow=_address(data["escrow"]),
        token=None if token is None else _address(token),
        code_hashes={name: bytes.fromhex(code[2:]) for name, code in data.get("code_hashes", {}).items()},
        token_symbol=data.get("token_symbol"),
        token_decimals=None if decimals is None else int(decimals),
        others={name: _address(address) for name, address in data.get("others", {}).items()},
    )


def from_addresses(
    chain_id: int, start_block: int, addresses: Mapping[str, bytes], code_hashes: dict[str, bytes]
) -> Deployment:
    """The deployment of contracts by name.

    Raises:
        KeyError: ledger, bookings or escrow is missing.
    """
    rest = dict(addresses)
    return Deployment(
        chain_id=chain_id,
        start_block=start_block,
        ledger=rest.pop("ReputationLedger"),
        bookings=rest.pop("Bookings"),
        escrow=rest.pop("Escrow"),
        token=rest.pop("MockToken", None),
        code_hashes=code_hashes,
        others=rest,
    )


def save(deployment: Deployment, path: Path) -> None:
    """Write `deployment.json`; readers see the old file or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(to_json(deployment), indent=2) + "\n")
    partial.replace(path)


def load(path: Path) -> Deployment:
    """Read `deployment.json`.

    Raises:
        FileNotFoundError: nothing was deployed into this folder.
        KeyError, ValueError: the file is not a deployment.
    """
    return from_json(json.loads(path.read_text()))


def _address(text: str) -> bytes:
    raw = bytes.fromhex(text.removeprefix("0x"))
    if len(raw) != 20:
        raise ValueError(f"{text} is no address")
    return raw
