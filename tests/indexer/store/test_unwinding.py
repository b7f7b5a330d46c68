"""Folding blocks and taking them back leaves the rows as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from event_logs import DEPLOYMENT, History, header_of, log_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from indexer.chain.block_range import BlockRef
from indexer.chain.decoder import catalogue
from indexer.chain.rpc import Log
from indexer.reads.connection import open_chain
from indexer.store import journal
from indexer.store.fingerprint import table_hash

EVENTS = catalogue(DEPLOYMENT)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_chain(tmp_path_factory.mktemp("store") / "chain.sqlite", writer=True)
    yield engine
    engine.dispose()


def _ref(number: int) -> BlockRef:
    header = header_of(number)
    return BlockRef(number, header.hash, header.timestamp_s)


def _fold(engine: Engine, number: int, logs: list[Log], undo_from: int = 0) -> str:
    """Store and fold one block; the hash after it."""
    with engine.begin() as connection:
        journal.append(connection, logs, [header_of(number)], EVENTS, undo_from)
        journal.write_cursor(connection, DEPLOYMENT.chain_id, _ref(number))
        return table_hash(connection)


def _history(seed: int, blocks: int) -> list[list[Log]]:
    history = History(seed)
    return [
        [log_of(event, number, i) for i, event in enumerate(history.block())]
        for number in range(1, blocks + 1)
    ]


def _empty(engine: Engine) -> str:
    with engine.begin() as connection:
        journal.reset(connection, DEPLOYMENT.chain_id, _ref(0))
        journal.write_head(connection, _ref(0), 0)
        return table_hash(connection)


@given(seed=st.integers(0, 2**32), blocks=st.integers(1, 12), data=st.data())
@settings(max_examples=25, deadline=None)
def test_unwind__any_history_to_any_block__restores_every_row(
    store: Engine, seed: int, blocks: int, data: st.DataObject
) -> None:
    history = _history(seed, blocks)
    hashes = [_empty(store)]
    hashes += [_fold(store, number, logs) for number, logs in enumerate(history, 1)]
    back_to = data.draw(st.integers(0, blocks))
    with store.begin() as connection:
        journal.unwind(connection, DEPLOYMENT.chain_id, _ref(back_to), EVENTS)
        assert table_hash(connection) == hashes[back_to]
    again = [_fold(store, number, history[number - 1]) for number in range(back_to + 1, blocks + 1)]
    assert again == hashes[back_to + 1 :]


@given(seed=st.integers(0, 2**32), blocks=st.integers(1, 12), data=st.data())
@settings(max_examples=12, deadline=None)
def test_unwind__below_the_before_images__folds_anew_to_the_same_rows(
    store: Engine, seed: int, blocks: int, data: st.DataObject
) -> None:
    undo_from = data.draw(st.integers(1, blocks + 1))
    hashes = [_empty(store)]
    for number, logs in enumerate(_history(seed, blocks), 1):
        hashes.append(_fold(store, number, logs, undo_from))
    back_to = data.draw(st.integers(0, blocks))
    with store.begin() as connection:
        journal.write_head(connection, _ref(blocks), undo_from)
        journal.unwind(connection, DEPLOYMENT.chain_id, _ref(back_to), EVENTS)
        assert table_hash(connection) == hashes[back_to]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_refold__any_history__gives_the_same_hash(store: Engine, seed: int) -> None:
    last = _empty(store)
    for number, logs in enumerate(_history(seed, 10), 1):
        last = _fold(store, number, logs)
    with store.begin() as connection:
        journal.refold(connection, EVENTS)
        assert table_hash(connection) == last


def test_append__undecodable_log__is_kept_raw_and_counted(store: Engine) -> None:
    from indexer.reads.intake import intake

    _empty(store)
    (good,) = [log_of(event, 1, 0) for event in [_announcement()]]
    strange = Log(1, 1, good.block_hash, bytes(32), good.address, (b"\x77" * 32,), b"abc")
    _fold(store, 1, [good, strange])
    with store.begin() as connection:
        assert (intake(connection).logs, intake(connection).undecodable) == (2, 1)
        journal.refold(connection, EVENTS)
        assert intake(connection).undecodable == 1


def _announcement() -> object:
    from indexer.chain.generated.booking import ResourceAnnounced

    return ResourceAnnounced(b"\x01" * 32, b"\x02" * 20, b"\x02" * 20, 1 << 168, bytes(32), bytes(32))


def test_open_chain__committed_rows__are_seen_by_a_reader_beside_the_writer(tmp_path: Path) -> None:
    writer, reader = open_chain(tmp_path / "c.sqlite", writer=True), open_chain(tmp_path / "c.sqlite")
    with writer.begin() as connection, reader.connect() as other:
        journal.reset(connection, 1, _ref(0))
        assert journal.read_cursor(other) is None
    with reader.connect() as other:
        assert journal.read_cursor(other) == (1, _ref(0))
    writer.dispose()
    reader.dispose()
