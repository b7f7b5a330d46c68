"""Description documents with plain defaults."""

from typing import Any


def a_document(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A drill in Vienna."""
    return {
        "v": 1,
        "title": f"Drill {number}",
        "text": "With a box of bits. Über 18 V.",
        "service": "tools",
        "cell": "881e15b64dfffff",
        "max_distance_m": 20_000,
        "price": {"amount": 500, "currency": "EUR-cent", "per": "day"},
        "deposit": 5_000,
        "criteria": {"volts": 18, "kind": "drill", "cordless": True, "parts": ["box", "bits"]},
        "tz": "Europe/Vienna",
        "salt": f"{number:032x}",
    } | changes
