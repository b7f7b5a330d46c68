"""What a member does on the page, step by step, found by roles and words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from page.town import Town
from page.words import say
from playwright.sync_api import Locator, Page, expect

PATIENCE_S = 15.0
LOOK_EVERY_MS = 50


def who_dialog(page: Page) -> Locator:
    """The dialog that asks who one is, opened."""
    dialog = page.get_by_role("dialog", name=say("who.title"))
    if not dialog.is_visible():
        page.locator("header").get_by_role("button").last.click()
    expect(dialog).to_be_visible()
    return dialog


def switch_to(page: Page, persona: str) -> None:
    """Be another persona of the demo."""
    name = persona.capitalize()
    who_dialog(page).get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("header").get_by_role("button", name=name)).to_be_visible()


def connect_wallet(page: Page) -> None:
    """Choose the wallet that was announced."""
    who_dialog(page).get_by_role("button", name="Test Wallet").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def go_to(page: Page, name: str) -> None:
    """Go to a main page by its link, without loading anything again."""
    page.get_by_role("navigation", name=say("nav")).get_by_role("link", name=say(f"nav.{name}")).click()


def resource_path(town: Town, title: str, start_s: int, hours: int = 8) -> str:
    """The page of a thing with a time chosen."""
    return f"/resources/{town.things[title]}?from={start_s}&to={start_s + hours * 3_600}"


def act(page: Page, what: str) -> Locator:
    """The button of an act; one that waits behind "also possible" is shown first."""
    button = page.get_by_role("button", name=say(f"act.{what}"), exact=True)
    closed = page.locator("details:not([open])", has=page.locator(f'[data-act="{what}"]'))
    expect(button.or_(closed).first).to_be_visible()
    if not button.is_visible() and closed.count():
        closed.locator("summary").click()
    expect(button).to_be_enabled()
    return button


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Return when something holds outside the page, while the page and its wallet go on."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(LOOK_EVERY_MS)


def problem(page: Page, slug: str) -> Locator:
    """A problem of the page, with its way on."""
    note = page.get_by_role("alert").filter(has_text=say(f"problem.{slug}"))
    return note.filter(has_text=say(f"problem.{slug}.next"))


def row(page: Page, state: str | None = None) -> Locator:
    """Rows of transactions, of one state."""
    return page.locator(f'[data-transaction][data-state="{state}"]' if state else "[data-transaction]")


def kept_rows(page: Page) -> list[dict[str, Any]]:
    """The rows of transactions as the browser keeps them, newest first."""
    found = page.evaluate(
        """() => Object.entries(localStorage)
          .filter(([key]) => key.startsWith("allmende.transactions.")).map(([, value]) => value)"""
    )
    return [each for one in found for each in json.loads(one)]
