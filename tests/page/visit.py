"""One browser context with everything that is heard in it: requests, console, errors, CSP violations."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PHONE = (360, 740)
DESKTOP = (1280, 800)
PATIENCE_MS = 15_000

VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  allmendeTestViolation(`${event.effectiveDirective} refused ${event.blockedURI} ${event.sourceFile}`));"""


@dataclass
class Visit:
    """A member's browser. `page` is its first tab."""

    context: BrowserContext
    url: str
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("console", self._heard)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("request", self._requested)
        self.context.expose_binding("allmendeTestViolation", lambda _, told: self.violations.append(told))
        self.context.add_init_script(VIOLATIONS)
        self.page = self.context.new_page()

    def tab(self) -> Page:
        """One more tab of the same browser."""
        return self.context.new_page()

    def keep(self, folder: Path) -> str:
        """Write what can be seen and heard to a folder, for whoever looks at a failure."""
        heard = [*self.console, *(f"error: {each}" for each in self.errors)]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "console.log").write_text("\n".join(heard) + "\n")
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=folder / f"tab-{number}.png", full_page=True, timeout=5_000)
            (folder / f"tab-{number}.txt").write_text(f"{page.url}\n\n{page.inner_text('body')}\n")
        return str(folder)

    def _heard(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if "Content Security Policy" in message.text:
            self.violations.append(message.text)

    def _requested(self, request: Request) -> None:
        asked, own = urlsplit(request.url), urlsplit(self.url)
        if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != own.netloc:
            self.elsewhere.append(f"{request.method} {request.url}")
        elif asked.scheme not in ("http", "https", "blob", "about"):
            self.elsewhere.append(f"{request.method} {request.url[:80]}")


def visit(
    browser: Browser, url: str, *, width: int = DESKTOP[0], height: int = DESKTOP[1], **more: Any
) -> Visit:
    """A browser with empty storage at the given size (CSS pixels)."""
    options: dict[str, Any] = {
        "base_url": url,
        "viewport": {"width": width, "height": height},
        "locale": "en-GB",
        "timezone_id": "Europe/Vienna",
        "reduced_motion": "reduce",
        "has_touch": width < 600,
    }
    return Visit(browser.new_context(**options | more), url)
