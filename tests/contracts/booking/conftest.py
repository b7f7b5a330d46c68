"""Resources and requests under test."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.booking_values import DAY_S, HOUR_S, announcement, on_grid, request_of
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def announced(bookings: Any, owner: Any) -> Callable[..., bytes]:
    """`announced("saw", rule=1, ...)` announces as the owner and returns the resource's id."""

    def announce(label: str = "drill", *, by: Any = None, **fields: int) -> bytes:
        made = announcement(label, **fields)
        bookings.announce(made, EMPTY_AUTH, sender=by or owner)
        return bytes(bookings.resource_id(by or owner, made))

    return announce


@pytest.fixture
def drill(announced: Callable[..., bytes]) -> bytes:
    """A resource by the hour under the manual rule."""
    return announced()


@pytest.fixture
def first_come(announced: Callable[..., bytes]) -> bytes:
    """A resource by the hour under the first-come rule."""
    return announced("saw", rule=1)


@pytest.fixture
def start(now: Callable[[], int]) -> int:
    """A full hour about three days from now."""
    return on_grid(now() + 3 * DAY_S)


@pytest.fixture
def wanted(drill: bytes, requester: Any, start: int) -> dict[str, Any]:
    """Two hours of the drill, not yet asked for."""
    return request_of(drill, requester.address, start)


@pytest.fixture
def pending(bookings: Any, wanted: dict[str, Any], requester: Any) -> dict[str, Any]:
    """Two hours of the drill, asked for."""
    bookings.request(wanted, EMPTY_AUTH, sender=requester)
    return wanted


@pytest.fixture
def granted(bookings: Any, pending: dict[str, Any], owner: Any) -> dict[str, Any]:
    """Two hours of the drill, confirmed."""
    bookings.confirm(pending, EMPTY_AUTH, sender=owner)
    return pending


@pytest.fixture
def covered(bookings: Any) -> Callable[[bytes], set[int]]:
    """`covered(resource)`: every granted quantum index in the coming 60 days, read word by word."""

    def read(resource: bytes, quantum_s: int = HOUR_S, around_s: int = 0) -> set[int]:
        first = (around_s // quantum_s) // 256 - 1
        found = set()
        for index in range(first, first + 8):
            word = bookings.calendar_word(resource, index)
            found |= {index * 256 + bit for bit in range(256) if word >> bit & 1}
        return found

    return read
