"""Everything is reached with the Tab key and shows that it has the focus; dialogs give the focus back."""

from __future__ import annotations

import pytest
from page.acts import switch_to, who_dialog
from page.rules import rule
from page.sights import NAMES, VIEWERS, Sights, go, settled
from page.town import Town
from page.visit import Visit
from page.words import say
from playwright.sync_api import expect

MARK = rule("stops")
FOCUSED = rule("focused")
# where the focus has come to rest: at the ends of a dialog a guard hands it on in the next frame
INSIDE = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const at = document.activeElement;
  const guard = at.hasAttribute("data-base-ui-focus-guard");
  resolve(guard || at === document.body || at.closest("[role=dialog]") !== null);
})))"""
MORE = 40


@pytest.fixture(scope="module")
def town(seen_town: Town) -> Town:
    return seen_town


@pytest.mark.parametrize("name", NAMES)
def test_page__every_control_is_reached_by_tab_with_a_visible_focus(
    browse: Visit, seen: Sights, name: str
) -> None:
    page = browse.page
    go(page, seen.paths[name])
    if name in VIEWERS:
        switch_to(page, VIEWERS[name])
        settled(page)
    wanted = page.evaluate(MARK)
    reached: set[int] = set()
    drawn: set[int] = set()
    elsewhere: list[str] = []
    for _ in range(2 * len(wanted) + MORE):  # fields for dates are several stops
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:  # between the last and the first
            continue
        if found["stop"] is not None:
            reached.add(found["stop"])
        if found["stop"] is not None and found["drawn"]:  # parts of a field for dates draw their own
            drawn.add(found["stop"])
        if found["stop"] is None and not found["drawn"]:
            elsewhere.append(found["html"])
        if len(reached) == len(wanted):
            break
    every = set(range(len(wanted)))
    assert [wanted[stop] for stop in sorted(every - reached)] == [], "not reached"
    assert [wanted[stop] for stop in sorted(every - drawn)] + elsewhere == [], "no visible focus"


def test_who_dialog__keeps_the_focus_until_escape_gives_it_back(browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    opener = page.locator("header").get_by_role("button", name=say("who.choose"))
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=say("who.title"))
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Lena")).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_skip_link__is_first_and_leads_to_the_content(browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=say("skip"))).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_who_dialog__by_keyboard_alone__somebody_is_chosen(browse: Visit) -> None:
    page = browse.page
    go(page, "/demo")
    dialog = who_dialog(page)
    dialog.get_by_role("button", name="Mira").focus()
    page.keyboard.press("Enter")
    expect(page.locator("header").get_by_role("button", name="Mira")).to_be_visible()
