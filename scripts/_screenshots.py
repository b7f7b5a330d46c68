"""Pictures of every page: `python -m scripts._screenshots`, which `make screenshots` calls.

Starts a demo, plays to states worth looking at, and takes every page at 360 and 1280 px, in light and dark,
into `.build/screenshots`; two of them, small, into `docs/images`. Needs Chromium and the development group.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

from scripts import _output
from scripts._demo import running, scenes, seed
from scripts._demo.library import JONAS_DRILL, LENAS_DRILL, TIME_ZONE
from scripts._quantities import parse_moment

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
ALL = ROOT / ".build" / "screenshots"
CHOSEN = ROOT / "docs" / "images"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = ((360, 740), (1280, 800))
COLOURS = 128
MAX_BYTES = 150 * 1024
# docs/images/<name>.png: page, width, colours
IN_DOCS: dict[str, tuple[str, int, Scheme]] = {
    "find": ("find", 1280, "light"),
    "deal": ("deal", 360, "light"),
}


@dataclass(frozen=True)
class Shot:
    """A page worth a picture, who looks at it (a persona, or nobody), and whether they sent something."""

    name: str
    path: str
    viewer: str | None = None
    sends: bool = False


def shots(up: running.Running, things: dict[str, str]) -> list[Shot]:
    """Play to states worth looking at."""
    now_s = up.chain("lena").now_s()
    saturday = parse_moment("sat 10:00", now_s + scenes.DAY_S, TIME_ZONE)
    pending = scenes.ask(up, "amir", things[LENAS_DRILL], saturday, 8)
    granted = scenes.ask(up, "sofia", things[JONAS_DRILL], saturday, 8)
    scenes.confirm(up, granted)
    damaged = scenes.ask(up, "amir", things[JONAS_DRILL], saturday - scenes.DAY_S, 8)
    scenes.confirm(up, damaged)
    disputed = scenes.fund(up, damaged)
    over = scenes.ask(up, "mira", things[JONAS_DRILL], saturday - scenes.DAY_S + 9 * 3_600, 4)
    scenes.confirm(up, over)
    closed = scenes.fund(up, over)
    scenes.finish_and_release(up, closed)
    lent = scenes.fund(up, granted)
    scenes.claim_damage(up, disputed, disputed.core.deposit // 5)
    scenes.dispute(up, disputed)
    week = saturday + 7 * scenes.DAY_S
    span = f"from={week}&to={week + 8 * 3_600}"
    return [
        Shot("start", "/"),
        Shot("find", f"/?service=drill&{span}"),
        Shot("resource", f"/resources/{things[LENAS_DRILL]}?{span}", "sofia"),
        Shot("request", f"/requests/{pending}", "lena"),
        Shot("deal", f"/deals/{lent.id}", "sofia"),
        Shot("deal-disputed", f"/deals/{disputed.id}", "paula"),
        Shot("deal-closed", f"/deals/{closed.id}", "mira"),
        Shot("offer", "/offer", "lena"),
        Shot("mine", "/mine", "lena"),
        Shot("activity", "/activity", "lena", sends=True),
        Shot("demo", "/demo"),
        Shot("not-found", "/nowhere"),
    ]


def look(page: Page, shot: Shot) -> None:
    """Open a page as its viewer, and return when everything is there."""
    if shot.viewer:
        _open(page, "/demo")
        page.locator("header").get_by_role("button").last.click()
        page.get_by_role("dialog").get_by_role("button", name=shot.viewer.capitalize()).click()
        page.get_by_role("dialog").wait_for(state="detached")
    if shot.sends:
        page.get_by_role("button", name="Get play money").click()
        page.locator('[data-state="indexed"]').wait_for()
    _open(page, shot.path)
    if shot.viewer:
        page.locator("header").get_by_role("button", name=shot.viewer.capitalize()).wait_for()


def _open(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("main h1").wait_for()
    page.locator('nav a[href="/demo"]').wait_for()  # it knows by then that this is a demo
    page.locator('main [aria-busy="true"]:not(button)').first.wait_for(state="hidden")


@contextmanager
def demo() -> Iterator[tuple[running.Running, dict[str, str]]]:
    """A demo of its own, gone afterwards."""
    with running.home_folder(None, keep=False) as folder, running.running(folder, _quiet) as up:
        yield up, seed.seed(up, _quiet)


def reduce(source: Path, target: Path) -> int:
    """Copy a picture with few colours; its bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(source) as picture:
        few = picture.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
        )
        few.save(target, optimize=True)
    return target.stat().st_size


def main() -> int:
    """Take all pictures; the exit code."""
    from playwright.sync_api import sync_playwright

    chromium = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if chromium is None:
        _output.out.print("Chromium is missing: apt-get install chromium")
        return 1
    shutil.rmtree(ALL, ignore_errors=True)
    with demo() as (up, things), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        every = shots(up, things)
        for width, height in SIZES:
            for shot in every:
                context = browser.new_context(
                    base_url=up.api.url,
                    viewport={"width": width, "height": height},
                    locale="en-GB",
                    timezone_id=TIME_ZONE,
                    reduced_motion="reduce",
                )
                page = context.new_page()
                look(page, shot)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    page.screenshot(path=_file(shot.name, width, scheme), full_page=True)
                    if (shot.name, width, scheme) in IN_DOCS.values():
                        page.screenshot(path=_file(f"{shot.name}-first", width, scheme))
                context.close()
        browser.close()
    for name, (page_name, width, scheme) in IN_DOCS.items():
        size = reduce(_file(f"{page_name}-first", width, scheme), CHOSEN / f"{name}.png")
        if size > MAX_BYTES:
            _output.out.print(f"docs/images/{name}.png has {size} bytes, more than {MAX_BYTES}")
            return 1
    _output.done(f"{len(list(ALL.iterdir()))} pictures in {ALL.relative_to(ROOT)}, two in docs/images")
    return 0


def _file(name: str, width: int, scheme: str) -> Path:
    return ALL / f"{name}-{width}-{scheme}.png"


def _quiet(_: str) -> None:
    """Nobody listens while pictures are taken."""


if __name__ == "__main__":
    sys.exit(main())
