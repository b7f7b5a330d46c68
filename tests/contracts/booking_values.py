"""Builds the values that `Bookings` takes: packed terms, announcements, requests, starts on the grid."""

import hashlib
from typing import Any

from eth_abi import encode
from eth_utils import keccak

QUANTUM_S = (300, 900, 1_800, 3_600, 86_400)
MANUAL, FIRST_COME, POLICY = 0, 1, 2
ACTIVE, PAUSED, RETIRED = 1, 2, 3
PENDING, GRANTED, DENIED, CANCELLED, EXPIRED = 1, 2, 3, 4, 5
# Bits of a request's word beside its state
WAS_GRANTED, COUNTED, SERIES = 1 << 44, 1 << 97, 1 << 98
HOUR_S, DAY_S = 3_600, 86_400

# name → (lowest bit, number of bits) of the resource word
FIELDS = {
    "owner": (0, 160),
    "quantum": (160, 3),
    "rule": (163, 3),
    "state": (166, 2),
    "capacity": (168, 8),
    "phase": (176, 7),
    "horizon_days": (183, 10),
    "ttl_hours": (193, 10),
    "notice_hours": (203, 10),
    "max_quanta": (213, 12),
    "buffer_quanta": (225, 6),
    "gated": (231, 1),
    "service": (232, 24),
}
# A drill by the hour: any hour of the next 60 days, a week at most, asked two days ahead of the answer
DRILL = {
    "quantum": 3,
    "capacity": 1,
    "horizon_days": 60,
    "ttl_hours": 48,
    "max_quanta": 168,
    "service": 0xABCDEF,
}


def number(label: str) -> bytes:
    """32 bytes that stand for a digest, salt or id."""
    return hashlib.sha256(label.encode()).digest()


def packed(**fields: int) -> int:
    """The terms word of `DRILL` with the given fields changed."""
    word = 0
    for name, value in {**DRILL, **fields}.items():
        low, width = FIELDS[name]
        assert value < 1 << width, f"{name} has {width} bits"
        word |= value << low
    return word


def announcement(label: str = "drill", **fields: int) -> dict[str, Any]:
    """An `Announcement`; `label` makes its digest and salt distinct."""
    return {"terms": packed(**fields), "digest": number(f"digest of {label}"), "salt": number(label)}


def conditions_of(**fields: Any) -> dict[str, Any]:
    """`Conditions` that ask for nothing, with the given fields changed."""
    nothing = {
        "policy": "0x" + "00" * 20,
        "param": bytes(32),
        "quota": 0,
        "opening": 0,
        "requires": bytes(32),
    }
    return {**nothing, **fields}


def announcement_message(announced: dict[str, Any]) -> dict[str, Any]:
    """The EIP-712 struct `Announcement` a wallet shows for packed terms."""

    def field(name: str) -> int:
        low, width = FIELDS[name]
        return int(announced["terms"] >> low & (1 << width) - 1)

    return {
        "quantum_s": QUANTUM_S[field("quantum")],
        "rule": field("rule"),
        "capacity": field("capacity"),
        "phase_s": field("phase") * 900,
        "horizon_days": field("horizon_days"),
        "ttl_hours": field("ttl_hours"),
        "notice_hours": field("notice_hours"),
        "max_quanta": field("max_quanta"),
        "buffer_quanta": field("buffer_quanta"),
        "gated": bool(field("gated")),
        "service": field("service"),
        "digest": announced["digest"],
        "salt": announced["salt"],
    }


def request_of(
    resource: bytes, requester: str, start: int, quanta: int = 2, **changes: Any
) -> dict[str, Any]:
    """A `Request` for `quanta` from `start` (UTC seconds)."""
    return {
        "resource": resource,
        "requester": requester,
        "start": start,
        "quanta": quanta,
        "units": 1,
        "gathering": bytes(32),
        "bundle": bytes(32),
        "salt": number("request"),
        **changes,
    }


def series_of(gaps: list[int]) -> bytes:
    """The `bundle` of a series: the gaps from start to start, in quanta."""
    return (1 << 220 | sum(gap << 20 * i for i, gap in enumerate(gaps))).to_bytes(32, "big")


def bundled(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items with `bundle` set to the hash chain over all of them."""
    link = bytes(32)
    kinds = ["bytes32", "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"]
    for item in items:
        link = keccak(encode(kinds, [link, tuple(item.values())]))
    return [{**item, "bundle": link} for item in items]


def on_grid(earliest_s: int, quantum_s: int = HOUR_S, phase_s: int = 0) -> int:
    """The first start of a quantum at or after `earliest_s`."""
    return phase_s + -(-(earliest_s - phase_s) // quantum_s) * quantum_s
