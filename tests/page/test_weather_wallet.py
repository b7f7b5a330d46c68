"""What wallets do to a page: each has its own words and a way on, and nothing is sent that nobody meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from page.acts import act, connect_wallet, kept_rows, problem, resource_path, row, until, who_dialog
from page.sights import go, settled
from page.town import ADDRESS, Town
from page.visit import PHONE, Visit
from page.wallet import Wallet
from page.words import say
from playwright.sync_api import Page, expect

from scripts._chain_client import abi
from scripts._demo.library import LENAS_DRILL

Open = Callable[..., Visit]


@dataclass
class Asking:
    """Amir is about to ask for Lena's drill with a wallet of his own."""

    town: Town
    page: Page
    wallet: Wallet
    start_s: int

    def asked(self) -> bool:
        """Whether the chain has his request for this time."""
        return any(event["start"] == self.start_s for event in self.town.requests_of("amir"))

    def arrives(self) -> None:
        """The request is on the chain and nothing else was sent; the page shows it."""
        self.page.wait_for_url("**/requests/0x*")
        assert self.asked()
        [sent] = self.wallet.sent
        receipt = self.town.receipt(sent)
        assert receipt is not None
        assert int(receipt["status"], 16) == 1
        assert [each["hash"] for each in kept_rows(self.page)] == [sent]

    def is_not_sent(self) -> None:
        """Nothing went to the chain."""
        assert self.wallet.sent == []
        assert kept_rows(self.page) == []
        assert not self.asked()


@pytest.fixture
def asking(town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]) -> Asking:
    visit, wallet, start_s = open_visit(*PHONE), wallet_of("amir"), town.some_day()
    wallet.install(visit.context)
    go(visit.page, resource_path(town, LENAS_DRILL, start_s))
    return Asking(town, visit.page, wallet, start_s)


def wallet_button(page: Page) -> Any:
    """Who one is, as the head says."""
    return page.locator("header").get_by_role("button", name="Test Wallet")


def test_asking_without_a_wallet__asks_who_one_is_and_goes_on_here(asking: Asking) -> None:
    act(asking.page, "request").click()
    asking.page.get_by_role("dialog").get_by_role("button", name="Test Wallet").click()
    expect(asking.page.get_by_role("dialog")).to_have_count(0)
    act(asking.page, "request").click()
    asking.arrives()


def test_connecting_refused__says_so_and_can_be_tried_again(asking: Asking) -> None:
    asking.wallet.refuse_next()
    dialog = who_dialog(asking.page)
    dialog.get_by_role("button", name="Test Wallet").click()
    expect(problem(asking.page, "wallet_refused")).to_be_visible()
    dialog.get_by_role("button", name="Test Wallet").click()
    expect(wallet_button(asking.page)).to_be_visible()


def test_signature_refused__nothing_is_sent_and_it_can_be_tried_again(asking: Asking) -> None:
    connect_wallet(asking.page)
    asking.wallet.refuse_next()
    act(asking.page, "request").click()
    expect(problem(asking.page, "wallet_refused")).to_be_visible()
    asking.is_not_sent()
    problem(asking.page, "wallet_refused").get_by_role("button", name=say("again")).click()
    asking.arrives()


@pytest.mark.parametrize("forgets", [False, True], ids=["known-to-the-wallet", "unknown-to-the-wallet"])
def test_wrong_network__at_the_start__switches_and_goes_on(asking: Asking, forgets: bool) -> None:
    asking.wallet.leave_chain(forget=forgets)
    connect_wallet(asking.page)
    banner = problem(asking.page, "wrong_network")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name=say("network.switch")).click()
    expect(banner).to_have_count(0)
    assert asking.wallet.at_chain == asking.wallet.chain_id
    act(asking.page, "request").click()
    asking.arrives()
    assert len(asking.wallet.asked("wallet_addEthereumChain")) == (1 if forgets else 0)


def test_wrong_network__while_looking__is_said_at_once_and_the_act_goes_on_after_the_switch(
    asking: Asking,
) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.leave_chain()
    expect(problem(asking.page, "wrong_network")).to_be_visible()
    act(asking.page, "request").click()
    expect(problem(asking.page, "wrong_network")).to_have_count(2)
    asking.is_not_sent()
    last = problem(asking.page, "wrong_network").last
    last.get_by_role("button", name=say("network.switch")).click()
    asking.arrives()


