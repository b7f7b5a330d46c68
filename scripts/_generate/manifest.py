"""The manifest of the contracts: from which sources, by which compiler and settings, which code.

Committed beside the sources, so that a reader of the repository can say what stands on a chain without
trusting whoever put it there: `allmende verify-deployment` compiles again and compares all three.
"""

import hashlib
import json
from typing import Any

from eth_utils.crypto import keccak

from scripts._generate.contracts import EVM_VERSION, Compiled


def compiler() -> dict[str, Any]:
    """What besides the sources decides about the code."""
    import vyper
    from vyper.compiler.settings import OptimizationLevel

    return {
        "name": "vyper",
        "version": vyper.__version__,
        "evm_version": EVM_VERSION,
        "optimization": OptimizationLevel.default().name.lower(),  # type: ignore[no-untyped-call]
        "experimental_codegen": False,
    }


def entry(contract: Compiled) -> dict[str, Any]:
    """One contract: hashes and sizes. `code_keccak256` is of the code at an address without the immutables
    behind it, `creation_keccak256` of what is sent without the arguments of the constructor."""
    return {
        "creation_keccak256": "0x" + keccak(contract.bytecode).hex(),
        "creation_size": len(contract.bytecode),
        "code_keccak256": "0x" + keccak(contract.runtime).hex(),
        "code_size": len(contract.runtime),
        "immutables_size": contract.immutables_size,
        "abi_sha256": hashlib.sha256(json.dumps(contract.abi, sort_keys=True).encode()).hexdigest(),
        "sources_sha256": contract.sources,
    }


def text(contracts: list[Compiled]) -> str:
    """The committed JSON."""
    document = {
        "compiler": compiler(),
        "contracts": {contract.name: entry(contract) for contract in contracts},
    }
    return json.dumps(document, indent=1) + "\n"
