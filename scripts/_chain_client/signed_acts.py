"""What is signed for an act: from the arguments of a call to the readable message of its typed data.

The rule is by names. The type is the function's name in capitals ("release_part" signs `ReleasePart`), and
each field is the parameter of that name, a member of a presented struct, or something that follows from
them: the id of the object, its current word on the chain, what is packed in a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client import abi, typed_data
from scripts._chain_client.bookings import QUANTA_S
from scripts._errors import CommandError

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain

# Functions whose type has another name
PRIMARY_TYPES = {
    ("Bookings", "request"): "Book",
    ("Bookings", "request_with"): "BookWith",
    ("Escrow", "open_funded"): "Open",
    ("ReputationLedger", "rate_both"): "Rate",
    ("Spaces", "call_off"): "CallOffGathering",
    ("Spaces", "close"): "CloseSpace",
    ("Spaces", "create"): "CreateSpace",
    ("Spaces", "give"): "GiveTicket",
    ("Spaces", "hand_over"): "HandOverSpace",
    ("Spaces", "host"): "HostGathering",
    ("Spaces", "issue"): "IssueTicket",
    ("Spaces", "renounce"): "RenounceTicket",
    ("Spaces", "take_back"): "TakeBackTicket",
}
# Functions whose authorisation is not looked at where the payer's ERC-3009 signature is given: that binds all
TOKEN_SIGNED = {
    ("Escrow", "open_funded"): "auth",
    ("Router", "open_funded_and_request"): "escrow_auth",
    ("Router", "open_funded_and_request_with"): "escrow_auth",
}
ERC_3009 = 2
# Functions whose one argument is calldata of others, each of which is signed
TOGETHER = frozenset({("Bookings", "together")})
# Functions that pass authorisations on: parameter → whose function it is for, and its arguments
_OPEN = ("Escrow", "open", ("core", "rest"))
_BOOK = ("Bookings", "request", ("request",))
_BOOK_WITH = ("Bookings", "request_with", ("request", "conditions", "data"))
PASSED_ON = {
    ("Router", "open_and_request"): {"escrow_auth": _OPEN, "booking_auth": _BOOK},
    ("Router", "open_and_request_with"): {"escrow_auth": _OPEN, "booking_auth": _BOOK_WITH},
    ("Router", "open_funded_and_request"): {"escrow_auth": _OPEN, "booking_auth": _BOOK},
    ("Router", "open_funded_and_request_with"): {"escrow_auth": _OPEN, "booking_auth": _BOOK_WITH},
}
# The packed schedule of a deal, lowest bits first
SCHEDULE = (
    ("deliver_by", 40),
    ("object_s", 32),
    ("return_by", 40),
    ("claim_s", 32),
    ("answer_s", 32),
    ("silent_payer_bps", 16),
    ("silent_arbitrator_bps", 16),
    ("service", 24),
)
# The authorisation that stands where one is to come
EMPTY = ("0x" + "00" * 20, 0, b"")
# Values by name, computed when a type asks for them: some are read from the chain
Derived = dict[str, Callable[[], Any]]


def asked_for(
    contract: str, function: str, parameter: str, arguments: Sequence[Any]
) -> tuple[str, str, tuple[Any, ...]]:
    """Whose function an authorisation is for, and the arguments of that: mostly the call itself."""
    passed_on = PASSED_ON.get((contract, function), {}).get(parameter)
    if passed_on is None:
        return contract, function, tuple(arguments)
    names = [part["name"] for part in abi.inputs(contract, function, len(arguments))]
    other, name, needed = passed_on
    return other, name, (*(arguments[names.index(one)] for one in needed), EMPTY)


def primary_type(contract: str, function: str) -> str:
    """The type that is signed for a function."""
    return PRIMARY_TYPES.get((contract, function)) or function.title().replace("_", "")


def is_spared(contract: str, function: str, parameter: str, arguments: Sequence[Any]) -> bool:
    """Whether an authorisation stays empty, because another signature in the call says the same."""
    if TOKEN_SIGNED.get((contract, function)) != parameter:
        return False
    kind: int = abi.named(contract, function, arguments)["how"]["kind"]
    return kind == ERC_3009


def message_of(
    chain: Chain, contract: str, function: str, arguments: Sequence[Any]
) -> tuple[str, dict[str, Any]]:
    """The primary type of an act and its message without the deadline.

    Raises:
        CommandError: "cli: not signable" where there is no such type or it has a field that nothing gives.
    """
    primary = primary_type(contract, function)
    try:
        types = typed_data.types_of(contract)
        fields = types[primary][:-1]
    except LookupError:
        raise _not_signable(contract, function) from None
    given = abi.named(contract, function, arguments)
    derived = _DERIVED.get(contract, _nothing)(chain, given)
    message: dict[str, Any] = {}
    for field in fields:
        name, kind = field["name"], field["type"]
        if name in derived:
            message[name] = derived[name]()
        elif name in given:
            message[name] = _readable(kind, given[name])
        else:
            raise _not_signable(contract, function)
    return primary, message


def announcement_message(announcement: dict[str, Any]) -> dict[str, Any]:
    """`Announcement` with its packed terms unfolded."""
    terms = announcement["terms"]

    def bits(at: int, count: int) -> int:
        return int(terms >> at & ((1 << count) - 1))

    return {
        "quantum_s": QUANTA_S[bits(160, 3)],
        "rule": bits(163, 3),
        "capacity": bits(168, 8),
        "phase_s": bits(176, 7) * 900,
        "horizon_days": bits(183, 10),
        "ttl_hours": bits(193, 10),
        "notice_hours": bits(203, 10),
        "max_quanta": bits(213, 12),
        "buffer_quanta": bits(225, 6),
        "gated": bool(bits(231, 1)),
        "service": bits(232, 24),
        "digest": announcement["digest"],
        "salt": announcement["salt"],
    }


def schedule_message(word: int) -> dict[str, int]:
    """The packed schedule of a deal, unfolded."""
    found, shift = {}, 0
    for name, bits in SCHEDULE:
        found[name] = word >> shift & ((1 << bits) - 1)
        shift += bits
    return found


def _readable(kind: str, value: Any) -> Any:
    if kind == "Announcement":
        return announcement_message(value)
    if kind == "Announcement[]":
        return [announcement_message(one) for one in value]
    return value


def _nothing(chain: Chain, given: dict[str, Any]) -> Derived:
    return {}


def _of_bookings(chain: Chain, given: dict[str, Any]) -> Derived:
    """The word that moves on: the request's where one is presented, else the resource's."""
    if isinstance(given.get("request"), dict):
        request = _id(chain, "Bookings", "request", given["request"])
        return {"word": lambda: chain.read("Bookings", "request_word", request)}
    if "resource" in given:
        return {"word": lambda: chain.read("Bookings", "resource", given["resource"])}
    return {}


def _of_escrow(chain: Chain, given: dict[str, Any]) -> Derived:
    """The terms field by field, the deal's id and its word."""
    if "core" not in given:
        return {}
    core = given["core"]
    found = _id(chain, "Escrow", "open", core)
    values = {**core, **given.get("rest", {}), **schedule_message(core["schedule"]), "escrow": found}
    return _known(values) | {"word": lambda: chain.read("Escrow", "word", found)}