def test_wrong_network__switch_refused__says_so_and_is_no_dead_end(asking: Asking) -> None:
    asking.wallet.leave_chain(forget=True)
    connect_wallet(asking.page)
    switch = asking.page.get_by_role("button", name=say("network.switch"))
    asking.wallet.refuse_next()
    switch.click()
    expect(problem(asking.page, "wallet_refused")).to_be_visible()
    switch.click()
    expect(switch).to_have_count(0)
    act(asking.page, "request").click()
    asking.arrives()


def test_wallet_locked__at_the_start__says_so_and_goes_on_when_it_is_open(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.locked = True
    asking.page.reload()
    settled(asking.page)
    expect(asking.page.get_by_text(say("weather.locked"))).to_be_visible()
    asking.wallet.locked = False
    connect_wallet(asking.page)
    expect(asking.page.get_by_text(say("weather.locked"))).to_have_count(0)
    act(asking.page, "request").click()
    asking.arrives()


def test_wallet_locked__while_looking__asks_who_one_is_and_goes_on(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.lock()
    expect(wallet_button(asking.page)).to_have_count(0)
    asking.wallet.unlock()
    connect_wallet(asking.page)
    act(asking.page, "request").click()
    asking.arrives()


def test_wallet_locked__between_preview_and_signature__sends_nothing_and_says_so(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.locked = True  # and tells nobody
    act(asking.page, "request").click()
    expect(problem(asking.page, "wallet_locked")).to_be_visible()
    asking.is_not_sent()
    asking.wallet.locked = False
    problem(asking.page, "wallet_locked").get_by_role("button", name=say("who.choose")).click()
    asking.page.get_by_role("dialog").get_by_role("button", name="Test Wallet").click()
    expect(asking.page.get_by_role("dialog")).to_have_count(0)
    act(asking.page, "request").click()
    asking.arrives()


def test_account_switched__after_the_preview__sends_nothing_as_somebody_else(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.account = ADDRESS["mira"]  # and tells nobody
    act(asking.page, "request").click()
    expect(problem(asking.page, "account_switched")).to_be_visible()
    asking.is_not_sent()
    asking.wallet.account = ADDRESS["amir"]
    again = problem(asking.page, "account_switched").get_by_role("button", name=say("again"))
    again.click()
    asking.arrives()


def test_account_switched__between_the_trial_and_the_signature__sends_nothing(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    values = (bytes(32), ADDRESS["amir"], 0, 0, 0, bytes(32), bytes(32), bytes(32))
    selector = "0x" + abi.encode_call("Bookings", "request", (values, (ADDRESS["amir"], 0, b"")))[:4].hex()

    def switch(call: dict[str, Any]) -> None:
        if call["method"] == "eth_call" and call["params"][0].get("data", "").startswith(selector):
            asking.wallet.account = ADDRESS["mira"]

    asking.wallet.before = switch
    act(asking.page, "request").click()
    expect(problem(asking.page, "account_switched")).to_be_visible()
    asking.is_not_sent()
    assert asking.wallet.asked("eth_sendTransaction") == []


def test_account_switched__aloud__page_acts_as_the_other_from_then_on(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.switch_account(ADDRESS["lena"])
    expect(asking.page.get_by_text(say("ask.yours"))).to_be_visible()
    asking.is_not_sent()


def test_node_gone__for_the_wallet__nothing_is_sent_and_it_can_be_tried_again(asking: Asking) -> None:
    connect_wallet(asking.page)
    expect(wallet_button(asking.page)).to_be_visible()
    asking.wallet.node_gone = True
    act(asking.page, "request").click()
    expect(problem(asking.page, "node_gone")).to_be_visible()
    asking.is_not_sent()
    asking.wallet.node_gone = False
    problem(asking.page, "node_gone").get_by_role("button", name=say("again")).click()
    asking.arrives()


def test_node_gone__after_sending__row_waits_and_goes_on(asking: Asking) -> None:
    connect_wallet(asking.page)

    def lose(call: dict[str, Any]) -> None:
        asking.wallet.node_gone = asking.wallet.node_gone or bool(asking.wallet.sent)

    asking.wallet.before = lose
    act(asking.page, "request").click()
    expect(row(asking.page, "sent").first).to_be_visible()
    expect(asking.page.get_by_text(say("weather.node_gone"))).to_be_visible()
    until(asking.page, asking.asked, "the request reaches the chain")
    asking.wallet.before = None
    asking.wallet.node_gone = False
    expect(asking.page.get_by_text(say("weather.node_gone"))).to_have_count(0)
    asking.arrives()
