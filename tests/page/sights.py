"""Every page of the app, each with something on it to see."""

from __future__ import annotations

from dataclasses import dataclass

from page.town import DAY_S, Town
from playwright.sync_api import Page, expect

from scripts._demo import scenes
from scripts._demo.library import JONAS_DRILL, LENAS_DRILL

NOT_FOUND = "/nowhere/at/all"


@dataclass(frozen=True)
class Sights:
    """Paths by the name of their page, and ids (hex) of what they show."""

    paths: dict[str, str]
    request: str
    granted: str
    deal: scenes.Deal


def sights(town: Town) -> Sights:
    """Make a pending request, a granted one and a disputed deal on a running demo."""
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
    paths = {
        "find": "/",
        "resource": f"/resources/{town.things[LENAS_DRILL]}",
        "request": f"/requests/{pending}",
        "granted": f"/requests/{granted}",
        "deal": f"/deals/{deal.id}",
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
    """Return when the page has its title and nothing is being loaded."""
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator('main [aria-busy="true"]:not(button)')).to_have_count(0)
