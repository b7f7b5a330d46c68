"""Answers that contradict each other never reach the tables."""

from pathlib import Path
from typing import Any

import pytest
from anvil_chain import AnvilChain, resource_terms
from indexed import fresh_hash, hash_of, index, reading
from lying_node import BusyError, lying_node

from indexer.follower import InconsistentNodeError, NodeUnreachableError, WrongChainError
from indexer.reads import booking

OTHER_HASH = "0x" + "ab" * 32


@pytest.fixture(scope="module", autouse=True)
def _announced(chain: AnvilChain) -> None:
    for batch in range(6):
        chain.announce(chain.members[0], range(batch * 5, batch * 5 + 5), resource_terms())
        chain.mine(3)


def _refused(chain: AnvilChain, path: Path, lie: Any, reason: str) -> None:
    with (
        lying_node(chain.rpc_url, lie) as url,
        pytest.raises(InconsistentNodeError, match=reason),
    ):
        index(chain, path, url)
    with reading(path) as conn:
        assert booking.all_resources(conn) == []


def test_follow__log_with_another_block_hash__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and result:
            result[3]["blockHash"] = OTHER_HASH
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "names a block hash that is not the header's")


def test_follow__logs_left_out__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and "fromBlock" in params[0]:
            return result[5:]
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "were left out")


def test_follow__log_made_up__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and result:
            made_up = result[0] | {"address": "0x" + chain.deployment.escrow.hex(), "logIndex": "0x63"}
            return [*result, made_up]
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "cannot hold a log")


def test_follow__log_twice__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        return [*result, result[0]] if method == "eth_getLogs" and result else result

    _refused(chain, tmp_path / "c.sqlite", lie, "two logs")


def test_follow__log_of_a_stranger__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs" and result:
            result[0]["address"] = "0x" + "77" * 20
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "was not asked for")


def test_follow__header_that_stands_on_another_block__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == hex(chain.deployment.start_block + 25):
            result["parentHash"] = OTHER_HASH
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "does not stand on")


def test_follow__missing_header__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == hex(chain.deployment.start_block + 25):
            return None
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "no header")


def test_follow__block_under_another_number__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == hex(chain.deployment.start_block + 25):
            result["number"] = "0x1"
        return result

    _refused(chain, tmp_path / "c.sqlite", lie, "was given block 1")


def test_follow__wrong_chain_id__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    def lie(method: str, params: list[Any], result: Any) -> Any:
        return "0x1" if method == "eth_chainId" else result

    with (
        lying_node(chain.rpc_url, lie) as url,
        pytest.raises(WrongChainError, match="follows chain 1"),
    ):
        index(chain, tmp_path / "c.sqlite", url)


def test_follow__store_of_another_deployment__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    import threading
    from dataclasses import replace

    from indexer.follower import follow

    index(chain, tmp_path / "c.sqlite")
    other = replace(chain.deployment, bookings=b"\x99" * 20)
    with pytest.raises(WrongChainError, match="another deployment"):
        follow(chain.rpc_url, other, tmp_path / "c.sqlite", threading.Event(), until_head=True)


def test_follow__node_that_stumbles_now_and_then__equals_a_fresh_index(
    chain: AnvilChain, tmp_path: Path
) -> None:
    calls = 0

    def lie(method: str, params: list[Any], result: Any) -> Any:
        nonlocal calls
        if method == "eth_getLogs" and "fromBlock" in params[0]:
            calls += 1
            if calls in (1, 3):
                raise BusyError
            return result[5:] if calls in (2, 4) else result
        return result

    with lying_node(chain.rpc_url, lie) as url:
        index(chain, tmp_path / "c.sqlite", url)
    assert calls == 5
    assert hash_of(tmp_path / "c.sqlite") == fresh_hash(chain, tmp_path / "fresh")


def test_rebuild__from_a_node_that_is_gone__says_so(chain: AnvilChain, tmp_path: Path) -> None:
    from indexer.follower import rebuild

    with pytest.raises(NodeUnreachableError, match="no answer"):
        rebuild(tmp_path / "c.sqlite", chain.deployment, rpc_url="http://127.0.0.1:1")
