"""The tool-library story and its variant with a damage, played on the page and checked on the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from page.acts import act, until
from page.cast import Cast
from page.town import DAY_S, Town
from page.words import pattern, say
from playwright.sync_api import Page, expect

from scripts._chain_client import escrow
from scripts._demo.library import JONAS_CARGO_BIKE, LENAS_DRILL, TIME_ZONE

HOURS, SATURDAY = 8, 5  # ten to six
DRILL_PRICE, DRILL_DEPOSIT = 4, 50  # play euros; a begun day counts whole
BIKE_PRICE, BIKE_DEPOSIT = 24, 200  # eight hours at three
CLAIM, TO_PAYEE, FEE = 120, 70, 5
SCORES = {"amir": 5, "lena": 4}


@dataclass
class Tale:
    """One playing of a story."""

    town: Town
    cast: Cast

    def finds(self, who: str, what: str, title: str) -> tuple[Page, int, int]:
        """Somebody looks for something on Saturday, opens an offer: its page and the time (UTC seconds)."""
        page = self.cast.at(who, "/")
        page.get_by_label(say("find.what"), exact=True).fill(what)
        page.get_by_role("button", name=say("find.when.saturday"), exact=True).click()
        look = page.get_by_role("button", name=say("find.look"))
        if look.is_visible():
            look.click()
        page.get_by_role("link", name=title, exact=True).click()
        page.wait_for_url("**/resources/0x*")
        assert self.town.things[title] in page.url
        wanted = parse_qs(urlsplit(page.url).query)
        start_s, end_s = int(wanted["from"][0]), int(wanted["to"][0])
        begins = datetime.fromtimestamp(start_s, ZoneInfo(TIME_ZONE))
        assert (begins.weekday(), end_s - start_s) == (SATURDAY, HOURS * 3_600)
        return page, start_s, end_s

    def asks(self, page: Page, state: str) -> str:
        """Ask for what a page of a thing shows; the request's id."""
        act(page, "request").click()
        page.wait_for_url("**/requests/0x*")
        request = page.url.rpartition("/")[2]
        until(page, lambda: self.town.request_state(request) == state, "the request is on the chain")
        return request

    def says_yes(self, owner: str, request: str) -> None:
        """The owner grants it."""
        page = self.cast.at(owner, f"/requests/{request}")
        act(page, "confirm").click()
        until(page, lambda: self.town.request_state(request) == "granted", "granted on the chain")
        expect(page.get_by_text(say("fund.asked.state.granted"), exact=True)).to_be_visible()

    def pays(self, payer: str, request: str, price: int, deposit: int) -> str:
        """Allow exactly the sum, then open the deal; the deal's id."""
        before, sum_units = self.town.balances(), self.town.units(price + deposit)
        page = self.cast.at(payer, f"/requests/{request}")
        act(page, "approve").click()
        until(page, lambda: self.town.allowance(payer) == sum_units, "exactly the sum is allowed")
        assert self.town.moved(before) == {}
        act(page, "fund").click()
        link = page.get_by_role("link", name=say("fund.deal.show"))
        expect(link).to_be_visible()
        assert self.town.allowance(payer) == 0
        assert self.town.moved(before) == {payer: -sum_units, "escrow": sum_units}
        link.click()
        page.wait_for_url("**/deals/0x*")
        deal = page.url.rpartition("/")[2]
        assert self.town.deal_state(deal) == "funded"
        core, _ = escrow.find(self.town.chain(), bytes.fromhex(deal[2:]))
        assert (core.price, core.deposit) == (self.town.units(price), self.town.units(deposit))
        return deal

    def acts(self, who: str, deal: str, what: str, moves: dict[str, int], state: str) -> Page:
        """One plain act in a deal; who gains how much (play euros), and the state afterwards."""
        page = self.cast.at(who, f"/deals/{deal}")
        return self.does(page, deal, what, moves, state)

    def does(self, page: Page, deal: str, what: str, moves: dict[str, int], state: str) -> Page:
        """Press the button of an act, and find on the chain what it was to do."""
        before = self.town.balances()
        act(page, what).click()
        wanted = {name: self.town.units(amount) for name, amount in moves.items()}
        until(page, lambda: (self.town.moved(before), self.town.deal_state(deal)) == (wanted, state), what)
        expect(page.get_by_text(say(f"deal.state.{state}"), exact=True).first).to_be_visible()
        return page

    def time_passes(self, page: Page, until_s: int) -> None:
        """The time machine of the page, in its largest steps."""
        page.goto("/demo")
        while self.town.now_s() < until_s:
            step = "days" if until_s - self.town.now_s() > 2 * DAY_S else "day"
            before_s = self.town.now_s()
            button = page.get_by_role("button", name=say(f"demo.time.{step}"))
            button.click()
            until(page, lambda was=before_s: self.town.now_s() >= was + 3_600, "chain time moves")
            expect(button).to_be_enabled()

    def rates(self, who: str, deal: str, score: int) -> None:
        """Choose a score and seal it."""
        page = self.cast.at(who, f"/deals/{deal}")
        page.get_by_label(say(f"rate.score.{score}")).check()
        act(page, "commit").click()
        expect(page.get_by_text(say("rate.sealed"), exact=True)).to_be_visible()

    def opens(self, who: str, deal: str) -> None:
        """Open the sealed rating."""
        page = self.cast.at(who, f"/deals/{deal}")
        act(page, "reveal").click()
        expect(page.get_by_text(pattern("rate.gave"))).to_be_visible()

    def every_transaction_went_well(self, count: int) -> None:
        """Each row's transaction has a receipt without a revert."""
        rows = self.cast.sent()
        assert len(rows) == count, [row["what"] for row in rows]
        for row in rows:
            receipt = self.town.receipt(row["hash"])
            assert receipt is not None, row
            assert int(receipt["status"], 16) == 1, row


