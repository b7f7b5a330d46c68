"""Vectors of typed data: every type that is signed, with made-up values, its digest and a signature of it.

They follow from the files of types beside the contracts, so a new type has its vector as soon as it is
written. Each contract stands at an address that follows from its name; the key is nobody's.
"""

from __future__ import annotations

from typing import Any

from eth_account import Account
from eth_utils.crypto import keccak

from backend.kit.hexadecimal import to_address
from scripts._chain_client import typed_data
from scripts._chain_client.chain import Chain
from scripts._chain_client.typed_data import Types

KEY = keccak(text="allmende: typed data")
# How many items a list has; one would not show how they are joined
ITEMS = 2


def signed_vectors(on: Chain) -> dict[str, Any]:
    """The key, its address, and what it signs."""
    account = Account.from_key(KEY)
    found = []
    for contract in sorted(typed_data.documents()):
        types = typed_data.types_of(contract)
        address = to_address(keccak(text=contract)[-20:])
        domain = typed_data.domain(contract, on.deployment.chain_id, address)
        for primary in typed_data.signed_types(types):
            message = sample(types, primary, f"{contract}.{primary}")
            full = typed_data.full_message(types, primary, domain, message)
            found.append(
                {
                    "contract": contract,
                    "primary_type": primary,
                    "encoded_type": typed_data.encode_type(types, primary),
                    "domain": domain,
                    "message": written(message),
                    "digest": "0x" + typed_data.digest(full).hex(),
                    "signature": "0x" + typed_data.sign(account, full).hex(),
                }
            )
    return {"key": "0x" + KEY.hex(), "signer": account.address, "signed": found}


def sample(types: Types, kind: str, path: str) -> Any:
    """A value of a type, made of the hash of where it stands: none is like another."""
    if kind.endswith("]"):
        base, _, size = kind.removesuffix("]").rpartition("[")
        return [sample(types, base, f"{path}.{number}") for number in range(int(size or ITEMS))]
    if kind in types:
        return {
            field["name"]: sample(types, field["type"], f"{path}.{field['name']}") for field in types[kind]
        }
    chance = keccak(text=path)
    if kind == "address":
        return to_address(chance[-20:])
    if kind == "bool":
        return bool(chance[0] & 1)
    if kind == "string":
        return chance.hex()
    if kind == "bytes":
        return chance + chance[: chance[0] % 32]
    if kind.startswith("bytes"):
        return chance[: int(kind.removeprefix("bytes"))]
    if kind.startswith("uint"):
        return int.from_bytes(chance) % (1 << int(kind.removeprefix("uint")))
    raise ValueError(f"{path} is of the type {kind}, of which there is no sample")


def written(value: Any) -> Any:
    """As JSON: integers as decimal text, bytes as 0x and digits."""
    if isinstance(value, dict):
        return {name: written(one) for name, one in value.items()}
    if isinstance(value, list):
        return [written(one) for one in value]
    if isinstance(value, bool | str):
        return value
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
