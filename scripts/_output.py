"""What a person or a program reads: Rich tables on a terminal, or one JSON document on stdout and nothing
else."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts._errors import CommandError

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def show(as_json: bool, document: Any, readable: Callable[[], None]) -> None:
    """The document as JSON, or the readable form."""
    if as_json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        readable()


def plain(text: str) -> str:
    """Text that somebody else wrote, without what a terminal would obey instead of showing: escape sequences
    and signs that turn the direction of writing."""
    kept = (char if char == "\n" or not _is_obeyed(char) else "\ufffd" for char in text)
    return "".join(kept)


def line(*parts: str | tuple[str, str]) -> None:
    """One line from texts, each alone or with its style; brackets in them are text, not markup."""
    shown = [plain(part) if isinstance(part, str) else (plain(part[0]), part[1]) for part in parts]
    out.print(Text.assemble(*shown))


def _is_obeyed(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def show_error(error: CommandError, as_json: bool) -> None:
    """Code, sentence and next step on stderr."""
    if as_json:
        sys.stderr.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n")
        return
    err.print(Text.assemble(("✗ ", "red"), (error.code, "bold"), " — ", plain(error.message)), soft_wrap=True)
    err.print(Text.assemble(("  → ", "dim"), plain(error.next_step)), soft_wrap=True)
    if error.details:
        err.print(Text(plain(f"  {json.dumps(error.details, ensure_ascii=False)}"), style="dim"))


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows below a title; a column whose name begins with ">" is set to the right."""
    grid = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        right = column.startswith(">")
        # an id or a name that is cut cannot be copied, so cells fold
        grid.add_column(column.removeprefix(">"), justify="right" if right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(Text(plain(cell)) for cell in row))
    out.print(grid)


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one pair a line; empty values are left out."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in pairs:
        if value:
            grid.add_row(name, Text(plain(value)))
    out.print(grid)


def done(text: str) -> None:
    """One line that says what happened."""
    # one step, one line: folding is left to the terminal
    out.print(Text.assemble(("✓ ", "green"), plain(text)), soft_wrap=True)


def command(text: str) -> None:
    """A line to copy; never folded, or it could not be pasted."""
    out.print(Text.assemble(("  $ ", "dim"), plain(text)), soft_wrap=True)


def amount(value: int, symbol: str, decimals: int) -> str:
    """Smallest units for the eye: 1250, "dEUR", 2 → "12.50 dEUR"; trailing zeros beyond two places are left
    out."""
    whole, part = divmod(value, 10**decimals)
    digits = f"{part:0{decimals}d}" if decimals else ""
    digits = digits[:2] + digits[2:].rstrip("0")
    return f"{whole}.{digits} {symbol}".rstrip() if digits else f"{whole} {symbol}".rstrip()


def moment(time_s: int, tz: str = "UTC") -> str:
    """UTC seconds for the eye, in a time zone: "Sat 2026-11-28 10:00 CET"."""
    return datetime.fromtimestamp(time_s, UTC).astimezone(ZoneInfo(tz)).strftime("%a %Y-%m-%d %H:%M %Z")


def span(seconds: int) -> str:
    """A duration for the eye: the two largest of days, hours, minutes."""
    days, rest = divmod(abs(seconds), 86_400)
    hours, rest = divmod(rest, 3_600)
    parts = [(days, "d"), (hours, "h"), (rest // 60, "min")]
    shown = [f"{value} {name}" for value, name in parts if value][:2]
    return " ".join(shown) or f"{abs(seconds)} s"
