"""Deals, reminders and notices over HTTP, on tables folded from events; each is delivered once."""

import time
from typing import Any

import pytest
from chain_facts import (
    DAY_S,
    HOUR_S,
    announced,
    cancelled,
    committed,
    denied,
    funded,
    granted,
    number,
    requested,
    schedule,
)
from fastapi.testclient import TestClient
from live_server import HERE

from backend import bootstrap, db
from backend.escrow import service
from backend.settings import Settings
from indexer.chain.generated import escrow as events

ESCROW, LOST, PARTED, REQUEST, OTHER_REQUEST, RESOURCE = (number(n) for n in (21, 22, 23, 31, 32, 41))


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


@pytest.fixture
def deals(installation: Any) -> Any:
    """A drill lent for three days, with a deposit and an arbitrator; and a deal whose booking was denied."""
    payer, payee = installation.address("payer"), installation.address("payee")
    now_s = installation.rows.time_s
    start_s = now_s - now_s % HOUR_S + DAY_S
    installation.deliver_by, installation.return_by = start_s, start_s + 3 * DAY_S
    packed = schedule(deliver_by=start_s, return_by=installation.return_by)
    arbitrator = installation.address("arbitrator")
    installation.rows.block(
        now_s + 1,
        [
            announced(payee, RESOURCE),
            requested(RESOURCE, REQUEST, payer, start_s, expires_at=start_s),
            granted(RESOURCE, REQUEST, payee),
            requested(RESOURCE, OTHER_REQUEST, payer, start_s + DAY_S, expires_at=start_s),
            denied(RESOURCE, OTHER_REQUEST, payee),
            funded(ESCROW, payer, payee, packed, arbitrator=arbitrator, request=REQUEST),
            funded(LOST, payer, payee, packed, request=OTHER_REQUEST),
        ],
    )
    return installation


def parts(installation: Any) -> Any:
    return installation.client.app.state.runtime


def show(installation: Any, escrow: bytes = ESCROW) -> Any:
    answer = installation.client.get(f"/api/deals/{hexed(escrow)}")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def notices(installation: Any, role: str) -> list[Any]:
    answer = installation.client.get(f"/api/members/{installation.member(role).address}/notices")
    return list(answer.json()["data"]["items"])


def test_deal__funded__waits_for_the_hand_over(deals: Any) -> None:
    shown = show(deals)
    assert shown["next"]["actor"] == "payee"
    assert (shown["next"]["acts"], shown["next"]["by_s"]) == (["hand_over"], deals.deliver_by)
    assert [step["sentence"]["key"] for step in shown["steps"]] == [
        "step.requested",
        "step.granted",
        "step.funded",
    ]
    assert (shown["price"], shown["deposit"], shown["outcome"]) == ("1000", "5001", None)
    assert shown["money"]["price_closed"] is False
    assert shown["warnings"] == []
    assert shown["terms"]["window_s"] == 5 * DAY_S


def test_deal__whose_booking_was_denied__can_be_unwound_and_says_so_to_the_payer(deals: Any) -> None:
    shown = show(deals, LOST)
    assert (shown["next"]["actor"], shown["next"]["acts"]) == ("payer", ["unwind"])
    assert (shown["next"]["by_s"], shown["may"]["anyone"]) == (shown["object_by_s"], ["unwind"])
    assert [warning["key"] for warning in shown["warnings"]] == ["deal.booking_denied", "deal.no_arbitrator"]
    bootstrap.remind(parts(deals))
    assert [one["sentence"]["key"] for one in notices(deals, "payer")] == ["reminder.unwind"]


def test_deal__whose_granted_booking_was_given_back__should_be_refunded(deals: Any) -> None:
    deals.rows.block(deals.rows.time_s, [cancelled(RESOURCE, REQUEST, deals.address("payer"))])
    shown = show(deals)
    assert (shown["next"]["actor"], shown["next"]["acts"]) == ("payee", ["refund"])
    assert "anyone" not in shown["may"]


