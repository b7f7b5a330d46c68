"""What the wallet does as an owner of things and as a requester."""

from typing import Any

from contracts.booking_values import (
    CANCELLED,
    DAY_S,
    DENIED,
    FIRST_COME,
    GRANTED,
    HOUR_S,
    PENDING,
    SERIES,
    announcement,
    announcement_message,
    bundled,
    conditions_of,
    on_grid,
    request_of,
    series_of,
)
from contracts.signing import EMPTY_AUTH
from contracts.wallet.multisig import Act, Auth
from contracts.wallet.world import REASON, Prepared, World

WEEK_H = 168
QUOTA = conditions_of(quota=20)


def announce(world: World) -> Prepared:
    bookings, made = world.get("bookings"), announcement()
    message = {"announcement": announcement_message(made), "deadline": world.deadline}
    act = Act(bookings, "announce", (made,), "Announce", message)
    return act, lambda: bookings.resource(bookings.resource_id(world.me, made)) != 0


def announce_many(world: World) -> Prepared:
    bookings, made = world.get("bookings"), [announcement("saw"), announcement("drill")]
    message = {"announcements": [announcement_message(one) for one in made], "deadline": world.deadline}
    act = Act(bookings, "announce_many", (made,), "AnnounceMany", message)
    return act, lambda: all(bookings.resource(bookings.resource_id(world.me, one)) for one in made)


def announce_gated(world: World) -> Prepared:
    bookings, made = world.get("bookings"), announcement(gated=1)
    message = {"announcement": announcement_message(made), "conditions": QUOTA, "deadline": world.deadline}
    act = Act(bookings, "announce_gated", (made, QUOTA), "AnnounceGated", message)
    return act, lambda: bookings.resource(bookings.resource_id(world.me, made)) != 0


def set_resource_state(world: World) -> Prepared:
    bookings, key = world.get("bookings"), own_thing(world)
    word = bookings.resource(key)
    message = {"resource": key, "state": 2, "word": word, "deadline": world.deadline}
    act = Act(bookings, "set_resource_state", (key, 2), "SetResourceState", message)
    return act, lambda: bookings.resource(key) != word


def confirm(world: World) -> Prepared:
    return _decision(world, asked_of(world, own_thing(world)), "confirm", "Confirm", {}, GRANTED)


def confirm_series(world: World) -> Prepared:
    wanted = asked_of(world, own_thing(world), bundle=series_of([WEEK_H] * 3))
    return _decision(world, wanted, "confirm", "Confirm", {}, GRANTED)


def deny(world: World) -> Prepared:
    wanted = asked_of(world, own_thing(world))
    return _decision(world, wanted, "deny", "Deny", {"reason": REASON}, DENIED)


def request(world: World) -> Prepared:
    return _asking(world, thing_of_another(world), PENDING)


def request_first_come(world: World) -> Prepared:
    return _asking(world, thing_of_another(world, rule=FIRST_COME), GRANTED)


def request_series(world: World) -> Prepared:
    return _asking(world, thing_of_another(world), PENDING, bundle=series_of([WEEK_H] * 3))


def request_with(world: World) -> Prepared:
    bookings, owner, made = world.get("bookings"), world.get("owner"), announcement(gated=1)
    bookings.announce_gated(made, QUOTA, EMPTY_AUTH, sender=owner)
    wanted = _wanted(world, bytes(bookings.resource_id(owner, made)), world.me)
    message = {"request": wanted, "data": b"a letter", "deadline": world.deadline}
    act = Act(bookings, "request_with", (wanted, QUOTA, b"a letter"), "BookWith", message)
    return act, lambda: bookings.request_state(bookings.request_id(wanted)) == PENDING


def cancel(world: World) -> Prepared:
    wanted = world.do(request(world)).arguments[0]
    return _decision(world, wanted, "cancel", "Cancel", {}, CANCELLED)


def return_early(world: World) -> Prepared:
    wanted = world.do(request_first_come(world)).arguments[0]
    bookings, end = world.get("bookings"), wanted["start"] + HOUR_S
    act, _ = _decision(world, wanted, "return_early", "ReturnEarly", {"end": end}, GRANTED)
    return act, lambda: bookings.is_free(wanted["resource"], end, 1)


def cancel_series(world: World) -> Prepared:
    thing = thing_of_another(world, rule=FIRST_COME)
    bundle = series_of([WEEK_H] * 3)
    wanted = world.do(_asking(world, thing, GRANTED, bundle=bundle)).arguments[0]
    bookings, second = world.get("bookings"), wanted["start"] + WEEK_H * HOUR_S
    assert bookings.request_word(bookings.request_id(wanted)) & SERIES
    act, _ = _decision(world, wanted, "cancel_series", "CancelSeries", {"which": 0b10}, GRANTED)
    return act, lambda: bookings.is_free(thing, second, 2)


