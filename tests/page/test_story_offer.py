"""Somebody with a wallet of their own offers a thing with a photo, and answers requests in one go."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from page.acts import act, connect_wallet, kept_rows, until
from page.cast import Personas, Wallets
from page.sights import go
from page.tale import Tale
from page.town import ADDRESS, Town
from page.visit import DESKTOP, PHONE, Visit
from page.wallet import Wallet
from page.words import pattern, say
from PIL import Image
from playwright.sync_api import Page, expect

from scripts._chain_client import token
from scripts._demo import scenes
from scripts._demo.library import LENAS_DRILL, PROJECTOR

Open = Callable[..., Visit]
SECRET = b"48.2082N 16.3738E"
TITLE = "Soldering station <b>80 W</b>"


def photo() -> dict[str, Any]:
    """A picture as a telephone takes it: large, with a description of itself."""
    picture, out = Image.new("RGB", (2400, 1600), "#8a6d3b"), io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    picture.save(out, "JPEG", exif=exif)
    assert SECRET in out.getvalue()
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def fill(page: Page) -> None:
    """Fill the form in."""
    page.get_by_label(say("offer.title"), exact=True).fill(TITLE)
    page.get_by_label(say("offer.text"), exact=True).fill("Tips from 0.4 to 3 mm.")
    page.get_by_label(say("offer.tag"), exact=True).fill("Soldering")
    page.locator("main input[type=file]").set_input_files(photo())  # type: ignore[arg-type]
    expect(page.get_by_role("img", name=say("offer.photo", number=1))).to_be_visible()
    page.get_by_label(say("offer.point"), exact=True).fill("48.20449, 16.36012")
    page.get_by_label(pattern("offer.price")).fill("2.50")
    page.get_by_label(pattern("offer.deposit")).fill("30")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])
def test_offering__signs_in_stores_and_announces__others_find_it(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet], size: tuple[int, int]
) -> None:
    before = {one["resource"] for one in town.api.resources(owner=ADDRESS["mira"]).data["items"]}
    cast = Wallets(town, open_visit, wallet_of, size)
    page = cast.at("mira", "/offer")
    fill(page)
    wallet = cast.wallets["mira"]
    wallet.refuse_next()  # the sign-in
    act(page, "announce").click()
    expect(page.get_by_text(say("problem.wallet_refused"))).to_be_visible()
    assert wallet.sent == []
    act(page, "announce").click()
    expect(page.get_by_text(say("offer.sent.shown"))).to_be_visible()
    assert len(wallet.asked("personal_sign")) == 2
    [sent] = wallet.sent
    receipt = town.receipt(sent)
    assert receipt is not None
    assert int(receipt["status"], 16) == 1
    now = {one["resource"] for one in town.api.resources(owner=ADDRESS["mira"]).data["items"]}
    [resource] = now - before
    assert town.chain().read("Bookings", "resource", bytes.fromhex(resource[2:])) != 0
    described = town.api.resource(resource).data["description"]
    assert (described["title"], described["service"]) == (TITLE, "soldering")
    assert (described["price"]["amount"], described["deposit"]) == (town.units(5) // 2, town.units(30))
    stored = httpx.get(f"{town.url}/api/photos/{described['photos'][0]}", trust_env=False).content
    assert SECRET not in stored
    assert "16.36012" not in town.api.resource(resource).data.__repr__()
    page.get_by_role("link", name=say("offer.sent.look")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_amounts_beyond_2_to_the_53__are_offered_asked_for_and_paid_to_the_last_unit(
    town: Town, open_visit: Open
) -> None:
    amount = 2**60 + 1
    for _ in range(2):
        token.mint(town.chain("amir"), town.money, ADDRESS["amir"], amount)
    cast = Personas(open_visit())
    page = cast.at("mira", "/offer")
    fill(page)
    for name in ("offer.price", "offer.deposit"):
        page.get_by_label(pattern(name)).fill(str(Decimal(amount) / town.units(1)))
    act(page, "announce").click()
    page.get_by_role("link", name=say("offer.sent.look")).click()
    page.wait_for_url("**/resources/0x*")
    resource = urlsplit(page.url).path.rpartition("/")[2]
    start_s = town.some_day()
    page = cast.at("amir", f"/resources/{resource}?from={start_s}&to={start_s + 3_600}")
    expect(page.get_by_text(f"{Decimal(amount) / town.units(1):,}").first).to_be_visible()
    tale = Tale(town, cast)
    request = tale.asks(page, "pending")
    tale.says_yes("mira", request)
    before = town.balances()
    page = cast.at("amir", f"/requests/{request}")
    act(page, "approve").click()
    until(page, lambda: town.allowance("amir") == 2 * amount, "exactly the sum is allowed")
    act(page, "fund").click()
    expect(page.get_by_role("link", name=say("fund.deal.show"))).to_be_visible()
    assert town.moved(before) == {"amir": -2 * amount, "escrow": 2 * amount}
    [deal] = town.api.get("/deals", booking=request).data["items"]
    assert (deal["price"], deal["deposit"]) == (str(amount), str(amount))


def test_mine__several_requests_are_granted_in_one_go(
    town: Town, open_visit: Open, wallet_of: Callable[[str], Wallet]
) -> None:
    first_s, second_s = town.some_day(), town.some_day()
    wanted = [town.books("amir", LENAS_DRILL, first_s, 8), town.books("sofia", PROJECTOR, second_s, 2)]
    visit, wallet = open_visit(*PHONE), wallet_of("lena")
    wallet.install(visit.context)
    page = visit.page
    go(page, "/mine")
    connect_wallet(page)
    boxes = page.locator("main").get_by_role("checkbox")
    expect(boxes).to_have_count(3)  # and one that the demo begins with
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name=say("mine.batch.confirm", count=3)).click()
    until(page, lambda: all(town.request_state(one) == "granted" for one in wanted), "all are granted")
    assert len(wallet.sent) == 3
    assert sorted(each["hash"] for each in kept_rows(page)) == sorted(wallet.sent)


def test_saying_no__by_a_persona__frees_nothing_that_was_not_taken(town: Town, open_visit: Open) -> None:
    request = town.books("sofia", LENAS_DRILL, town.some_day(), 8)
    page = Personas(open_visit()).at("lena", f"/requests/{request}")
    act(page, "deny").click()
    until(page, lambda: town.request_state(request) == "denied", "denied on the chain")
    expect(page.get_by_text(say("fund.asked.state.denied"), exact=True)).to_be_visible()


def test_withdrawing__by_who_asked__takes_the_grant_back(town: Town, open_visit: Open) -> None:
    start_s = town.some_day()
    request = town.books("sofia", LENAS_DRILL, start_s, 8)
    scenes.confirm(town.up, request)
    page = Personas(open_visit()).at("sofia", f"/requests/{request}")
    act(page, "cancel").click()
    until(page, lambda: town.request_state(request) == "cancelled", "withdrawn on the chain")
    quanta = bytes.fromhex(town.things[LENAS_DRILL][2:]), start_s, 8
    assert town.chain().read("Bookings", "is_free", *quanta) is True
