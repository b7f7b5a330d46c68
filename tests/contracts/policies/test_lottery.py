"""`Lottery`: entering, fixing, drawing, and the exit from every wait."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, GRANTED, HOUR_S, PENDING
from contracts.signing import EMPTY_AUTH
from eth_abi import encode
from eth_utils import keccak

LEAD_S = 24 * HOUR_S
AHEAD, REMEMBERED = 4, 256


@pytest.fixture
def lottery(container: Any, deployer: Any) -> Any:
    """A fresh `Lottery`."""
    return container("Lottery").deploy(sender=deployer)


@pytest.fixture
def gated(lottery: Any, announced: Any) -> Any:
    """A resource that is drawn a day before; requests wait for three days."""
    return announced(lottery, LEAD_S, ttl_hours=72)


@pytest.fixture
def where(bookings: Any, gated: Any, start: int) -> tuple[Any, ...]:
    """Contract, resource, start and lead: what names the draw."""
    return bookings.address, gated[0], start, LEAD_S


@pytest.fixture
def entered(
    lottery: Any, bookings: Any, gated: Any, ask: Any, payer: Any, payee: Any, requester: Any, relayer: Any
) -> list[dict[str, Any]]:
    """Three members' requests for the same start, all entered by a relayer."""
    asked = [ask(gated, member)[0] for member in (payer, payee, requester)]
    for one in asked:
        lottery.enter(bookings, one, LEAD_S, sender=relayer)
    return asked


@pytest.fixture
def mine(chain: Any) -> Callable[[int], None]:
    """`mine(n)`: n empty blocks."""
    return lambda blocks: chain.mine(blocks)


@pytest.fixture
def fixed(lottery: Any, entered: Any, where: tuple[Any, ...], start: int, reach: Any, relayer: Any) -> int:
    """The block that decides, fixed once entries were closed."""
    reach(start - LEAD_S)
    lottery.fix(*where, sender=relayer)
    return int(lottery.drawing(*where)[1])


@pytest.fixture
def drawn(
    lottery: Any,
    bookings: Any,
    fixed: int,
    entered: list[dict[str, Any]],
    where: tuple[Any, ...],
    mine: Any,
    relayer: Any,
) -> list[dict[str, Any]]:
    """The requests, the winner's first."""
    mine(AHEAD)
    lottery.draw(*where, sender=relayer)
    won = bytes(lottery.drawing(*where)[2])
    return sorted(entered, key=lambda asked: bytes(bookings.request_id(asked)) != won)


def test_draw__of_three__grants_one_and_denies_the_others(
    drawn: list[dict[str, Any]], gated: Any, poke: Any
) -> None:
    winner, *others = drawn
    assert [poke(gated, asked) for asked in others] == [DENIED, DENIED]
    assert poke(gated, winner) == GRANTED


def test_draw__takes_the_hash_of_the_fixed_block(
    lottery: Any,
    bookings: Any,
    chain: Any,
    fixed: int,
    entered: list[dict[str, Any]],
    where: tuple[Any, ...],
    mine: Any,
    relayer: Any,
) -> None:
    mine(AHEAD)
    receipt = lottery.draw(*where, sender=relayer)
    key = keccak(encode(["address", "bytes32", "uint256", "uint256"], where))
    seed = keccak(encode(["bytes32", "bytes32"], [bytes(chain.blocks[fixed].hash), key]))
    winner = entered[int.from_bytes(seed, "big") % 3]
    (event,) = receipt.decode_logs(lottery.LotteryDrawn)
    assert (bytes(event.draw), event.entries, event.actor) == (key, 3, relayer)
    assert bytes(event.request) == bytes(bookings.request_id(winner))


def test_enter__tells_what_entered(
    lottery: Any, bookings: Any, gated: Any, ask: Any, where: tuple[Any, ...], payer: Any, relayer: Any
) -> None:
    asked, state = ask(gated, payer)
    assert state == PENDING
    receipt = lottery.enter(bookings, asked, LEAD_S, sender=relayer)
    (event,) = receipt.decode_logs(lottery.LotteryEntered)
    assert bytes(event.draw) == keccak(encode(["address", "bytes32", "uint256", "uint256"], where))
    assert (bytes(event.request), event.requester) == (bytes(bookings.request_id(asked)), payer)
    assert (event.bookings, bytes(event.resource), event.start) == where[:3]
    assert bytes(lottery.entry_of(*where, payer)) == bytes(event.request)
    assert lottery.drawing(*where) == (1, 0, bytes(32))