def ask_for_bundle(world: World) -> Prepared:
    """Its own item beside that of somebody else, in one call; each thing is another owner's."""
    bookings = world.get("bookings")
    mine, theirs = bundled(
        [
            _wanted(world, thing_of_another(world, "room"), world.me),
            _wanted(world, thing_of_another(world, "bus"), world.stranger.address),
        ]
    )
    signed = _item_of_another(world, "request", "Book", world.stranger, theirs, {})
    act = _together(world, "request", "Book", mine, {}, signed)
    return act, lambda: bookings.request_state(bookings.request_id(mine)) == PENDING


def grant_bundle(world: World) -> Prepared:
    """Its own thing beside that of another owner, in one call."""
    bookings = world.get("bookings")
    items = bundled(
        [
            _wanted(world, own_thing(world), world.stranger.address),
            _wanted(world, thing_of_another(world), world.stranger.address),
        ]
    )
    calls = [bookings.request.encode_input(item, EMPTY_AUTH) for item in items]
    bookings.together(calls, sender=world.stranger)
    words = [{"word": bookings.request_word(bookings.request_id(item))} for item in items]
    signed = _item_of_another(world, "confirm", "Confirm", world.get("owner"), items[1], words[1])
    act = _together(world, "confirm", "Confirm", items[0], words[0], signed)
    return act, lambda: bookings.request_state(bookings.request_id(items[0])) == GRANTED


def own_thing(world: World) -> bytes:
    """A thing that the wallet announced."""
    made = world.do(announce(world)).arguments[0]
    return bytes(world.get("bookings").resource_id(world.me, made))


def thing_of_another(world: World, label: str = "drill", **terms: int) -> bytes:
    """A thing of the owner's."""
    bookings, owner, made = world.get("bookings"), world.get("owner"), announcement(label, **terms)
    bookings.announce(made, EMPTY_AUTH, sender=owner)
    return bytes(bookings.resource_id(owner, made))


def asked_of(world: World, thing: bytes, **changes: Any) -> dict[str, Any]:
    """A stranger's pending request for a thing."""
    wanted = _wanted(world, thing, world.stranger.address, **changes)
    world.get("bookings").request(wanted, EMPTY_AUTH, sender=world.stranger)
    return wanted


def _wanted(world: World, thing: bytes, requester: str, **changes: Any) -> dict[str, Any]:
    return request_of(thing, requester, on_grid(world.now() + 3 * DAY_S), **changes)


def _asking(world: World, thing: bytes, state: int, **changes: Any) -> Prepared:
    bookings, wanted = world.get("bookings"), _wanted(world, thing, world.me, **changes)
    act = Act(bookings, "request", (wanted,), "Book", {"request": wanted, "deadline": world.deadline})
    return act, lambda: bookings.request_state(bookings.request_id(wanted)) == state


def _decision(
    world: World, wanted: dict[str, Any], function: str, primary: str, more: dict[str, Any], state: int
) -> Prepared:
    bookings = world.get("bookings")
    key = bookings.request_id(wanted)
    message = {"request": wanted, **more, "word": bookings.request_word(key), "deadline": world.deadline}
    act = Act(bookings, function, (wanted, *more.values()), primary, message)
    return act, lambda: bookings.request_state(key) == state


def _item_of_another(
    world: World, function: str, primary: str, member: Any, item: dict[str, Any], more: dict[str, Any]
) -> bytes:
    """The call about an item of a bundle, signed by another member."""
    bookings = world.get("bookings")
    message = {"request": item, **more, "deadline": world.deadline}
    auth = world.signed_by(member, bookings, primary, message)
    return bytes(getattr(bookings, function).encode_input(item, auth))


def _together(
    world: World, function: str, primary: str, item: dict[str, Any], more: dict[str, Any], beside: bytes
) -> Act:
    """The wallet's call about the first item of a bundle, with that of another about the second."""
    bookings = world.get("bookings")

    def complete(arguments: tuple[Any, ...], auth: Auth) -> tuple[Any, ...]:
        return ([bytes(getattr(bookings, function).encode_input(*arguments, auth)), beside],)

    message = {"request": item, **more, "deadline": world.deadline}
    return Act(bookings, "together", (item,), primary, message, complete)


BOOKING_ACTS = {
    "announce": announce,
    "announce_many": announce_many,
    "announce_gated": announce_gated,
    "set_resource_state": set_resource_state,
    "confirm": confirm,
    "confirm a series": confirm_series,
    "deny": deny,
    "request": request,
    "request, first come": request_first_come,
    "request a series": request_series,
    "request_with": request_with,
    "cancel": cancel,
    "return_early": return_early,
    "cancel_series": cancel_series,
    "ask for a bundle": ask_for_bundle,
    "grant a bundle": grant_bundle,
}
