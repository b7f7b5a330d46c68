"""One byte string per JSON value, so that a document has one hash: sorted keys, no spaces, UTF-8, no floats.

A subset of RFC 8785 (JSON Canonicalization Scheme): without floats its number rules reduce to plain decimal
integers. Keys are sorted by code point, which equals the order of RFC 8785 for keys within the basic
multilingual plane.
"""

import json


def canonical_json(value: object) -> bytes:
    """The canonical bytes of `value` (None, bool, int, str, list, dict with str keys).

    Raises TypeError for any other type, floats included, and ValueError for text that is not valid Unicode.
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _check(value: object) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case list():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise TypeError("canonical JSON has text keys only")
                _check(item)
        case _:
            raise TypeError(f"canonical JSON has no {type(value).__name__}")
