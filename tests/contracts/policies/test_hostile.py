"""Hostile policies can at most leave a request pending; no submitter can make a good one misbehave."""

from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, FIRST_COME, GRANTED, PENDING
from contracts.policies.conftest import DENY, GRANT
from contracts.signing import EMPTY_AUTH

HONEST, REVERT, BURN, REVERT_BOMB, BOMB, SHORT, LONG, HUNGRY, REENTER, SILENT = range(10)
MISBEHAVIOURS = [REVERT, BURN, REVERT_BOMB, BOMB, SHORT, LONG, SILENT]


@pytest.fixture
def policy(container: Any, deployer: Any) -> Any:
    """A `MockPolicy` that grants."""
    contract = container("MockPolicy").deploy(sender=deployer)
    contract.set_answer(HONEST, GRANT, b"", sender=deployer)
    return contract


@pytest.fixture
def gated(policy: Any, announced: Any) -> Any:
    """A resource on which it decides."""
    return announced(policy, 0)


@pytest.mark.parametrize("mode", MISBEHAVIOURS)
def test_request__to_a_misbehaving_policy__waits_for_the_owner(
    bookings: Any, policy: Any, gated: Any, ask: Any, requester: Any, owner: Any, mode: int
) -> None:
    policy.set_answer(mode, GRANT, b"", sender=owner)
    asked, state = ask(gated, requester)
    assert state == PENDING
    bookings.confirm(asked, EMPTY_AUTH, sender=owner)


@pytest.mark.parametrize("mode", MISBEHAVIOURS)
def test_poke__to_a_misbehaving_policy__changes_nothing(
    bookings: Any, policy: Any, gated: Any, ask: Any, poke: Any, requester: Any, owner: Any, mode: int
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    policy.set_answer(mode, DENY, b"", sender=owner)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked)
    assert bookings.request_state(bookings.request_id(asked)) == PENDING


@pytest.mark.parametrize("word", [0, 2, 4, 2**128 + 1, 2**256 - 1])
def test_request__to_a_policy_with_an_unknown_word__waits(
    policy: Any, gated: Any, ask: Any, requester: Any, owner: Any, word: int
) -> None:
    policy.set_answer(HONEST, word, b"", sender=owner)
    assert ask(gated, requester)[1] == PENDING


@pytest.mark.parametrize("mode", MISBEHAVIOURS)
def test_gate__that_misbehaves__admits_nobody(
    policy: Any, announced: Any, ask: Any, requester: Any, owner: Any, mode: int
) -> None:
    gated = announced(policy, 0, rule=FIRST_COME)
    policy.set_answer(mode, GRANT, b"", sender=owner)
    with ape.reverts("bookings: not admitted"):
        ask(gated, requester)


def test_request__to_an_address_without_code__waits(announced: Any, ask: Any, stranger: Any) -> None:
    assert ask(announced(stranger, 0), stranger)[1] == PENDING


@pytest.mark.parametrize(("word", "state"), [(GRANT, GRANTED), (DENY, DENIED)])
def test_poke__to_an_honest_policy__decides(
    policy: Any, gated: Any, ask: Any, poke: Any, requester: Any, owner: Any, word: int, state: int
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    policy.set_answer(HONEST, word, b"", sender=owner)
    assert poke(gated, asked) == state


@pytest.mark.parametrize("action", ["poke", "cancel", "confirm", "request"])
def test_policy__that_calls_back_to_change_something__is_not_heard(
    bookings: Any, policy: Any, gated: Any, ask: Any, poke: Any, requester: Any, owner: Any, action: str
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    another = {**asked, "salt": b"\5" * 32}
    calls = {
        "poke": (asked, gated[1], b""),
        "cancel": (asked, EMPTY_AUTH),
        "confirm": (asked, EMPTY_AUTH),
        "request": (another, EMPTY_AUTH),
    }
    data = getattr(bookings, action).encode_input(*calls[action])
    policy.set_answer(REENTER, 0, data, sender=owner)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked)


@pytest.mark.parametrize("view", ["request_state", "request_word", "resource", "is_free", "calendar_word"])
def test_policy__that_reads_the_bookings__may(
    bookings: Any, policy: Any, gated: Any, ask: Any, poke: Any, requester: Any, owner: Any, view: str
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    key = bookings.request_id(asked)
    calls = {
        "request_state": (key,),
        "request_word": (key,),
        "resource": (gated[0],),
        "is_free": (gated[0], asked["start"], 2),
        "calendar_word": (gated[0], 0),
    }
    data = getattr(bookings, view).encode_input(*calls[view])
    policy.set_answer(REENTER, 0, data, sender=owner)
    assert poke(gated, asked) == GRANTED


@pytest.mark.parametrize("gas", [150_000, 250_000, 330_000, 370_000])
def test_poke__with_too_little_gas__reverts_rather_than_turn_a_grant_into_a_wait(
    bookings: Any, policy: Any, gated: Any, ask: Any, requester: Any, owner: Any, relayer: Any, gas: int
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    policy.set_answer(HUNGRY, GRANT, b"", sender=owner)
    with ape.reverts("bookings: more gas needed"):
        bookings.poke(asked, gated[1], b"", sender=relayer, gas=gas)


def test_poke__with_enough_gas_for_a_hungry_policy__grants(
    policy: Any, gated: Any, ask: Any, poke: Any, requester: Any, owner: Any
) -> None:
    policy.set_answer(HONEST, 2, b"", sender=owner)
    asked, _ = ask(gated, requester)
    policy.set_answer(HUNGRY, GRANT, b"", sender=owner)
    assert poke(gated, asked) == GRANTED


@pytest.mark.parametrize("gas", [200_000, 330_000, 370_000])
def test_request__with_too_little_gas__reverts_rather_than_wait(
    bookings: Any, policy: Any, gated: Any, ask: Any, requester: Any, owner: Any, start: int, gas: int
) -> None:
    asked, _ = ask(gated, requester)
    another = {**asked, "start": asked["start"] + 7_200}
    policy.set_answer(HUNGRY, GRANT, b"", sender=owner)
    with ape.reverts("bookings: more gas needed"):
        bookings.request_with(another, gated[1], b"", EMPTY_AUTH, sender=requester, gas=gas)
