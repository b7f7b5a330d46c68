"""Announcing, asking, granting and giving back: the cases of `Bookings`."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from bench.gas_ground import (
    BUFFER_OF_TWO,
    COIN,
    FIRST_COME,
    GATED,
    HOUR,
    MANUAL,
    NO_AUTH,
    POLICY,
    REQUEST,
    SAYS_GRANT,
    SAYS_PENDING,
    ZERO,
    Bench,
    announcement,
    request,
)
from bench.rating_cases import rating_cases
from scripts._chain_client.abi import encode_call


def booking_cases(bench: Bench) -> None:
    """Announcing, requesting, granting, denying, cancelling, and rating a booking that is over."""
    name = "Bookings"
    one = bench.measure("owner", f"{name}.announce", "", announcement(bench, MANUAL), NO_AUTH)
    manual = one.event(name, "ResourceAnnounced")["resource"]
    first_come = bench.send("owner", f"{name}.announce", announcement(bench, FIRST_COME), NO_AUTH)
    quick = first_come.event(name, "ResourceAnnounced")["resource"]
    many = [announcement(bench, MANUAL) for _ in range(50)]
    batch = bench.send("owner", f"{name}.announce_many", many, NO_AUTH)
    bench.add(f"{name}.announce_many", "each of 50", batch.gas_used // 50)

    new_word = request(bench, manual, 0)
    bench.measure("payer", f"{name}.request", "pending", new_word, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "new word", new_word, NO_AUTH)
    used_word = request(bench, manual, 10)
    bench.send("payer", f"{name}.request", used_word, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "used word", used_word, NO_AUTH)
    bench.measure("payer", f"{name}.request", "first-come, new word", request(bench, quick, 0), NO_AUTH)
    granted = request(bench, quick, 10)
    bench.measure("payer", f"{name}.request", "first-come, used word", granted, NO_AUTH)
    bench.measure("payer", f"{name}.cancel", "granted", granted, NO_AUTH)
    pending = request(bench, manual, 20)
    bench.send("payer", f"{name}.request", pending, NO_AUTH)
    bench.measure("payer", f"{name}.cancel", "pending", pending, NO_AUTH)
    denied = request(bench, manual, 20)
    bench.send("payer", f"{name}.request", denied, NO_AUTH)
    bench.measure("owner", f"{name}.deny", "", denied, keccak(b"reason"), NO_AUTH)

    conditions_cases(bench)
    shape_cases(bench)
    whole_cases(bench)

    # both ends of an idle calendar: 336 hours lie over three words
    long = request(bench, quick, 24 * 30, 336)
    bench.measure("payer", f"{name}.request", "first-come, 336 quanta, new words", long, NO_AUTH)
    bench.at(new_word[2] + 4 * HOUR)
    rating_cases(bench, name, encode([REQUEST], [new_word]), ("payer", "owner"), "a booking", 0)


def conditions_cases(bench: Bench) -> None:
    """Resources with conditions: a gate, a quota, opening hours, a policy that decides at once and later."""
    name, policy = "Bookings", "0x" + "77" * 20
    rpc = bench.chains["payer"].rpc
    always = 2**168 - 1

    def announced(label: str, rule: int, *conditions: Any) -> tuple[bytes, tuple[Any, ...]]:
        arguments = (announcement(bench, rule, more_terms=GATED), conditions, NO_AUTH)
        receipt = bench.measure("owner", f"{name}.announce_gated", label, *arguments)
        return receipt.event(name, "ResourceAnnounced")["resource"], conditions

    def ask(label: str, thing: tuple[bytes, tuple[Any, ...]], hour: int) -> tuple[Any, ...]:
        wanted = request(bench, thing[0], hour)
        bench.measure("payer", f"{name}.request_with", label, wanted, thing[1], b"", NO_AUTH)
        return wanted

    rpc.call("anvil_setCode", policy, SAYS_GRANT)
    gate = announced("with a policy", FIRST_COME, policy, ZERO, 0, 0, ZERO)
    ask("first-come behind a gate, new word", gate, 0)
    ask("first-come behind a gate, used word", gate, 10)
    hours = announced("with opening and quota", FIRST_COME, COIN, ZERO, 100, always, ZERO)
    ask("first-come with opening and quota, first of a member", hours, 0)
    ask("first-come with opening and quota, used words", hours, 10)
    decided = announced("decided by a policy", POLICY, policy, ZERO, 0, 0, ZERO)
    ask("granted by a policy, new word", decided, 0)
    rpc.call("anvil_setCode", policy, SAYS_PENDING)
    waiting = ask("left waiting by a policy", decided, 10)
    rpc.call("anvil_setCode", policy, SAYS_GRANT)
    bench.measure("stranger", f"{name}.poke", "granted, used word", waiting, decided[1], b"")


def shape_cases(bench: Bench) -> None:
    """Capacity, buffer, an owner's block, an early return, and the states of a resource."""
    name = "Bookings"

    def announced(**terms: int) -> bytes:
        receipt = bench.send("owner", f"{name}.announce", announcement(bench, **terms), NO_AUTH)
        return bytes(receipt.event(name, "ResourceAnnounced")["resource"])

    hall = announced(rule=FIRST_COME, capacity=40)
    bench.measure("payer", f"{name}.request", "first-come, lanes, new word", request(bench, hall, 0), NO_AUTH)
    bench.measure(
        "payer", f"{name}.request", "first-come, lanes, used word", request(bench, hall, 1), NO_AUTH
    )
    bus = announced(rule=FIRST_COME, more_terms=BUFFER_OF_TWO)
    bench.send("payer", f"{name}.request", request(bench, bus, 0), NO_AUTH)
    buffered = request(bench, bus, 10)
    bench.measure("payer", f"{name}.request", "first-come, buffer, used word", buffered, NO_AUTH)
    bench.measure("payer", f"{name}.return_early", "", buffered, buffered[2] + 2 * HOUR, NO_AUTH)
    block = (bus, bench.address("owner"), *request(bench, bus, 20)[2:])
    bench.measure("owner", f"{name}.request", "owner's block, used word", block, NO_AUTH)
    bench.measure("owner", f"{name}.set_resource_state", "", bus, 2, NO_AUTH)


