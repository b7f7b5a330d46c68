"""`Bookings` as Python: resources, requests and grants. Ids are 32 bytes, times UTC seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from backend.kit.hexadecimal import to_address
from indexer.projections.booking import SERIES_MARK_AT, starts_s
from scripts._chain_client import abi
from scripts._chain_client.chain import NO_AUTH, ZERO_HASH, Chain, Receipt
from scripts._chain_client.rpc import refused
from scripts._errors import CommandError

QUANTA_S = (300, 900, 1_800, 3_600, 86_400)
MANUAL, FIRST_COME, POLICY = 0, 1, 2
RULES = {"manual": MANUAL, "first-come": FIRST_COME, "policy": POLICY}
REQUEST_STATES = ("unknown", "pending", "granted", "denied", "cancelled", "expired")
PHASE_S = 900
ANNOUNCEMENT = "(uint256,bytes32,bytes32)"
REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"


@dataclass(frozen=True, slots=True)
class ResourceTerms:
    """What an owner says of a thing on chain.

    Args:
        service: 24-bit number of the service (`service_id`).
        quantum_s: Length of a quantum, one of `QUANTA_S`.
        rule: `MANUAL`, `FIRST_COME` or `POLICY`.
        phase_s: Where the first quantum of a UTC day begins, a multiple of 900.
        horizon_days, ttl_h, notice_h: How far ahead one may ask, how long a request stays open, how early it
        must come.
        max_quanta: Longest booking.
        capacity: How many units there are, 1 to 255.
        buffer_quanta: How many must be free on both sides of a grant, with a capacity of 1.
        gated: Conditions stand beside.
    """

    service: int
    quantum_s: int = 3_600
    rule: int = MANUAL
    phase_s: int = 0
    horizon_days: int = 180
    ttl_h: int = 72
    notice_h: int = 0
    max_quanta: int = 24 * 14
    capacity: int = 1
    buffer_quanta: int = 0
    gated: bool = False

    def word(self) -> int:
        """The packed terms, owner and state zero.

        Raises:
            CommandError: "cli: impossible terms" when a field does not fit its place.
        """
        if self.quantum_s not in QUANTA_S:
            raise _impossible("quantum", f"one of {', '.join(map(str, QUANTA_S))} seconds")
        if self.phase_s % PHASE_S or not 0 <= self.phase_s < 86_400:
            raise _impossible("phase", "a multiple of 900 seconds below a day")
        fields = (
            ("rule", self.rule, 163, 3),
            ("capacity", self.capacity, 168, 8),
            ("phase", self.phase_s // PHASE_S, 176, 7),
            ("horizon", self.horizon_days, 183, 10),
            ("time to live", self.ttl_h, 193, 10),
            ("notice", self.notice_h, 203, 10),
            ("longest booking", self.max_quanta, 213, 12),
            ("buffer", self.buffer_quanta, 225, 6),
            ("gate", int(self.gated), 231, 1),
            ("service", self.service, 232, 24),
        )
        word = QUANTA_S.index(self.quantum_s) << 160
        for name, value, shift, bits in fields:
            if not 0 <= value < 1 << bits:
                raise _impossible(name, f"between 0 and {(1 << bits) - 1}")
            word |= value << shift
        return word


@dataclass(frozen=True, slots=True)
class Announcement:
    """Packed terms, sha2-256 of the description document, salt (32 bytes each)."""

    terms: int
    digest: bytes
    salt: bytes

    def values(self) -> tuple[int, bytes, bytes]:
        """As the ABI wants them."""
        return self.terms, self.digest, self.salt


@dataclass(frozen=True, slots=True)
class Request:
    """What a requester asks for: `[start_s, start_s + quanta * quantum)` of a resource. `requester` is
    hex."""

    resource: bytes
    requester: str
    start_s: int
    quanta: int
    salt: bytes
    units: int = 1
    gathering: bytes = ZERO_HASH
    bundle: bytes = ZERO_HASH

    def values(self) -> tuple[bytes, str, int, int, int, bytes, bytes, bytes]:
        """As the ABI wants them."""
        return (
            self.resource,
            self.requester,
            self.start_s,
            self.quanta,
            self.units,
            self.gathering,
            self.bundle,
            self.salt,
        )

    def terms(self) -> bytes:
        """The ABI encoding that the ledger passes on; its keccak is the deal."""
        return encode([REQUEST], [self.values()])


def service_id(tag: str) -> int:
    """The 24-bit number of a service: the first three bytes of keccak256 of its tag."""
    return int.from_bytes(keccak(text=tag)[:3], "big")


def resource_id(chain: Chain, owner: str, announcement: Announcement) -> bytes:
    """keccak256(abi_encode(chain id, contract, owner, announcement)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Bookings"), owner, announcement.values()]
    return keccak(encode(["uint256", "address", "address", ANNOUNCEMENT], values))


def announce(chain: Chain, announcement: Announcement) -> tuple[bytes, Receipt]:
    """Announce a resource of the account; its id."""
    receipt = chain.send("Bookings", "announce", announcement.values(), NO_AUTH)
    return receipt.event("Bookings", "ResourceAnnounced")["resource"], receipt


def announce_many(chain: Chain, announcements: Sequence[Announcement]) -> Receipt:
    """Announce up to 500 resources of the account in one transaction, all or none."""
    return chain.send("Bookings", "announce_many", [item.values() for item in announcements], NO_AUTH)


def are_announced(chain: Chain, resources: Sequence[bytes]) -> list[bool]:
    """For each id whether the contract knows it, asked in one batch."""
    calls = [
        {
            "to": chain.address("Bookings"),
            "data": "0x" + abi.encode_call("Bookings", "resource", [resource]).hex(),
        }
        for resource in resources
    ]
    answers = chain.rpc.batch([("eth_call", (call, "latest")) for call in calls])
    return [int(answer, 16) != 0 for answer in answers]


def book(chain: Chain, request: Request) -> tuple[bytes, Receipt]:
    """Ask for an interval, as the account; the request's id. First come, first served: granted at once.

    Raises:
        CommandError: a code of the contract; "bookings: not free" also where the contract would let it wait
            in vain, because a pending request occupies nothing.
    """
    require_free(chain, request, "request", request.values(), NO_AUTH)
    receipt = chain.send("Bookings", "request", request.values(), NO_AUTH)
    return receipt.event("Bookings", "BookingRequested")["request"], receipt


def require_free(chain: Chain, request: Request, function: str = "", *arguments: Any) -> None:
    """Refuse a request for which the units are not free at every one of its starts; in the words of the call
    that would ask for it where one is given and refused too.

    Raises:
        CommandError: a code of the contract, or "bookings: not free".
    """
    code = chain.read("Bookings", "resource", request.resource) >> 160 & 7
    quantum_s = QUANTA_S[code] if code < len(QUANTA_S) else 1
    starts = starts_s(request.bundle, request.start_s, quantum_s)
    wanted = request.quanta, request.units
    if not all(chain.read("Bookings", "is_free_for", request.resource, start, *wanted) for start in starts):
        if function:
            chain.simulate("Bookings", function, *arguments)
        raise refused("bookings: not free")


def confirm(chain: Chain, request: Request) -> Receipt:
    """Grant a pending request, as the owner."""
    return chain.send("Bookings", "confirm", request.values(), NO_AUTH)


def deny(chain: Chain, request: Request, reason: bytes = ZERO_HASH) -> Receipt:
    """Refuse a pending request, as the owner; `reason` is the digest of a document."""
    return chain.send("Bookings", "deny", request.values(), reason, NO_AUTH)


def cancel(chain: Chain, request: Request) -> Receipt:
    """Withdraw a request or give a grant back, as the requester."""
    return chain.send("Bookings", "cancel", request.values(), NO_AUTH)


def state(chain: Chain, request: bytes) -> str:
    """Word for the state of a request now, from the chain."""
    return REQUEST_STATES[chain.read("Bookings", "request_state", request)]


def request_id(chain: Chain, request: Request) -> bytes:
    """keccak256(abi_encode(chain id, contract, request)), 32 bytes."""
    values = [chain.deployment.chain_id, chain.address("Bookings"), request.values()]
    return keccak(encode(["uint256", "address", REQUEST], values))


def find_resource(chain: Chain, resource: bytes) -> tuple[str, Announcement]:
    """Owner (checksummed) and announcement of a resource from its log, checked by its id.

    Raises:
        CommandError: "bookings: unknown resource" or "cli: forged log".
    """
    found = chain.logs("Bookings", "ResourceAnnounced", [resource])
    if not found:
        raise refused("bookings: unknown resource")
    event = found[0]
    owner = to_address(bytes.fromhex(event["owner"][2:]))
    announcement = Announcement(event["terms"], event["digest"], event["salt"])
    if resource_id(chain, owner, announcement) != resource:
        raise _forged("resource")
    return owner, announcement


def find_request(chain: Chain, request: bytes) -> Request:
    """The values of a request from its log, checked by its id.

    Raises:
        CommandError: "bookings: unknown request" or "cli: forged log".
    """
    found = chain.logs("Bookings", "BookingRequested", [request])
    if not found:
        raise refused("bookings: unknown request")
    asked = _of_log(found[0])
    if request_id(chain, asked) != request:
        raise _forged("request")
    return asked


def find_bundle(chain: Chain, request: bytes) -> list[Request]:
    """The values of all requests of a request's bundle, in their order, from the logs of the block in which
    they were made; they have to hash to the bundle. A request that is in none comes alone.

    Raises:
        CommandError: "bookings: unknown request" or "cli: forged log".
    """
    asked = find_request(chain, request)
    if not any(asked.bundle) or int.from_bytes(asked.bundle, "big") >> SERIES_MARK_AT == 1:
        return [asked]
    [own] = chain.raw_logs("Bookings", "BookingRequested", [request])
    near = chain.raw_logs("Bookings", "BookingRequested", [], block=own["blockNumber"])
    found = [_of_log(abi.decode_event("Bookings", "BookingRequested", log)) for log in near]
    items = [item for item in found if item.bundle == asked.bundle]
    link = ZERO_HASH
    for item in items:
        link = bundle_link(link, item)
    if link != asked.bundle:
        raise _forged("bundle")
    return items


def bundle_link(before: bytes, item: Request) -> bytes:
    """The next link of the hash chain over the items of a bundle: keccak256(abi_encode(before, item)), the
    item without its bundle."""
    return keccak(encode(["bytes32", REQUEST], [before, replace(item, bundle=ZERO_HASH).values()]))


def _of_log(event: dict[str, Any]) -> Request:
    return Request(
        resource=event["resource"],
        requester=to_address(bytes.fromhex(event["requester"][2:])),
        start_s=event["start"],
        quanta=event["quanta"],
        salt=event["salt"],
        units=event["units"],
        gathering=event["gathering"],
        bundle=event["bundle"],
    )


def _forged(what: str) -> CommandError:
    return CommandError(
        "cli: forged log", f"The node's log does not hash to this {what}.", "Use another --rpc."
    )


def _impossible(field: str, allowed: str) -> CommandError:
    return CommandError("cli: impossible terms", f"The {field} does not fit.", f"It must be {allowed}.")
