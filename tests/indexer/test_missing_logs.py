"""Logs that a node leaves out although their contract spoke in the block, which no bloom filter shows."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from anvil_chain import NOBODY, AnvilChain, resource_terms
from demo_process import allmende
from indexed import fresh_hash, hash_of, index, reading
from lying_node import Lie, UnknownMethodError, lying_node

from indexer.chain.deployment import save
from indexer.follower import InconsistentNodeError, MissingRowError, follow, rebuild
from indexer.reads import booking
from indexer.store import journal

TERMS = resource_terms()
HOUR_S = 3600


def _hidden(result: Any, block: int, log_index: int) -> Any:
    return [
        log for log in result if (int(log["blockNumber"], 16), int(log["logIndex"], 16)) != (block, log_index)
    ]


def _hiding(block: int, log_index: int, *, in_range: bool, in_block: bool, receipts: str) -> Lie:
    """The log is missing in answers about a range, about its block, or in the receipts ("told", "hidden",
    "refused").
    """

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            hides = in_range if "fromBlock" in params[0] else in_block
            return _hidden(result, block, log_index) if hides else result
        if method == "eth_getBlockReceipts" and receipts == "refused":
            raise UnknownMethodError
        if method == "eth_getBlockReceipts" and receipts == "hidden":
            return [item | {"logs": _hidden(item["logs"], block, log_index)} for item in result]
        return result

    return lie


def _announce_two(chain: AnvilChain, mark: int) -> bytes:
    """Two resources in one block; the second one, whose log is number 1."""
    owner, salts = chain.members[0], range(mark, mark + 2)
    chain.announce(owner, salts, TERMS)
    word = (mark + 1).to_bytes(32, "big")
    return bytes(chain.bookings.functions.resource_id(owner, (TERMS, word, word)).call())


def _always_hiding(chain: AnvilChain) -> Lie:
    """Log 1 of the latest block is missing in every answer, so that the node never contradicts itself."""
    return _hiding(chain.height, 1, in_range=True, in_block=True, receipts="refused")


def _ask_for(chain: AnvilChain, resource: bytes) -> None:
    start = (chain.now_s // HOUR_S + 24) * HOUR_S
    request = (resource, chain.members[1], start, 2, 1, bytes(32), bytes(32), resource)
    assert chain.act(chain.bookings.functions.request(request, NOBODY), chain.members[1])


def test_follow__event_on_a_row_whose_log_was_left_out__stops_and_commits_nothing_of_it(
    chain: AnvilChain, tmp_path: Path
) -> None:
    store = tmp_path / "c.sqlite"
    resource = _announce_two(chain, 100)
    lie = _always_hiding(chain)
    with lying_node(chain.rpc_url, lie) as url:
        index(chain, store, url)
        height, before = chain.height, hash_of(store)
        _ask_for(chain, resource)
        with pytest.raises(MissingRowError, match=rf"log 0 of block {chain.height} .* unknown resource"):
            index(chain, store, url)
    assert hash_of(store) == before
    with reading(store) as conn:
        here = journal.read_cursor(conn)
        assert here is not None
        assert here[1].number == height
        assert booking.resource(conn, resource) is None
    rebuild(store, chain.deployment, rpc_url=chain.rpc_url)
    assert hash_of(store) == fresh_hash(chain, tmp_path / "fresh")


def test_index__event_on_a_row_whose_log_was_left_out__says_what_to_do(
    chain: AnvilChain, tmp_path: Path
) -> None:
    resource = _announce_two(chain, 200)
    lie = _always_hiding(chain)
    _ask_for(chain, resource)
    save(chain.deployment, tmp_path / "deployment.json")
    with lying_node(chain.rpc_url, lie) as url:
        done = allmende("--home", str(tmp_path), "--rpc", url, "--json", "index", "--until-head")
    assert done.returncode == 1
    error = json.loads(done.stderr.splitlines()[-1])["error"]
    assert error["code"] == "cli: logs missing"
    assert "unknown resource 0x" + resource.hex() in error["message"]
    assert "--rebuild --from-node" in error["next_step"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("receipts", "in_block", "reason"),
    [
        ("told", True, "not those of the block itself"),
        ("hidden", True, "left out of the receipts"),
        ("refused", False, "not those of the block itself"),
    ],
)
def test_follow__one_of_many_logs_left_out_of_a_new_block__is_refused(
    chain: AnvilChain, tmp_path: Path, receipts: str, in_block: bool, reason: str
) -> None:
    store = tmp_path / "c.sqlite"
    index(chain, store)
    before = hash_of(store)
    _announce_two(chain, int.from_bytes(receipts.encode()))
    lie = _hiding(chain.height, 1, in_range=True, in_block=in_block, receipts=receipts)
    with lying_node(chain.rpc_url, lie) as url, pytest.raises(InconsistentNodeError, match=reason):
        index(chain, store, url)
    assert hash_of(store) == before


def test_follow__thorough__finds_in_old_blocks_what_is_not_looked_for_otherwise(
    chain: AnvilChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEEP_UNDO", 3)
    resource = _announce_two(chain, 300)
    lie = _hiding(chain.height, 1, in_range=True, in_block=True, receipts="told")
    chain.mine(4)

    def read(name: str, url: str, *, thorough: bool) -> Path:
        store = tmp_path / name
        stop = threading.Event()
        follow(url, chain.deployment, store, stop, until_head=True, thorough=thorough, poll_s=0.02)
        return store

    with lying_node(chain.rpc_url, lie) as url:
        with reading(read("quick.sqlite", url, thorough=False)) as conn:
            assert booking.resource(conn, resource) is None
        with pytest.raises(InconsistentNodeError, match="not those of the block itself"):
            read("careful.sqlite", url, thorough=True)
    assert hash_of(read("honest.sqlite", chain.rpc_url, thorough=True)) == fresh_hash(chain, tmp_path / "f")
