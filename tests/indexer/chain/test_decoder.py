"""The decoder is exact and strict."""

import pytest
from event_logs import DEPLOYMENT, History, log_of
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.chain.block_range import bloom_mask
from indexer.chain.decoder import UndecodableLogError, catalogue, decode
from indexer.chain.generated.booking import BookingGranted, ResourceAnnounced

EVENTS = catalogue(DEPLOYMENT)
GRANTED = log_of(BookingGranted(b"\x01" * 32, b"\x02" * 32, b"\x03" * 20), 1, 0)
ANNOUNCED = log_of(
    ResourceAnnounced(b"\x01" * 32, b"\x02" * 20, b"\x02" * 20, 2**255 + 1, bytes(32), b"\xff" * 32), 1, 0
)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_decode__any_event__comes_back_as_it_was(seed: int) -> None:
    history = History(seed)
    for _ in range(10):
        for event in history.block():
            log = log_of(event, 1, 0)
            assert decode(EVENTS, log.address, log.topics, log.data) == event


@pytest.mark.parametrize(
    ("topics", "data"),
    [
        ((), b""),
        ((b"\x77" * 32, *GRANTED.topics[1:]), GRANTED.data),
        (GRANTED.topics[:3], GRANTED.data),
        (GRANTED.topics, b"\x00"),
        ((*GRANTED.topics[:3], b"\x01" * 32), GRANTED.data),
        (ANNOUNCED.topics, ANNOUNCED.data[:-1]),
        (ANNOUNCED.topics, ANNOUNCED.data + bytes(32)),
    ],
    ids=["no topic", "unknown", "topic missing", "data too long", "dirty address", "data short", "word more"],
)
def test_decode__not_exactly_an_event__is_refused(topics: tuple[bytes, ...], data: bytes) -> None:
    with pytest.raises(UndecodableLogError):
        decode(EVENTS, DEPLOYMENT.bookings, topics, data)


def test_decode__event_of_another_contract__is_refused() -> None:
    with pytest.raises(UndecodableLogError):
        decode(EVENTS, DEPLOYMENT.escrow, GRANTED.topics, GRANTED.data)


def test_bloom_mask__any_value__sets_at_most_three_bits() -> None:
    assert 1 <= bloom_mask(DEPLOYMENT.escrow).bit_count() <= 3
