"""The server, the indexer or the chain is away for a while: each has its own words, and nothing needs a
reload when it is back."""

from __future__ import annotations

from page.acts import act, go_to, kept_rows, problem, resource_path, row, switch_to
from page.sights import go
from page.town import Town
from page.visit import Visit
from page.words import say
from playwright.sync_api import Route, expect

from scripts._demo.library import LENAS_DRILL

GATE_SAYS = (
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"the chain of the demo does not answer"}}'
)


def dead(route: Route) -> None:
    """The demo's door to a chain that is gone."""
    route.fulfill(status=503, content_type="application/json", body=GATE_SAYS)


def test_server_gone__page_says_so__and_goes_on_by_itself_when_it_is_back(town: Town, browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    switch_to(page, "amir")
    town.stop_server()
    try:
        expect(page.get_by_text(say("weather.not_live"))).to_be_visible()
        page.get_by_role("button", name=say("act.faucet")).click()
        expect(page.get_by_text(say("weather.server_gone")).first).to_be_visible()
        expect(page.get_by_text(say("weather.server_gone.next"))).to_be_visible()
    finally:
        town.start_server()
    expect(page.get_by_text(say("weather.server_gone.next"))).to_have_count(0)
    expect(page.get_by_text(say("weather.not_live"))).to_have_count(0)
    page.get_by_role("button", name=say("act.faucet")).click()
    expect(row(page)).to_have_count(1)


def test_server_gone_at_the_start__page_waits_and_comes_up_by_itself(town: Town, browse: Visit) -> None:
    page = browse.page
    page.route("**/api/**", lambda route: route.abort())
    page.goto("/demo")
    expect(page.get_by_text(say("weather.server_gone")).first).to_be_visible()
    page.unroute_all()
    expect(page.get_by_role("heading", name=say("demo.time"))).to_be_visible()
    expect(page.get_by_text(say("weather.server_gone"))).to_have_count(0)


def test_indexer_stopped__page_says_so__a_row_waits_in_its_block_until_it_is_back(
    town: Town, browse: Visit
) -> None:
    page, before = browse.page, town.balances()
    go(page, "/demo")
    switch_to(page, "sofia")
    page.get_by_role("button", name=say("demo.indexer.stop")).click()
    expect(page.get_by_text(say("weather.indexer_stopped"))).to_be_visible()
    page.get_by_role("button", name=say("act.faucet")).click()
    expect(row(page, "in block")).to_have_count(1)
    assert town.moved(before) == {"sofia": town.units(1_000)}
    page.get_by_role("button", name=say("demo.indexer.start")).click()
    expect(page.get_by_text(say("weather.indexer_stopped"))).to_have_count(0)
    go_to(page, "activity")
    expect(row(page, "indexed").or_(row(page, "final"))).to_have_count(1)


def test_node_gone__for_a_persona__rows_wait_and_the_page_says_so(town: Town, browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    switch_to(page, "mira")
    page.route("**/api/demo/rpc", dead)
    page.get_by_role("button", name=say("act.faucet")).click()
    expect(page.get_by_text(say("weather.node_gone"))).to_be_visible()
    expect(row(page, "sent")).to_have_count(1)
    page.unroute_all()
    expect(page.get_by_text(say("weather.node_gone"))).to_have_count(0)
    go_to(page, "activity")
    expect(row(page, "indexed").or_(row(page, "final"))).to_have_count(1)


def test_node_gone__while_a_persona_asks__nothing_is_sent_and_it_can_be_tried_again(
    town: Town, browse: Visit
) -> None:
    page, start_s = browse.page, town.some_day()
    go(page, resource_path(town, LENAS_DRILL, start_s))
    switch_to(page, "jonas")
    page.route("**/api/demo/rpc", dead)
    act(page, "request").click()
    expect(problem(page, "node_gone")).to_be_visible()
    page.unroute_all()
    assert kept_rows(page) == []
    problem(page, "node_gone").get_by_role("button", name=say("again")).click()
    page.wait_for_url("**/requests/0x*")
    assert [event["start"] for event in town.requests_of("jonas")] == [start_s]