def test_deal__with_lists__shows_parts_what_cancelling_gives_and_every_arbitrator(deals: Any) -> None:
    payer, payee, first = (deals.address(role) for role in ("payer", "payee", "arbitrator"))
    deliver_by, second = deals.deliver_by, deals.address("stranger")
    rest = events.Rest(
        (events.Milestone(400, deliver_by - HOUR_S), events.Milestone(600, deliver_by)),
        (events.Cancellation(HOUR_S, 5_000),),
        (events.Rung(first, DAY_S, 10), events.Rung(second, 2 * DAY_S, 20)),
    )
    packed = schedule(deliver_by=deliver_by, return_by=deals.return_by)
    opened = funded(PARTED, payer, payee, packed, rest=rest)
    part = events.PriceReleased(escrow=PARTED, actor=payer, amount=100, left=900)
    deals.rows.block(deals.rows.time_s, [opened, part])
    shown = show(deals, PARTED)
    assert [(one["amount"], one["held"]) for one in shown["agreed"]["parts"]] == [
        ("400", "300"),
        ("600", "600"),
    ]
    until_s = deliver_by - HOUR_S
    assert shown["agreed"]["cancellations"] == [{"until_s": until_s, "refund_bps": 5_000}]
    gives = {"refund_bps": 5_000, "to_payer": "5451", "to_payee": "450", "until_s": until_s}
    assert shown["agreed"]["cancelling"] == gives
    assert (shown["next"]["by_s"], shown["next"]["otherwise"]["params"]) == (until_s, {"amount": "300"})
    assert "step.price_released" in [step["sentence"]["key"] for step in shown["steps"]]

    now_s = deals.rows.time_s
    dispute = events.DisputeOpened(
        escrow=PARTED,
        actor=payer,
        arbitrator=first,
        price=900,
        claim=0,
        evidence=REQUEST,
        rule_by=now_s + DAY_S,
    )
    deals.rows.block(now_s, [dispute])
    shown = show(deals, PARTED)
    assert [one["is_asked"] for one in shown["agreed"]["ladder"]] == [True, False]
    assert shown["agreed"]["cancelling"] is None
    assert shown["next"]["otherwise"]["text"] == (
        "If the arbitrator is silent, the dispute goes on to the next (1 more was agreed on)."
    )
    silent_s = now_s + DAY_S
    on = events.DisputeEscalated(
        escrow=PARTED, actor=payee, arbitrator=second, rung=1, rule_by=silent_s + 2 * DAY_S
    )
    deals.rows.block(silent_s, [on])
    shown = show(deals, PARTED)
    assert [one["is_asked"] for one in shown["agreed"]["ladder"]] == [False, True]
    assert (shown["arbitrator"], shown["rule_by_s"]) == (
        deals.member("stranger").address,
        silent_s + 2 * DAY_S,
    )
    bootstrap.remind(parts(deals))
    assert "reminder.rule" in [one["sentence"]["key"] for one in notices(deals, "stranger")]


def test_deals__by_member_and_booking(deals: Any) -> None:
    def ids(**params: Any) -> list[str]:
        answer = deals.client.get("/api/deals", params=params)
        return [item["escrow"] for item in answer.json()["data"]["items"]]

    assert set(ids(member=deals.member("payer").address)) == {hexed(ESCROW), hexed(LOST)}
    assert ids(member=deals.member("arbitrator").address) == [hexed(ESCROW)]  # who may have to decide
    assert ids(member=deals.member("stranger").address) == []
    assert ids(booking=hexed(REQUEST)) == [hexed(ESCROW)]
    refund = events.EscrowClosed(escrow=LOST, actor=deals.address("payee"), outcome=2, paid=0)
    deals.rows.block(deals.rows.time_s, [refund])
    assert ids(open_only=True) == [hexed(ESCROW)]


