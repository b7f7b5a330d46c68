"""The chain while a page is open: somebody is faster, blocks are late, blocks are replaced, two tabs act."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from page.acts import act, connect_wallet, go_to, kept_rows, problem, resource_path, row, switch_to, until
from page.sights import go, settled
from page.town import Town
from page.visit import PHONE, Visit
from page.wallet import Wallet
from page.words import refusal, say
from playwright.sync_api import Page, Route, expect

from scripts._demo import scenes
from scripts._demo.library import JONAS_CARGO_BIKE, LENAS_DRILL

Open = Callable[..., Visit]
HOURS = 8


def is_asked(town: Town, persona: str, start_s: int) -> bool:
    """Whether the chain has a request of a persona for this time."""
    return any(event["start"] == start_s for event in town.requests_of(persona))


def asking(town: Town, page: Page, persona: str, start_s: int, title: str = LENAS_DRILL) -> None:
    """A persona looks at a thing with a time chosen."""
    go(page, resource_path(town, title, start_s, HOURS))
    switch_to(page, persona)
    expect(page.get_by_role("button", name=say("act.request"))).to_be_enabled()


def test_slot_taken_meanwhile__page_says_so_at_once_and_offers_another_time(
    town: Town, browse: Visit
) -> None:
    page, start_s = browse.page, town.some_day()
    asking(town, page, "amir", start_s)
    scenes.confirm(town.up, town.books("sofia", LENAS_DRILL, start_s, HOURS))
    expect(page.get_by_text(refusal("bookings: not free"))).to_be_visible()
    expect(page.get_by_role("button", name=say("act.request"))).to_have_count(0)
    expect(page.get_by_text(say("ask.instead"))).to_be_visible()
    page.locator("main [role=status]").get_by_role("button").first.click()
    act(page, "request").click()
    page.wait_for_url("**/requests/0x*")
    assert not is_asked(town, "amir", start_s)
    assert len(town.requests_of("amir")) == 1


def test_slot_taken_meanwhile__while_the_page_hears_nothing__nothing_is_sent(
    town: Town, open_visit: Open
) -> None:
    visit, start_s = open_visit(*PHONE), town.some_day()
    page = visit.page
    page.route("**/api/stream", lambda route: route.abort())
    asking(town, page, "mira", start_s)
    scenes.confirm(town.up, town.books("sofia", LENAS_DRILL, start_s, HOURS))
    act(page, "request").click()
    expect(page.get_by_text(refusal("bookings: not free")).first).to_be_visible()
    assert kept_rows(page) == []
    assert not is_asked(town, "mira", start_s)


def test_offer_taken_elsewhere__goes_away_from_the_results_and_that_is_said(
    town: Town, browse: Visit
) -> None:
    page, start_s = browse.page, town.some_day()
    go(page, f"/?service=drill&from={start_s}&to={start_s + HOURS * 3_600}")
    offer = page.locator(f'[data-resource="{town.things[LENAS_DRILL]}"]')
    expect(offer).to_be_visible()
    scenes.confirm(town.up, town.books("sofia", LENAS_DRILL, start_s, HOURS))
    expect(offer).to_have_count(0)
    expect(page.get_by_text(say("find.taken", count=1))).to_be_visible()
    assert page.locator("[data-resource]").count() > 0


def tampered(route: Route) -> None:
    """The answer of the server with half the deposit."""
    answer = route.fetch()
    body: dict[str, Any] = answer.json()
    body["data"]["description"]["deposit"] //= 2
    route.fulfill(response=answer, body=json.dumps(body))


def test_stale_quote__what_was_shown_does_not_hold__nothing_is_sent(town: Town, browse: Visit) -> None:
    page, start_s = browse.page, town.some_day()
    page.route(f"**/api/resources/{town.things[LENAS_DRILL]}", tampered)
    asking(town, page, "amir", start_s)
    expect(page.get_by_text("25 dEUR").first).to_be_visible()
    page.unroute_all()
    act(page, "request").click()
    expect(problem(page, "stale_quote")).to_be_visible()
    assert kept_rows(page) == []
    assert not is_asked(town, "amir", start_s)
    page.reload()
    settled(page)
    act(page, "request").click()
    page.wait_for_url("**/requests/0x*")
    assert is_asked(town, "amir", start_s)


def test_stale_quote__before_paying__nothing_is_allowed(town: Town, browse: Visit) -> None:
    page, start_s = browse.page, town.some_day()
    request = town.books("amir", LENAS_DRILL, start_s, HOURS)
    scenes.confirm(town.up, request)
    page.route(f"**/api/resources/{town.things[LENAS_DRILL]}", tampered)
    go(page, f"/requests/{request}")
    switch_to(page, "amir")
    expect(page.get_by_role("button", name=say("act.approve"))).to_be_enabled()
    page.unroute_all()
    act(page, "approve").click()
    expect(problem(page, "stale_quote")).to_be_visible()
    assert kept_rows(page) == []
    assert town.allowance("amir") == 0


def test_reload_while_pending__row_survives_and_becomes_final(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(*PHONE), wallet_of("lena")
    wallet.install(visit.context)
    page = visit.page
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(page, f"/requests/{request}")
    connect_wallet(page)
    with town.held():
        act(page, "confirm").click()
        expect(row(page, "sent")).to_have_count(1)
        page.reload()
        settled(page)
        expect(row(page, "sent")).to_have_count(1)
        expect(page.get_by_role("button", name=say("act.confirm"))).to_be_disabled()
        [sent] = wallet.sent
        assert town.receipt(sent) is None
        assert town.request_state(request) == "pending"
        town.mine(1)
        expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
        assert town.request_state(request) == "granted"
        go_to(page, "activity")
        expect(row(page, "indexed")).to_have_count(1)
        town.mine(2)
        expect(row(page, "final")).to_have_count(1)
    receipt = town.receipt(sent)
    assert receipt is not None
    assert int(receipt["status"], 16) == 1
    assert wallet.sent == [sent]


def test_indexer_stopped__an_act_reaches_the_chain_and_is_shown_when_it_is_back(
    town: Town, browse: Visit
) -> None:
    page = browse.page
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(page, f"/requests/{request}")
    switch_to(page, "lena")
    town.api.post("/demo/indexer", {"running": False})
    try:
        act(page, "confirm").click()
        expect(row(page, "in block")).to_have_count(1)
        assert town.request_state(request) == "granted"
        expect(page.get_by_text(say("fund.asked.state.pending"), exact=True)).to_be_visible()
    finally:
        town.api.post("/demo/indexer", {"running": True})
    expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()


def test_two_tabs__row_is_in_both_and_one_act_is_sent_once(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(), wallet_of("lena")
    wallet.install(visit.context)
    one, two = visit.page, visit.tab()
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(one, f"/requests/{request}")
    connect_wallet(one)
    go(two, f"/requests/{request}")
    expect(two.locator("header").get_by_role("button", name="Test Wallet")).to_be_visible()
    with town.held():
        act(two, "confirm")
        act(one, "confirm").click()
        expect(row(one, "sent")).to_have_count(1)
        expect(row(two, "sent")).to_have_count(1)
        expect(two.get_by_role("button", name=say("act.confirm"))).to_be_disabled()
        town.mine(1)
        for tab in (one, two):
            expect(tab.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
    assert len(wallet.sent) == 1


def test_two_tabs__while_the_wallet_still_asks__the_other_tab_cannot_send_the_same(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(), wallet_of("lena")
    wallet.install(visit.context)
    one, two = visit.page, visit.tab()
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(one, f"/requests/{request}")
    connect_wallet(one)
    go(two, f"/requests/{request}")
    expect(two.locator("header").get_by_role("button", name="Test Wallet")).to_be_visible()
    act(two, "confirm")

    def press_in_the_other_tab(call: dict[str, Any]) -> None:
        if call["method"] == "eth_sendTransaction":
            wallet.before = None
            two.evaluate(
                "([name]) => [...document.querySelectorAll('button')]"
                ".find((one) => one.textContent === name).click()",
                [say("act.confirm")],
            )
            expect(problem(two, "already_sending")).to_be_visible()

    wallet.before = press_in_the_other_tab
    act(one, "confirm").click()
    until(one, lambda: town.request_state(request) == "granted", "granted once")
    assert len(wallet.sent) == 1


def test_reorganisation__row_goes_back_says_so_and_the_page_shows_the_rewound_state(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(*PHONE), wallet_of("lena")
    wallet.install(visit.context)
    page = visit.page
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(page, f"/requests/{request}")
    connect_wallet(page)
    with town.held():
        before = town.rpc("evm_snapshot")
        act(page, "confirm").click()
        expect(row(page, "sent")).to_have_count(1)
        town.mine(1)
        expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
        go_to(page, "activity")
        expect(row(page, "indexed")).to_have_count(1)
        [sent] = wallet.sent
        raw = town.rpc("eth_getRawTransactionByHash", sent)
        town.rpc("evm_revert", before)
        town.mine(2)  # another branch, longer than the one before, without it
        town.rpc("eth_sendRawTransaction", raw)
        expect(row(page, "sent")).to_have_count(1)
        expect(page.get_by_text(say("tx.went_back"))).to_be_visible()
        page.get_by_role("link", name=say("activity.about")).click()
        expect(page.get_by_text(say("fund.asked.state.pending"), exact=True)).to_be_visible()
        assert town.request_state(request) == "pending"
        town.mine(1)
        expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
        go_to(page, "activity")
        expect(row(page, "indexed")).to_have_count(1)
        town.mine(2)
        expect(row(page, "final")).to_have_count(1)
    assert town.request_state(request) == "granted"
    assert wallet.sent == [sent]


def test_reorganisation__that_drops_a_transaction__row_is_lost_and_it_can_be_done_again(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(), wallet_of("lena")
    wallet.install(visit.context)
    page = visit.page
    request = town.books("amir", LENAS_DRILL, town.some_day(), HOURS)
    go(page, f"/requests/{request}")
    connect_wallet(page)
    with town.held():
        before = town.rpc("evm_snapshot")
        act(page, "confirm").click()
        expect(row(page, "sent")).to_have_count(1)
        town.mine(1)
        expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
        town.rpc("evm_revert", before)
        town.mine(2)
        expect(page.get_by_text(say("fund.asked.state.pending"), exact=True)).to_be_visible()
        expect(page.get_by_text(say("tx.lost"))).to_be_visible()
    act(page, "confirm").click()
    expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()
    assert town.request_state(request) == "granted"
    assert len(wallet.sent) == 2


def test_first_come__asked_twice_from_two_tabs__chain_has_it_once(town: Town, browse: Visit) -> None:
    start_s = town.some_day()
    one, two = browse.page, browse.tab()
    asking(town, one, "mira", start_s, JONAS_CARGO_BIKE)
    go(two, resource_path(town, JONAS_CARGO_BIKE, start_s, HOURS))
    act(two, "request")
    act(one, "request").click()
    one.wait_for_url("**/requests/0x*")
    two.wait_for_url(one.url)
    assert len([event for event in town.requests_of("mira") if event["start"] == start_s]) == 1
