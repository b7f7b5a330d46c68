"""The sources that faults are put into: what is made of them, and the unit tests of that.

State machines are left out, they are slow; and so are the budgets of gas: one that is missed by a hair says
nothing about what a contract does.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / "contracts"
TESTS = ROOT / "tests" / "contracts"
NOT_DEPLOYED = ("mocks", "interfaces")
# the module that every refusal calls; it guards nothing itself
REFUSAL = "refusal.vy"
# further folders with tests of a slice, of contracts that have folders of their own there
TESTED_IN = {"booking": ("spaces", "policies"), "escrow": ("policies",)}
BUDGETS = "test_gas.py"


def ours(contracts: Path = CONTRACTS) -> list[Path]:
    """The sources that can be at fault, in full, in the order of their names."""
    return [
        path
        for path in sorted(contracts.rglob("*.vy"))
        if path.relative_to(contracts).parts[0] not in NOT_DEPLOYED and path.name != REFUSAL
    ]


def slices_using(source: Path, contracts: Path = CONTRACTS) -> list[str]:
    """The slices whose contracts contain a source: its own, or those that import a shared module."""
    if source.parts[0] != "shared":
        return [source.parts[0]]
    wanted, users = {source.stem}, set[str]()
    while True:
        size = len(wanted)
        for path in sorted(contracts.rglob("*.vy")):
            imports = re.findall(r"^(?:from \S+ )?import (\w+)", path.read_text(), re.MULTILINE)
            folder = path.relative_to(contracts).parts[0]
            if wanted.isdisjoint(imports) or folder in NOT_DEPLOYED:
                continue
            if folder == "shared":
                wanted.add(path.stem)
            else:
                users.add(folder)
        if len(wanted) == size:
            return sorted(users)


@cache
def unit_tests(source: Path) -> tuple[Path, ...]:
    """The files with the tests of the slices that contain a source."""
    slices = slices_using(source)
    names = {*slices, *(name for one in slices for name in TESTED_IN.get(one, ())), "shared"}
    return tuple(
        path
        for name in sorted(names)
        for path in sorted((TESTS / name).rglob("test_*.py"))
        if path.name != BUDGETS
    )


@cache
def users(source: Path) -> tuple[str, ...]:
    """The deployables made of a source, its own slice's first, small ones first."""
    compiling = fresh_compiling()
    found = [
        path
        for path in sorted(CONTRACTS.rglob("[A-Z]*.vy"))
        if path.relative_to(CONTRACTS).parts[0] not in NOT_DEPLOYED
        and CONTRACTS / source in compiling.sources_of(path.stem)
    ]
    own = source.parts[0]
    found.sort(key=lambda path: (path.parent.name != own, path.stat().st_size))
    return tuple(path.stem for path in found)


def made_of_ours() -> list[str]:
    """Every contract that one of these sources is in, probes for tests included."""
    compiling, found = fresh_compiling(), set(ours())
    names = [path.stem for path in sorted(CONTRACTS.rglob("[A-Z]*.vy"))]
    return [name for name in names if not found.isdisjoint(compiling.sources_of(name))]


@cache
def sources_key(names: tuple[str, ...]) -> str:
    """A hash over the sources that these deployables are made of."""
    compiling = fresh_compiling()
    return digest(*(compiling.sources_key(name) for name in names))


def tests_key(files: set[Path]) -> str:
    """A hash over files with tests and over what they share, which lies beside them or above; as they were
    when this process asked first, since it imported them then."""
    shared = {
        path
        for file in files
        for folder in file.parents
        if folder.is_relative_to(TESTS)
        for path in folder.glob("*.py")
        if not path.name.startswith("test_")
    }
    return digest(*(_file_key(path) for path in sorted(files | shared)))


@cache
def _file_key(path: Path) -> str:
    return digest(str(path.relative_to(ROOT)), path.read_text())


def digest(*parts: str) -> str:
    """A hash over texts."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part.encode())
    return found.hexdigest()[:32]


def fresh_compiling() -> Any:
    """What the tests compile with, which must forget what it knows when the folder of the sources changes."""
    found = importlib.import_module("contracts.compiling")
    found.sources_key.cache_clear()
    found.compiled.cache_clear()
    return found
