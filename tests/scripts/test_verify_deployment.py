"""What stands on a real node against the sources: as it is, and with one part of it changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from demo_process import allmende

from indexer.chain import artefacts
from indexer.chain.deployment import Deployment
from scripts import _verification
from scripts import deploy as command
from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError
from scripts._generate import contracts, manifest
from scripts._generate.contracts import Compiled
from scripts._generate.places import MANIFEST, ROOT
from scripts._verification import verify


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the run."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    """A node of its own."""
    with Anvil() as running:
        yield running


@pytest.fixture(scope="module")
def deployed(chain: Anvil, home: Path) -> Deployment:
    """The contracts on it."""
    return command.deploy(chain.rpc_url, persona_account("deployer", CHAIN_ID), home)[0]


@pytest.fixture(autouse=True, scope="module")
def compiled_once() -> Iterator[None]:
    """The compiler is asked once for the same sources."""
    answers: dict[tuple[str, str], Compiled] = {}

    def compile_contract(folder: Path, name: str) -> Compiled:
        digest = hashlib.sha256()
        for path in sorted(folder.rglob("*.vy*")):
            digest.update(path.read_bytes())
        key = (digest.hexdigest(), name)
        if key not in answers:
            answers[key] = original(folder, name)
        return answers[key]

    original = contracts.compile_contract
    contracts.compile_contract = compile_contract
    yield
    contracts.compile_contract = original


@pytest.fixture
def rpc(chain: Anvil) -> Iterator[Rpc]:
    """The node."""
    opened = Rpc(chain.rpc_url)
    yield opened
    opened.close()


def wrong(rpc: Rpc, deployed: Deployment, **places: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """What differs: (contract, against) → fields."""
    return {(f.name, f.against): f.wrong for f in verify(rpc, deployed, **places) if not f.well}


def test_verify__what_was_deployed__is_what_the_sources_say(rpc: Rpc, deployed: Deployment) -> None:
    findings = verify(rpc, deployed)
    assert all(finding.well for finding in findings), findings
    for against in ("manifest", "artefact", "chain", "deployment file"):
        assert {f.name for f in findings if f.against == against} >= set(deployed.addresses)


def test_verify__one_byte_of_code_or_immutables_changed__names_the_contract(
    chain: Anvil, rpc: Rpc, deployed: Deployment
) -> None:
    address = "0x" + deployed.escrow.hex()
    original = chain.rpc("eth_getCode", address, "latest")
    size = artefacts.load("Escrow").runtime_size
    assert len(original) > 2 + 2 * size, "Escrow has immutables"
    for at, said in ((size // 2, ("code",)), (len(original) // 2 - 2, ("immutables",))):
        code = bytearray.fromhex(original[2:])
        code[at] ^= 1
        chain.rpc("anvil_setCode", address, "0x" + code.hex())
        found = wrong(rpc, deployed)
        assert found == {("Escrow", "chain"): said, ("Escrow", "deployment file"): ("code hash",)}
    chain.rpc("anvil_setCode", address, original + "00")
    assert wrong(rpc, deployed)["Escrow", "chain"] == ("length",)
    chain.rpc("anvil_setCode", address, "0x")
    assert wrong(rpc, deployed)["Escrow", "chain"] == ("nothing is there",)
    chain.rpc("anvil_setCode", address, original)
    assert wrong(rpc, deployed) == {}


def test_verify__right_code_at_a_wrong_address__differs_in_the_immutables(
    chain: Anvil, rpc: Rpc, deployed: Deployment
) -> None:
    elsewhere = b"\x77" * 20
    chain.rpc(
        "anvil_setCode",
        "0x" + elsewhere.hex(),
        chain.rpc("eth_getCode", "0x" + deployed.escrow.hex(), "latest"),
    )
    found = wrong(rpc, replace(deployed, escrow=elsewhere))
    assert found == {("Escrow", "chain"): ("immutables",)}


def test_verify__changed_source__names_the_contract_and_the_file(
    rpc: Rpc, deployed: Deployment, tmp_path: Path
) -> None:
    copy = tmp_path / "contracts"
    shutil.copytree(ROOT / "contracts", copy)
    path = copy / "booking" / "calendar.vy"
    path.write_text(path.read_text() + "\n# one comment more\n")
    found = wrong(rpc, deployed, contracts=copy)
    assert set(found) == {("Bookings", "manifest"), ("Bookings", "artefact")}
    assert "sources_sha256 contracts/booking/calendar.vy" in found["Bookings", "manifest"]


def test_verify__source_that_does_not_compile__is_a_finding(
    rpc: Rpc, deployed: Deployment, tmp_path: Path
) -> None:
    copy = tmp_path / "contracts"
    shutil.copytree(ROOT / "contracts", copy)
    path = copy / "booking" / "calendar.vy"
    path.write_text(path.read_text() + "\ndef broken(\n")
    [(where, said)] = wrong(rpc, deployed, contracts=copy).items()
    assert where == ("Bookings", "chain")
    assert said[0].startswith("does not compile")


@pytest.mark.parametrize("part", ["code_keccak256", "abi_sha256", "immutables_size"])
def test_verify__tampered_manifest__names_the_field(
    rpc: Rpc, deployed: Deployment, tmp_path: Path, part: str
) -> None:
    document = json.loads(MANIFEST.read_text())
    document["contracts"]["Bookings"][part] = "0x00"
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(document))
    assert wrong(rpc, deployed, manifest=path) == {("Bookings", "manifest"): (part,)}


def test_verify__other_compiler_or_no_manifest__says_so(
    rpc: Rpc, deployed: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = manifest.compiler() | {"version": "0.0.1"}
    monkeypatch.setattr(manifest, "compiler", lambda: other)
    assert wrong(rpc, deployed) == {("compiler", "manifest"): ("version",)}
    assert wrong(rpc, deployed, manifest=tmp_path / "none.json")["Escrow", "manifest"] == ("missing",)


def test_verify__tampered_artefact__names_the_contract(
    rpc: Rpc, deployed: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "abi"
    shutil.copytree(artefacts.FOLDER, changed)
    path = changed / "ReputationLedger.json"
    path.write_text(path.read_text().replace('"bytecode": "0x', '"bytecode": "0x00'))
    monkeypatch.setattr(artefacts, "FOLDER", changed)
    assert wrong(rpc, deployed) == {("ReputationLedger", "artefact"): ("bytecode",)}


def test_verify__contract_that_nobody_deploys__is_named(rpc: Rpc, deployed: Deployment) -> None:
    stranger = replace(deployed, others=deployed.others | {"Backdoor": deployed.escrow})
    assert wrong(rpc, stranger) == {("Backdoor", "chain"): ("no recipe of this name",)}


def test_verify__another_chain__is_refused(rpc: Rpc, deployed: Deployment) -> None:
    with pytest.raises(CommandError) as refused:
        verify(rpc, replace(deployed, chain_id=1))
    assert refused.value.code == "cli: wrong chain"


def test_verify__without_the_compiler__says_what_mends_it(
    rpc: Rpc, deployed: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "boa", None)
    with pytest.raises(CommandError) as refused:
        verify(rpc, deployed)
    assert refused.value.code == "cli: no compiler"
    assert "make check" in refused.value.next_step


def test_verify_deployment__on_the_command_line__ends_with_1_and_the_name(
    chain: Anvil, deployed: Deployment, home: Path
) -> None:
    options = ("--home", str(home), "--rpc", chain.rpc_url, "--json")
    done = allmende(*options, "verify-deployment")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"]["verified"] is True
    address = "0x" + deployed.bookings.hex()
    original = chain.rpc("eth_getCode", address, "latest")
    chain.rpc("anvil_setCode", address, "0x00" + original[4:])
    try:
        done = allmende(*options, "verify-deployment")
    finally:
        chain.rpc("anvil_setCode", address, original)
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"]["code"] == "cli: not verified"
    assert "Bookings" in done.stderr


def test_manifest__names_every_source_without_naming_this_machine() -> None:
    document = json.loads(MANIFEST.read_text())
    for name, entry in document["contracts"].items():
        assert any(
            path.startswith("contracts/") and path.endswith(f"/{name}.vy") for path in entry["sources_sha256"]
        )
        assert not any(path.startswith("/") or ".." in path for path in entry["sources_sha256"])
    assert document["compiler"] == manifest.compiler()
    assert _verification.MANIFEST == MANIFEST
