"""Inviting to gatherings, calling them off, and showing resources in a space."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import DAY_S, HOUR_S, number
from contracts.signing import EMPTY_AUTH
from contracts.space_values import CALLED_OFF, gathering_of
from eth_abi import encode
from eth_utils import keccak

HORIZON_S = 3_653 * DAY_S


def test_host__in_an_open_space__is_anybodys(
    spaces: Any, gathering: dict[str, Any], gathering_key: bytes, requester: Any
) -> None:
    word = int(requester.address, 16) | gathering["start"] << 160 | gathering["end"] << 200
    assert spaces.gathering_word(gathering_key) == word


def test_host__tells_everything_in_its_event(spaces: Any, space: bytes, start: int, requester: Any) -> None:
    made = gathering_of(space, start, start + HOUR_S)
    answer = spaces.host.call(made, EMPTY_AUTH, sender=requester)
    receipt = spaces.host(made, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(spaces.GatheringHosted)
    assert bytes(event.gathering) == bytes(spaces.gathering_id(requester, made)) == bytes(answer)
    assert (bytes(event.space), event.host, event.actor) == (space, requester, requester)
    assert (event.start, event.end) == (start, start + HOUR_S)
    assert (bytes(event.digest), bytes(event.salt)) == (made["digest"], made["salt"])


def test_gathering_id__of_known_values__is_the_documented_hash(
    spaces: Any, space: bytes, start: int, requester: Any, chain: Any
) -> None:
    made = gathering_of(space, start, start + HOUR_S)
    values = [chain.chain_id, spaces.address, requester.address, tuple(made.values())]
    kinds = ["uint256", "address", "address", "(bytes32,uint256,uint256,bytes32,bytes32)"]
    assert bytes(spaces.gathering_id(requester, made)) == keccak(encode(kinds, values))


def test_host__twice__reverts(spaces: Any, gathering: dict[str, Any], requester: Any) -> None:
    with ape.reverts("spaces: already hosted"):
        spaces.host(gathering, EMPTY_AUTH, sender=requester)


def test_host__the_same_by_another__is_another_gathering(
    spaces: Any, gathering: dict[str, Any], gathering_key: bytes, stranger: Any
) -> None:
    receipt = spaces.host(gathering, EMPTY_AUTH, sender=stranger)
    (event,) = receipt.decode_logs(spaces.GatheringHosted)
    assert bytes(event.gathering) != gathering_key


def test_host__in_a_gated_space__needs_the_ticket(
    spaces: Any, gated: bytes, held: bytes, start: int, requester: Any, owner: Any, stranger: Any
) -> None:
    made = gathering_of(gated, start, start + HOUR_S)
    with ape.reverts("spaces: not a member"):
        spaces.host(made, EMPTY_AUTH, sender=stranger)
    spaces.host(made, EMPTY_AUTH, sender=requester)
    spaces.host(made, EMPTY_AUTH, sender=owner)


def test_host__in_an_unknown_space__reverts(spaces: Any, start: int, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.host(gathering_of(number("nowhere"), start, start + 1), EMPTY_AUTH, sender=owner)


def test_host__in_a_closed_space__reverts(spaces: Any, space: bytes, start: int, owner: Any) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.host(gathering_of(space, start, start + HOUR_S), EMPTY_AUTH, sender=owner)


def test_host__in_a_space_below_a_closed_one__reverts(
    spaces: Any, space: bytes, created: Callable[..., bytes], start: int, owner: Any
) -> None:
    inner = created("stall", parent=space)
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.host(gathering_of(inner, start, start + HOUR_S), EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize(("early_s", "refused"), [(1, False), (0, True), (-1, True)])
def test_host__around_its_start__only_before(
    spaces: Any, space: bytes, start: int, owner: Any, travel: Any, early_s: int, refused: bool
) -> None:
    made = gathering_of(space, start, start + HOUR_S)
    travel(start - early_s)
    if refused:
        with ape.reverts("spaces: start has passed"):
            spaces.host(made, EMPTY_AUTH, sender=owner)
    else:
        spaces.host(made, EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize("length_s", [0, -1])
def test_host__of_no_length__reverts(
    spaces: Any, space: bytes, start: int, owner: Any, length_s: int
) -> None:
    with ape.reverts("spaces: ends before it starts"):
        spaces.host(gathering_of(space, start, start + length_s), EMPTY_AUTH, sender=owner)


def test_host__of_a_second__is_taken(spaces: Any, space: bytes, start: int, owner: Any) -> None:
    spaces.host(gathering_of(space, start, start + 1), EMPTY_AUTH, sender=owner)


def test_host__up_to_the_horizon__and_not_a_second_more(
    spaces: Any, space: bytes, start: int, owner: Any, travel: Any
) -> None:
    end = start + HORIZON_S
    travel(start - 1)
    with ape.reverts("spaces: too far ahead"):
        spaces.host(gathering_of(space, start, end), EMPTY_AUTH, sender=owner)
    travel(start)
    spaces.host(gathering_of(space, start + 1, end), EMPTY_AUTH, sender=owner)


def test_host__ending_at_the_end_of_all_numbers__reverts(
    spaces: Any, space: bytes, start: int, owner: Any
) -> None:
    with ape.reverts("spaces: too far ahead"):
        spaces.host(gathering_of(space, start, 2**256 - 1), EMPTY_AUTH, sender=owner)


def test_call_off__by_the_host__is_kept_in_the_word(
    spaces: Any, gathering_key: bytes, requester: Any
) -> None:
    before = spaces.gathering_word(gathering_key)
    receipt = spaces.call_off(gathering_key, EMPTY_AUTH, sender=requester)
    (event,) = receipt.decode_logs(spaces.GatheringCalledOff)
    assert (bytes(event.gathering), event.actor) == (gathering_key, requester)
    assert spaces.gathering_word(gathering_key) == before | CALLED_OFF
    with ape.reverts("spaces: already called off"):
        spaces.call_off(gathering_key, EMPTY_AUTH, sender=requester)


def test_call_off__by_the_owner_of_the_space__reverts(spaces: Any, gathering_key: bytes, owner: Any) -> None:
    with ape.reverts("spaces: not the host"):
        spaces.call_off(gathering_key, EMPTY_AUTH, sender=owner)


def test_call_off__in_a_closed_space__still_works(
    spaces: Any, space: bytes, gathering_key: bytes, owner: Any, requester: Any
) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    spaces.call_off(gathering_key, EMPTY_AUTH, sender=requester)


def test_call_off__of_an_unknown_gathering__reverts(spaces: Any, requester: Any) -> None:
    with ape.reverts("spaces: unknown gathering"):
        spaces.call_off(number("nothing"), EMPTY_AUTH, sender=requester)


@pytest.mark.parametrize(("late_s", "refused"), [(-1, False), (0, True), (1, True)])
def test_call_off__around_its_end__only_before(
    spaces: Any,
    gathering: dict[str, Any],
    gathering_key: bytes,
    requester: Any,
    travel: Any,
    late_s: int,
    refused: bool,
) -> None:
    travel(gathering["end"] + late_s)
    if refused:
        with ape.reverts("spaces: already over"):
            spaces.call_off(gathering_key, EMPTY_AUTH, sender=requester)
    else:
        spaces.call_off(gathering_key, EMPTY_AUTH, sender=requester)


def test_list_resources__by_a_member__says_so(
    spaces: Any, bookings: Any, gated: bytes, held: bytes, requester: Any
) -> None:
    resources = [number("drill"), number("saw")]
    receipt = spaces.list_resources(gated, bookings, resources, 0, EMPTY_AUTH, sender=requester)
    events = receipt.decode_logs(spaces.ResourceListed)
    assert [bytes(event.resource) for event in events] == resources
    said = {(bytes(event.space), event.actor, event.bookings) for event in events}
    assert said == {(gated, requester.address, bookings.address)}


def test_list_resources__by_a_stranger_to_a_gated_space__reverts(
    spaces: Any, bookings: Any, gated: bytes, stranger: Any
) -> None:
    with ape.reverts("spaces: not a member"):
        spaces.list_resources(gated, bookings, [number("drill")], 0, EMPTY_AUTH, sender=stranger)


def test_list_resources__in_a_closed_space__reverts(
    spaces: Any, bookings: Any, space: bytes, owner: Any
) -> None:
    spaces.close(space, EMPTY_AUTH, sender=owner)
    with ape.reverts("spaces: closed"):
        spaces.list_resources(space, bookings, [number("drill")], 0, EMPTY_AUTH, sender=owner)


def test_list_resources__in_an_unknown_space__reverts(spaces: Any, bookings: Any, owner: Any) -> None:
    with ape.reverts("spaces: unknown space"):
        spaces.list_resources(number("nowhere"), bookings, [number("x")], 0, EMPTY_AUTH, sender=owner)


def test_list_resources__none__reverts(spaces: Any, bookings: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: empty list"):
        spaces.list_resources(space, bookings, [], 0, EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize(("many", "refused"), [(64, False), (65, True)])
def test_list_resources__up_to_64__and_not_one_more(
    spaces: Any, bookings: Any, space: bytes, owner: Any, many: int, refused: bool
) -> None:
    resources = [number(f"thing {index}") for index in range(many)]
    if refused:
        with ape.reverts():
            spaces.list_resources(space, bookings, resources, 0, EMPTY_AUTH, sender=owner)
    else:
        spaces.list_resources(space, bookings, resources, 0, EMPTY_AUTH, sender=owner)
