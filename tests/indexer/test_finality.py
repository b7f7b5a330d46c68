"""Which block is final is what the node says, and nothing where it does not say."""

from pathlib import Path
from typing import Any

import pytest
from anvil_chain import AnvilChain
from indexed import hash_of, index, reading
from lying_node import UnknownMethodError, lying_node

from indexer.reads.freshness import freshness


def _final(store: Path) -> int:
    with reading(store) as connection:
        return freshness(connection).final


def _about_finality(answer: Any) -> Any:
    """A node that says `answer` when it is asked for the finalized block, or raises it."""

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if params[:1] != ["finalized"]:
            return result
        if isinstance(answer, Exception):
            raise answer
        return answer(result)

    return lie


def test_follow__blocks_arrive__the_newest_final_one_goes_with_them(
    chain: AnvilChain, tmp_path: Path
) -> None:
    store = tmp_path / "chain.sqlite"
    for _ in range(2):
        chain.mine(3)
        index(chain, store)
        assert _final(store) == chain.height - 2 == int(chain.web3.eth.get_block("finalized")["number"])


@pytest.mark.parametrize("answer", [UnknownMethodError(), lambda _: None])
def test_follow__node_without_finality__nothing_is_final(
    chain: AnvilChain, tmp_path: Path, answer: Any
) -> None:
    store = tmp_path / "chain.sqlite"
    with lying_node(chain.rpc_url, _about_finality(answer)) as url:
        index(chain, store, url)
    assert _final(store) == 0


def test_follow__another_node_is_behind__what_was_final_stays_so(chain: AnvilChain, tmp_path: Path) -> None:
    store = tmp_path / "chain.sqlite"
    index(chain, store)
    before = _final(store)
    chain.mine()
    with lying_node(chain.rpc_url, _about_finality(lambda block: block | {"number": "0x1"})) as url:
        index(chain, store, url)
    assert _final(store) == before > 1


def test_follow__node_names_a_final_block_above_its_head__the_head_is_final_at_most(
    chain: AnvilChain, tmp_path: Path
) -> None:
    store = tmp_path / "chain.sqlite"
    with lying_node(chain.rpc_url, _about_finality(lambda block: block | {"number": "0xffffff"})) as url:
        index(chain, store, url)
    assert _final(store) == chain.height


def test_follow__reorganisation_below_the_final_block__is_no_longer_final(
    chain: AnvilChain, tmp_path: Path
) -> None:
    store = tmp_path / "chain.sqlite"
    chain.mine(8)
    index(chain, store)
    chain.reorganise(6)
    index(chain, store)
    assert _final(store) == chain.height - 2


def test_table_hash__does_not_cover_what_is_final(chain: AnvilChain, tmp_path: Path) -> None:
    index(chain, tmp_path / "one.sqlite")
    with lying_node(chain.rpc_url, _about_finality(UnknownMethodError())) as url:
        index(chain, tmp_path / "other.sqlite", url)
    assert hash_of(tmp_path / "one.sqlite") == hash_of(tmp_path / "other.sqlite")
