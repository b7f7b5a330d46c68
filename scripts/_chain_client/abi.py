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


def decode_answer(contract: str, name: str, arguments: int, answer: bytes) -> tuple[Any, ...]:
    """The values a call returned, addresses as lower-case hex."""
    _, _, outputs = _function(contract, name, arguments)
    return tuple(decode(outputs, answer))


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
