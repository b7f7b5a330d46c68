"""One byte string per JSON value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kit.canonical_json import canonical_json

texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=10)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_canonical_json__read_again__is_the_same_value_and_the_same_bytes(value: object) -> None:
    encoded = canonical_json(value)
    assert json.loads(encoded) == value
    assert canonical_json(json.loads(encoded)) == encoded


def test_canonical_json__of_any_order_of_keys__is_one() -> None:
    assert (
        canonical_json({"b": [1, True, None], "ä": "ö", "a": {}})
        == '{"a":{},"b":[1,true,null],"ä":"ö"}'.encode()
    )
    assert canonical_json({"a": {}, "ä": "ö", "b": [1, True, None]}) == canonical_json(
        {"ä": "ö", "b": [1, True, None], "a": {}}
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: 2}, b"", {"a": (1,)}])
def test_canonical_json__of_what_has_no_one_form__is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_canonical_json__of_half_a_character__is_refused() -> None:
    with pytest.raises(ValueError):
        canonical_json("\ud800")