def whole_cases(bench: Bench) -> None:
    """A series of twelve hours, week by week, and a bundle of four things."""
    name = "Bookings"
    things = []
    for rule in (FIRST_COME, MANUAL, MANUAL, MANUAL, MANUAL):
        receipt = bench.send("owner", f"{name}.announce", announcement(bench, rule), NO_AUTH)
        things.append(bytes(receipt.event(name, "ResourceAnnounced")["resource"]))
    weekly = (1 << 220 | sum(168 << 20 * i for i in range(11))).to_bytes(32, "big")

    def every_week(thing: bytes, hour: int) -> tuple[Any, ...]:
        return (*request(bench, thing, hour, 1)[:6], weekly, bench.salt())

    series = every_week(things[0], 0)
    bench.measure("payer", f"{name}.request", "first-come, 12 weekly hours", series, NO_AUTH)
    bench.measure("payer", f"{name}.cancel_series", "two of twelve", series, 0b110, NO_AUTH)
    asked = every_week(things[1], 0)
    bench.measure("payer", f"{name}.request", "pending, 12 weekly hours", asked, NO_AUTH)
    bench.measure("owner", f"{name}.confirm", "12 weekly hours", asked, NO_AUTH)

    bare = [request(bench, thing, 40 * 24) for thing in things[1:]]
    chained = ZERO
    for item in bare:
        chained = keccak(encode(["bytes32", REQUEST], [chained, item]))
    items = [(*item[:6], chained, item[7]) for item in bare]
    for who, function, label in (
        ("payer", "request", "a bundle of four asked for"),
        ("owner", "confirm", "a bundle of four granted, new words"),
    ):
        calls = [encode_call(name, function, (item, NO_AUTH)) for item in items]
        bench.measure(who, f"{name}.together", label, calls)
