"""Payments over HTTP, on tables folded from events."""

from typing import Any

import pytest
from chain_facts import number

from indexer.chain.generated import payments as events

FOR, DEAL, FOREIGN = (number(n) for n in (51, 52, 53))
TOKEN = b"\x70" * 20


def hexed(value: bytes) -> str:
    return "0x" + value.hex()


@pytest.fixture
def paid(installation: Any) -> Any:
    """Two payments in one block, then something given back on our escrow and on a stranger's."""
    payer, payee = installation.address("payer"), installation.address("payee")
    now_s = installation.rows.time_s
    escrow = installation.deployed.escrow
    installation.rows.block(
        now_s + 1,
        [
            events.Paid(payer, payee, FOR, TOKEN, 2**100, payer),
            events.Paid(payee, installation.address("third"), bytes(32), bytes(20), 7, payee),
        ],
    )
    installation.rows.block(
        now_s + 2,
        [
            events.RefundedAfter(DEAL, payee, payer, escrow, TOKEN, 40, payee),
            events.RefundedAfter(FOREIGN, payee, payer, b"\x66" * 20, TOKEN, 41, payee),
        ],
    )
    return installation


def show(installation: Any, role: str, **query: Any) -> Any:
    path = f"/api/members/{installation.member(role).address}/payments"
    answer = installation.client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_payments__of_a_member__are_newest_first_with_their_kind(paid: Any) -> None:
    items = show(paid, "payer")["items"]
    assert [(item["kind"], item["amount"]) for item in items] == [
        ("foreign", "41"),
        ("given back", "40"),
        ("paid", str(2**100)),
    ]
    given = items[1]
    assert (given["payer"], given["payee"]) == (paid.member("payee").address, paid.member("payer").address)
    assert (given["reference"], given["block"]) == (hexed(DEAL), paid.rows.number)
    assert show(paid, "third")["items"][0]["reference"] is None
    assert show(paid, "stranger") == {"items": [], "next_after": None}


def test_payments__for_one_thing__are_those_only(paid: Any) -> None:
    assert [item["amount"] for item in show(paid, "payer", reference=hexed(DEAL))["items"]] == ["40"]


def test_payments__page_by_page__are_the_same(paid: Any) -> None:
    found, before = [], None
    while True:
        shown = show(paid, "payee", limit=1, **({"before": before} if before else {}))
        found += shown["items"]
        before = shown["next_after"]
        if before is None:
            break
    assert found == show(paid, "payee")["items"]
    assert len(found) == 4


@pytest.mark.parametrize(
    "query", [{"before": "x"}, {"before": "1"}, {"limit": 0}, {"reference": "0x1"}, {"to": 1}]
)
def test_payments__malformed_query__is_refused(paid: Any, query: dict[str, Any]) -> None:
    path = f"/api/members/{hexed(paid.address('payer'))}/payments"
    answer = paid.client.get(path, params=query)
    assert answer.status_code == 422, answer.text
