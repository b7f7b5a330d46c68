"""Authorisations: what a member signs so that somebody else can send it (EIP-712)."""

from __future__ import annotations

from typing import Any

from indexer.chain import artefacts
from scripts._chain_client.chain import Chain

# signer, deadline (UTC seconds), signature
Auth = tuple[str, int, bytes]
DOMAIN_NAMES = {
    "Bookings": "Allmende Bookings",
    "Escrow": "Allmende Escrow",
    "ReputationLedger": "Allmende Reputation",
}
DOMAIN_FIELDS = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]


def typed_message(
    contract: str, primary_type: str, message: dict[str, Any], chain_id: int, address: str
) -> dict[str, Any]:
    """The whole EIP-712 document of an action, with the types that the contract's artefact carries."""
    types = artefacts.load(contract).typed_data
    return {
        "types": {"EIP712Domain": DOMAIN_FIELDS, **reachable(types, primary_type)},
        "primaryType": primary_type,
        "domain": {
            "name": DOMAIN_NAMES[contract],
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": address,
        },
        "message": message,
    }


def reachable(types: dict[str, list[dict[str, str]]], primary_type: str) -> dict[str, list[dict[str, str]]]:
    """The primary type and the structs that its fields refer to."""
    found: dict[str, list[dict[str, str]]] = {}
    waiting = [primary_type]
    while waiting:
        name = waiting.pop()
        found[name] = types[name]
        bases = [field["type"].split("[")[0] for field in types[name]]
        waiting += [base for base in bases if base in types and base not in found]
    return found


def sign(chain: Chain, contract: str, primary_type: str, message: dict[str, Any]) -> Auth:
    """The acting account's authorisation; `message` ends with its own deadline.

    Raises:
        CommandError: "cli: who acts".
    """
    signer = chain.me
    document = typed_message(
        contract, primary_type, message, chain.deployment.chain_id, chain.address(contract)
    )
    return signer, int(message["deadline"]), chain.sign_typed(document)
