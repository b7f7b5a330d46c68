"""Builds the values that `Spaces` takes, and reads its packed words."""

from typing import Any

from contracts.booking_values import number

ZERO = bytes(32)
# how often a space's and a ticket's word moved on, and the bits below
SPACE_CHANGES_AT, TICKET_CHANGES_AT = 166, 65
CLOSED, GATED = 1 << 164, 1 << 165
CALLED_OFF = 1 << 240
MAX_DEPTH = 8


def space_of(label: str = "festival", **changes: Any) -> dict[str, Any]:
    """A `Space`; `label` makes its digest and salt distinct."""
    return {
        "parent": ZERO,
        "forked_from": ZERO,
        "digest": number(f"digest of {label}"),
        "salt": number(label),
        **changes,
    }


def ticket_of(space: bytes, label: str = "day ticket", capacity: int = 3) -> dict[str, Any]:
    """A `Ticket` of a space."""
    return {
        "space": space,
        "capacity": capacity,
        "digest": number(f"digest of {label}"),
        "salt": number(label),
    }


def gathering_of(space: bytes, start: int, end: int, label: str = "concert") -> dict[str, Any]:
    """A `Gathering` in a space, `[start, end)` in UTC seconds."""
    return {
        "space": space,
        "start": start,
        "end": end,
        "digest": number(f"digest of {label}"),
        "salt": number(label),
    }


def depth(word: int) -> int:
    """How deep a space lies, 1 for one that lies in none."""
    return word >> 160 & 15


def given(word: int) -> int:
    """How many hold a ticket."""
    return word >> 33 & 2**32 - 1
