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
    typed_data: dict[str, list[dict[str, str]]]  # EIP-712 types of what members sign for it


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
        typed_data=data.get("typed_data", {}),
    )
