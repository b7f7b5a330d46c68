"""What the server sends: the policy as stated, and a first visit that stays small, without wallet code."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page.acts import switch_to
from page.sights import NOT_FOUND, go
from page.town import Town
from page.visit import Visit
from playwright.sync_api import Response

BUDGET_BYTES = 200 * 1024
WALLET_CODE = ("viem@", "eip6963:requestProvider")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
PATHS = ("/", "/offer", "/mine", "/activity", "/demo", "/deals/0x00", NOT_FOUND)


@pytest.fixture(scope="module")
def town(seen_town: Town) -> Town:
    return seen_town


@pytest.mark.parametrize("path", PATHS)
def test_answer__of_every_path__carries_the_policy(browse: Visit, path: str) -> None:
    heard: list[Response] = []
    browse.page.on("response", lambda each: heard.append(each))
    go(browse.page, path)
    files = [each for each in heard if not urlsplit(each.url).path.startswith("/api")]
    assert len(files) > 2
    for each in files:
        assert each.headers["content-security-policy"] == POLICY, each.url
        assert each.headers["x-content-type-options"] == "nosniff", each.url
        assert each.headers["referrer-policy"] == "no-referrer", each.url


def test_foreign_requests_and_violations__are_heard(browse: Visit) -> None:
    """The net that every other test hangs in must catch something."""
    go(browse.page, "/demo")
    browse.page.evaluate("fetch('https://elsewhere.example/').catch(() => {})")
    browse.page.evaluate("document.body.setAttribute('style', 'color: red')")
    browse.page.wait_for_timeout(200)
    assert any("connect-src" in each for each in browse.violations)
    browse.page.goto(browse.url.replace("127.0.0.1", "localhost"))  # the same server is another origin
    assert browse.elsewhere
    browse.page.goto("about:blank")
    browse.violations.clear()
    browse.elsewhere.clear()


def scripts_of(town: Town, built: Path, visit: Visit, path: str) -> dict[str, str]:
    """Name → text of the scripts that a visit loads."""
    loaded: dict[str, str] = {}

    def heard(response: Response) -> None:
        if response.request.resource_type == "script":
            loaded[urlsplit(response.url).path] = response.text()

    visit.page.on("response", heard)
    go(visit.page, path)
    return loaded


def test_first_visit__loads_little_and_no_wallet_code(town: Town, built: Path, browse: Visit) -> None:
    loaded = scripts_of(town, built, browse, "/")
    size = sum(len(gzip.compress(text.encode(), 6)) for text in loaded.values())
    assert size <= BUDGET_BYTES, {name: len(gzip.compress(text.encode(), 6)) for name, text in loaded.items()}
    assert [name for name, text in loaded.items() if any(mark in text for mark in WALLET_CODE)] == []


def test_wallet_code__comes_when_somebody_is_chosen(town: Town, built: Path, browse: Visit) -> None:
    loaded = scripts_of(town, built, browse, "/demo")
    switch_to(browse.page, "amir")
    for mark in WALLET_CODE:
        assert any(mark in text for text in loaded.values()), mark