def test_story__three_days_late__is_reminded_of_and_ends_well(deals: Any) -> None:
    payer, payee = deals.address("payer"), deals.address("payee")
    deals.rows.block(deals.return_by - DAY_S)
    bootstrap.remind(parts(deals))
    assert notices(deals, "payer")[0]["sentence"]["key"] == "reminder.return_tomorrow"
    deals.rows.block(
        deals.return_by - DAY_S, [events.PricePaid(escrow=ESCROW, actor=payer, amount=1_000, returned=0)]
    )
    deals.rows.block(deals.return_by + 3 * DAY_S)
    bootstrap.remind(parts(deals))
    shown = show(deals)
    assert shown["warnings"][0]["text"] == "It was due back 3 days ago."
    assert {reminder["sentence"]["key"] for reminder in shown["reminders"]} == {
        "reminder.overdue",
        "reminder.overdue_for_owner",
    }
    late = next(n for n in notices(deals, "payee") if n["escrow"] == hexed(ESCROW))
    assert late["sentence"]["params"]["days"] == 3
    back = events.DepositReturned(escrow=ESCROW, actor=payee, returned=5_001, kept=0)
    done = events.EscrowClosed(escrow=ESCROW, actor=payee, outcome=1, paid=1_000)
    deals.rows.block(deals.rows.time_s + 60, [back, done])
    bootstrap.remind(parts(deals))
    shown = show(deals)
    assert (shown["state"], shown["outcome"], shown["next"]["actor"]) == ("closed", 1, "both")
    assert shown["next"]["by_s"] == deals.rows.time_s + 60 * DAY_S
    assert notices(deals, "payer")[0]["sentence"]["key"] == "reminder.rate"
    deals.rows.block(deals.rows.time_s + 60 * DAY_S)
    assert show(deals)["next"]["actor"] == "nobody"


def test_worker__at_the_same_block__stores_and_delivers_nothing_twice(deals: Any) -> None:
    deals.rows.block(deals.return_by - DAY_S)
    for _ in range(3):
        bootstrap.remind(parts(deals))
    before = deals.app_tables()
    assert len(before["notices"]) == len(before["outbox"]) > 0
    deals.rows.block(deals.rows.time_s + 1)
    bootstrap.remind(parts(deals))
    after = deals.app_tables()
    assert after["notices"] == before["notices"]
    assert after["watermark"] != before["watermark"]


def test_worker__stopped_between_storing_and_delivering__delivers_after_the_next_start(deals: Any) -> None:
    deals.rows.block(deals.return_by - DAY_S)
    with db.writing(deals.engine) as conn:
        service.remember(conn, deals.deployed.escrow, deals.clock())
    assert notices(deals, "payer") == []
    bootstrap.remind(parts(deals))
    assert notices(deals, "payer")


def test_worker__stopped_in_the_middle_of_delivering__delivers_each_once(deals: Any) -> None:
    deals.rows.block(deals.return_by - DAY_S)
    with db.writing(deals.engine) as conn:
        service.remember(conn, deals.deployed.escrow, deals.clock())
    delivered = 0

    def fail_at_the_second(conn: Any, escrow: bytes, reminder: Any) -> None:
        nonlocal delivered
        delivered += 1
        if delivered == 2:
            raise OSError
        service.deliver_in_app(conn, escrow, reminder)

    def deliver_and_fail() -> None:
        with db.writing(deals.engine) as conn:
            service.deliver(conn, deals.clock(), fail_at_the_second)

    with pytest.raises(OSError):
        deliver_and_fail()
    bootstrap.remind(parts(deals))
    tables = deals.app_tables()
    assert len(tables["notices"]) == len(tables["outbox"]) >= 2
    assert all(row[-1] is not None for row in tables["outbox"])


