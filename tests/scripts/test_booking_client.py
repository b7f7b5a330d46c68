"""The rarer acts of the booking client do on chain what they say: conditions, states, series, bundles, early
returns, every policy's param and data."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from anvil_chain import AnvilChain, anvil_chain

from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID
from scripts._chain_client import booking_acts, bookings, policies, spaces
from scripts._chain_client.booking_acts import Conditions
from scripts._chain_client.bookings import Announcement, Request, ResourceTerms
from scripts._chain_client.chain import Chain
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError

HOUR_S, DAY_S, WEEK_S = 3_600, 86_400, 7 * 86_400
ROLES = {"owner": "lena", "requester": "amir", "other owner": "mira", "stranger": "jonas"}


@pytest.fixture(scope="module")
def world() -> Iterator[AnvilChain]:
    """A chain with everything deployed."""
    with anvil_chain() as chain:
        yield chain


@pytest.fixture(scope="module")
def clients(world: AnvilChain) -> dict[str, Chain]:
    """The contracts as each role acts on them."""
    rpc = Rpc(world.rpc_url)
    return {
        role: Chain(rpc, world.deployment, persona_account(name, CHAIN_ID)) for role, name in ROLES.items()
    }


@pytest.fixture
def start_s(clients: dict[str, Chain]) -> int:
    """A full hour two days from now."""
    now_s = clients["owner"].now_s()
    return now_s - now_s % HOUR_S + 2 * DAY_S


def thing(owner: Chain, conditions: Conditions | None = None, **terms: Any) -> bytes:
    """A new thing of an owner."""
    word = ResourceTerms(service=7, gated=conditions is not None, **terms).word()
    said = Announcement(word, secrets.token_bytes(32), secrets.token_bytes(32))
    if conditions is None:
        return bookings.announce(owner, said)[0]
    return booking_acts.announce_gated(owner, said, conditions)[0]


def wish(requester: Chain, resource: bytes, start_s: int, quanta: int = 2, **more: Any) -> Request:
    """What somebody asks for."""
    return Request(resource, requester.me, start_s, quanta, secrets.token_bytes(32), **more)


def refusal(act: Any, *arguments: Any) -> str:
    """The code with which an act is refused."""
    with pytest.raises(CommandError) as refused:
        act(*arguments)
    return refused.value.code


def test_state__paused_and_retired__is_what_the_contract_says(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, requester = clients["owner"], clients["requester"]
    drill = thing(owner, rule=bookings.FIRST_COME)
    for state in ("paused", "active", "retired"):
        booking_acts.set_resource_state(owner, drill, state)
        assert owner.read("Bookings", "resource", drill) >> 166 & 3 == booking_acts.RESOURCE_STATES[state]
    assert refusal(bookings.book, requester, wish(requester, drill, start_s)) == "bookings: retired"


def test_book__more_units_than_are_left__is_refused_before_it_waits_in_vain(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, requester = clients["owner"], clients["requester"]
    chairs = thing(owner, capacity=5)
    first = wish(requester, chairs, start_s, units=3)
    bookings.book(requester, first)
    bookings.confirm(owner, first)
    assert refusal(bookings.book, requester, wish(requester, chairs, start_s, units=3)) == (
        "bookings: not free"
    )
    assert refusal(bookings.book, requester, wish(requester, chairs, start_s, units=6)) == (
        "bookings: units out of range"
    )
    bookings.book(requester, wish(requester, chairs, start_s, units=2))


def test_series__of_which_one_time_is_taken__is_refused_and_given_back_time_by_time(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, requester = clients["owner"], clients["requester"]
    room = thing(owner)
    starts = [start_s + week * WEEK_S for week in range(4)]
    series = booking_acts.as_series(wish(requester, room, start_s), starts, HOUR_S)
    key, _ = bookings.book(requester, series)
    bookings.confirm(owner, series)
    again = booking_acts.as_series(wish(requester, room, start_s), [start_s - DAY_S, starts[3]], HOUR_S)
    assert refusal(bookings.book, requester, again) == "bookings: not free"
    booking_acts.cancel_series(requester, series, 0b1010)
    bookings.book(requester, again)
    assert bookings.state(owner, key) == "granted"
    bookings.cancel(requester, series)
    assert bookings.state(owner, key) == "cancelled"
    with pytest.raises(ValueError):
        booking_acts.as_series(series, [start_s, start_s + 90], HOUR_S)


def test_return__early__frees_the_rest(clients: dict[str, Chain], start_s: int) -> None:
    requester = clients["requester"]
    drill = thing(clients["owner"], rule=bookings.FIRST_COME)
    booked = wish(requester, drill, start_s, 6)
    bookings.book(requester, booked)
    booking_acts.return_early(requester, booked, start_s + 2 * HOUR_S)
    assert requester.read("Bookings", "is_free", drill, start_s + 2 * HOUR_S, 4)
    assert not requester.read("Bookings", "is_free", drill, start_s + HOUR_S, 1)


def test_bundle__of_gated_things__is_found_again_in_its_order_and_granted_together(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, other, requester = clients["owner"], clients["other owner"], clients["requester"]
    room = thing(owner)
    attested = Conditions(
        owner.address("AttestedByKey"), policies.attested_by_key(clients["stranger"].me), requires=room
    )
    beamer = thing(other, attested, rule=bookings.POLICY)
    chairs = thing(other, rule=bookings.FIRST_COME, capacity=9)
    items = booking_acts.as_bundle([wish(requester, one, start_s) for one in (room, beamer, chairs)])
    booking_acts.request_bundle(requester, items, [None, attested, None], [b"", b"", b""])
    keys = [bookings.request_id(requester, item) for item in items]
    for key in keys:
        assert bookings.find_bundle(requester, key) == items
    assert (
        bookings.find_bundle(requester, bookings.book(requester, wish(requester, room, start_s))[0])[1:] == []
    )

    stranger = clients["stranger"]
    until_s = stranger.now_s() + HOUR_S
    message = policies.attest_message(stranger, keys[1], policies.GRANT, until_s)
    data = policies.attestation(policies.GRANT, until_s, stranger.sign_typed(message))
    empty = ("0x" + "00" * 20, 0, b"")
    auth = owner.sign_act("Bookings", "confirm", (items[0].values(), empty))
    assert refusal(booking_acts.grant_bundle, stranger, items[:2], [auth, empty]) == "bookings: not the owner"
    booking_acts.grant_bundle(stranger, items, [auth, empty, empty], [None, (attested, data), None])
    assert [bookings.state(owner, key) for key in keys] == ["granted"] * 3


def test_conditions__opening_and_quota__bind_as_they_were_announced(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, requester = clients["owner"], clients["requester"]
    open_hour = (start_s // HOUR_S + 72) % 168
    asks = Conditions(quota=3, opening=1 << open_hour)
    drill = thing(owner, asks, rule=bookings.FIRST_COME)
    assert refusal(bookings.book, requester, wish(requester, drill, start_s, 1)) == (
        "bookings: conditions missing"
    )
    outside = wish(requester, drill, start_s + HOUR_S, 1)
    assert refusal(booking_acts.request_with, requester, outside, asks) == "bookings: closed at that time"
    foreign = Conditions(quota=4, opening=asks.opening)
    inside = wish(requester, drill, start_s, 1)
    assert refusal(booking_acts.request_with, requester, inside, foreign) == "bookings: foreign conditions"
    booking_acts.request_with(requester, inside, asks)
    bookings.book(owner, wish(owner, drill, start_s + HOUR_S, 5))


def test_members_and_tickets__param__admits_whom_the_space_knows(
    clients: dict[str, Chain], start_s: int
) -> None:
    owner, requester, stranger = clients["owner"], clients["requester"], clients["stranger"]
    place, _ = spaces.create(owner, spaces.Space(secrets.token_bytes(32), secrets.token_bytes(32)))
    key = spaces.Ticket(place, 5, secrets.token_bytes(32), secrets.token_bytes(32))
    ticket, _ = spaces.issue(owner, key)
    spaces.set_gate(owner, place, ticket)
    spaces.give(owner, key, [requester.me])
    for name, param in (
        ("MembersOnly", policies.members_only(place)),
        ("TicketHolder", policies.ticket_holder(ticket)),
    ):
        asks = Conditions(owner.address(name), param)
        room = thing(owner, asks, rule=bookings.POLICY)
        found, _ = booking_acts.request_with(requester, wish(requester, room, start_s), asks)
        assert bookings.state(owner, found) == "granted"
        other = wish(stranger, room, start_s + DAY_S)
        assert refusal(booking_acts.request_with, stranger, other, asks) == "bookings: policy denies"


def test_lottery__entered_fixed_and_drawn__grants_one(
    world: AnvilChain, clients: dict[str, Chain], start_s: int
) -> None:
    owner, stranger = clients["owner"], clients["stranger"]
    asks = Conditions(owner.address("Lottery"), policies.lottery(HOUR_S))
    room = thing(owner, asks, rule=bookings.POLICY)
    entrants = {role: wish(clients[role], room, start_s) for role in ("requester", "other owner")}
    for role, request in entrants.items():
        booking_acts.request_with(clients[role], request, asks, policies.NO_DATA)
        policies.enter(stranger, request, HOUR_S)
    world.travel(start_s - HOUR_S - stranger.now_s())
    target = policies.fix(stranger, room, start_s, HOUR_S)
    world.mine(target + 1 - world.height)
    won = policies.draw(stranger, room, start_s, HOUR_S)
    keys = {bookings.request_id(owner, request): request for request in entrants.values()}
    for key, request in keys.items():
        booking_acts.poke(stranger, request, asks)
        assert bookings.state(owner, key) == ("granted" if key == won else "denied")
