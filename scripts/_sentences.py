"""The API's sentences for the eye: amounts in the token's unit and moments as dates, where the API has plain
numbers."""

from __future__ import annotations

from typing import Any

from scripts import _output
from scripts._money import Currency


def spoken(sentence: dict[str, Any], unit: Currency, tz: str = "UTC") -> str:
    """The sentence with readable values; as the API wrote it when its key is newer than this program."""
    from backend.messages import MESSAGES
    from backend.registry import render

    spec = MESSAGES.get(sentence["key"])
    if spec is None:
        return str(sentence["text"])
    params = sentence["params"]
    if "currency" in params:  # the sentence names the unit itself
        params = params | {"currency": unit.symbol}
        unit = Currency(unit.code, "", unit.decimals)
    return render(spec, {name: _value(name, value, unit, tz) for name, value in params.items()})


def _value(name: str, value: str | int, unit: Currency, tz: str) -> str | int:
    # amounts are decimal text because they may be larger than other languages' numbers, times are integers
    if isinstance(value, str) and value.isdecimal():
        return unit.shown(int(value))
    return _output.moment(value, tz) if isinstance(value, int) and name.endswith("_s") else value