def test_worker__on_a_block_that_replaced_another__looks_again(deals: Any) -> None:
    bootstrap.remind(parts(deals))
    with deals.rows.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE chain.cursor SET hash = zeroblob(32)")
    with db.writing(deals.engine) as conn:
        assert service.remember(conn, deals.deployed.escrow, deals.clock()) == deals.rows.number
        assert service.remember(conn, deals.deployed.escrow, deals.clock()) is None


def test_worker__runs_while_the_application_serves(deals: Any) -> None:
    deals.rows.block(deals.return_by - DAY_S)
    settings = Settings(home=deals.settings.home, worker_interval_s=0.05)
    with TestClient(bootstrap.application(settings, deals.clock), HERE) as client:
        for _ in range(100):
            items = client.get(f"/api/members/{deals.member('payer').address}/notices").json()["data"][
                "items"
            ]
            if items:
                break
            time.sleep(0.05)
    assert items[0]["sentence"]["key"] == "reminder.return_tomorrow"


def test_notices__are_paged_newest_first_and_by_deal(deals: Any) -> None:
    for day in range(4):
        deals.rows.block(deals.return_by + day * DAY_S)
        bootstrap.remind(parts(deals))
    path = f"/api/members/{deals.member('payer').address}/notices"
    whole = deals.client.get(path, params={"limit": 200}).json()["data"]["items"]
    first = deals.client.get(path, params={"limit": 3}).json()["data"]
    rest = deals.client.get(path, params={"limit": 200, "before": first["next_after"]}).json()["data"]
    assert first["items"] + rest["items"] == whole
    assert [item["seq"] for item in whole] == sorted((item["seq"] for item in whole), reverse=True)
    of_one = deals.client.get(path, params={"escrow": hexed(LOST)}).json()["data"]["items"]
    assert {item["escrow"] for item in of_one} == {hexed(LOST)}


def test_claimables__show_what_waits_for_a_member(deals: Any) -> None:
    member = deals.address("payer")
    waits = events.PayoutDeferred(escrow=ESCROW, member=member, token=b"\x70" * 20, amount=2**90)
    deals.rows.block(deals.rows.time_s, [waits])
    answer = deals.client.get(f"/api/members/{deals.member('payer').address}/claimables").json()["data"]
    assert [item["amount"] for item in answer["items"]] == [str(2**90)]


def test_ratings__sealed_then_opened_or_forfeited__are_on_the_timeline(deals: Any) -> None:
    source, payer, payee = deals.deployed.escrow, deals.address("payer"), deals.address("payee")
    now_s = deals.rows.time_s
    closed = [
        events.PricePaid(escrow=ESCROW, actor=payer, amount=1_000, returned=0),
        events.DepositReturned(escrow=ESCROW, actor=payee, returned=5_001, kept=0),
        events.EscrowClosed(escrow=ESCROW, actor=payee, outcome=1, paid=1_000),
    ]
    deals.rows.block(now_s, closed)
    # somebody else's contract may name any deal; its ratings are not this deal's
    foreign = committed(b"\x99" * 20, ESCROW, payee, payer, side=1)
    deals.rows.block(now_s, [committed(source, ESCROW, payer, payee), foreign])
    sealed = show(deals)
    assert (sealed["next"]["actor"], sealed["next"]["acts"]) == ("payee", ["rate"])
    assert sealed["next"]["by_s"] == now_s + 7 * DAY_S
    deals.rows.block(now_s + 7 * DAY_S)
    bootstrap.remind(parts(deals))
    opening = show(deals)
    assert (opening["next"]["actor"], opening["next"]["acts"]) == ("payer", ["reveal"])
    assert (opening["next"]["by_s"], opening["may"]) == (now_s + 14 * DAY_S, {"payer": ["reveal"]})
    told = [n["sentence"]["key"] for n in notices(deals, "payer") if n["escrow"] == hexed(ESCROW)]
    assert "reminder.reveal" in told
    deals.rows.block(now_s + 14 * DAY_S)
    assert show(deals)["next"]["actor"] == "nobody"
