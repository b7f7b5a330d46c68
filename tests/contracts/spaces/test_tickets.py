"""Tickets: issued, given, taken back, renounced; and the gate that they open."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import number
from contracts.signing import EMPTY_AUTH
from contracts.space_values import (
    GATED,
    SPACE_CHANGES_AT,
    TICKET_CHANGES_AT,
    ZERO,
    given,
    ticket_of,
)
from eth_abi import encode
from eth_utils import keccak

NOBODY = "0x" + "00" * 20


@pytest.fixture
def crowd(accounts: Any) -> list[Any]:
    """64 addresses that are no role."""
    return [f"0x{keccak(text=f'member {index}')[:20].hex()}" for index in range(64)]


def test_issue__by_the_owner__is_held_by_nobody(
    spaces: Any, ticket: dict[str, Any], ticket_key: bytes, owner: Any
) -> None:
    assert spaces.ticket_word(ticket_key) == 1 | 3 << 1
    assert not spaces.holds(ticket_key, owner)


def test_issue__tells_everything_in_its_event(spaces: Any, space: bytes, owner: Any) -> None:
    made = ticket_of(space, capacity=2**32 - 1)
    answer = spaces.issue.call(made, EMPTY_AUTH, sender=owner)
    receipt = spaces.issue(made, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.TicketIssued)
    assert bytes(event.ticket) == bytes(spaces.ticket_id(made)) == bytes(answer)
    assert (bytes(event.space), event.actor, event.capacity) == (space, owner, 2**32 - 1)
    assert (bytes(event.digest), bytes(event.salt)) == (made["digest"], made["salt"])


def test_ticket_id__of_known_values__is_the_documented_hash(spaces: Any, space: bytes, chain: Any) -> None:
    made = ticket_of(space)
    values = [chain.chain_id, spaces.address, tuple(made.values())]
    encoded = encode(["uint256", "address", "(bytes32,uint256,bytes32,bytes32)"], values)
    assert bytes(spaces.ticket_id(made)) == keccak(encoded)


def test_issue__twice__reverts(spaces: Any, ticket: dict[str, Any], owner: Any) -> None:
    with ape.reverts("spaces: already issued"):
        spaces.issue(ticket, EMPTY_AUTH, sender=owner)


def test_issue__for_more_than_fit_the_word__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: capacity too large"):
        spaces.issue(ticket_of(space, capacity=2**32), EMPTY_AUTH, sender=owner)


def test_issue__by_a_stranger__reverts(spaces: Any, space: bytes, stranger: Any) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.issue(ticket_of(space), EMPTY_AUTH, sender=stranger)


def test_issue__of_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.issue(ticket_of(number("nowhere")), EMPTY_AUTH, sender=owner)


def test_issue__in_a_closed_space__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.issue(ticket_of(space), EMPTY_AUTH, sender=owner)


def test_give__to_members__each_holds_it(
    spaces: Any, ticket: dict[str, Any], ticket_key: bytes, owner: Any, requester: Any, payer: Any
) -> None:
    receipt = spaces.give(ticket, [requester, payer], EMPTY_AUTH, sender=owner)
    first, second = receipt.decode_logs(spaces.TicketGiven)
    assert [(bytes(e.ticket), e.member, e.actor) for e in (first, second)] == [
        (ticket_key, requester, owner),
        (ticket_key, payer, owner),
    ]
    assert spaces.holds(ticket_key, requester)
    assert spaces.holds(ticket_key, payer)
    assert not spaces.holds(ticket_key, owner)
    assert spaces.ticket_word(ticket_key) == 1 | 3 << 1 | 2 << 33 | 1 << TICKET_CHANGES_AT


def test_give__up_to_the_capacity__and_not_one_more(
    spaces: Any, ticket: dict[str, Any], owner: Any, crowd: list[Any]
) -> None:
    spaces.give(ticket, crowd[:2], EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: no tickets left"):
        spaces.give(ticket, crowd[2:4], EMPTY_AUTH, sender=owner)
    spaces.give(ticket, crowd[2:3], EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: no tickets left"):
        spaces.give(ticket, crowd[3:4], EMPTY_AUTH, sender=owner)


def test_give__without_capacity__goes_on(spaces: Any, space: bytes, owner: Any, crowd: list[Any]) -> None:
    free = ticket_of(space, capacity=0)
    spaces.issue(free, EMPTY_AUTH, sender=owner)
    spaces.give(free, crowd, EMPTY_AUTH, sender=owner)
    assert given(spaces.ticket_word(spaces.ticket_id(free))) == 64
    assert all(spaces.holds(spaces.ticket_id(free), member) for member in crowd)


def test_give__to_more_than_64__reverts(
    spaces: Any, ticket: dict[str, Any], owner: Any, crowd: list[Any]
) -> None:
    with ape.reverts():
        spaces.give(ticket, [*crowd, owner], EMPTY_AUTH, sender=owner)


def test_give__to_a_holder__reverts_and_gives_to_nobody(
    spaces: Any, ticket: dict[str, Any], held: bytes, owner: Any, requester: Any, payer: Any
) -> None:
    with ape.reverts("spaces: already holds it"):
        spaces.give(ticket, [payer, requester], EMPTY_AUTH, sender=owner)
    assert not spaces.holds(held, payer)


def test_give__twice_in_one_list__reverts(
    spaces: Any, ticket: dict[str, Any], owner: Any, payer: Any
) -> None:
    with ape.reverts("spaces: already holds it"):
        spaces.give(ticket, [payer, payer], EMPTY_AUTH, sender=owner)


def test_give__to_an_empty_list__reverts(spaces: Any, ticket: dict[str, Any], owner: Any) -> None:
    with ape.reverts("spaces: empty list"):
        spaces.give(ticket, [], EMPTY_AUTH, sender=owner)


def test_give__to_the_zero_address__reverts(spaces: Any, ticket: dict[str, Any], owner: Any) -> None:
    with ape.reverts("spaces: no member"):
        spaces.give(ticket, [NOBODY], EMPTY_AUTH, sender=owner)


def test_give__by_a_stranger__reverts(spaces: Any, ticket: dict[str, Any], stranger: Any) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.give(ticket, [stranger], EMPTY_AUTH, sender=stranger)


@pytest.mark.parametrize("changes", [{"capacity": 4}, {"salt": number("x")}, {"digest": ZERO}], ids=str)
def test_give__values_changed__reverts(
    spaces: Any, ticket: dict[str, Any], owner: Any, changes: dict[str, Any]
) -> None:
    with ape.reverts("spaces: unknown ticket"):
        spaces.give({**ticket, **changes}, [owner], EMPTY_AUTH, sender=owner)


def test_give__in_a_space_below_a_closed_one__reverts(
    spaces: Any, space: bytes, created: Callable[..., bytes], owner: Any, payer: Any
) -> None:
    inner = created("stall", parent=space)
    made = ticket_of(inner)
    spaces.issue(made, EMPTY_AUTH, sender=owner)
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.give(made, [payer], EMPTY_AUTH, sender=owner)


def test_take_back__from_a_holder__frees_a_place(
    spaces: Any, ticket: dict[str, Any], held: bytes, owner: Any, requester: Any, crowd: list[Any]
) -> None:
    spaces.give(ticket, crowd[:2], EMPTY_AUTH, sender=owner)
    receipt = spaces.take_back(ticket, requester, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.TicketTakenBack)
    assert (bytes(event.ticket), event.member, event.actor) == (held, requester, owner)
    assert not spaces.holds(held, requester)
    assert given(spaces.ticket_word(held)) == 2
    spaces.give(ticket, [requester], EMPTY_AUTH, sender=owner)
    assert spaces.holds(held, requester)
    assert spaces.holding_word(held, requester) == 3


def test_take_back__in_a_closed_space__still_works(
    spaces: Any, space: bytes, ticket: dict[str, Any], held: bytes, owner: Any, requester: Any
) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    spaces.take_back(ticket, requester, EMPTY_AUTH, sender=owner)
    assert not spaces.holds(held, requester)


def test_take_back__from_who_does_not_hold_it__reverts(
    spaces: Any, ticket: dict[str, Any], held: bytes, owner: Any, payer: Any
) -> None:
    with ape.reverts("spaces: does not hold it"):
        spaces.take_back(ticket, payer, EMPTY_AUTH, sender=owner)


def test_take_back__by_a_stranger__reverts(
    spaces: Any, ticket: dict[str, Any], held: bytes, requester: Any, stranger: Any
) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.take_back(ticket, requester, EMPTY_AUTH, sender=stranger)


def test_take_back__of_an_unknown_ticket__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: unknown ticket"):
        spaces.take_back(ticket_of(space), owner, EMPTY_AUTH, sender=owner)


def test_renounce__by_the_holder__frees_a_place(spaces: Any, held: bytes, requester: Any) -> None:
    receipt = spaces.renounce(held, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(spaces.TicketRenounced)
    assert (bytes(event.ticket), event.actor) == (held, requester)
    assert not spaces.holds(held, requester)
    assert given(spaces.ticket_word(held)) == 0
    with ape.reverts("spaces: does not hold it"):
        spaces.renounce(held, EMPTY_AUTH, sender=requester)


def test_renounce__by_another__reverts(spaces: Any, held: bytes, owner: Any) -> None:
    with ape.reverts("spaces: does not hold it"):
        spaces.renounce(held, EMPTY_AUTH, sender=owner)


def test_renounce__of_an_unknown_ticket__reverts(spaces: Any, requester: Any) -> None:
    with ape.reverts("spaces: does not hold it"):
        spaces.renounce(number("nothing"), EMPTY_AUTH, sender=requester)


def test_is_member__of_an_open_space__is_everybody(spaces: Any, space: bytes, stranger: Any) -> None:
    assert spaces.is_member(space, stranger)


def test_is_member__of_a_gated_space__is_its_owner_and_who_holds_the_ticket(
    spaces: Any, gated: bytes, held: bytes, owner: Any, requester: Any, stranger: Any
) -> None:
    assert spaces.is_member(gated, owner)
    assert spaces.is_member(gated, requester)
    assert not spaces.is_member(gated, stranger)
    spaces.renounce(held, EMPTY_AUTH, sender=requester)
    assert not spaces.is_member(gated, requester)


def test_set_gate__to_a_ticket_and_back__opens_again(
    spaces: Any, space: bytes, ticket_key: bytes, owner: Any, stranger: Any
) -> None:
    receipt = spaces.set_gate(space, ticket_key, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.GateSet)
    assert (bytes(event.space), bytes(event.ticket), event.actor) == (space, ticket_key, owner)
    assert bytes(spaces.gate_of(space)) == ticket_key
    assert spaces.space_word(space) & GATED
    assert not spaces.is_member(space, stranger)
    spaces.set_gate(space, ZERO, EMPTY_AUTH, sender=owner)
    assert bytes(spaces.gate_of(space)) == ZERO
    assert spaces.space_word(space) == int(owner.address, 16) | 1 << 160 | 2 << SPACE_CHANGES_AT
    assert spaces.is_member(space, stranger)


def test_set_gate__to_the_ticket_of_another_space__lets_its_holders_in(
    spaces: Any, held: bytes, created: Callable[..., bytes], owner: Any, requester: Any, stranger: Any
) -> None:
    backstage = created("backstage")
    spaces.set_gate(backstage, held, EMPTY_AUTH, sender=owner)
    assert spaces.is_member(backstage, requester)
    assert not spaces.is_member(backstage, stranger)


def test_is_member__of_a_space_in_a_gated_one__follows_its_own_gate(
    spaces: Any, gated: bytes, created: Callable[..., bytes], stranger: Any
) -> None:
    inner = created("stall", parent=gated)
    assert spaces.is_member(inner, stranger)
    assert not spaces.is_member(gated, stranger)


def test_set_gate__to_an_unknown_ticket__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: unknown ticket"):
        spaces.set_gate(space, number("nothing"), EMPTY_AUTH, sender=owner)


def test_set_gate__by_a_stranger__reverts(spaces: Any, gated: bytes, stranger: Any) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.set_gate(gated, ZERO, EMPTY_AUTH, sender=stranger)


def test_set_gate__of_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.set_gate(number("nowhere"), ZERO, EMPTY_AUTH, sender=owner)


def test_set_gate__of_a_closed_space__reverts(spaces: Any, gated: bytes, owner: Any) -> None:
    spaces.close(gated, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.set_gate(gated, ZERO, EMPTY_AUTH, sender=owner)
