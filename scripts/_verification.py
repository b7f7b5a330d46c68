"""Whether what stands on a chain is what the sources say: compiled anew, and every byte compared.

Three things are held against what the compiler makes of the sources here: the committed manifest, the
committed artefacts, and the code on the chain. Immutables are not left out: the constructor is run again in
an EVM of this process, at the same address and chain id and with the arguments of the recipe, and the code
it leaves has to be that on the chain, whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from indexer.chain import artefacts
from indexer.chain.deployment import Deployment
from scripts._chain_client.abi import abi_type
from scripts._deployment import RECIPES, JsonRpc
from scripts._errors import CommandError
from scripts._generate.places import MANIFEST, ROOT

if TYPE_CHECKING:
    from scripts._generate.contracts import Compiled


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison: of which contract ("compiler" for the settings of all), with what ("manifest",
    "artefact", "chain", "deployment file"), and what differs; nothing differs where `wrong` is empty."""

    name: str
    against: str
    wrong: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether both sides are the same."""
        return not self.wrong


def verify(
    rpc: JsonRpc,
    deployed: Deployment,
    *,
    contracts: Path = ROOT / "contracts",
    manifest: Path = MANIFEST,
) -> list[Finding]:
    """Every comparison for every contract of a deployment, in the order of the recipes.

    Args:
        rpc: The chain.
        deployed: Where the contracts are said to be.
        contracts: Folder of the sources.
        manifest: The committed manifest.

    Raises:
        CommandError: "cli: no compiler", "cli: wrong chain", or what the node said.
    """
    compiling = _compiler()
    found_chain = int(rpc.call("eth_chainId"), 16)
    if found_chain != deployed.chain_id:
        raise CommandError(
            "cli: wrong chain",
            f"The node is on chain {found_chain}, the deployment is of chain {deployed.chain_id}.",
            "Name the right chain with --rpc, or the right folder with --home.",
        )
    written = _manifest(manifest)
    findings = [_compare("compiler", "manifest", compiling.settings(), written.get("compiler", {}))]
    entries = written.get("contracts", {})
    known = [recipe.name for recipe in RECIPES]
    compiled: dict[str, Compiled] = {}
    for name in sorted(
        deployed.addresses, key=lambda name: known.index(name) if name in known else len(known)
    ):
        if name not in known:
            findings.append(Finding(name, "chain", ("no recipe of this name",)))
            continue
        try:
            compiled[name] = compiling.contract(contracts, name)
        except FileNotFoundError:
            findings.append(Finding(name, "chain", ("no source of this name",)))
            continue
        except compiling.refusals as error:
            findings.append(Finding(name, "chain", (f"does not compile: {str(error).splitlines()[0]}",)))
            continue
        findings.append(_compare(name, "manifest", compiling.entry(compiled[name]), entries.get(name, {})))
        findings.append(_artefact(compiled[name]))
    expected = _run_constructors(deployed, compiled)
    for name in compiled:
        code = bytes.fromhex(rpc.call("eth_getCode", "0x" + deployed.addresses[name].hex(), "latest")[2:])
        findings.append(Finding(name, "chain", _code(compiled[name], code, expected[name])))
        noted = deployed.code_hashes.get(name)
        differs = noted is not None and noted != keccak(code)
        findings.append(Finding(name, "deployment file", ("code hash",) if differs else ()))
    return findings


@dataclass(frozen=True, slots=True)
class _Compiler:
    contract: Any
    entry: Any
    settings: Any
    refusals: type[Exception]


def _compiler() -> _Compiler:
    try:
        import boa  # noqa: F401
        from vyper.exceptions import VyperException
    except ImportError as error:
        raise CommandError(
            "cli: no compiler",
            "To verify is to compile again, and the compiler is not installed here.",
            "Run `make check` in a clone with Python 3.11 or 3.12: that installs it. Then repeat.",
        ) from error
    from scripts._generate.contracts import compile_contract
    from scripts._generate.manifest import compiler, entry

    return _Compiler(compile_contract, entry, compiler, VyperException)


def _manifest(path: Path) -> dict[str, Any]:
    """The committed manifest; an empty one where it is missing or no JSON, so that everything differs."""
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _compare(name: str, against: str, here: Mapping[str, Any], there: Any) -> Finding:
    """Which fields differ; for a mapping inside, which of its keys."""
    if not isinstance(there, dict) or not there:
        return Finding(name, against, ("missing",))
    wrong: list[str] = []
    for key in sorted({*here, *there}):
        mine, theirs = here.get(key), there.get(key)
        if mine == theirs:
            continue
        if isinstance(mine, dict) and isinstance(theirs, dict):
            wrong += [
                f"{key} {inner}" for inner in sorted({*mine, *theirs}) if mine.get(inner) != theirs.get(inner)
            ]
        else:
            wrong.append(key)
    return Finding(name, against, tuple(wrong))


def _artefact(contract: Compiled) -> Finding:
    """The committed artefact of a contract, from which everything here runs, against the compiler's."""
    try:
        data = json.loads((artefacts.FOLDER / f"{contract.name}.json").read_text())
    except (OSError, ValueError):
        return Finding(contract.name, "artefact", ("missing",))
    here = {
        "name": contract.name,
        "abi": contract.abi,
        "bytecode": "0x" + contract.bytecode.hex(),
        "runtime_size": len(contract.runtime),
        "source_sha256": contract.source_sha256,
    }
    return _compare(contract.name, "artefact", here, data)


def _code(contract: Compiled, code: bytes, expected: bytes | None) -> tuple[str, ...]:
    """What is wrong with the code at an address."""
    if not code:
        return ("nothing is there",)
    size = len(contract.runtime)
    wrong = []
    if code[:size] != contract.runtime:
        wrong.append("code")
    if len(code) != size + contract.immutables_size:
        wrong.append("length")
    if not wrong and code != expected:
        wrong.append("immutables" if expected is not None else "the constructor refuses here")
    return tuple(wrong)


def _run_constructors(deployed: Deployment, compiled: Mapping[str, Compiled]) -> dict[str, bytes | None]:
    """The code that every constructor leaves at its address on this chain: name → code, None where it
    reverts. Those that a contract is told of stand before it."""
    from boa.environment import Env

    env = Env()  # type: ignore[no-untyped-call]
    env.evm.patch.chain_id = deployed.chain_id
    left: dict[str, bytes | None] = {}
    for recipe in RECIPES:
        if recipe.name not in compiled:
            continue
        contract = compiled[recipe.name]
        constructor: dict[str, Any] = next(
            (item for item in contract.abi if item["type"] == "constructor"), {"inputs": []}
        )
        types = [abi_type(item) for item in constructor["inputs"]]
        try:
            data = contract.bytecode + encode(types, list(recipe.arguments(deployed.addresses)))
            address = "0x" + deployed.addresses[recipe.name].hex()
            _, computation = env.deploy(bytecode=data, override_address=address)
        except Exception:  # whatever a constructor does not take is a finding, never a crash
            left[recipe.name] = None
            continue
        left[recipe.name] = None if computation.is_error else bytes(computation.output)
    return left
