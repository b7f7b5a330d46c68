"""Every signed type of every file of types, signed and verified by Python and Vyper on the vectors that
TypeScript signs and verifies in `frontend/src/chain/typed_data.test.ts`.
"""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import boa
import pytest
from contracts.compiling import contracts_root, search_paths, source_path
from contracts.test_typed_data import encode_type as encode_type_here
from eth_account import Account

from scripts._chain_client import typed_data
from scripts._generate.places import ROOT
from scripts._generate.vectors import CHAIN_ID, TARGET

VECTORS = json.loads(TARGET.read_text())["typed_data"]
SIGNED = {f"{one['contract']}.{one['primary_type']}": one for one in VECTORS["signed"]}
FOREVER = 2**64
SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@pytest.fixture(params=sorted(SIGNED))
def vector(request: pytest.FixtureRequest) -> dict[str, Any]:
    """One type, its values, digest and signature."""
    return copy.deepcopy(SIGNED[request.param])


@pytest.fixture
def full(vector: dict[str, Any]) -> dict[str, Any]:
    """All that a wallet would be shown."""
    return full_of(vector)


def full_of(vector: dict[str, Any]) -> dict[str, Any]:
    types = typed_data.types_of(vector["contract"])
    message = read(types, vector["primary_type"], vector["message"])
    return typed_data.full_message(types, vector["primary_type"], vector["domain"], message)


def read(types: dict[str, Any], kind: str, value: Any) -> Any:
    """A value as JSON writes it, as Python signs it."""
    if kind.endswith("]"):
        return [read(types, kind[: kind.rindex("[")], one) for one in value]
    if kind in types:
        return {field["name"]: read(types, field["type"], value[field["name"]]) for field in types[kind]}
    if kind.startswith("uint"):
        return int(value)
    return bytes.fromhex(value[2:]) if kind.startswith("bytes") else value


def leaves(message: dict[str, Any], place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value that is no struct and no list."""
    items = message.items() if isinstance(message, dict) else enumerate(message)
    for key, value in items:
        if isinstance(value, dict | list):
            yield from leaves(value, (*place, key))  # type: ignore[arg-type]
        else:
            yield (*place, key)


def altered(message: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    """The message with one value that is another of the same type."""
    other = copy.deepcopy(message)
    inner: Any = other
    for key in place[:-1]:
        inner = inner[key]
    value = inner[place[-1]]
    if isinstance(value, bool):
        inner[place[-1]] = not value
    elif isinstance(value, int):
        inner[place[-1]] = value ^ 1
    elif isinstance(value, bytes):
        inner[place[-1]] = value[:-1] + bytes([value[-1] ^ 1])
    else:
        inner[place[-1]] = value[:-1] + ("1" if value[-1] == "0" else "0")
        if value.startswith("0x"):
            inner[place[-1]] = inner[place[-1]].lower()
    return other


def test_every_signed_type_of_every_file__has_a_vector() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "contracts").rglob("typed_data*.json")}
    read_ = {path.relative_to(ROOT).as_posix() for path in typed_data.documents().values()}
    assert files == read_
    wanted = {
        f"{contract}.{name}"
        for contract in typed_data.documents()
        for name in typed_data.signed_types(typed_data.types_of(contract))
    }
    assert wanted == set(SIGNED)


def test_files__belong_to_contracts_that_are_there() -> None:
    for contract, path in typed_data.documents(contracts_root()).items():
        assert source_path(contract).parent == path.parent


def test_encoded_type__is_that_of_the_contract_tests(vector: dict[str, Any]) -> None:
    types = typed_data.types_of(vector["contract"])
    assert vector["encoded_type"] == encode_type_here(types, vector["primary_type"])


def test_python__signs_and_verifies(vector: dict[str, Any], full: dict[str, Any]) -> None:
    account = Account.from_key(VECTORS["key"])
    assert account.address == VECTORS["signer"]
    assert "0x" + typed_data.digest(full).hex() == vector["digest"]
    assert "0x" + typed_data.sign(account, full).hex() == vector["signature"]
    recovered = Account.recover_message(typed_data.signable(full), signature=vector["signature"])
    assert recovered == VECTORS["signer"]


def test_python__with_any_value_altered__signs_something_else(
    vector: dict[str, Any], full: dict[str, Any]
) -> None:
    places = list(leaves(full["message"]))
    digests = {
        typed_data.digest({**full, "message": altered(full["message"], place)}).hex() for place in places
    }
    assert len(digests) == len(places)
    assert vector["digest"][2:] not in digests


@pytest.fixture(scope="module")
def probe() -> Iterator[Callable[[dict[str, Any]], Any]]:
    """`probe(domain)`: the check that all our contracts share, at the address and with the name of a domain,
    on the chain of the vectors."""
    made: dict[str, Any] = {}
    with boa.swap_env(boa.Env()):
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        boa.env.evm.patch.chain_id = CHAIN_ID
        deployer = boa.load_partial(str(source_path("AuthorizationProbe")))

        def at(domain: dict[str, Any]) -> Any:
            address = domain["verifyingContract"]
            if address not in made:
                made[address] = deployer.deploy(domain["name"], override_address=address)
            return made[address]

        yield at


def test_vyper__verifies(vector: dict[str, Any], full: dict[str, Any], probe: Any) -> None:
    struct_hash = typed_data.signable(full).body
    signature = bytes.fromhex(vector["signature"][2:])
    auth = (VECTORS["signer"], FOREVER, signature)
    assert probe(vector["domain"]).actor(auth, struct_hash) == VECTORS["signer"]


@pytest.mark.parametrize("change", ["value", "chain", "contract", "name", "signer", "mirrored", "cut"])
def test_vyper__anything_else_than_signed__refuses(
    vector: dict[str, Any], full: dict[str, Any], probe: Any, change: str
) -> None:
    signer, signature = VECTORS["signer"], bytes.fromhex(vector["signature"][2:])
    signed = copy.deepcopy(full)
    match change:
        case "value":
            signed["message"] = altered(full["message"], next(leaves(full["message"])))
        case "chain":
            signed["domain"] = {**full["domain"], "chainId": CHAIN_ID + 1}
            signature = typed_data.sign(Account.from_key(VECTORS["key"]), signed)
        case "contract":
            signed["domain"] = {**full["domain"], "verifyingContract": signer}
            signature = typed_data.sign(Account.from_key(VECTORS["key"]), signed)
        case "name":
            signed["domain"] = {**full["domain"], "name": "Allmende"}
            signature = typed_data.sign(Account.from_key(VECTORS["key"]), signed)
        case "signer":
            signer = full["domain"]["verifyingContract"]
        case "mirrored":
            s = int.from_bytes(signature[32:64], "big")
            signature = signature[:32] + (SECP256K1_N - s).to_bytes(32, "big") + bytes([55 - signature[64]])
        case _:
            signature = signature[:64]
    contract = probe(vector["domain"])
    with boa.reverts("auth: bad signature"):
        contract.actor((signer, FOREVER, signature), typed_data.signable(signed).body)


def test_domain__of_every_contract__has_the_name_of_its_source() -> None:
    for contract in typed_data.documents():
        if contract == "MockToken":  # a token is named when it is deployed
            continue
        source = source_path(contract).read_text()
        assert f'__init__("{typed_data.name_of(contract)}"' in source, contract
