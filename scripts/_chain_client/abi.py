"""Encoding of calls and decoding of answers and logs, from the committed artefacts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from indexer.chain import artefacts
from indexer.chain.artefacts import abi_type as abi_type


@cache
def _function(contract: str, name: str, arguments: int) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    for item in artefacts.load(contract).abi:
        if item["type"] == "function" and item["name"] == name and len(item["inputs"]) == arguments:
            inputs = tuple(abi_type(part) for part in item["inputs"])
            outputs = tuple(abi_type(part) for part in item["outputs"])
            return keccak(text=f"{name}({','.join(inputs)})")[:4], inputs, outputs
    raise LookupError(f"{contract} has no function {name} with {arguments} arguments")


def encode_call(contract: str, name: str, arguments: Sequence[Any]) -> bytes:
    """Calldata of one call.

    Raises:
        LookupError: the contract has no such function.
        eth_abi.exceptions.EncodingError: an argument does not fit its type.
    """
    selector, inputs, _ = _function(contract, name, len(arguments))
    return selector + encode(inputs, arguments)


def decode_call(contract: str, data: bytes) -> tuple[str, tuple[Any, ...]]:
    """The function of a calldata and its arguments, addresses as lower-case hex.

    Raises:
        LookupError: the contract has no such function.
        eth_abi.exceptions.DecodingError: the arguments cannot be read.
    """
    for item in artefacts.load(contract).abi:
        if item["type"] == "function":
            selector, types, _ = _function(contract, item["name"], len(item["inputs"]))
            if selector == data[:4]:
                return item["name"], tuple(decode(types, data[4:]))
    raise LookupError(f"{contract} has no function 0x{data[:4].hex()}")


def decode_answer(contract: str, name: str, arguments: int, answer: bytes) -> tuple[Any, ...]:
    """The values a call returned, addresses as lower-case hex."""
    _, _, outputs = _function(contract, name, arguments)
    return tuple(decode(outputs, answer))


def inputs(contract: str, name: str, arguments: int | None = None) -> tuple[dict[str, Any], ...]:
    """The parameters of a function as the ABI has them; of the one that takes so many arguments where a
    number is given.

    Raises:
        LookupError: the contract has no such function.
    """
    for item in artefacts.load(contract).abi:
        if item["type"] == "function" and item["name"] == name and arguments in (None, len(item["inputs"])):
            return tuple(item["inputs"])
    raise LookupError(f"{contract} has no function {name} with {arguments} arguments")


def is_auth(part: dict[str, Any]) -> bool:
    """Whether a parameter is an authorisation or a list of them."""
    return tuple(inner["name"] for inner in part.get("components", ())) == ("signer", "deadline", "signature")


def named(contract: str, name: str, arguments: Sequence[Any]) -> dict[str, Any]:
    """The arguments of a call by name, structs as dictionaries."""
    parts = inputs(contract, name, len(arguments))
    return {part["name"]: _named(part, value) for part, value in zip(parts, arguments, strict=True)}


def as_json(contract: str, name: str, arguments: Sequence[Any]) -> dict[str, Any]:
    """The arguments of a call by name as JSON: integers as decimal text, bytes as 0x and digits."""
    found: dict[str, Any] = _as_json(named(contract, name, arguments))
    return found


def _named(part: dict[str, Any], value: Any) -> Any:
    kind: str = part["type"]
    if kind.endswith("]"):
        item = {**part, "type": kind[: kind.rindex("[")]}
        return [_named(item, one) for one in value]
    if kind == "tuple":
        parts = part["components"]
        return {inner["name"]: _named(inner, one) for inner, one in zip(parts, value, strict=True)}
    return value


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_json(one) for one in value]
    if isinstance(value, bool | str):
        return value
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)


@cache
def event_topic(contract: str, name: str) -> bytes:
    """topic0 of an event."""
    for item in artefacts.load(contract).abi:
        if item["type"] == "event" and item["name"] == name:
            return keccak(text=f"{name}({','.join(abi_type(part) for part in item['inputs'])})")
    raise LookupError(f"{contract} has no event {name}")


def decode_event(contract: str, name: str, log: dict[str, Any]) -> dict[str, Any]:
    """The named values of a raw log of this event."""
    item = next(e for e in artefacts.load(contract).abi if e["type"] == "event" and e["name"] == name)
    indexed = [part for part in item["inputs"] if part["indexed"]]
    plain = [part for part in item["inputs"] if not part["indexed"]]
    values = {
        part["name"]: decode([abi_type(part)], bytes.fromhex(topic[2:]))[0]
        for part, topic in zip(indexed, log["topics"][1:], strict=True)
    }
    data = decode([abi_type(part) for part in plain], bytes.fromhex(log["data"][2:]))
    return values | {part["name"]: value for part, value in zip(plain, data, strict=True)}
