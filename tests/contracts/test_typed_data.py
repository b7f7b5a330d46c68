"""The type hashes in the contracts and the readable `typed_data.json` beside them say the same.

`encode_type` is written once more here, apart from that of the client: `test_typed_data_round_trip` holds the
two against each other, so that a mistake in one does not look right in both.
"""

import re
from typing import Any

import pytest
from contracts.compiling import sources_of, typed_data

CONTRACTS = ("AttestedByKey", "Bookings", "Escrow", "Payments", "ReputationLedger", "Spaces")
HASHED = re.compile(r'^\w+_TYPEHASH: constant\(bytes32\) = keccak256\(\s*((?:"[^"]*"\s*)+)\)', re.MULTILINE)


def referred(types: dict[str, list[dict[str, str]]], name: str) -> set[str]:
    """The structs that a type refers to, and those that they refer to."""
    direct = {field["type"].rstrip("[]0123456789") for field in types[name]} & set(types)
    return direct.union(*(referred(types, other) for other in direct))


def encode_type(types: dict[str, list[dict[str, str]]], primary_type: str) -> str:
    """EIP-712 `encodeType`: the primary type, then what it refers to in alphabetical order."""
    names = [primary_type, *sorted(referred(types, primary_type))]
    return "".join(f"{name}({_fields(types[name])})" for name in names)


def _fields(members: list[dict[str, str]]) -> str:
    return ",".join(f"{member['type']} {member['name']}" for member in members)


def hashed_types(contract: str) -> set[str]:
    """Every type string that a contract or a module of it hashes; adjacent strings are one."""
    sources = "\n".join(path.read_text() for path in sorted(sources_of(contract)))
    found = {"".join(re.findall(r'"([^"]*)"', match)) for match in HASHED.findall(sources)}
    assert len(found) == len(re.findall(r"^\w+_TYPEHASH\b", sources, re.MULTILINE))
    return found


@pytest.mark.parametrize("contract", CONTRACTS)
def test_typed_data__every_hashed_type__is_that_of_the_document(contract: str) -> None:
    types = typed_data(contract)
    assert hashed_types(contract) <= {encode_type(types, name) for name in types}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_typed_data__every_documented_action__is_hashed_by_the_contract(contract: str) -> None:
    types = typed_data(contract)
    actions = {name for name in types if types[name][-1]["name"] == "deadline"}
    assert {encode_type(types, name) for name in actions} <= hashed_types(contract)


@pytest.mark.parametrize("contract", CONTRACTS)
def test_typed_data__every_type__is_an_action_with_a_deadline_or_part_of_one(contract: str) -> None:
    types = typed_data(contract)
    actions = [name for name in types if types[name][-1] == {"name": "deadline", "type": "uint256"}]
    used = {name for action in actions for name in (action, *referred(types, action))}
    assert used == set(types)


@pytest.mark.parametrize("contract", ["GroupSignatures", "MockToken"])
def test_typed_data__of_a_contract_without_actions__is_what_it_hashes(contract: str) -> None:
    types = typed_data(contract)
    assert {encode_type(types, name) for name in types} == hashed_types(contract)


@pytest.mark.parametrize(
    ("fixture", "name"),
    [
        ("bookings", "Allmende Bookings"),
        ("escrow", "Allmende Escrow"),
        ("ledger", "Allmende Reputation"),
        ("payments", "Allmende Payments"),
        ("spaces", "Allmende Spaces"),
    ],
)
def test_eip712_domain__of_every_contract__names_it_and_its_chain(
    request: Any, chain: Any, fixture: str, name: str
) -> None:
    contract = request.getfixturevalue(fixture)
    fields, found, version, chain_id, verifying_contract, salt, extensions = contract.eip712Domain()
    assert (bytes(fields), found, version) == (b"\x0f", name, "1")
    assert (chain_id, verifying_contract) == (chain.chain_id, contract.address)
    assert (bytes(salt), list(extensions)) == (bytes(32), [])
