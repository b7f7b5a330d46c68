"""Which functions of our contracts are relayed, read off their ABIs, and the calldata of a call of one.

Values only: an act is a contract, a function and its parameters. A parameter is an authorisation when it is
the struct `Auth` of `IAuthorization.vyi`, wherever it stands: alone, in a list, inside another struct.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from backend.relay.arguments import UnfitError, values_of
from indexer.chain import artefacts
from indexer.chain.artefacts import abi_type

AUTH = (("signer", "address"), ("deadline", "uint256"), ("signature", "bytes"))
# Every contract that checks an authorisation itself publishes its domain (EIP-5267).
DOMAIN = "eip712Domain"
# What passes authorisations on to others names them; they have to be ours, else the one that was named could
# do as it likes at our expense. Contract → parameter → contract.
NAMED = {"Router": {"escrow": "Escrow", "bookings": "Bookings"}}
# Functions that take the payer's ERC-3009 authorisation, whose nonce binds every term, in place of the act's:
# (contract, function) → the authorisation that may then be empty.
TOKEN_SIGNED = {
    ("Escrow", "open_funded"): "auth",
    ("Router", "open_funded_and_request"): "escrow_auth",
    ("Router", "open_funded_and_request_with"): "escrow_auth",
}
ERC_3009 = 2
# Functions that make other calls of their contract as whoever calls them: parameter with the data of each.
TOGETHER = {("Bookings", "together"): "calls"}
# Acts without an authorisation: whoever calls, the same happens, and it is a member's right that it does.
ANYBODYS = frozenset(
    {("Bookings", "poke"), ("Escrow", "expire"), ("Escrow", "unwind"), ("ReputationLedger", "reveal")}
)


@dataclass(frozen=True, slots=True)
class Act:
    """A function that is relayed; `inputs` are the parameters as the ABI has them."""

    contract: str
    function: str
    inputs: tuple[dict[str, Any], ...]

    @property
    def types(self) -> list[str]:
        """The types of the parameters as `eth_abi` writes them."""
        return [abi_type(item) for item in self.inputs]

    @property
    def selector(self) -> bytes:
        """The first four bytes of a call."""
        return keccak(text=f"{self.function}({','.join(self.types)})")[:4]


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call to send: the contract's address (20 bytes), calldata, and the authorisations it carries as
    (signer, deadline)."""

    act: Act
    to: bytes
    data: bytes
    auths: tuple[tuple[bytes, int], ...]

    @property
    def key(self) -> bytes:
        """keccak256 of contract and calldata: the same call has the same."""
        return keccak(self.to + self.data)


def find(contract: str, function: str, names: Mapping[str, Any]) -> Act | None:
    """The function of this name that takes parameters of these names, when it is one that is relayed."""
    named = [act for act in _acts(contract) if act.function == function]
    return next((act for act in named if {part["name"] for part in act.inputs} == set(names)), None)


def relayed(contract: str) -> list[str]:
    """The names of a contract's functions that are relayed, in alphabetical order."""
    return sorted({act.function for act in _acts(contract)})


def call_of(act: Act, addresses: Mapping[str, bytes], given: Mapping[str, Any]) -> SignedCall:
    """The call of an act with these arguments as JSON.

    Raises:
        backend.relay.arguments.UnfitError: an argument is not of its type.
        LookupError: it names a contract to pass on to that is not ours.
    """
    values = values_of(act.inputs, given)
    for parameter, ours in NAMED.get(act.contract, {}).items():
        if parameter in given and bytes.fromhex(values[_place(act, parameter)][2:]) != addresses[ours]:
            raise LookupError(parameter)
    data = act.selector + encode(act.types, values)
    return SignedCall(act, addresses[act.contract], data, tuple(_signers(act, values)))


def _signers(act: Act, values: tuple[Any, ...]) -> Iterator[tuple[bytes, int]]:
    """(signer, deadline) of every authorisation in a call, and in the calls inside it. Raises UnfitError."""
    given = dict(zip((part["name"] for part in act.inputs), values, strict=True))
    spared = TOKEN_SIGNED.get((act.contract, act.function))
    for part, value in zip(act.inputs, values, strict=True):
        if part["name"] == spared and given["how"][0] == ERC_3009:
            # the contract looks at the payer's signature for the token alone
            yield bytes.fromhex(given["core"][0][2:]), given["how"][1]
            continue
        for signer, deadline, _ in _auths(part, value):
            yield bytes.fromhex(signer[2:]), deadline
        if TOGETHER.get((act.contract, act.function)) == part["name"]:
            for number, inner in enumerate(value):
                yield from _signers(*_inside(act.contract, inner, f"{part['name']}.{number}"))


def _inside(contract: str, data: bytes, place: str) -> tuple[Act, tuple[Any, ...]]:
    """The act that a calldata is, written in the one way that leaves no room for two readings."""
    for act in _acts(contract):
        if act.selector == data[:4] and (contract, act.function) not in TOGETHER:
            try:
                values = tuple(decode(act.types, data[4:]))
            except (DecodingError, OverflowError, ValueError) as error:
                raise UnfitError(place, "cannot be read") from error
            if encode(act.types, values) != data[4:]:
                raise UnfitError(place, "is not encoded as usual")
            return act, values
    raise UnfitError(place, "is no act that is relayed")


def _acts(contract: str) -> Iterator[Act]:
    try:
        abi = artefacts.load(contract).abi
    except FileNotFoundError:
        return
    checks = contract in NAMED or any(item.get("name") == DOMAIN for item in abi)
    for item in abi:
        if item["type"] != "function" or item["stateMutability"] not in ("nonpayable", "payable"):
            continue
        signed = checks and any(_is_auth(part) for part in _parts(tuple(item["inputs"])))
        if signed or (contract, item["name"]) in ANYBODYS or (contract, item["name"]) in TOGETHER:
            yield Act(contract, item["name"], tuple(item["inputs"]))


def _place(act: Act, parameter: str) -> int:
    return [part["name"] for part in act.inputs].index(parameter)


def _is_auth(part: Mapping[str, Any]) -> bool:
    return tuple((inner["name"], inner["type"]) for inner in part.get("components", ())) == AUTH


def _parts(inputs: tuple[dict[str, Any], ...]) -> Iterator[dict[str, Any]]:
    for part in inputs:
        yield part
        yield from _parts(tuple(part.get("components", ())))


def _auths(part: Mapping[str, Any], value: Any) -> Iterator[tuple[str, int, bytes]]:
    """The authorisations in the value of a parameter, in their order."""
    kind: str = part["type"]
    if kind.endswith("]"):
        inner = {**part, "type": kind[: kind.rindex("[")]}
        for item in value:
            yield from _auths(inner, item)
    elif _is_auth(part):
        yield value
    elif kind == "tuple":
        for inner, item in zip(part["components"], value, strict=True):
            yield from _auths(inner, item)
