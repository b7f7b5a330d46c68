"""Cursor paging: a page, and the key after which the next one starts."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

Row = TypeVar("Row")
Item = TypeVar("Item")

PLACE_PATTERN = r"^[0-9]{1,15}-0x[0-9a-f]{64}$"
PageLimit = Annotated[int, Field(ge=1, le=200)]


class Page(BaseModel, Generic[Item]):
    """Items in key order; `next_after` is empty on the last page."""

    items: list[Item]
    next_after: str | None


def page(
    rows: Sequence[Row], limit: int, show: Callable[[Row], Item], key: Callable[[Row], str]
) -> Page[Item]:
    """A page of at most `limit` items from `limit + 1` rows read: the surplus row only says that there is
    more.
    """
    shown = rows[:limit]
    return Page(items=[show(row) for row in shown], next_after=key(shown[-1]) if len(rows) > limit else None)


def place(block_number: int, key: bytes) -> str:
    """A place in the order of (block, id) as text, good in a URL."""
    return f"{block_number}-0x{key.hex()}"


def is_place(text: str) -> bool:
    """Whether `parse_place` understands a text."""
    return re.fullmatch(PLACE_PATTERN, text) is not None


def parse_place(text: str | None) -> tuple[int, bytes] | None:
    """The place behind a text that matches `PLACE_PATTERN`, or None for None."""
    if text is None:
        return None
    number, _, key = text.partition("-0x")
    return int(number), bytes.fromhex(key)
