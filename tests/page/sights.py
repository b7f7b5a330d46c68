"""Every page of the app, each with something on it to see."""

from __future__ import annotations

from dataclasses import dataclass

from page.town import DAY_S, Town
from playwright.sync_api import Page, expect

from scripts._demo import scenes
from scripts._demo.library import JONAS_DRILL, LENAS_DRILL

NOT_FOUND = "/nowhere/at/all"
NAMES = ("find", "results", "resource", "request", "granted", "deal", "closed", "offer", "mine", "activity")
NAMES += ("demo", "not found")
# who sees most of a page
VIEWERS = {"request": "lena", "granted": "sofia", "deal": "paula", "closed": "amir", "mine": "lena"}


@dataclass(frozen=True)
class Sights:
    """Paths by the name of their page, and ids (hex) of what they show."""

    paths: dict[str, str]
    request: str
    granted: str
    deal: scenes.Deal


def sights(town: Town) -> Sights:
    """Make a pending request, a granted one, a disputed deal and one that is over on a running demo."""
    saturday = town.saturday()
    pending = town.books("amir", LENAS_DRILL, saturday, 8)
    granted = town.books("sofia", JONAS_DRILL, saturday, 8)
    scenes.confirm(town.up, granted)
    lent = town.books("amir", JONAS_DRILL, saturday + DAY_S, 8)
    scenes.confirm(town.up, lent)
    deal = scenes.fund(town.up, lent)
    scenes.move_to(town.up, saturday + DAY_S + 9 * 3_600)
    scenes.claim_damage(town.up, deal, town.units(20))
    scenes.dispute(town.up, deal)
    returned = town.books("amir", LENAS_DRILL, saturday + 2 * DAY_S, 8)
    scenes.confirm(town.up, returned)
    closed = scenes.fund(town.up, returned)
    scenes.finish_and_release(town.up, closed)
    paths = {
        "find": "/",
        "results": f"/?service=drill&from={saturday + 7 * DAY_S}&to={saturday + 7 * DAY_S + 8 * 3_600}",
        "resource": f"/resources/{town.things[LENAS_DRILL]}",
        "request": f"/requests/{pending}",
        "granted": f"/requests/{granted}",
        "deal": f"/deals/{deal.id}",
        "closed": f"/deals/{closed.id}",
        "offer": "/offer",
        "mine": "/mine",
        "activity": "/activity",
        "demo": "/demo",
        "not found": NOT_FOUND,
    }
    return Sights(paths, pending, granted, deal)


def go(page: Page, path: str) -> None:
    """Open a page and return when it shows what it has."""
    page.goto(path)
    settled(page)


def settled(page: Page) -> None:
    """Return when the page has its title, knows that this is a demo, and loads nothing any more."""
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator('nav a[href="/demo"]')).to_be_visible()
    expect(page.locator('main [aria-busy="true"]:not(button)')).to_have_count(0)
