"""What a member does on the page, step by step, found by roles and words."""

from __future__ import annotations

import json
from typing import Any

from page.words import say
from playwright.sync_api import Locator, Page, expect


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
