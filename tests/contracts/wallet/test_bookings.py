"""The wallet asks for several things at once, has policies asked, and comes through the router."""

from typing import Any

import ape
import pytest
from contracts.booking_values import GRANTED, PENDING, POLICY, announcement, bundled, conditions_of
from contracts.signing import EMPTY_AUTH
from contracts.wallet.booking_acts import (
    asked_of,
    own_thing,
    request,
    request_with,
    thing_of_another,
)
from contracts.wallet.deal_acts import deal_of, opening
from contracts.wallet.multisig import NEWCOMER, OWNERS, Act, Wallet
from contracts.wallet.world import World

GRANT, HONEST = 1, 0


@pytest.fixture
def items(world: World) -> list[Act]:
    """What the wallet says to ask for a bundle of two things of others."""
    single = [request(world)[0].arguments[0]]
    single.append({**single[0], "resource": thing_of_another(world, "bus")})
    bookings = world.get("bookings")
    return [
        Act(bookings, "request", (item,), "Book", {"request": item, "deadline": world.deadline})
        for item in bundled(single)
    ]


def states(items: list[Act]) -> list[int]:
    return [item.contract.request_state(item.contract.request_id(item.arguments[0])) for item in items]


def test_bundle__executed_by_the_wallet__is_asked_for_as_a_whole(
    items: list[Act], wallet: Wallet, bookings: Any, relayer: Any
) -> None:
    data = bookings.together.encode_input([item.data() for item in items])
    with ape.reverts("wallet: too few signatures"):
        wallet.but(OWNERS[0]).call(bookings, data, relayer)
    with ape.reverts("bookings: bundle incomplete"):
        wallet.call(bookings, bookings.together.encode_input([items[0].data()]), relayer)
    wallet.call(bookings, data, relayer)
    assert states(items) == [PENDING, PENDING]


def test_bundle__signed_by_the_wallet__needs_two_owners_for_each_item(
    items: list[Act], wallet: Wallet, foreign: Wallet, bookings: Any, relayer: Any
) -> None:
    signed = [item.data(wallet.authorise(item)) for item in items]
    one = items[1].data(wallet.but(OWNERS[0]).authorise(items[1]))
    elsewhere = items[1].data((wallet.address, *foreign.authorise(items[1])[1:]))
    for second in (one, elsewhere):
        with ape.reverts("auth: bad signature"):
            bookings.together([signed[0], second], sender=relayer)
    assert states(items) == [0, 0]
    bookings.together(signed, sender=relayer)
    assert states(items) == [PENDING, PENDING]


def test_bundle__signed_before_an_owner_was_replaced__is_asked_for_by_nobody(
    items: list[Act], wallet: Wallet, bookings: Any, relayer: Any
) -> None:
    signed = [item.data(wallet.authorise(item)) for item in items]
    renewed = wallet.rotate(OWNERS[1], NEWCOMER, relayer)
    with ape.reverts("auth: bad signature"):
        bookings.together(signed, sender=relayer)
    bookings.together([item.data(renewed.authorise(item)) for item in items], sender=relayer)
    assert states(items) == [PENDING, PENDING]


def test_poke__executed_by_the_wallet__has_the_policy_asked(
    world: World, wallet: Wallet, container: Any, bookings: Any, owner: Any, relayer: Any
) -> None:
    policy, made = container("MockPolicy").deploy(sender=owner), announcement(gated=1, rule=POLICY)
    conditions = conditions_of(policy=policy.address)
    bookings.announce_gated(made, conditions, EMPTY_AUTH, sender=owner)
    wanted = request(world)[0].arguments[0] | {"resource": bytes(bookings.resource_id(owner, made))}
    wallet.call(bookings, bookings.request_with.encode_input(wanted, conditions, b"", EMPTY_AUTH), relayer)
    data = bookings.poke.encode_input(wanted, conditions, b"")
    with ape.reverts("bookings: still pending"):
        wallet.call(bookings, data, relayer)
    policy.set_answer(HONEST, GRANT, b"", sender=owner)
    with ape.reverts("wallet: too few signatures"):
        wallet.but(OWNERS[0]).call(bookings, data, relayer)
    wallet.call(bookings, data, relayer)
    assert bookings.request_state(bookings.request_id(wanted)) == GRANTED


def test_block__of_a_thing_that_the_wallet_owns__is_granted_at_once(
    world: World, wallet: Wallet, bookings: Any, relayer: Any
) -> None:
    thing = own_thing(world)
    asked = asked_of(world, thing)
    own = {**asked, "requester": wallet.address}
    act = Act(bookings, "request", (own,), "Book", {"request": own, "deadline": world.deadline})
    with ape.reverts("auth: bad signature"):
        act.send(wallet.but(OWNERS[0]).authorise(act), relayer)
    act.send(wallet.authorise(act), relayer)
    assert states([act]) == [GRANTED]
    with ape.reverts("bookings: not free"):
        wallet.call(bookings, bookings.confirm.encode_input(asked, EMPTY_AUTH), relayer)


def test_router__for_the_wallet__opens_and_requests(
    world: World, wallet: Wallet, router: Any, escrow: Any, bookings: Any, relayer: Any
) -> None:
    asking, asked = request(world)
    deal = deal_of(world, payer=wallet.address)
    opens, opened = opening(world, deal.but(booking=bytes(bookings.request_id(asking.arguments[0]))))
    both = (escrow, *opens.arguments, wallet.authorise(opens), bookings, *asking.arguments)
    with ape.reverts("auth: bad signature"):
        router.open_and_request(*both, wallet.but(OWNERS[0]).authorise(asking), sender=relayer)
    assert not opened()
    router.open_and_request(*both, wallet.authorise(asking), sender=relayer)
    assert opened()
    assert asked()


def test_router__executed_by_the_wallet__wants_its_signatures_all_the_same(
    world: World, wallet: Wallet, router: Any, escrow: Any, bookings: Any, relayer: Any
) -> None:
    asking, asked = request(world)
    deal = deal_of(world, payer=wallet.address)
    opens, opened = opening(world, deal.but(booking=bytes(bookings.request_id(asking.arguments[0]))))

    def through(opening_auth: Any, asking_auth: Any) -> None:
        arguments = (escrow, *opens.arguments, opening_auth, bookings, *asking.arguments, asking_auth)
        wallet.call(router, router.open_and_request.encode_input(*arguments), relayer)

    with ape.reverts("escrow: not the payer"):
        through(EMPTY_AUTH, wallet.authorise(asking))
    with ape.reverts("bookings: not the requester"):
        through(wallet.authorise(opens), EMPTY_AUTH)
    assert not opened()
    through(wallet.authorise(opens), wallet.authorise(asking))
    assert opened()
    assert asked()


def test_router__for_a_gated_thing__wants_two_owners_for_the_data_too(
    world: World, wallet: Wallet, router: Any, escrow: Any, bookings: Any, relayer: Any
) -> None:
    asking, asked = request_with(world)
    deal = deal_of(world, payer=wallet.address)
    opens, opened = opening(world, deal.but(booking=bytes(bookings.request_id(asking.arguments[0]))))
    both = (escrow, *opens.arguments, wallet.authorise(opens), bookings, *asking.arguments)
    with ape.reverts("auth: bad signature"):
        router.open_and_request_with(*both, wallet.but(OWNERS[0]).authorise(asking), sender=relayer)
    with ape.reverts("auth: bad signature"):
        router.open_and_request_with(*both[:-1], b"another letter", wallet.authorise(asking), sender=relayer)
    assert not opened()
    router.open_and_request_with(*both, wallet.authorise(asking), sender=relayer)
    assert opened()
    assert asked()
