"""ABI and bytecode of our contracts, committed so that running needs no compiler."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "abi"


@dataclass(frozen=True, slots=True)
class Artefact:
    """One compiled contract; `bytecode` is the deployment code, without constructor arguments."""

    name: str
    abi: tuple[dict[str, Any], ...]
    bytecode: bytes
    runtime_size: int  # bytes; EIP-170 allows 24,576
    source_sha256: str  # over the contract and everything it imports


@cache
def load(name: str) -> Artefact:
    """The artefact of a contract, for example `load("Escrow")`.

    Raises:
        FileNotFoundError: no contract has this name.
    """
    data = json.loads((FOLDER / f"{name}.json").read_text())
    return Artefact(
        name=data["name"],
        abi=tuple(data["abi"]),
        bytecode=bytes.fromhex(data["bytecode"][2:]),
        runtime_size=data["runtime_size"],
        source_sha256=data["source_sha256"],
    )


def abi_type(item: dict[str, Any]) -> str:
    """The type of a parameter or member as `eth_abi` writes it: structs become tuples."""
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    inner = ",".join(abi_type(part) for part in item["components"])
    return f"({inner}){kind.removeprefix('tuple')}"