def _of_payments(chain: Chain, given: dict[str, Any]) -> Derived:
    """The deal that was closed, and its parties."""
    if "core" not in given:
        return {}
    core = given["core"]
    deal = _id(chain, "Escrow", "open", core, given["escrow"])
    return _known({"deal": deal, "payer": core["payer"], "token": core["token"]})


def _of_spaces(chain: Chain, given: dict[str, Any]) -> Derived:
    """The members of what is made, and the word of what is changed."""
    if isinstance(given.get("ticket"), dict) and "auth" in given:
        ticket = given["ticket"]
        found = _id(chain, "Spaces", "issue", ticket)
        word = (
            (lambda: chain.read("Spaces", "holding_word", found, given["member"]))
            if "member" in given
            else (lambda: chain.read("Spaces", "ticket_word", found))
        )
        return _known({**ticket, "ticket": found}) | {"word": word}
    for made in ("space", "gathering"):
        if isinstance(given.get(made), dict):
            return _known(given[made])
    if "gathering" in given:
        return {"word": lambda: chain.read("Spaces", "gathering_word", given["gathering"])}
    if "space" in given:
        return {"word": lambda: chain.read("Spaces", "space_word", given["space"])}
    return {"word": lambda: chain.read("Spaces", "holding_word", given["ticket"], chain.me)}


def _of_ledger(chain: Chain, given: dict[str, Any]) -> Derived:
    """The deal is the hash of the terms at their source; of two opinions, that whose signature is missing."""
    if "terms" not in given:
        return {}
    where = encode(["uint256", "address"], [chain.deployment.chain_id, given["source"]])
    deal = keccak(where + given["terms"])
    if "opinions" not in given:
        return _known({"deal": deal})
    side = [auth["signer"] for auth in given["auths"]].index(EMPTY[0])
    return _known({"deal": deal, "side": side, **given["opinions"][side]})


def _known(values: dict[str, Any]) -> Derived:
    return {name: lambda value=value: value for name, value in values.items()}  # type: ignore[misc]


def _id(chain: Chain, contract: str, function: str, struct: dict[str, Any], at: str | None = None) -> bytes:
    """The id of an object by its defining values, the first parameter of a function; not asked of the node,
    which could name another object and have that signed. `at` is another address of such a contract."""
    kind = abi.abi_type(abi.inputs(contract, function)[0])
    values = [chain.deployment.chain_id, at or chain.address(contract), tuple(struct.values())]
    return keccak(encode(["uint256", "address", kind], values))


_DERIVED: dict[str, Callable[[Chain, dict[str, Any]], Derived]] = {
    "Bookings": _of_bookings,
    "Escrow": _of_escrow,
    "Payments": _of_payments,
    "ReputationLedger": _of_ledger,
    "Spaces": _of_spaces,
}


def _not_signable(contract: str, function: str) -> CommandError:
    return CommandError(
        "cli: not signable",
        f"{contract}.{function} cannot be signed for somebody else to send.",
        "Send it yourself, without --relay.",
    )
