"""`MembersOnly` and `TicketHolder`, each inside real requests."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import FIRST_COME, GRANTED, MANUAL, PENDING, number
from contracts.signing import EMPTY_AUTH
from contracts.space_values import space_of, ticket_of


@pytest.fixture
def space(spaces: Any, other_owner: Any) -> bytes:
    """A space of somebody who owns no resource."""
    spaces.create(space_of(), EMPTY_AUTH, sender=other_owner)
    return bytes(spaces.space_id(other_owner, space_of()))


@pytest.fixture
def ticket(spaces: Any, space: bytes, other_owner: Any, requester: Any) -> bytes:
    """A ticket of the space, which the requester holds; it opens the gate."""
    made = ticket_of(space)
    spaces.issue(made, EMPTY_AUTH, sender=other_owner)
    spaces.give(made, [requester], EMPTY_AUTH, sender=other_owner)
    key = bytes(spaces.ticket_id(made))
    spaces.set_gate(space, key, EMPTY_AUTH, sender=other_owner)
    return key


@pytest.fixture
def members_only(container: Any, spaces: Any, deployer: Any) -> Any:
    """A fresh `MembersOnly`."""
    return container("MembersOnly").deploy(spaces, sender=deployer)


@pytest.fixture
def ticket_holder(container: Any, spaces: Any, deployer: Any) -> Any:
    """A fresh `TicketHolder`."""
    return container("TicketHolder").deploy(spaces, sender=deployer)


@pytest.fixture(params=["members only", "ticket holder"])
def gated(
    request: pytest.FixtureRequest,
    members_only: Any,
    ticket_holder: Any,
    space: bytes,
    ticket: bytes,
    announced: Callable[..., Any],
) -> Any:
    """A resource for members, and one for holders of the ticket."""
    if request.param == "members only":
        return announced(members_only, space)
    return announced(ticket_holder, ticket)


def test_policy__names_its_contract(members_only: Any, ticket_holder: Any, spaces: Any) -> None:
    assert members_only.SPACES() == ticket_holder.SPACES() == spaces.address


def test_request__by_a_holder__is_granted_at_once(gated: Any, ask: Any, requester: Any) -> None:
    assert ask(gated, requester)[1] == GRANTED


def test_request__by_a_stranger__is_refused(gated: Any, ask: Any, stranger: Any) -> None:
    with ape.reverts("bookings: policy denies"):
        ask(gated, stranger)


def test_request__by_who_gave_the_ticket_back__is_refused(
    spaces: Any, gated: Any, ticket: bytes, ask: Any, requester: Any
) -> None:
    spaces.renounce(ticket, EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: policy denies"):
        ask(gated, requester)


def test_request__while_the_space_is_closed__waits_for_the_owner(
    spaces: Any,
    bookings: Any,
    members_only: Any,
    space: bytes,
    ticket: bytes,
    announced: Any,
    ask: Any,
    other_owner: Any,
    owner: Any,
    requester: Any,
) -> None:
    gated = announced(members_only, space)
    spaces.close(space, EMPTY_AUTH, sender=other_owner)
    asked, state = ask(gated, requester)
    assert state == PENDING
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)


def test_grant__once_the_space_is_closed__stays(
    spaces: Any,
    bookings: Any,
    members_only: Any,
    space: bytes,
    ticket: bytes,
    announced: Any,
    ask: Any,
    other_owner: Any,
    requester: Any,
) -> None:
    asked, _ = ask(announced(members_only, space), requester)
    spaces.close(space, EMPTY_AUTH, sender=other_owner)
    assert bookings.request_state(bookings.request_id(asked)) == GRANTED


def test_request__with_a_ticket_of_a_closed_space__is_granted(
    spaces: Any,
    ticket_holder: Any,
    space: bytes,
    ticket: bytes,
    announced: Any,
    ask: Any,
    other_owner: Any,
    requester: Any,
) -> None:
    spaces.close(space, EMPTY_AUTH, sender=other_owner)
    assert ask(announced(ticket_holder, ticket), requester)[1] == GRANTED


def test_request__where_param_names_nothing__waits(
    members_only: Any, ticket_holder: Any, announced: Any, ask: Any, requester: Any
) -> None:
    assert ask(announced(members_only, number("nowhere"), "a"), requester)[1] == PENDING
    assert ask(announced(ticket_holder, number("nothing"), "b"), requester)[1] == PENDING


def test_request__of_an_ungated_space__is_granted_to_anybody(
    spaces: Any, members_only: Any, space: bytes, announced: Any, ask: Any, stranger: Any
) -> None:
    assert ask(announced(members_only, space), stranger)[1] == GRANTED


def test_gate__under_the_first_come_rule__admits_holders_only(
    ticket_holder: Any, ticket: bytes, announced: Any, ask: Any, requester: Any, stranger: Any
) -> None:
    gated = announced(ticket_holder, ticket, rule=FIRST_COME)
    with ape.reverts("bookings: not admitted"):
        ask(gated, stranger)
    assert ask(gated, requester)[1] == GRANTED


def test_gate__under_the_manual_rule__admits_members_only_and_the_owner_decides(
    members_only: Any, space: bytes, ticket: bytes, announced: Any, ask: Any, requester: Any, stranger: Any
) -> None:
    gated = announced(members_only, space, rule=MANUAL)
    with ape.reverts("bookings: not admitted"):
        ask(gated, stranger)
    assert ask(gated, requester)[1] == PENDING
