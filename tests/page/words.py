"""The words of the page, so that tests find things by what a member reads and still follow when words
change."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "words"
PLACE = re.compile(r"\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}")


@cache
def catalogue(locale: str = "en") -> dict[str, str]:
    """All words of the page itself in a language."""
    found: dict[str, str] = {}
    for path in sorted((WORDS / locale).glob("*.json")):
        if path.name != "registry.json":
            found |= json.loads(path.read_text("utf-8"))
    return found


@cache
def registry(locale: str = "en") -> dict[str, dict[str, dict[str, str]]]:
    """Errors and messages of the server in a language."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(
        (WORDS / locale / "registry.json").read_text("utf-8")
    )
    return found


def say(key: str, locale: str = "en", **params: str | int) -> str:
    """A sentence of the page; places that are not given stay as they are."""

    def fill(place: re.Match[str]) -> str:
        name, one, many = place.groups()
        if name not in params:
            return place.group(0)
        value = params[name]
        return str(value) if many is None else f"{value} {one if value == 1 else many}"

    return PLACE.sub(fill, catalogue(locale)[key])


def pattern(key: str, locale: str = "en") -> re.Pattern[str]:
    """A sentence of the page with anything in its places."""
    parts, at = [], 0
    text = catalogue(locale)[key]
    for place in PLACE.finditer(text):
        parts += [re.escape(text[at : place.start()]), ".+?"]
        at = place.end()
    return re.compile("".join([*parts, re.escape(text[at:])]))


def refusal(code: str, locale: str = "en") -> re.Pattern[str]:
    """The message of a registered code, with anything in its places."""
    text = registry(locale)["errors"][code]["message"]
    return re.compile(".+?".join(re.escape(part) for part in re.split(r"\{[^}]*\}", text)))
