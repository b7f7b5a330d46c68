"""`allmende deploy`, `index` and `serve` on a chain without a demo around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_process import allmende

from indexer.chain import deployment
from scripts import _session
from scripts._anvil import Anvil
from scripts._errors import CommandError
from scripts._session import Session


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    """An empty local chain."""
    with Anvil() as started:
        yield started


def test_deploy_then_index_then_status(chain: Anvil, tmp_path: Path) -> None:
    options = ("--home", str(tmp_path), "--rpc", chain.rpc_url, "--json")
    first = allmende(*options, "deploy", "--as", "deployer")
    assert first.returncode == 0, first.stderr
    deployed = json.loads(first.stdout)["data"]
    assert deployed["chain_id"] == 31_907
    height = chain.rpc("eth_blockNumber")
    assert json.loads(allmende(*options, "deploy", "--as", "deployer").stdout)["data"] == deployed
    assert chain.rpc("eth_blockNumber") == height

    assert allmende(*options, "index", "--until-head").returncode == 0
    status = json.loads(allmende(*options, "index", "status").stdout)["data"]
    assert status["block"] == int(height, 16)
    assert re.fullmatch("[0-9a-f]{64}", status["table_hash"])


def test_deploy__to_another_chain_than_wanted__is_refused(chain: Anvil, tmp_path: Path) -> None:
    options = ("--home", str(tmp_path), "--rpc", chain.rpc_url)
    done = allmende(*options, "deploy", "--as", "deployer", "--chain-id", "1")
    assert done.returncode == 1
    assert "cli: wrong chain" in done.stderr
    assert not (tmp_path / "deployment.json").exists()


def test_operated__without_a_deployment__says_so(chain: Anvil, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as caught:
        Session(tmp_path, rpc_option=chain.rpc_url).operated()
    assert caught.value.code == "chain: no deployment"


def test_operated__with_a_shipped_deployment__takes_it(
    chain: Anvil, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = deployment.Deployment(31_907, 7, b"\1" * 20, b"\2" * 20, b"\3" * 20)
    deployment.save(shipped, tmp_path / "shipped" / "31907.json")
    monkeypatch.setattr(_session, "SHIPPED", tmp_path / "shipped")
    assert Session(tmp_path / "home", rpc_option=chain.rpc_url).operated() == shipped
    assert deployment.load(tmp_path / "home" / "deployment.json") == shipped


def test_status__before_any_block__says_so(tmp_path: Path) -> None:
    done = allmende("--home", str(tmp_path), "index", "status")
    assert done.returncode == 1
    assert "chain: not indexed" in done.stderr


def test_serve__on_a_taken_port__says_so(chain: Anvil, tmp_path: Path) -> None:
    done = allmende("--home", str(tmp_path), "serve", "--port", str(chain.port))
    assert done.returncode == 1
    assert "cli: port taken" in done.stderr
