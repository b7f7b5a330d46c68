"""Every page for everybody: no serious finding of axe, and no scrolling sideways, at both widths and in both
colours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page.acts import switch_to, who_dialog
from page.rules import rule
from page.sights import NAMES, VIEWERS, Sights, go, settled
from page.town import ROOT, Town
from page.visit import DESKTOP, PHONE, Visit
from playwright.sync_api import Page

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = rule("findings")
WIDER = rule("wider")


@pytest.fixture(scope="module")
def town(seen_town: Town) -> Town:
    return seen_town


def findings(page: Page) -> list[str]:
    """Serious and critical findings of axe, in light and dark."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{scheme}: {each}" for each in page.evaluate(FINDINGS)]
    return found


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])
@pytest.mark.parametrize("name", NAMES)
def test_page__has_no_serious_finding_and_no_sideways_scrolling(
    open_visit: Callable[..., Visit], seen: Sights, name: str, size: tuple[int, int]
) -> None:
    page = open_visit(*size).page
    go(page, seen.paths[name])
    if name in VIEWERS:
        switch_to(page, VIEWERS[name])
        settled(page)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDER)
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])
def test_who_dialog__has_no_serious_finding(open_visit: Callable[..., Visit], size: tuple[int, int]) -> None:
    page = open_visit(*size).page
    go(page, "/demo")
    who_dialog(page)
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.evaluate(WIDER)
