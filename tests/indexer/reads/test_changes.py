"""What changed since a block is what differs between the tables then and now."""

from collections.abc import Iterator
from typing import Any

import pytest
from event_logs import DEPLOYMENT, PEOPLE, History, header_of, log_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, select

from indexer.chain.block_range import BlockRef
from indexer.chain.decoder import catalogue
from indexer.chain.generated.booking import ResourceAnnounced
from indexer.reads import changes
from indexer.reads.changes import Changes, changes_since
from indexer.reads.connection import open_chain
from indexer.store import journal
from indexer.store.tables import (
    claimables,
    escrows,
    gatherings,
    listings,
    payments,
    ratings,
    reputation,
    requests,
    resources,
    spaces,
    ticket_holdings,
    tickets,
)

EVENTS = catalogue(DEPLOYMENT)
TABLES = (
    *(resources, requests, escrows, claimables, ratings, reputation, payments),
    *(spaces, tickets, ticket_holdings, gatherings, listings),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_chain(tmp_path_factory.mktemp("store") / "chain.sqlite", writer=True)
    yield engine
    engine.dispose()


def _ref(number: int) -> BlockRef:
    header = header_of(number)
    return BlockRef(number, header.hash, header.timestamp_s)


def _start(conn: Connection, undo_from: int = 0) -> None:
    journal.reset(conn, DEPLOYMENT.chain_id, _ref(0))
    journal.write_head(conn, _ref(0), undo_from)


def _fold(conn: Connection, number: int, events: list[Any]) -> None:
    logs = [log_of(event, number, i) for i, event in enumerate(events)]
    journal.append(conn, logs, [header_of(number)], EVENTS, 0)
    journal.write_cursor(conn, DEPLOYMENT.chain_id, _ref(number))


def _rows(conn: Connection) -> set[tuple[Any, ...]]:
    return {(table.name, *row) for table in TABLES for row in conn.execute(select(table))}


def _expected(moved: set[tuple[Any, ...]]) -> Changes:
    """The ids in rows that are new or different, by the meaning of their columns."""
    found = Changes()
    for name, *values in moved:
        match name:
            case "resources":
                found.resources.add(values[0])
            case "requests":
                found.requests.add(values[0])
                found.resources.add(values[1])
                found.members.update(values[2:4])
            case "escrows":
                found.deals.add(values[0])
                found.members.update(values[1:3])
            case "claimables":
                found.members.add(values[0])
            case "ratings":
                found.members.update(values[3:5])
            case "spaces" | "listings":
                found.spaces.add(values[0])
            case "tickets" | "gatherings":
                found.spaces.add(values[1])
            case "ticket_holdings":
                found.members.add(values[1])
            case "reputation":
                found.members.add(values[1])
            case "payments":
                found.members.update(values[2:4])
    return found


@given(seed=st.integers(0, 2**32), blocks=st.integers(1, 12), data=st.data())
@settings(max_examples=40, deadline=None)
def test_changes_since__any_history_and_block__names_every_row_that_differs(
    store: Engine, seed: int, blocks: int, data: st.DataObject
) -> None:
    since = data.draw(st.integers(0, blocks))
    history = History(seed)
    with store.begin() as conn:
        _start(conn)
        then = _rows(conn)
        for number in range(1, blocks + 1):
            _fold(conn, number, history.block())
            if number == since:
                then = _rows(conn)
        told = changes_since(conn, since, header_of(since).hash)
        expected = _expected(_rows(conn) - then)
    assert told is not None
    assert told.resources == expected.resources
    assert told.members >= expected.members
    assert told.requests >= expected.requests
    assert told.deals >= expected.deals
    assert told.spaces >= expected.spaces
    assert (since < blocks) or told == Changes()


def test_changes_since__block_was_replaced__cannot_be_said(store: Engine) -> None:
    with store.begin() as conn:
        _start(conn)
        _fold(conn, 1, [])
        assert changes_since(conn, 1, header_of(1).hash) == Changes()
        assert changes_since(conn, 1, b"\xff" * 32) is None
        assert changes_since(conn, 2, header_of(2).hash) is None


def test_changes_since__block_below_the_before_images__cannot_be_said(store: Engine) -> None:
    with store.begin() as conn:
        _start(conn, undo_from=3)
        for number in (1, 2, 3):
            _fold(conn, number, [])
        assert changes_since(conn, 1, header_of(1).hash) is None
        assert changes_since(conn, 2, header_of(2).hash) == Changes()


def test_changes_since__more_rows_than_are_told__cannot_be_said(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MAX_ROWS", 3)
    terms = 3 << 160 | 1 << 168

    def announced(i: int) -> ResourceAnnounced:
        return ResourceAnnounced(i.to_bytes(32, "big"), PEOPLE[0], PEOPLE[0], terms, bytes(32), bytes(32))

    with store.begin() as conn:
        _start(conn)
        _fold(conn, 1, [announced(i) for i in range(3)])
        told = changes_since(conn, 0, header_of(0).hash)
        assert told is not None
        assert len(told.resources) == 3
        _fold(conn, 2, [announced(3)])
        assert changes_since(conn, 0, header_of(0).hash) is None
