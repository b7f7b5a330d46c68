"""Creating, nesting, forking, closing and handing over spaces."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import number
from contracts.signing import EMPTY_AUTH
from contracts.space_values import (
    CLOSED,
    MAX_DEPTH,
    SPACE_CHANGES_AT,
    ZERO,
    depth,
    space_of,
)
from eth_abi import encode
from eth_utils import keccak


@pytest.fixture
def nested(created: Callable[..., bytes]) -> list[bytes]:
    """Eight spaces, each in the one before."""
    chain = [created("level 1")]
    while len(chain) < MAX_DEPTH:
        chain.append(created(f"level {len(chain) + 1}", parent=chain[-1]))
    return chain


def test_create__in_no_other__is_open_and_the_creators(spaces: Any, owner: Any, space: bytes) -> None:
    assert spaces.space_word(space) == int(owner.address, 16) | 1 << 160
    assert spaces.is_open(space)
    assert bytes(spaces.parent_of(space)) == ZERO
    assert bytes(spaces.gate_of(space)) == ZERO


def test_create__tells_everything_in_its_event(spaces: Any, owner: Any, space: bytes) -> None:
    made = space_of("camp", parent=space, forked_from=space)
    answer = spaces.create.call(made, EMPTY_AUTH, sender=owner)
    receipt = spaces.create(made, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.SpaceCreated)
    assert bytes(event.space) == bytes(spaces.space_id(owner, made)) == bytes(answer)
    assert (bytes(event.parent), bytes(event.forked_from)) == (space, space)
    assert (event.owner, event.actor) == (owner, owner)
    assert (bytes(event.digest), bytes(event.salt)) == (made["digest"], made["salt"])


def test_space_id__of_known_values__is_the_documented_hash(spaces: Any, owner: Any, chain: Any) -> None:
    made = space_of()
    values = [chain.chain_id, spaces.address, owner.address, tuple(made.values())]
    encoded = encode(["uint256", "address", "address", "(bytes32,bytes32,bytes32,bytes32)"], values)
    assert bytes(spaces.space_id(owner, made)) == keccak(encoded)


def test_create__twice__reverts(spaces: Any, owner: Any, space: bytes) -> None:
    with ape.reverts("spaces: already created"):
        spaces.create(space_of(), EMPTY_AUTH, sender=owner)


def test_create__the_same_by_another__is_another_space(
    created: Callable[..., bytes], space: bytes, other_owner: Any
) -> None:
    assert created(by=other_owner) != space


def test_create__in_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown parent"):
        spaces.create(space_of(parent=number("nowhere")), EMPTY_AUTH, sender=owner)


def test_create__in_a_space_of_another__is_the_creators_own(
    spaces: Any, space: bytes, created: Callable[..., bytes], stranger: Any
) -> None:
    inner = created("stall", by=stranger, parent=space)
    assert spaces.space_word(inner) & 2**160 - 1 == int(stranger.address, 16)
    assert bytes(spaces.parent_of(inner)) == space


def test_create__eight_deep__is_the_end(spaces: Any, nested: list[bytes], owner: Any) -> None:
    assert [depth(spaces.space_word(level)) for level in nested] == list(range(1, MAX_DEPTH + 1))
    with ape.reverts("spaces: too deep"):
        spaces.create(space_of("level 9", parent=nested[-1]), EMPTY_AUTH, sender=owner)


def test_create__as_a_fork_of_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown origin"):
        spaces.create(space_of(forked_from=number("nowhere")), EMPTY_AUTH, sender=owner)


def test_create__as_a_fork_of_a_gated_and_closed_one__inherits_nothing(
    spaces: Any, gated: bytes, created: Callable[..., bytes], owner: Any, stranger: Any
) -> None:
    spaces.close(gated, EMPTY_AUTH, sender=owner)
    fork = created("copy", by=stranger, forked_from=gated)
    assert spaces.is_open(fork)
    assert spaces.is_member(fork, owner)
    assert spaces.space_word(fork) == int(stranger.address, 16) | 1 << 160


def test_close__by_the_owner__is_final(spaces: Any, space: bytes, owner: Any) -> None:
    receipt = spaces.close(space, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.SpaceClosed)
    assert (bytes(event.space), event.actor) == (space, owner)
    assert not spaces.is_open(space)
    assert spaces.space_word(space) == int(owner.address, 16) | 1 << 160 | CLOSED | 1 << SPACE_CHANGES_AT
    with ape.reverts("spaces: closed"):
        spaces.close(space, EMPTY_AUTH, sender=owner)


def test_close__by_a_stranger__reverts(spaces: Any, space: bytes, stranger: Any) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.close(space, EMPTY_AUTH, sender=stranger)


def test_close__by_the_owner_of_the_space_around__reverts(
    spaces: Any, space: bytes, created: Callable[..., bytes], owner: Any, stranger: Any
) -> None:
    inner = created("stall", by=stranger, parent=space)
    with ape.reverts("spaces: not the owner"):
        spaces.close(inner, EMPTY_AUTH, sender=owner)


def test_close__of_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.close(number("nowhere"), EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize("level", range(MAX_DEPTH))
def test_close__at_any_level__closes_all_below_and_none_above(
    spaces: Any, nested: list[bytes], owner: Any, level: int
) -> None:
    spaces.close(nested[level], EMPTY_AUTH, sender=owner)
    assert [spaces.is_open(one) for one in nested] == [True] * level + [False] * (MAX_DEPTH - level)


def test_close__of_the_space_around__leaves_its_neighbours_open(
    spaces: Any, space: bytes, created: Callable[..., bytes], owner: Any
) -> None:
    inner, other = created("stall", parent=space), created("elsewhere")
    spaces.close(space, EMPTY_AUTH, sender=owner)
    assert not spaces.is_open(inner)
    assert spaces.is_open(other)


def test_create__in_a_closed_space__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.create(space_of("late", parent=space), EMPTY_AUTH, sender=owner)


def test_create__in_a_space_below_a_closed_one__reverts(
    spaces: Any, space: bytes, created: Callable[..., bytes], owner: Any
) -> None:
    inner = created("stall", parent=space)
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.create(space_of("late", parent=inner), EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize("space", [ZERO, number("nowhere")])
def test_views__of_an_unknown_space__know_nothing(spaces: Any, owner: Any, space: bytes) -> None:
    assert spaces.space_word(space) == 0
    assert not spaces.is_open(space)
    assert not spaces.is_member(space, owner)
    assert not spaces.is_member(space, "0x" + "00" * 20)
    assert bytes(spaces.parent_of(space)) == bytes(spaces.gate_of(space)) == ZERO


def test_hand_over__to_another__moves_every_right(
    spaces: Any, gated: bytes, owner: Any, other_owner: Any
) -> None:
    receipt = spaces.hand_over(gated, other_owner, EMPTY_AUTH, sender=owner)
    (event,) = receipt.decode_logs(spaces.SpaceHandedOver)
    assert (bytes(event.space), event.owner, event.actor) == (gated, other_owner, owner)
    assert spaces.is_member(gated, other_owner)
    assert not spaces.is_member(gated, owner)
    with ape.reverts("spaces: not the owner"):
        spaces.close(gated, EMPTY_AUTH, sender=owner)
    spaces.close(gated, EMPTY_AUTH, sender=other_owner)


def test_hand_over__of_a_closed_space__leaves_it_closed(
    spaces: Any, space: bytes, owner: Any, other_owner: Any
) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    spaces.hand_over(space, other_owner, EMPTY_AUTH, sender=owner)
    assert not spaces.is_open(space)
    assert spaces.space_word(space) & 2**160 - 1 == int(other_owner.address, 16)


def test_hand_over__to_nobody__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: no owner"):
        spaces.hand_over(space, "0x" + "00" * 20, EMPTY_AUTH, sender=owner)


def test_hand_over__by_a_stranger__reverts(spaces: Any, space: bytes, stranger: Any) -> None:
    with ape.reverts("spaces: not the owner"):
        spaces.hand_over(space, stranger, EMPTY_AUTH, sender=stranger)


def test_hand_over__of_an_unknown_space__reverts(spaces: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.hand_over(number("nowhere"), owner, EMPTY_AUTH, sender=owner)
