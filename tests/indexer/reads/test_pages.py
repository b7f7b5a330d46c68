"""Reads: paging, filters, freshness and health."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from event_logs import DEPLOYMENT, PEOPLE, header_of, log_of
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from indexer.api import router
from indexer.chain.block_range import BlockRef
from indexer.chain.decoder import catalogue
from indexer.chain.generated.booking import BookingGranted, BookingRequested, ResourceAnnounced
from indexer.projections.booking import state_at
from indexer.reads import booking
from indexer.reads.connection import open_chain
from indexer.reads.freshness import NotReadyError, freshness
from indexer.store import journal

HOUR_S = 3600
ANNOUNCED = 30


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _requested(number: int, start_s: int, expires_at_s: int) -> BookingRequested:
    return BookingRequested(
        request=_word(1000 + number),
        resource=_word(number),
        requester=PEOPLE[3],
        actor=PEOPLE[3],
        start=start_s,
        quanta=2,
        units=1,
        gathering=bytes(32),
        bundle=bytes(32),
        salt=bytes(32),
        expires_at=expires_at_s,
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Thirty resources of one hour, three to a block, by three owners; then five requests, two granted."""
    engine = open_chain(tmp_path_factory.mktemp("store") / "chain.sqlite", writer=True)
    blocks: dict[int, list[object]] = {}
    for i in range(ANNOUNCED):
        terms = 3 << 160 | 1 << 168 | (i % 2 + 1) << 232
        owner = PEOPLE[i % 3]
        blocks.setdefault(1 + i // 3, []).append(
            ResourceAnnounced(_word(i), owner, owner, terms, bytes(32), _word(i))
        )
    blocks[20] = [_requested(i, 100 * HOUR_S, 50 * HOUR_S) for i in range(4)]
    blocks[20].append(_requested(4, 200 * HOUR_S, 0))
    blocks[21] = [BookingGranted(_word(1000), _word(0), PEOPLE[0])]
    with engine.begin() as conn:
        journal.reset(conn, DEPLOYMENT.chain_id, BlockRef(0, bytes(32), 0))
        for number, events in blocks.items():
            logs = [log_of(event, number, i) for i, event in enumerate(events)]  # type: ignore[arg-type]
            journal.append(conn, logs, [header_of(number)], catalogue(DEPLOYMENT), 0)
        last = header_of(21)
        journal.write_cursor(conn, DEPLOYMENT.chain_id, BlockRef(21, last.hash, last.timestamp_s))
        journal.write_head(conn, header_of(24), 0)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("limit", [1, 4, 7, 30])
def test_resources__page_after_page__gives_each_once_in_order(store: Engine, limit: int) -> None:
    found, after = [], None
    with store.connect() as conn:
        while page := booking.resources(conn, after=after, limit=limit):
            found += page
            after = (page[-1].block_number, page[-1].resource)
        assert found == booking.all_resources(conn)
    assert len(found) == ANNOUNCED


def test_resources__filters__are_combined(store: Engine) -> None:
    with store.connect() as conn:
        mine = booking.resources(conn, owner=PEOPLE[0], service=1)
        few = booking.resources(conn, ids=[_word(3), _word(5), _word(999)])
    assert {item.resource for item in mine} == {_word(i) for i in range(ANNOUNCED) if i % 6 == 0}
    assert [item.resource for item in few] == [_word(3), _word(5)]


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_resources__impossible_limit__is_refused(store: Engine, limit: int) -> None:
    with store.connect() as conn, pytest.raises(ValueError, match="limit"):
        booking.resources(conn, limit=limit)


def test_requests__by_state_and_owner__are_found(store: Engine) -> None:
    with store.connect() as conn:
        assert len(booking.requests(conn, states=["granted"])) == 2
        assert len(booking.requests(conn, requester=PEOPLE[3])) == 5
        assert {item.owner for item in booking.requests(conn, owner=PEOPLE[1])} == {PEOPLE[1]}
        assert booking.requests(conn, resource=_word(29)) == []


def test_state_at__pending_request__expires_at_its_time_and_not_before(store: Engine) -> None:
    with store.connect() as conn:
        pending = booking.request(conn, _word(1001))
    assert pending is not None
    assert state_at(pending, pending.expires_at_s - 1) == "pending"
    assert state_at(pending, pending.expires_at_s) == "expired"
    assert state_at(replace(pending, state="granted"), pending.expires_at_s) == "granted"


def test_grants__half_open_interval__touching_ends_do_not_count(store: Engine) -> None:
    start_s, end_s = 100 * HOUR_S, 102 * HOUR_S
    with store.connect() as conn:
        assert len(booking.grants(conn, resource=_word(0), from_s=start_s, to_s=end_s)) == 1
        assert len(booking.grants(conn, from_s=start_s + 1, to_s=start_s + 2)) == 1
        assert booking.grants(conn, from_s=end_s, to_s=end_s + HOUR_S) == []
        assert booking.grants(conn, from_s=0, to_s=start_s) == []


def test_changed_since__a_block__names_what_moved_after_it(store: Engine) -> None:
    with store.connect() as conn:
        assert booking.changed_since(conn, 20) == {_word(0)}
        assert booking.changed_since(conn, 19) == {_word(i) for i in range(5)}
        assert len(booking.changed_since(conn, 0)) == ANNOUNCED


def test_freshness__behind_the_head__says_by_how_much(store: Engine) -> None:
    with store.connect() as conn:
        found = freshness(conn)
    assert (found.block, found.head, found.lag_blocks, found.lag_s) == (21, 24, 3, 1800)


def test_freshness__empty_store__is_not_ready(tmp_path: Path) -> None:
    engine = open_chain(tmp_path / "chain.sqlite")
    with engine.connect() as conn, pytest.raises(NotReadyError):
        freshness(conn)
    assert _health(engine).status_code == 503
    engine.dispose()


def test_health__a_few_blocks_behind__is_ready(store: Engine) -> None:
    answer = _health(store)
    assert answer.status_code == 200
    assert answer.json() | {"ready": True, "block": 21, "lag_blocks": 3, "undecodable": 0} == answer.json()


def _health(engine: Engine):  # type: ignore[no-untyped-def]
    app = FastAPI()
    app.include_router(router(engine))
    return TestClient(app).get("/indexer/health")
