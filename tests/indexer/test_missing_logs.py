"""Logs that a node leaves out although their contract spoke in the block, which no bloom filter shows."""

import json
from pathlib import Path
from typing import Any

import pytest
from anvil_chain import NOBODY, AnvilChain, resource_terms
from demo_process import allmende
from indexed import fresh_hash, hash_of, index, reading
from lying_node import Lie, lying_node

from indexer.chain.deployment import save
from indexer.follower import MissingRowError, rebuild
from indexer.reads import booking
from indexer.store import journal

TERMS = resource_terms()
HOUR_S = 3600


def _hidden(result: Any, block: int, log_index: int) -> Any:
    return [
        log for log in result if (int(log["blockNumber"], 16), int(log["logIndex"], 16)) != (block, log_index)
    ]


def _hiding(block: int, log_index: int) -> Lie:
    """The log is missing in every answer, so that the node never contradicts itself."""

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            return _hidden(result, block, log_index)
        if method == "eth_getBlockReceipts":
            return [item | {"logs": _hidden(item["logs"], block, log_index)} for item in result]
        return result

    return lie


def _announce_two(chain: AnvilChain, mark: int) -> tuple[bytes, Lie]:
    """Two resources in one block; the second one and a node that hides it."""
    owner, salts = chain.members[0], range(mark, mark + 2)
    chain.announce(owner, salts, TERMS)
    word = (mark + 1).to_bytes(32, "big")
    resource = chain.bookings.functions.resource_id(owner, (TERMS, word, word)).call()
    return resource, _hiding(chain.height, 1)


def _ask_for(chain: AnvilChain, resource: bytes) -> None:
    start = (chain.now_s // HOUR_S + 24) * HOUR_S
    request = (resource, chain.members[1], start, 2, 1, bytes(32), bytes(32), resource)
    assert chain.act(chain.bookings.functions.request(request, NOBODY), chain.members[1])


def test_follow__event_on_a_row_whose_log_was_left_out__stops_and_commits_nothing_of_it(
    chain: AnvilChain, tmp_path: Path
) -> None:
    store = tmp_path / "c.sqlite"
    resource, lie = _announce_two(chain, 100)
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
    resource, lie = _announce_two(chain, 200)
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