def test_poke__before_the_draw__waits(
    fixed: int, gated: Any, entered: list[dict[str, Any]], poke: Any
) -> None:
    with ape.reverts("bookings: still pending"):
        poke(gated, entered[0])


def test_poke__of_a_request_that_never_entered__is_denied_after_the_draw(
    gated: Any,
    ask: Any,
    entered: Any,
    where: Any,
    lottery: Any,
    reach: Any,
    start: int,
    mine: Any,
    poke: Any,
    stranger: Any,
    relayer: Any,
) -> None:
    outsider, _ = ask(gated, stranger)
    reach(start - LEAD_S)
    lottery.fix(*where, sender=relayer)
    mine(AHEAD)
    lottery.draw(*where, sender=relayer)
    assert poke(gated, outsider) == DENIED


@pytest.mark.parametrize(("early_s", "refused"), [(1, False), (0, True), (-1, True)])
def test_enter__around_the_closing__only_before(
    lottery: Any,
    bookings: Any,
    gated: Any,
    ask: Any,
    start: int,
    travel: Any,
    payer: Any,
    early_s: int,
    refused: bool,
) -> None:
    asked, _ = ask(gated, payer)
    travel(start - LEAD_S - early_s)
    if refused:
        with ape.reverts("policy: entries closed"):
            lottery.enter(bookings, asked, LEAD_S, sender=payer)
    else:
        lottery.enter(bookings, asked, LEAD_S, sender=payer)


def test_enter__with_a_lead_before_all_time__reverts(
    lottery: Any, bookings: Any, gated: Any, ask: Any, payer: Any
) -> None:
    asked, _ = ask(gated, payer)
    with ape.reverts("policy: entries closed"):
        lottery.enter(bookings, asked, 2**256 - 1, sender=payer)


def test_enter__what_nobody_asked_for__reverts(
    lottery: Any, bookings: Any, gated: Any, ask: Any, payer: Any
) -> None:
    asked, _ = ask(gated, payer)
    with ape.reverts("policy: not pending"):
        lottery.enter(bookings, {**asked, "quanta": 1}, LEAD_S, sender=payer)


def test_enter__with_a_cancelled_request__reverts(
    lottery: Any, bookings: Any, gated: Any, ask: Any, payer: Any
) -> None:
    asked, _ = ask(gated, payer)
    bookings.cancel(asked, EMPTY_AUTH, sender=payer)
    with ape.reverts("policy: not pending"):
        lottery.enter(bookings, asked, LEAD_S, sender=payer)


def test_enter__twice__reverts(
    lottery: Any, bookings: Any, gated: Any, ask: Any, where: Any, payer: Any
) -> None:
    asked, _ = ask(gated, payer)
    another, _ = ask(gated, payer, salt=b"\1" * 32)
    lottery.enter(bookings, asked, LEAD_S, sender=payer)
    for one in (asked, another):
        with ape.reverts("policy: already entered"):
            lottery.enter(bookings, one, LEAD_S, sender=payer)
    assert lottery.drawing(*where)[0] == 1


def test_enter__again_once_the_first_request_was_cancelled__replaces_it(
    lottery: Any, bookings: Any, gated: Any, ask: Any, where: Any, payer: Any
) -> None:
    asked, _ = ask(gated, payer)
    another, _ = ask(gated, payer, salt=b"\1" * 32)
    lottery.enter(bookings, asked, LEAD_S, sender=payer)
    bookings.cancel(asked, EMPTY_AUTH, sender=payer)
    lottery.enter(bookings, another, LEAD_S, sender=payer)
    assert lottery.drawing(*where)[0] == 1
    assert bytes(lottery.entry_of(*where, payer)) == bytes(bookings.request_id(another))


@pytest.mark.parametrize(("early_s", "refused"), [(1, True), (0, False)])
def test_fix__around_the_closing__only_after(
    lottery: Any, entered: Any, where: Any, start: int, travel: Any, relayer: Any, early_s: int, refused: bool
) -> None:
    travel(start - LEAD_S - early_s)
    if refused:
        with ape.reverts("policy: entries still open"):
            lottery.fix(*where, sender=relayer)
    else:
        receipt = lottery.fix(*where, sender=relayer)
        (event,) = receipt.decode_logs(lottery.LotteryFixed)
        assert (event.target, event.actor) == (receipt.block_number + AHEAD, relayer)


