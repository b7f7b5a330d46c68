"""Generated files of the chain side: contract artefacts and typed events, made from the contracts' source.

`python -m scripts._generate` writes them; with `--check` it names the stale ones and exits 1.
This is the only place that imports the Vyper compiler; everything else runs on the committed artefacts.
"""

import argparse
import hashlib
import json
import keyword
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHAIN = ROOT / "indexer" / "chain"
# contract → slice of its events; the demo's token has an artefact only
DEPLOYABLES: dict[str, str | None] = {
    "Bookings": "booking",
    "Escrow": "escrow",
    "MockToken": None,
    "ReputationLedger": "reputation",
}


@dataclass(frozen=True)
class Compiled:
    """One contract as the compiler sees it; `events` are its own event types, which know struct names."""

    name: str
    abi: list[dict[str, Any]]
    bytecode: bytes
    runtime_size: int
    source_sha256: str
    events: tuple[Any, ...]


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
        runtime_size=len(runtime),
        source_sha256=hashlib.sha256("".join(digests).encode()).hexdigest(),
        events=tuple(sorted(events, key=lambda event: event.name)),
    )


def artefact_text(contract: Compiled) -> str:
    """The committed JSON of one contract."""
    return (
        json.dumps(
            {
                "name": contract.name,
                "abi": contract.abi,
                "bytecode": "0x" + contract.bytecode.hex(),
                "runtime_size": contract.runtime_size,
                "source_sha256": contract.source_sha256,
            },
            indent=1,
        )
        + "\n"
    )


def structs_of(kind: Any) -> Iterator[Any]:
    """Every struct type inside a Vyper type, inner ones first."""
    from vyper.semantics.types.subscriptable import DArrayT, SArrayT
    from vyper.semantics.types.user import StructT

    match kind:
        case StructT():
            for member in kind.members.values():
                yield from structs_of(member)
            yield kind
        case DArrayT() | SArrayT():
            yield from structs_of(kind.value_type)


def annotation(kind: Any) -> str:
    """The Python type of a Vyper type.

    Raises:
        TypeError: a type that no event uses yet.
    """
    from vyper.semantics.types.bytestrings import BytesT, StringT
    from vyper.semantics.types.primitives import AddressT, BoolT, BytesM_T, IntegerT
    from vyper.semantics.types.subscriptable import DArrayT, SArrayT
    from vyper.semantics.types.user import StructT

    match kind:
        case AddressT() | BytesM_T() | BytesT():
            return "bytes"
        case BoolT():
            return "bool"
        case IntegerT():
            return "int"
        case StringT():
            return "str"
        case StructT():
            return str(kind.name)
        case DArrayT() | SArrayT():
            return f"tuple[{annotation(kind.value_type)}, ...]"
    raise TypeError(f"no Python type for {kind}")


def conversion(kind: Any, value: str) -> str:
    """The expression that turns an `eth_abi` value named `value` into our own type."""
    from vyper.semantics.types.primitives import AddressT
    from vyper.semantics.types.subscriptable import DArrayT, SArrayT
    from vyper.semantics.types.user import StructT

    match kind:
        case AddressT():
            return f"address_bytes({value})"
        case StructT():
            return f"{kind.name}.from_values({value})"
        case DArrayT() | SArrayT():
            return f"tuple({conversion(kind.value_type, 'item')} for item in {value})"
    return value


def attribute(name: str) -> str:
    """A field name that Python accepts."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _class(name: str, doc: str, members: dict[str, Any], extra: Iterable[str]) -> list[str]:
    lines = ["", "", "@dataclass(frozen=True, slots=True)", f"class {name}:", f'    """{doc}"""', ""]
    lines += extra
    lines += [f"    {attribute(field)}: {annotation(kind)}" for field, kind in members.items()]
    lines += ["", "    @classmethod", "    def from_values(cls, values: Sequence[Any]) -> Self:"]
    lines += ['        """From what `eth_abi` decodes, in the order of the ABI."""', "        return cls("]
    lines += [f"            {conversion(kind, f'values[{i}]')}," for i, kind in enumerate(members.values())]
    return [*lines, "        )"]


def events_text(contract: Compiled, slice_: str) -> str:
    """The Python module with the typed events of one contract, not yet formatted."""
    structs: dict[str, Any] = {}
    for event in contract.events:
        for kind in event.arguments.values():
            structs |= {struct.name: struct for struct in structs_of(kind)}
    lines = [
        f'"""Typed events of `{contract.name}`, generated by `scripts/_generate.py`; do not edit."""',
        "",
        "from collections.abc import Sequence",
        "from dataclasses import dataclass",
        "from typing import Any, ClassVar, Self",
        "",
        "from indexer.chain.typed_event import Input, address_bytes",
    ]
    for name, struct in structs.items():
        lines += _class(name, f"Struct `{name}` = {struct.canonical_abi_type}.", struct.members, ())
    for event in contract.events:
        extra = [f'    TOPIC: ClassVar[bytes] = bytes.fromhex("{event.event_id:064x}")']
        extra += ["    INPUTS: ClassVar[tuple[Input, ...]] = ("]
        for (field, kind), indexed in zip(event.arguments.items(), event.indexed, strict=True):
            extra += [f'        Input("{field}", "{kind.canonical_abi_type}", {bool(indexed)}),']
        lines += _class(event.name, f"Event `{event.name}`.", event.arguments, [*extra, "    )", ""])
    union = f"{slice_.title()}Event"
    names = [event.name for event in contract.events]
    lines += ["", "", f"{union} = {' | '.join(names)}", ""]
    lines += [f"EVENTS: dict[bytes, type[{union}]] = {{"]
    lines += [f"    {name}.TOPIC: {name}," for name in names]
    return "\n".join([*lines, "}", ""])


def formatted(text: str, path: Path) -> str:
    """`text` as ruff formats it with the project's settings."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--line-length",
        "110",
        "--stdin-filename",
        str(path),
        "-",
    ]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout


def generated(contracts: Path) -> dict[Path, str]:
    """Every generated file of the chain side: path → text."""
    files: dict[Path, str] = {}
    for name, slice_ in DEPLOYABLES.items():
        contract = compile_contract(contracts, name)
        files[CHAIN / "abi" / f"{name}.json"] = artefact_text(contract)
        if slice_:
            path = CHAIN / "generated" / f"{slice_}.py"
            files[path] = formatted(events_text(contract, slice_), path)
    return files


def stale(files: dict[Path, str]) -> list[Path]:
    """The generated files whose text on disk differs, and files beside them that nothing generates."""
    differing = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    keep = {CHAIN / "generated" / "__init__.py"}
    beside = [*(CHAIN / "abi").glob("*"), *(CHAIN / "generated").glob("*.py")]
    return sorted(differing) + sorted(path for path in beside if path not in files and path not in keep)


def main(arguments: list[str] | None = None) -> int:
    """Write the generated files, or with `--check` compare them; 0 when they are fresh."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when a file is stale")
    parser.add_argument("--contracts", type=Path, default=ROOT / "contracts", help="folder of the sources")
    options = parser.parse_args(arguments)
    files = generated(options.contracts.resolve())
    differing = stale(files)
    if options.check:
        for path in differing:
            print(f"stale: {path.relative_to(ROOT)} (run `make generate`)")
        return 1 if differing else 0
    for path in differing:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path])
            print(f"written: {path.relative_to(ROOT)}")
        else:
            print(f"left over: {path.relative_to(ROOT)} (nothing generates it)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
