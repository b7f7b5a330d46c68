"""Arguments of a call as JSON, and as the values that `eth_abi` encodes.

JSON has an object for a struct and for all arguments together, by name; a list for a list; `0x…` for bytes
and addresses; a whole number or decimal text for integers, because 2**256 does not survive a JavaScript
number.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from backend.kit.hexadecimal import from_address, from_hex, to_hex

_DECIMAL = re.compile(r"[0-9]{1,78}")


class UnfitError(ValueError):
    """An argument is not of its type; `place` says which, "auth.deadline" or "starts.3"."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place} {reason}")
        self.place = place
        self.reason = reason


def values_of(inputs: Iterable[Mapping[str, Any]], given: Any, place: str = "") -> tuple[Any, ...]:
    """The values of named parameters, in the order of the ABI. Raises UnfitError."""
    parts = list(inputs)
    if not isinstance(given, Mapping):
        raise UnfitError(place or "arguments", "must be an object")
    names = [part["name"] for part in parts]
    for name in [*names, *given]:
        if (name in given) != (name in names):
            raise UnfitError(_inside(place, name), "is missing" if name in names else "is unknown")
    return tuple(_value(part, given[part["name"]], _inside(place, part["name"])) for part in parts)


def _value(part: Mapping[str, Any], given: Any, place: str) -> Any:
    kind: str = part["type"]
    if kind.endswith("]"):
        if not isinstance(given, list):
            raise UnfitError(place, "must be a list")
        item = {**part, "type": kind[: kind.rindex("[")]}
        return tuple(_value(item, one, f"{place}.{number}") for number, one in enumerate(given))
    if kind == "tuple":
        return values_of(part["components"], given, place)
    try:
        return _plain(kind, given)
    except ValueError as error:
        raise UnfitError(place, str(error)) from error


def _plain(kind: str, given: Any) -> Any:
    if kind == "address":
        return to_hex(from_address(given))
    if kind == "bool":
        if not isinstance(given, bool):
            raise ValueError("must be true or false")
        return given
    if kind == "bytes":
        if not isinstance(given, str) or len(given) % 2:
            raise ValueError("must be 0x and hexadecimal digits")
        return from_hex(given, max(0, len(given) // 2 - 1))
    if kind.startswith("bytes"):
        return from_hex(given, int(kind.removeprefix("bytes")))
    if kind.startswith("uint"):
        return _whole(given, int(kind.removeprefix("uint")))
    raise ValueError(f"is of the type {kind}, which is not taken here")


def _whole(given: Any, bits: int) -> int:
    if isinstance(given, str) and _DECIMAL.fullmatch(given):
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 1 << bits:
        raise ValueError(f"must be a whole number from 0, below 2**{bits}")
    return given


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else str(name)
