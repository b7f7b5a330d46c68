"""After any reorganisation the tables are those of a fresh index."""

from pathlib import Path

import pytest
from anvil_chain import NOBODY, AnvilChain, resource_terms
from indexed import fresh_hash, hash_of, index, reading

from indexer.follower import rebuild
from indexer.reads import booking
from indexer.store import journal

TERMS = resource_terms()
HOUR_S = 3600


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store that lives through all the reorganisations of this module."""
    return tmp_path_factory.mktemp("store") / "chain.sqlite"


def _busy_blocks(chain: AnvilChain, count: int, mark: int) -> None:
    """One block each: an announcement, and requests that are granted or denied, so that rows change as
    well."""
    owner, requester = chain.members[:2]
    offer = (TERMS, mark.to_bytes(32, "big"), mark.to_bytes(32, "big"))
    assert chain.act(chain.bookings.functions.announce(offer, NOBODY), owner)
    resource = chain.bookings.functions.resource_id(owner, offer).call()
    pending: list[tuple[object, ...]] = []
    for i in range(count - 1):
        if i % 3 == 0 or not pending:
            start = (chain.now_s // HOUR_S + 24 + 2 * i) * HOUR_S
            request = (resource, requester, start, 2, 1, bytes(32), bytes(32), (mark + i).to_bytes(32, "big"))
            assert chain.act(chain.bookings.functions.request(request, NOBODY), requester)
            pending.append(request)
        elif i % 3 == 1:
            assert chain.act(chain.bookings.functions.confirm(pending[-1], NOBODY), owner)
        else:
            assert chain.act(chain.bookings.functions.cancel(pending.pop(), NOBODY), requester)


@pytest.mark.parametrize("depth", range(1, 11))
def test_follow__reorganisation_of_depth__equals_a_fresh_index(
    chain: AnvilChain, store: Path, tmp_path: Path, depth: int
) -> None:
    mark = depth * 1000
    _busy_blocks(chain, 12, mark)
    index(chain, store)
    with reading(store) as connection:
        before = {item.resource for item in booking.all_resources(connection)}
    other = (TERMS, (mark + 500).to_bytes(32, "big"), bytes(32))
    chain.reorganise(depth, [(chain.bookings.functions.announce(other, NOBODY), chain.members[2])])
    index(chain, store)
    assert hash_of(store) == fresh_hash(chain, tmp_path)
    with reading(store) as connection:
        assert {item.resource for item in booking.all_resources(connection)} != before


def test_follow__many_reorganisations_while_blocks_arrive__equals_a_fresh_index(
    chain: AnvilChain, store: Path, tmp_path: Path
) -> None:
    for turn in range(6):
        _busy_blocks(chain, 5, 100_000 + turn * 100)
        index(chain, store)
        chain.reorganise(3)
        if turn % 2:
            index(chain, store)
    index(chain, store)
    assert hash_of(store) == fresh_hash(chain, tmp_path)


def test_follow__rollback_to_a_lower_head__equals_a_fresh_index(
    chain: AnvilChain, store: Path, tmp_path: Path
) -> None:
    _busy_blocks(chain, 6, 200_000)
    index(chain, store)
    chain.anvil.rpc("anvil_rollback", 4)
    index(chain, store)
    assert hash_of(store) == fresh_hash(chain, tmp_path)


def test_follow__deeper_than_the_before_images__folds_anew_and_equals_a_fresh_index(
    chain: AnvilChain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "KEEP_UNDO", 3)
    path = tmp_path / "short.sqlite"
    for part in range(4):
        _busy_blocks(chain, 4, 300_000 + part * 100)
        index(chain, path)
    chain.reorganise(9)
    index(chain, path)
    assert hash_of(path) == fresh_hash(chain, tmp_path / "fresh")


def test_follow__chain_replaced_from_its_beginning__starts_anew(
    chain: AnvilChain, store: Path, tmp_path: Path
) -> None:
    index(chain, store)
    with reading(store) as connection:
        here = journal.read_cursor(connection)
    assert here is not None
    writer = tmp_path / "chain.sqlite"
    index(chain, writer)
    _forge_history(writer)
    index(chain, writer)
    assert hash_of(writer) == fresh_hash(chain, tmp_path / "fresh")


def _forge_history(path: Path) -> None:
    """Give every stored block another hash, as a chain with the same id and other blocks would have."""
    from sqlalchemy import update

    from indexer.reads.connection import open_chain
    from indexer.store.tables import blocks, cursor, raw_logs, trail

    engine = open_chain(path, writer=True)
    with engine.begin() as connection:
        for table, column in ((blocks, "hash"), (trail, "hash"), (cursor, "hash"), (raw_logs, "block_hash")):
            connection.execute(update(table).values({column: b"\xee" * 32}))
    engine.dispose()


def test_rebuild__from_the_raw_logs__is_the_same_bit_for_bit(chain: AnvilChain, store: Path) -> None:
    index(chain, store)
    before = hash_of(store)
    rebuild(store, chain.deployment)
    assert hash_of(store) == before


def test_rebuild__from_the_node__is_the_same_bit_for_bit(chain: AnvilChain, store: Path) -> None:
    index(chain, store)
    before = hash_of(store)
    rebuild(store, chain.deployment, rpc_url=chain.rpc_url)
    assert hash_of(store) == before


def test_rebuild__then_a_reorganisation__can_still_be_taken_back(
    chain: AnvilChain, store: Path, tmp_path: Path
) -> None:
    _busy_blocks(chain, 6, 400_000)
    index(chain, store)
    rebuild(store, chain.deployment)
    chain.reorganise(4)
    index(chain, store)
    assert hash_of(store) == fresh_hash(chain, tmp_path)
