"""What members sign (EIP-712): the types beside the contracts' sources, domains, digests and signatures.

The JSON beside a contract is the only definition: `typed_data.<Contract>.json`, or `typed_data.json` for the
contract that gave its folder the name. A type that is no part of another is signed.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eth_account.messages import SignableMessage
    from eth_account.signers.local import LocalAccount

Types = dict[str, list[dict[str, str]]]

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
DOMAIN = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
# Whose domain is not named "Allmende <contract>"
NAMES = {
    "AttestedByKey": "Allmende Attestation",
    "GroupSignatures": "Allmende Group",
    "MockToken": "Demo Euro",
    "ReputationLedger": "Allmende Reputation",
}
# Whose types stand in the `typed_data.json` of their folder
OF_FOLDER = {
    "booking": "Bookings",
    "escrow": "Escrow",
    "mocks": "MockToken",
    "reputation": "ReputationLedger",
}


def documents(root: Path = CONTRACTS) -> dict[str, Path]:
    """Contract → its file of types, for every file below `root`."""
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("typed_data*.json")):
        named = path.name.removeprefix("typed_data").removesuffix(".json").removeprefix(".")
        found[named or OF_FOLDER[path.parent.name]] = path
    return found


@cache
def types_of(contract: str) -> Types:
    """The types that a contract understands.

    Raises:
        LookupError: it has none.
    """
    types: Types = json.loads(documents()[contract].read_text("utf-8"))
    return types


def name_of(contract: str) -> str:
    """The name in a contract's domain."""
    return NAMES.get(contract, f"Allmende {contract}")


def signed_types(types: Types) -> list[str]:
    """The types that are signed: those that are no part of another."""
    parts = {field["type"].split("[")[0] for fields in types.values() for field in fields}
    return [name for name in types if name not in parts]


def reachable(types: Types, primary_type: str) -> Types:
    """The primary type and the structs its fields refer to."""
    found: Types = {}
    waiting = [primary_type]
    while waiting:
        name = waiting.pop()
        found[name] = types[name]
        bases = [field["type"].split("[")[0] for field in types[name]]
        waiting += [base for base in bases if base in types and base not in found]
    return found


def encode_type(types: Types, primary_type: str) -> str:
    """EIP-712 `encodeType`: the primary type, then what it refers to in alphabetical order."""
    found = reachable(types, primary_type)
    names = [primary_type, *sorted(set(found) - {primary_type})]
    return "".join(
        f"{name}({','.join(field['type'] + ' ' + field['name'] for field in found[name])})" for name in names
    )


def full_message(
    types: Types, primary_type: str, domain: dict[str, Any], message: dict[str, Any]
) -> dict[str, Any]:
    """All that a wallet is shown and signs, as `eth_signTypedData_v4` takes it."""
    return {
        "types": {"EIP712Domain": DOMAIN, **reachable(types, primary_type)},
        "primaryType": primary_type,
        "domain": domain,
        "message": message,
    }


def domain(contract: str, chain_id: int, address: str) -> dict[str, Any]:
    """The domain of a contract of ours."""
    return {
        "name": name_of(contract),
        "version": "1",
        "chainId": chain_id,
        "verifyingContract": address,
    }


def signable(full: dict[str, Any]) -> SignableMessage:
    """What is hashed: version, domain separator, struct hash."""
    from eth_account.messages import encode_typed_data

    return encode_typed_data(full_message=full)


def digest(full: dict[str, Any]) -> bytes:
    """The 32 bytes that are signed."""
    from eth_utils.crypto import keccak

    hashed = signable(full)
    return keccak(b"\x19" + hashed.version + hashed.header + hashed.body)


def sign(account: LocalAccount, full: dict[str, Any]) -> bytes:
    """The account's signature: r, s, v in 65 bytes."""
    return bytes(account.sign_message(signable(full)).signature)
