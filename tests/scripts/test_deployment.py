"""Deploying to a real node: once, again, after a wipe, onto the wrong chain, and by ape."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from eth_utils import keccak

from indexer.chain import artefacts, deployment
from indexer.chain.artefacts import load
from scripts import _deployment
from scripts import deploy as command
from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, ROOT, Anvil
from scripts._deployment import RECIPES, Recipe
from scripts._errors import CommandError


@pytest.fixture
def chain() -> Iterator[Anvil]:
    """A node of its own."""
    with Anvil() as running:
        yield running


def deploy(chain: Anvil, home: Path, **options: int) -> deployment.Deployment:
    """Deploy as the demo's deployer."""
    account = persona_account("deployer", CHAIN_ID)
    return command.deploy(chain.rpc_url, account, home, **options)[0]


def test_deploy__fresh_chain__writes_where_the_code_is(chain: Anvil, tmp_path: Path) -> None:
    deployed = deploy(chain, tmp_path)
    assert deployment.load(tmp_path / "deployment.json") == deployed
    assert (deployed.chain_id, deployed.start_block) == (CHAIN_ID, 1)
    assert set(deployed.addresses) == {
        "AttestedByKey",
        "Bookings",
        "Escrow",
        "EscrowFunded",
        "GroupSignatures",
        "Lottery",
        "MembersOnly",
        "MinimumReputation",
        "MockToken",
        "Payments",
        "ReputationLedger",
        "Router",
        "Spaces",
        "TicketHolder",
    }
    for name, address in deployed.addresses.items():
        code = bytes.fromhex(chain.rpc("eth_getCode", "0x" + address.hex(), "latest")[2:])
        assert keccak(code) == deployed.code_hashes[name]
        assert len(code) >= artefacts.load(name).runtime_size


def test_deploy__fresh_chain__writes_down_the_unit_of_the_token(chain: Anvil, tmp_path: Path) -> None:
    deployed = deploy(chain, tmp_path)
    assert (deployed.token_symbol, deployed.token_decimals) == ("dEUR", 6)


def test_deploy__file_without_the_unit_of_the_token__gains_it_and_sends_nothing(
    chain: Anvil, tmp_path: Path
) -> None:
    first = deploy(chain, tmp_path)
    block = chain.rpc("eth_blockNumber")
    path = tmp_path / "deployment.json"
    document = json.loads(path.read_text())
    for name in ("token_symbol", "token_decimals"):
        del document[name]
    path.write_text(json.dumps(document))
    assert deployment.load(path).token_symbol is None
    assert deploy(chain, tmp_path) == deployment.load(path) == first
    assert chain.rpc("eth_blockNumber") == block


def test_deploy__again__sends_nothing(chain: Anvil, tmp_path: Path) -> None:
    first = deploy(chain, tmp_path)
    block = chain.rpc("eth_blockNumber")
    assert deploy(chain, tmp_path) == first
    assert chain.rpc("eth_blockNumber") == block


def test_deploy__local_chain_that_was_wiped__deploys_anew(tmp_path: Path) -> None:
    with Anvil() as old:
        deploy(old, tmp_path)
    with Anvil() as new:
        deployed = deploy(new, tmp_path)
        assert new.rpc("eth_getCode", "0x" + deployed.escrow.hex(), "latest") != "0x"


def test_deploy__onto_another_chain_than_asked__refuses_and_sends_nothing(
    chain: Anvil, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as refused:
        deploy(chain, tmp_path, chain_id=1)
    assert refused.value.code == "cli: wrong chain"
    assert chain.rpc("eth_blockNumber") == "0x0"
    assert not (tmp_path / "deployment.json").exists()


def test_deploy__file_of_another_chain__refuses(chain: Anvil, tmp_path: Path) -> None:
    deploy(chain, tmp_path)
    path = tmp_path / "deployment.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"chain_id": 5}))
    with pytest.raises(CommandError) as refused:
        deploy(chain, tmp_path)
    assert refused.value.code == "cli: wrong chain"


def test_deploy__file_without_a_contract_that_came_later__adds_it_beside_the_others(
    chain: Anvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = deploy(chain, tmp_path)
    wanted: list[bytes] = []

    def arguments(deployed: Mapping[str, bytes]) -> tuple[str, str, int]:
        wanted.append(deployed["Escrow"])
        return ("Second", "2nd", 0)

    # the token's code under another name
    later = [*RECIPES, Recipe("MockHostileToken", arguments)]
    monkeypatch.setattr(_deployment, "RECIPES", later)
    monkeypatch.setattr(
        artefacts, "load", lambda name: load(name if name in first.addresses else "MockToken")
    )
    second = deploy(chain, tmp_path)
    assert wanted == [first.escrow]
    assert second.others.keys() - first.others.keys() == {"MockHostileToken"}
    assert (second.start_block, second.token_symbol) == (first.start_block, "dEUR")
    assert {name: second.addresses[name] for name in first.addresses} == first.addresses
    assert deploy(chain, tmp_path) == second == deployment.load(tmp_path / "deployment.json")


def test_deploy__contracts_of_local_chains__are_left_out_elsewhere() -> None:
    assert [recipe.name for recipe in RECIPES if recipe.local_only] == ["MockToken"]


def test_deploy__other_version_in_place__refuses(
    chain: Anvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(chain, tmp_path)
    changed = tmp_path / "abi"
    shutil.copytree(artefacts.FOLDER, changed)
    path = changed / "Escrow.json"
    path.write_text(path.read_text().replace('"bytecode": "0x', '"bytecode": "0x00').replace("5f35", "5f36"))
    monkeypatch.setattr(artefacts, "FOLDER", changed)
    artefacts.load.cache_clear()
    try:
        with pytest.raises(CommandError) as refused:
            deploy(chain, tmp_path)
    finally:
        artefacts.load.cache_clear()
    assert refused.value.code == "cli: other version deployed"


def test_deployment_path__real_network__is_in_the_repository(tmp_path: Path) -> None:
    assert command.deployment_path(CHAIN_ID, tmp_path) == tmp_path / "deployment.json"
    assert command.deployment_path(100, tmp_path) == ROOT / "contracts" / "deployments" / "100.json"


def test_main__run_by_ape__deploys_to_its_local_network(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = str(Path(sys.executable).parent)
    environment = os.environ | {
        "ALLMENDE_HOME": str(home),
        "PATH": os.pathsep.join([folder, os.environ["PATH"]]),
    }
    done = subprocess.run(
        [f"{folder}/ape", "run", "deploy"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Escrow at 0x" in done.stdout
    assert deployment.load(home / "deployment.json").token is not None
