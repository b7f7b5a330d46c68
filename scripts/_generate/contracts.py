"""Contracts as the compiler sees them, and their committed artefacts.

Together with `events` the only place that imports the Vyper compiler; everything else runs on the artefacts.
"""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# contract → module of its events: its slice, or a word of its own where a slice has several; None: an
# artefact only
DEPLOYABLES: dict[str, str | None] = {
    "Bookings": "booking",
    "Escrow": "escrow",
    "MockToken": None,
    "ReputationLedger": "reputation",
}


@dataclass(frozen=True)
class Compiled:
    """One contract as the compiler sees it; `events` are its own event types, which know struct names.
    At an address the immutables stand behind `runtime`."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    runtime: bytes
    source_sha256: str
    events: tuple[Any, ...]
    typed_data: dict[str, list[dict[str, str]]]


def compile_contract(contracts: Path, name: str) -> Compiled:
    """Compile the one `name`.vy below `contracts`.

    Raises:
        FileNotFoundError: no such contract, or more than one.
        vyper.exceptions.VyperException: the source does not compile.
    """
    import vyper.compiler.output as output
    from vyper.compiler.input_bundle import FileInput, FilesystemInputBundle
    from vyper.compiler.phases import CompilerData
    from vyper.compiler.settings import Settings, anchor_settings

    found = sorted(contracts.rglob(f"{name}.vy"))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files named {name}.vy below {contracts}")
    # the path relative to the folder above keeps relative imports (`..interfaces`) inside it
    base = contracts.parent
    paths = [Path(p) for p in sys.path if p] + [base]
    source = FileInput(
        source_id=0,
        contents=found[0].read_text(),
        path=found[0].relative_to(base),
        resolved_path=found[0],
    )
    bundle = FilesystemInputBundle(paths)  # type: ignore[no-untyped-call]
    data = CompilerData(source, bundle, settings=Settings(evm_version="cancun"))
    with anchor_settings(data.settings):
        abi = output.build_abi_output(data)
        bytecode, runtime = data.bytecode, data.bytecode_runtime
        events = tuple(data.annotated_vyper_module._metadata["type"].interface.events.values())
    inputs = {source.contents} | {item.contents for item in data.resolved_imports.compiler_inputs}
    digests = sorted(hashlib.sha256(text.encode()).hexdigest() for text in inputs)
    return Compiled(
        name=name,
        abi=sorted(abi, key=lambda entry: (entry["type"], entry.get("name", ""))),
        bytecode=bytecode,
        runtime=runtime,
        source_sha256=hashlib.sha256("".join(digests).encode()).hexdigest(),
        events=tuple(sorted(events, key=lambda event: event.name)),
        typed_data=typed_data(found[0]),
    )


def typed_data(source: Path) -> dict[str, list[dict[str, str]]]:
    """EIP-712 types of a contract: of the document that names it, else of its slice; none where there is
    neither."""
    for name in (f"typed_data.{source.stem}.json", "typed_data.json"):
        if (source.parent / name).exists():
            types: dict[str, list[dict[str, str]]] = json.loads((source.parent / name).read_text())
            return types
    return {}


def artefact_text(contract: Compiled) -> str:
    """The committed JSON of one contract."""
    return (
        json.dumps(
            {
                "name": contract.name,
                "abi": contract.abi,
                "bytecode": "0x" + contract.bytecode.hex(),
                "runtime_size": len(contract.runtime),
                "source_sha256": contract.source_sha256,
                "typed_data": contract.typed_data,
            },
            indent=1,
        )
        + "\n"
    )
