"""The frame of every page: who one is, what one sent, the demo's tools."""

from __future__ import annotations

from collections.abc import Callable

from page.acts import connect_wallet, go_to, kept_rows, row, switch_to
from page.town import ADDRESS, Town
from page.visit import Visit
from page.wallet import Wallet
from page.words import say
from playwright.sync_api import expect


def test_faucet__as_a_persona__row_becomes_final_and_survives_a_reload(town: Town, browse: Visit) -> None:
    page, before = browse.page, town.balances()
    page.goto("/demo")
    switch_to(page, "amir")
    page.get_by_role("button", name=say("act.faucet")).click()
    go_to(page, "activity")
    expect(row(page, "indexed")).to_have_count(1)
    town.mine()
    expect(row(page, "final")).to_have_count(1)
    [sent] = kept_rows(page)
    receipt = town.receipt(sent["hash"])
    assert receipt is not None
    assert int(receipt["status"], 16) == 1
    assert town.moved(before) == {"amir": town.units(1_000)}
    page.reload()
    expect(row(page, "final")).to_have_count(1)


def test_wallet__announced_by_eip_6963__connects_and_is_there_again_after_a_reload(
    open_visit: Callable[..., Visit], wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(), wallet_of("mira")
    wallet.install(visit.context)
    page = visit.page
    page.goto("/demo")
    connect_wallet(page)
    expect(page.get_by_role("button", name="Test Wallet")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Test Wallet")).to_be_visible()
    assert len(wallet.asked("eth_requestAccounts")) == 1
    assert wallet.account == ADDRESS["mira"]


def test_time_machine__a_day__chain_and_page_move(town: Town, browse: Visit) -> None:
    page, before = browse.page, town.now_s()
    page.goto("/demo")
    page.get_by_role("button", name=say("demo.time.day")).click()
    expect(page.get_by_role("button", name=say("demo.time.day"))).to_be_enabled()
    assert town.now_s() >= before + 86_400


def test_add_to_wallet__chain_and_token_are_offered(
    town: Town, open_visit: Callable[..., Visit], wallet_of: Callable[[str], Wallet]
) -> None:
    visit, wallet = open_visit(), wallet_of("mira")
    wallet.install(visit.context)
    wallet.leave_chain(forget=True)
    page = visit.page
    page.goto("/demo")
    connect_wallet(page)
    page.get_by_role("button", name=say("demo.wallet.add")).click()
    expect(page.get_by_role("button", name=say("demo.wallet.add"))).to_be_enabled()
    [asset] = wallet.asked("wallet_watchAsset")
    assert asset["params"]["options"]["address"].lower() == town.money
    [added] = wallet.asked("wallet_addEthereumChain")
    assert added["params"][0]["rpcUrls"] == [town.up.anvil.rpc_url]
    assert wallet.at_chain == wallet.chain_id
