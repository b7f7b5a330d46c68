"""Spaces, tickets and gatherings under test."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.booking_values import DAY_S, HOUR_S, on_grid
from contracts.signing import EMPTY_AUTH
from contracts.space_values import gathering_of, space_of, ticket_of


@pytest.fixture
def created(spaces: Any, owner: Any) -> Callable[..., bytes]:
    """`created("tent", parent=...)` creates a space as the owner and returns its id."""

    def create(label: str = "festival", *, by: Any = None, **changes: Any) -> bytes:
        made = space_of(label, **changes)
        spaces.create(made, EMPTY_AUTH, sender=by or owner)
        return bytes(spaces.space_id(by or owner, made))

    return create


@pytest.fixture
def space(created: Callable[..., bytes]) -> bytes:
    """A space that lies in none, with an open gate."""
    return created()


@pytest.fixture
def ticket(spaces: Any, space: bytes, owner: Any) -> dict[str, Any]:
    """A ticket of the space for three, which nobody holds yet."""
    made = ticket_of(space)
    spaces.issue(made, EMPTY_AUTH, sender=owner)
    return made


@pytest.fixture
def ticket_key(spaces: Any, ticket: dict[str, Any]) -> bytes:
    """Its id."""
    return bytes(spaces.ticket_id(ticket))


@pytest.fixture
def held(spaces: Any, ticket: dict[str, Any], ticket_key: bytes, requester: Any, owner: Any) -> bytes:
    """The ticket's id, once the requester holds it."""
    spaces.give(ticket, [requester], EMPTY_AUTH, sender=owner)
    return ticket_key


@pytest.fixture
def gated(spaces: Any, space: bytes, ticket_key: bytes, owner: Any) -> bytes:
    """The space, once its gate asks for the ticket."""
    spaces.set_gate(space, ticket_key, EMPTY_AUTH, sender=owner)
    return space


@pytest.fixture
def start(now: Callable[[], int]) -> int:
    """A full hour about three days from now."""
    return on_grid(now() + 3 * DAY_S)


@pytest.fixture
def gathering(spaces: Any, space: bytes, requester: Any, start: int) -> dict[str, Any]:
    """Two hours in the space to which the requester invites."""
    made = gathering_of(space, start, start + 2 * HOUR_S)
    spaces.host(made, EMPTY_AUTH, sender=requester)
    return made


@pytest.fixture
def gathering_key(spaces: Any, gathering: dict[str, Any], requester: Any) -> bytes:
    """Its id."""
    return bytes(spaces.gathering_id(requester, gathering))


@pytest.fixture
def deadline(now: Callable[[], int]) -> int:
    """An hour from now."""
    return now() + HOUR_S