def test_fix__where_nobody_entered__reverts(
    lottery: Any, where: Any, start: int, reach: Any, relayer: Any
) -> None:
    reach(start - LEAD_S)
    with ape.reverts("policy: nobody entered"):
        lottery.fix(*where, sender=relayer)


def test_fix__twice__reverts_until_the_block_is_forgotten(
    lottery: Any, fixed: int, where: Any, mine: Any, chain: Any, relayer: Any
) -> None:
    with ape.reverts("policy: already fixed"):
        lottery.fix(*where, sender=relayer)
    # the next transaction is in block `fixed + REMEMBERED`
    mine(fixed + REMEMBERED - chain.blocks.height - 1)
    with ape.reverts("policy: already fixed"):
        lottery.fix(*where, sender=relayer)
    mine(1)
    with ape.reverts("policy: too late"):
        lottery.draw(*where, sender=relayer)
    lottery.fix(*where, sender=relayer)
    mine(AHEAD)
    lottery.draw(*where, sender=relayer)


def test_draw__before_a_block_is_fixed__reverts(lottery: Any, entered: Any, where: Any, relayer: Any) -> None:
    with ape.reverts("policy: not fixed"):
        lottery.draw(*where, sender=relayer)


def test_draw__in_the_very_block__reverts(
    lottery: Any, fixed: int, where: Any, mine: Any, chain: Any, relayer: Any
) -> None:
    mine(fixed - chain.blocks.height - 1)
    with ape.reverts("policy: too early"):
        lottery.draw(*where, sender=relayer)


def test_draw__twice__reverts(lottery: Any, drawn: Any, where: Any, relayer: Any) -> None:
    with ape.reverts("policy: already drawn"):
        lottery.draw(*where, sender=relayer)


def test_fix__while_the_winner_waits_or_is_granted__reverts(
    lottery: Any, drawn: list[dict[str, Any]], gated: Any, where: Any, poke: Any, relayer: Any
) -> None:
    with ape.reverts("policy: the winner stands"):
        lottery.fix(*where, sender=relayer)
    poke(gated, drawn[0])
    with ape.reverts("policy: the winner stands"):
        lottery.fix(*where, sender=relayer)


def test_fix__once_the_winner_has_cancelled__draws_among_the_others(
    lottery: Any,
    bookings: Any,
    drawn: list[dict[str, Any]],
    gated: Any,
    where: Any,
    poke: Any,
    mine: Any,
    accounts: Any,
    relayer: Any,
) -> None:
    winner, *others = drawn
    bookings.cancel(winner, EMPTY_AUTH, sender=accounts[winner["requester"]])
    lottery.fix(*where, sender=relayer)
    assert lottery.drawing(*where)[0] == 2
    mine(AHEAD)
    lottery.draw(*where, sender=relayer)
    won = bytes(lottery.drawing(*where)[2])
    assert won in {bytes(bookings.request_id(asked)) for asked in others}
    states = sorted(poke(gated, asked) for asked in others)
    assert states == sorted([GRANTED, DENIED])


def test_fix__once_the_only_entrant_has_cancelled__reverts(
    lottery: Any,
    bookings: Any,
    gated: Any,
    ask: Any,
    where: Any,
    start: int,
    reach: Any,
    mine: Any,
    payer: Any,
    relayer: Any,
) -> None:
    asked, _ = ask(gated, payer)
    lottery.enter(bookings, asked, LEAD_S, sender=payer)
    reach(start - LEAD_S)
    lottery.fix(*where, sender=relayer)
    mine(AHEAD)
    lottery.draw(*where, sender=relayer)
    bookings.cancel(asked, EMPTY_AUTH, sender=payer)
    with ape.reverts("policy: nobody entered"):
        lottery.fix(*where, sender=relayer)


def test_owner__at_any_time__decides_by_hand(
    bookings: Any, fixed: int, entered: list[dict[str, Any]], owner: Any
) -> None:
    bookings.confirm(entered[0], EMPTY_AUTH, sender=owner)
    assert bookings.request_state(bookings.request_id(entered[0])) == GRANTED


def test_draws__for_other_starts_and_leads__are_apart(
    lottery: Any, bookings: Any, entered: Any, where: Any, start: int
) -> None:
    contract, resource, _, lead = where
    assert lottery.drawing(*where)[0] == 3
    assert lottery.drawing(contract, resource, start + HOUR_S, lead)[0] == 0
    assert lottery.drawing(contract, resource, start, lead + 1)[0] == 0
