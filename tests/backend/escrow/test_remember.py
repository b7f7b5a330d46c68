"""The worker leaves settled deals alone, and nobody misses a reminder for it."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from chain_facts import DAY_S, committed, funded, number, schedule
from chain_rows import ChainRows
from sqlalchemy import delete, event, insert, select

from backend import db
from backend.escrow import repository, service
from backend.escrow.rules.legs import RATE_WITHIN_S, SETTLED_AFTER_S, permitted
from backend.escrow.rules.reminders import reminders
from indexer.chain.generated import escrow as events
from indexer.reads import escrow as reads
from indexer.reads.escrow import Deal
from indexer.store.tables import metadata

STEPS = 60
LEAPS_S = (0, 3_600, DAY_S, 3 * DAY_S, 8 * DAY_S, 59 * DAY_S, 75 * DAY_S)
PARTY = {"payer": b"\x71" * 20, "payee": b"\x72" * 20, "arbitrator": b"\x73" * 20}
EVIDENCE = bytes(32)


def _every_deal(conn: Any) -> Iterator[Deal]:
    after = None
    while page := reads.deals(conn, after=after, limit=7):
        yield from page
        after = (page[-1].block_number, page[-1].escrow)


def _expected(conn: Any, source: bytes, now_s: int) -> set[str]:
    """The keys of all reminders that are true now, of every deal there ever was."""
    return {
        reminder.key
        for deal in _every_deal(conn)
        for reminder in reminders(deal, now_s, repository.ratings_of(conn, source, deal))
    }


def _move(draw: random.Random, conn: Any, source: bytes, now_s: int, deal: Deal) -> list[Any]:
    """Something that the contracts take from somebody now."""
    ratings = repository.ratings_of(conn, source, deal)
    may = permitted(deal, now_s, ratings)
    acts = [(role, act) for role, allowed in may.items() for act in allowed if act != "reveal"]
    if not acts:
        return []
    role, act = draw.choice(acts)
    escrow, actor = deal.escrow, PARTY.get(role, PARTY["payer"])
    if act == "rate":
        other = PARTY["payee" if role == "payer" else "payer"]
        return [committed(source, escrow, actor, other, side=int(role == "payee"))]
    if act == "claim_damage":
        return [events.DamageClaimed(escrow, actor, 7, EVIDENCE, now_s + deal.answer_s)]
    if act == "dispute":
        disputed = 0 if deal.price_closed else deal.price
        rule_by = now_s + (deal.window_s or 0)
        return [
            events.DisputeOpened(escrow, actor, PARTY["arbitrator"], disputed, deal.claim, EVIDENCE, rule_by)
        ]
    if act == "release" and not deal.deposit_closed:
        return [events.PricePaid(escrow, actor, deal.price, 0)]
    closing: list[Any] = [] if deal.price_closed else [events.PricePaid(escrow, actor, deal.price, 0)]
    closing += [] if deal.deposit_closed else [events.DepositReturned(escrow, actor, deal.deposit, 0)]
    return [*closing, events.EscrowClosed(escrow, actor, 1, 0)]


def _saved(rows: ChainRows) -> tuple[dict[str, list[Any]], int, int]:
    with rows.engine.connect() as conn:
        tables = {name: list(conn.execute(select(table))) for name, table in metadata.tables.items()}
    return tables, rows.number, rows.time_s


def _restore(rows: ChainRows, saved: tuple[dict[str, list[Any]], int, int]) -> None:
    tables, rows.number, rows.time_s = saved
    with rows.engine.begin() as conn:
        for name, table in metadata.tables.items():
            conn.execute(delete(table))
            if tables[name]:
                conn.execute(insert(table), [row._asdict() for row in tables[name]])


@pytest.mark.parametrize("seed", range(6))
def test_remember__any_history_with_leaps_and_reorganisations__equals_a_look_at_every_deal(
    installation: Any, seed: int
) -> None:
    draw, rows, source = random.Random(seed), installation.rows, installation.deployed.escrow  # noqa: S311
    expected: set[str] = set()
    saved, skipped = _saved(rows), 0
    for step in range(STEPS):
        if draw.random() < 0.1:
            _restore(rows, saved)
        elif draw.random() < 0.15:
            saved = _saved(rows)
        now_s = rows.time_s + draw.choice(LEAPS_S)
        with rows.engine.connect() as conn:
            known = list(_every_deal(conn))
            happens = _move(draw, conn, source, now_s, draw.choice(known)) if known else []
        if draw.random() < 0.4:
            due = now_s + draw.choice(LEAPS_S[1:])
            packed = schedule(deliver_by=due, return_by=due + 2 * DAY_S)
            arbitrator = draw.choice([None, PARTY["arbitrator"]])
            parties = (PARTY["payer"], PARTY["payee"])
            happens.append(funded(number(seed * 1000 + step), *parties, packed, arbitrator=arbitrator))
        rows.block(now_s, happens)
        with db.writing(installation.engine) as conn:
            if service.remember(conn, source, installation.clock()) is not None:
                expected |= _expected(conn, source, now_s)
                live = list(repository.live_deals(conn, now_s - SETTLED_AFTER_S))
                skipped += len(list(_every_deal(conn))) - len(live)
        assert {str(row[0]) for row in installation.app_tables()["outbox"]} == expected
    assert skipped > 10
    assert expected


def test_remember__at_the_last_moment_of_the_latest_rating__still_asks_to_open_it(installation: Any) -> None:
    rows, source, escrow = installation.rows, installation.deployed.escrow, number(5)
    closed_s = rows.time_s + 60
    packed = schedule(deliver_by=closed_s, return_by=closed_s)
    rows.block(closed_s - 1, [funded(escrow, PARTY["payer"], PARTY["payee"], packed)])
    rows.block(closed_s, [events.EscrowClosed(escrow, PARTY["payee"], 2, 0)])
    rows.block(closed_s + RATE_WITHIN_S - 1, [committed(source, escrow, PARTY["payer"], PARTY["payee"])])
    rows.block(closed_s + SETTLED_AFTER_S - 2)
    with db.writing(installation.engine) as conn:
        service.remember(conn, source, installation.clock())
    assert [row[3] for row in installation.app_tables()["outbox"]] == ["reminder.reveal"]
    rows.block(closed_s + SETTLED_AFTER_S - 1)
    with rows.engine.connect() as conn:
        assert _expected(conn, source, rows.time_s) == set()


def test_live_deals__are_found_by_an_index_and_not_by_looking_at_each(installation: Any) -> None:
    seen: list[tuple[str, Any]] = []
    with installation.rows.engine.connect() as conn:
        event.listen(conn, "before_cursor_execute", lambda *said: seen.append((said[2], said[3])))
        reads.deals(conn, closed_after_s=5, after=(1, b""))
        statement, parameters = seen[-1]
        plan = [row[3] for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)]
    assert any("escrows_by_closing (closed_at_s>?)" in line for line in plan)
    assert not any(line.startswith("SCAN") for line in plan)
    assert not any("escrows_by_block" in line for line in plan)
