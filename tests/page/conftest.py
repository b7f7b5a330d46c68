"""A demo a module, one Chromium a worker, a fresh browser context a test; what every visit must keep to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from page import town as towns
from page.sights import Sights, sights
from page.town import ADDRESS, ROOT, Town
from page.visit import DESKTOP, Visit, visit
from page.wallet import Wallet
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
MISSING = "Chromium is missing: apt-get install chromium; page tests were left out"
INDEX = ROOT / "frontend" / "dist" / "index.html"
BUILD_WITHIN_S = 300

expect.set_options(timeout=15_000)

Open = Callable[..., Visit]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether their test failed; a missing Chromium is one line for all tests."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and MISSING in str(report.longrepr):
        report.longrepr = (__file__, 1, MISSING)
    if report.when == "call":
        item.stash[FAILED] = report.failed


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without it the tests of the page are left out, under CI they fail."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the tests of a file: while Playwright runs, its event loop is that of the worker."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def built() -> Path:
    """The built page."""
    if not INDEX.exists():
        done = subprocess.run(
            ["npx", "vite", "build", "--logLevel", "error"],
            cwd=ROOT / "frontend",
            capture_output=True,
            text=True,
            timeout=BUILD_WITHIN_S,
            check=False,
        )
        if done.returncode or not INDEX.exists():
            pytest.fail("the page is not built: run `make web`", pytrace=False)
    return INDEX.parent


@pytest.fixture(scope="module")
def town(browser: Browser, built: Path) -> Iterator[Town]:
    """A demo for the tests of one file."""
    with towns.town() as found:
        yield found


@pytest.fixture(scope="session")
def seen_town(chromium: str, built: Path) -> Iterator[Town]:
    """A demo for all tests of a worker that only look."""
    with towns.town() as found:
        yield found


@pytest.fixture(scope="session")
def seen(seen_town: Town) -> Sights:
    """What there is to see in it."""
    return sights(seen_town)


@pytest.fixture
def open_visit(
    request: pytest.FixtureRequest, browser: Browser, town: Town, tmp_path: Path
) -> Iterator[Open]:
    """Opens browsers; at the end each must have talked to one origin only, broken no policy,
    thrown nothing."""
    opened: list[Visit] = []

    def start(width: int = DESKTOP[0], height: int = DESKTOP[1], **more: Any) -> Visit:
        found = visit(browser, town.url, width=width, height=height, **more)
        opened.append(found)
        return found

    yield start
    failed = request.node.stash.get(FAILED, False)
    for number, each in enumerate(opened):
        if failed:
            kept = each.keep(tmp_path / f"browser-{number}")
            request.node.add_report_section("teardown", "browser", f"what was seen and heard: {kept}")
            print(f"what was seen and heard: {kept}\n" + "\n".join(each.console[-20:]))
        each.context.close()
    if not failed:
        for each in opened:
            assert each.elsewhere == [], "requests to another origin"
            assert each.violations == [], "violations of the content security policy"
            assert each.errors == [], "errors that nobody caught"


@pytest.fixture
def browse(open_visit: Open) -> Visit:
    """A browser without a wallet, at desktop size."""
    return open_visit()


@pytest.fixture
def wallet_of(town: Town) -> Callable[[str], Wallet]:
    """The wallet of a persona by name, not yet in any browser."""

    def wallet(persona: str) -> Wallet:
        chain_id = int(town.rpc("eth_chainId"), 16)
        return Wallet(town.up.anvil.rpc_url, chain_id, ADDRESS[persona])

    return wallet
