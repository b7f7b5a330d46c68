"""Bytes and addresses at the edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kit.hexadecimal import from_address, from_hex, to_address, to_hex

# from EIP-55
CHECKSUMMED = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]


@pytest.mark.parametrize("text", CHECKSUMMED)
def test_address__with_its_checksum__goes_both_ways(text: str) -> None:
    assert to_address(from_address(text)) == text
    assert from_address(text.lower()) == from_address(text)


def test_address__with_a_mistyped_digit__is_refused() -> None:
    with pytest.raises(ValueError, match="checksum"):
        from_address(CHECKSUMMED[0].replace("5aAe", "5aaE"))


@pytest.mark.parametrize(
    "text", ["", "0x", "0x12", "12" * 21, "0x" + "zz" * 20, "0x" + "１" * 40, "0x" + " " * 40]
)
def test_address__of_another_form__is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        from_address(text)


@given(st.binary(min_size=32, max_size=32))
def test_hex__of_any_bytes__goes_both_ways(value: bytes) -> None:
    assert from_hex(to_hex(value), 32) == value
