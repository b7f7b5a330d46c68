"""Contracts as the compiler sees them, and their committed artefacts.

Together with `events` the only place that imports the Vyper compiler; everything else runs on the artefacts.
"""

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EVM_VERSION = "cancun"

# contract → module of its events: its slice, or a word of its own where a slice has several; None: an
# artefact only
DEPLOYABLES: dict[str, str | None] = {
    "AttestedByKey": None,
    "Bookings": "booking",
    "Court792": None,
    "Escrow": "escrow",
    "EscrowFunded": None,
    "GroupSignatures": None,
    "Lottery": None,
    "MembersOnly": None,
    "MinimumReputation": None,
    "MockToken": None,
    "Payments": "payments",
    "ReputationLedger": "reputation",
    "Router": None,
    "Spaces": "spaces",
    "TicketHolder": None,
}


@dataclass(frozen=True)
class Compiled:
    """One contract as the compiler sees it; `events` are its own event types, which know struct names.
    At an address `immutables_size` bytes of immutables stand behind `runtime`. `sources` is the contract and
    everything it imports: path → sha2-256 of the text, ours from above `contracts/`, those of libraries from
    where Python finds them."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    runtime: bytes
    immutables_size: int
    sources: dict[str, str]
    source_sha256: str
    events: tuple[Any, ...]


def compile_contract(contracts: Path, name: str) -> Compiled:
    """Compile the one `name`.vy below `contracts`.

    Raises:
        FileNotFoundError: no such contract, or more than one.
        vyper.exceptions.VyperException: the source does not compile.
    """
    import vyper.compiler.output as output
    from vyper.compiler.settings import anchor_settings

    data = compiler_data(contracts, name)
    with anchor_settings(data.settings):
        abi = output.build_abi_output(data)
        bytecode, runtime = data.bytecode, data.bytecode_runtime
        module = data.annotated_vyper_module._metadata["type"]
        events = tuple(module.interface.events.values())
        immutables_size = module.immutable_section_bytes
    inputs = [data.file_input, *data.resolved_imports.compiler_inputs]
    paths = _search_paths(contracts)
    sources = {
        _place(Path(item.resolved_path), paths): hashlib.sha256(item.contents.encode()).hexdigest()
        for item in inputs
    }
    digests = sorted(set(sources.values()))
    return Compiled(
        name=name,
        abi=sorted(abi, key=lambda entry: (entry["type"], entry.get("name", ""))),
        bytecode=bytecode,
        runtime=runtime,
        immutables_size=immutables_size,
        sources=dict(sorted(sources.items())),
        source_sha256=hashlib.sha256("".join(digests).encode()).hexdigest(),
        events=tuple(sorted(events, key=lambda event: event.name)),
    )


def compiler_data(contracts: Path, name: str) -> Any:
    """The compiler's own view of the one `name`.vy below `contracts`; nothing is compiled before it is asked
    for.

    Raises:
        FileNotFoundError: no such contract, or more than one.
    """
    from vyper.compiler.input_bundle import FileInput, FilesystemInputBundle
    from vyper.compiler.phases import CompilerData
    from vyper.compiler.settings import Settings

    found = sorted(contracts.rglob(f"{name}.vy"))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} files named {name}.vy below {contracts}")
    # the path relative to the folder above keeps relative imports (`..interfaces`) inside it
    base = contracts.parent
    source = FileInput(
        source_id=0,
        contents=found[0].read_text(),
        path=found[0].relative_to(base),
        resolved_path=found[0],
    )
    bundle = FilesystemInputBundle(_search_paths(contracts))  # type: ignore[no-untyped-call]
    return CompilerData(source, bundle, settings=Settings(evm_version=EVM_VERSION))


def _search_paths(contracts: Path) -> list[Path]:
    return [Path(p) for p in sys.path if p] + [contracts.parent]


def _place(path: Path, search_paths: list[Path]) -> str:
    """A source's path from the longest search path that holds it, so that it says nothing of the machine."""
    parents = [folder for folder in search_paths if path.is_relative_to(folder.resolve())]
    return str(path.relative_to(max(parents, key=lambda folder: len(folder.parts)).resolve()))


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
            },
            indent=1,
        )
        + "\n"
    )
