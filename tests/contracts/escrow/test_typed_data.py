"""What members sign: the contract's type hashes are those of the published JSON."""

import re
from typing import Any

import pytest
from contracts.compiling import source_path, typed_data
from contracts.signing import reachable

CONSTANTS = dict(
    re.findall(
        r'(\w+)_TYPEHASH: constant\(bytes32\) = keccak256\("(.*)"\)', source_path("typed_data").read_text()
    )
)


def encoded(primary: str) -> str:
    """EIP-712 `encodeType`: the primary type, then the types it refers to in alphabetical order."""
    types = reachable(typed_data("Escrow"), primary)
    names = [primary, *sorted(set(types) - {primary})]
    return "".join(
        f"{name}({','.join(field['type'] + ' ' + field['name'] for field in types[name])})" for name in names
    )


@pytest.mark.parametrize("constant", sorted(CONSTANTS))
def test_type_hash__of_every_act__equals_the_json(constant: str) -> None:
    primary = constant.title().replace("_", "")
    assert CONSTANTS[constant] == encoded(primary)


def test_json__has_no_act_without_a_constant() -> None:
    acts = {name for name, fields in typed_data("Escrow").items() if fields[-1]["name"] == "deadline"}
    assert acts == {name.title().replace("_", "") for name in CONSTANTS} - {
        "Cancellation",
        "Milestone",
        "Rung",
    }


def test_domain__is_published(escrow: Any) -> None:
    domain = escrow.eip712Domain()
    assert (domain[1], domain[2]) == ("Allmende Escrow", "1")
