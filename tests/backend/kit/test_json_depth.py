"""Nesting is measured like a parser would, without recursion."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kit.json_depth import is_deeper

values = st.recursive(
    st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(values)
def test_depth__of_any_value__is_that_of_its_text(value: object) -> None:
    text = json.dumps(value).encode()
    assert not is_deeper(text, depth(value))
    assert depth(value) == 0 or is_deeper(text, depth(value) - 1)


@pytest.mark.parametrize("text", [b'"[[[["', b"]]]]", b'"\\"[[[["', b"", b'"' * 9_999])
def test_depth__without_open_arrays_and_objects__is_none(text: bytes) -> None:
    assert not is_deeper(text, 0)
