"""No word on the page that no catalogue knows: everything outside the marks of the pseudo-locale is data."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page.acts import switch_to
from page.rules import rule
from page.sights import NAMES, VIEWERS, Sights, go, settled
from page.town import Town
from page.visit import Visit
from page.words import say
from playwright.sync_api import Page, expect

UNTRANSLATED = rule("untranslated")


@pytest.fixture(scope="module")
def town(seen_town: Town) -> Town:
    return seen_town


def in_pseudo_locale(page: Page, path: str) -> None:
    """Open a page in the pseudo-locale."""
    go(page, f"{path}{'&' if '?' in path else '?'}locale=xx")


@pytest.mark.parametrize("name", NAMES)
def test_page__in_the_pseudo_locale__has_no_word_outside_the_marks(
    browse: Visit, seen: Sights, name: str
) -> None:
    page = browse.page
    in_pseudo_locale(page, seen.paths[name])
    assert page.evaluate(UNTRANSLATED) == []
    page.locator("header").get_by_role("button").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Lena")).to_be_visible()
    assert page.evaluate(UNTRANSLATED) == []
    dialog.get_by_role("button", name=VIEWERS.get(name, "lena").capitalize()).click()
    expect(dialog).to_have_count(0)
    settled(page)
    assert page.evaluate(UNTRANSLATED) == []


@pytest.mark.parametrize("name", NAMES)
def test_page__in_german__says_so_and_speaks_it(
    open_visit: Callable[..., Visit], seen: Sights, name: str
) -> None:
    page = open_visit(locale="de-AT").page
    go(page, seen.paths[name])
    assert page.evaluate("document.documentElement.lang") == "de"
    expect(page.get_by_role("navigation").get_by_role("link", name=say("nav.mine", "de"))).to_be_visible()


def test_language__chosen_in_the_foot__stays_after_a_reload(browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_label(say("foot.language")).select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("demo.title", "de"))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("demo.title", "de"))


def test_persona__chosen__keeps_the_language(browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    switch_to(page, "amir")
    assert page.evaluate("document.documentElement.lang") == "en"
