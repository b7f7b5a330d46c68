"""The contracts under test, compiled from source and cached on disk by what the sources say.

`ALLMENDE_CONTRACTS` names the folder with the sources (default: the repository's own), so that the very same
tests can be pointed at a changed copy. The cache key covers every source that a contract is made of, hence a
copy never answers for the original, and shares with it what is the same.
"""

import hashlib
import json
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
LOCAL_IMPORT = re.compile(r"^from (\.+)(\S*) import (\w+)\b", re.MULTILINE)
CACHE = REPOSITORY / ".pytest_cache" / "compiled"


def contracts_root() -> Path:
    """The folder of the sources under test."""
    return Path(os.environ.get("ALLMENDE_CONTRACTS", REPOSITORY / "contracts")).resolve()


def source_path(name: str) -> Path:
    """Where the deployable or module `name` lives.

    Raises:
        FileNotFoundError: no such source, or more than one.
    """
    found = sorted(contracts_root().rglob(f"{name}.vy"))
    if len(found) != 1:
        raise FileNotFoundError(f"{len(found)} sources named {name}.vy below {contracts_root()}")
    return found[0]


def typed_data(contract: str) -> dict[str, list[dict[str, str]]]:
    """EIP-712 types of a contract: the `typed_data.json` beside its source, or its own `typed_data.Name.json`
    where there are several contracts in a folder."""
    folder = source_path(contract).parent
    own = folder / f"typed_data.{contract}.json"
    types: dict[str, list[dict[str, str]]] = json.loads(
        (own if own.exists() else folder / "typed_data.json").read_text()
    )
    return types


def sources_of(contract: str) -> set[Path]:
    """The source of a contract and those of all modules it imports; public faces are not among them."""
    found: set[Path] = set()
    waiting = [source_path(contract)]
    while waiting:
        path = waiting.pop()
        found.add(path)
        for dots, package, module in LOCAL_IMPORT.findall(path.read_text()):
            folder = path.parents[len(dots) - 1].joinpath(*package.split("."))
            if (imported := folder / f"{module}.vy").exists() and imported not in found:
                waiting.append(imported)
    return found


def search_paths() -> list[Path]:
    """Import paths of the compiler: the environment (for snekmate) and the parent of the sources."""
    return [*(Path(entry) for entry in sys.path if entry and Path(entry).is_dir()), contracts_root().parent]


@cache
def sources_key(name: str) -> str:
    """Hash over the compiler's version, the sources of a contract, and every public face, each with its
    place."""
    import vyper

    digest = hashlib.sha256(vyper.__version__.encode())
    root = contracts_root()
    for path in sorted([*sources_of(name), *root.rglob("*.vyi")]):
        digest.update(b"\0" + str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


@cache
def compiled(name: str) -> dict[str, Any]:
    """ABI and bytecode of a deployable: `{"abi": [...], "bytecode": "0x...", "runtime": "0x..."}`."""
    cached = CACHE / sources_key(name) / f"{name}.json"
    if cached.exists():
        answer: dict[str, Any] = json.loads(cached.read_text())
        return answer
    from vyper.compiler import compile_from_file_input
    from vyper.compiler.input_bundle import FilesystemInputBundle
    from vyper.compiler.settings import Settings

    bundle = FilesystemInputBundle(search_paths())
    output = compile_from_file_input(
        bundle.load_file(source_path(name)),
        input_bundle=bundle,
        settings=Settings(evm_version="cancun"),
        output_formats=["abi", "bytecode", "bytecode_runtime"],
    )
    answer = {
        "abi": output["abi"],
        "bytecode": output["bytecode"],
        "runtime": output["bytecode_runtime"],
    }
    cached.parent.mkdir(parents=True, exist_ok=True)
    unfinished = cached.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(answer))
    unfinished.rename(cached)
    return answer
