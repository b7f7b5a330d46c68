"""The transactions of `Spaces` that `bench.gas` measures."""

from __future__ import annotations

from typing import Any

from eth_utils.crypto import keccak

from bench.gas_ground import DAY, HOUR, NO_AUTH, ZERO, Bench

NAME = "Spaces"
DEEPEST = 8


def space_cases(bench: Bench) -> None:
    """Creating at both ends of the depth, gates, tickets one and many, gatherings, listings."""
    space = _created(bench, "in no other")
    levels = [space]
    while len(levels) < DEEPEST - 1:
        levels.append(_created(bench, "", levels[-1]))
    levels.append(_created(bench, "eight deep", levels[-1]))
    _created(bench, "fork", forked_from=space)

    ticket = (space, 1_000, keccak(b"description"), bench.salt())
    issued = bench.measure("owner", f"{NAME}.issue", "", ticket, NO_AUTH)
    key = issued.event(NAME, "TicketIssued")["ticket"]
    bench.measure("owner", f"{NAME}.give", "to one member", ticket, [bench.address("payee")], NO_AUTH)
    crowd = ["0x" + keccak(bytes([index]))[:20].hex() for index in range(64)]
    given = bench.send("owner", f"{NAME}.give", ticket, crowd, NO_AUTH)
    bench.add(f"{NAME}.give", "each of 64 members", given.gas_used // 64)
    bench.measure("owner", f"{NAME}.set_gate", "a ticket, first", space, key, NO_AUTH)

    start = (bench.chains["payer"].now_s() // HOUR + 24) * HOUR

    def gathering(where: bytes) -> tuple[Any, ...]:
        return where, start, start + DAY, keccak(b"description"), bench.salt()

    hosted = bench.measure("payee", f"{NAME}.host", "with a ticket", gathering(space), NO_AUTH)
    bench.measure("payee", f"{NAME}.host", "eight deep", gathering(levels[-1]), NO_AUTH)
    bench.measure(
        "payee", f"{NAME}.call_off", "", hosted.event(NAME, "GatheringHosted")["gathering"], NO_AUTH
    )
    things = [bench.salt() for _ in range(64)]
    listed = (space, bench.contract("Bookings"))
    bench.measure("payee", f"{NAME}.list_resources", "one", *listed, things[:1], 0, NO_AUTH)
    many = bench.send("payee", f"{NAME}.list_resources", *listed, things, 0, NO_AUTH)
    bench.add(f"{NAME}.list_resources", "each of 64", many.gas_used // 64)

    bench.measure("owner", f"{NAME}.take_back", "", ticket, crowd[0], NO_AUTH)
    bench.measure("payee", f"{NAME}.renounce", "", key, NO_AUTH)
    bench.measure("owner", f"{NAME}.set_gate", "open again", space, ZERO, NO_AUTH)
    bench.measure("owner", f"{NAME}.hand_over", "", space, bench.address("payee"), NO_AUTH)
    bench.measure("payee", f"{NAME}.close", "", space, NO_AUTH)
    bench.measure("payee", f"{NAME}.cancel_nonce", "", 1)


def _created(bench: Bench, label: str, parent: bytes = ZERO, forked_from: bytes = ZERO) -> bytes:
    values = (parent, forked_from, keccak(b"description"), bench.salt())
    receipt = bench.send("owner", f"{NAME}.create", values, NO_AUTH)
    if label:
        bench.add(f"{NAME}.create", label, receipt.gas_used)
    space: bytes = receipt.event(NAME, "SpaceCreated")["space"]
    return space