def play_drill(town: Town, cast: Cast) -> None:
    """Ask → yes → pay → time passes → back → released → both rate blind → reputation."""
    tale, money = Tale(town, cast), town.balances()
    rated = {name: town.reputation(name, "drill") for name in ("amir", "lena")}
    page, _, end_s = tale.finds("amir", "drill", LENAS_DRILL)
    request = tale.asks(page, "pending")
    tale.says_yes("lena", request)
    deal = tale.pays("amir", request, DRILL_PRICE, DRILL_DEPOSIT)
    tale.time_passes(cast.at("amir", "/demo"), end_s)
    tale.acts("lena", deal, "finish", {"amir": DRILL_DEPOSIT, "escrow": -DRILL_DEPOSIT}, "funded")
    tale.acts("amir", deal, "release", {"lena": DRILL_PRICE, "escrow": -DRILL_PRICE}, "closed")
    price = town.units(DRILL_PRICE)
    assert town.moved(money) == {"amir": -price, "lena": price}
    for name, score in SCORES.items():
        tale.rates(name, deal, score)
        counts = {each: town.reputation(each, "drill")[0] for each in SCORES}
        assert counts == {each: rated[each][0] for each in SCORES}, "nothing counts before it is open"
    for name in SCORES:
        tale.opens(name, deal)
    for rater, subject in (("amir", "lena"), ("lena", "amir")):
        count, mean = town.reputation(subject, "drill")
        assert (count, round(mean, 2)) == (rated[subject][0] + 1, SCORES[rater])
    tale.every_transaction_went_well(10)


def play_damage(town: Town, cast: Cast) -> None:
    """First come, first served → pay → release → damage claimed → disputed → ruled; to the unit."""
    tale, money = Tale(town, cast), town.balances()
    page, _, end_s = tale.finds("mira", "cargo bike", JONAS_CARGO_BIKE)
    request = tale.asks(page, "granted")
    deal = tale.pays("mira", request, BIKE_PRICE, BIKE_DEPOSIT)
    tale.time_passes(cast.at("mira", "/demo"), end_s)
    tale.acts("mira", deal, "release", {"jonas": BIKE_PRICE, "escrow": -BIKE_PRICE}, "funded")
    page = cast.at("jonas", f"/deals/{deal}")
    act_of(page, "claim_damage").get_by_label(pattern("deal.claim.amount")).fill(str(CLAIM))
    act_of(page, "claim_damage").get_by_label(say("deal.claim.evidence")).fill("The long bed is bent.")
    tale.does(page, deal, "claim_damage", {}, "claimed")
    page = cast.at("mira", f"/deals/{deal}")
    act_of(page, "dispute").get_by_label(say("deal.dispute.evidence")).fill("It was bent before.")
    tale.does(page, deal, "dispute", {}, "disputed")
    page = cast.at("paula", f"/deals/{deal}")
    act_of(page, "rule").get_by_label(pattern("deal.rule.to_payee")).fill(str(TO_PAYEE))
    act_of(page, "rule").get_by_label(pattern("deal.rule.fee")).fill(str(FEE))
    back = BIKE_DEPOSIT - TO_PAYEE - FEE
    moves = {"jonas": TO_PAYEE, "paula": FEE, "mira": back, "escrow": -BIKE_DEPOSIT}
    tale.does(page, deal, "rule", moves, "closed")
    assert town.moved(money) == {
        "mira": town.units(back - BIKE_PRICE - BIKE_DEPOSIT),
        "jonas": town.units(BIKE_PRICE + TO_PAYEE),
        "paula": town.units(FEE),
    }
    evidence = town.chain().logs("Escrow", "DamageClaimed", [bytes.fromhex(deal[2:])])
    assert evidence[0]["evidence"] != bytes(32)
    tale.every_transaction_went_well(7)


def act_of(page: Page, what: str):  # type: ignore[no-untyped-def]
    """The part of a deal's page that belongs to one act, shown."""
    act_part = page.locator(f'[data-act="{what}"]')
    expect(act_part).to_have_count(1)
    closed = page.locator("details:not([open])", has=act_part)
    if closed.count():
        closed.locator("summary").click()
    return act_part
