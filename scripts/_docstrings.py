"""Whether the contracts say what they do, to whoever holds only the source.

    python -m scripts._docstrings            exits 1 and names every function or contract that says too little

Every external function (and a constructor that takes something) has `@notice`, one `@param` for each
parameter and no other, and `@return` exactly where it returns; each with a text. Every deployable says who
trusts whom, and how funds leave if everybody else is gone: only one that neither takes native coin nor moves
tokens may say instead that it holds none. What cannot be read counts as silent.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
NOT_DEPLOYED = ("mocks", "interfaces")
TRUST = ("Who trusts whom.", "Trust:")
FUNDS = ("How funds leave if everybody else is gone:",)
NO_FUNDS = ("holds no funds", "never holds funds", "no funds are ever held", "none are ever held")
# modules through which money moves
MONEY = frozenset({"payouts", "token_transfer"})
TAG = re.compile(r"@(\w+)[ \t]*([^@]*)")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not said; `where` is a path below `contracts/`, with the function behind it."""

    where: str
    missing: str

    def __str__(self) -> str:
        return f"{self.where}: {self.missing}"


def problems(contracts: Path = CONTRACTS) -> list[Problem]:
    """Everything that is not said, in the order of files and lines. A folder without contracts is one."""
    sources = [
        path
        for path in sorted(contracts.rglob("*.vy"))
        if path.relative_to(contracts).parts[0] not in NOT_DEPLOYED
    ]
    if not any(_deploys(path) for path in sources):
        return [Problem(str(contracts), "no contracts are here")]
    return [problem for path in sources for problem in problems_of(path, str(path.relative_to(contracts)))]


def problems_of(path: Path, where: str) -> list[Problem]:
    """Those of one source."""
    from vyper.ast import parse_to_ast

    try:
        module = parse_to_ast(path.read_text())
    except Exception as error:  # whatever the parser stumbles over, nothing was said
        return [Problem(where, f"cannot be read: {str(error).splitlines()[0]}")]
    found: list[Problem] = []
    functions = [node for node in module.body if node.ast_type == "FunctionDef"]
    if _deploys(path):
        found += [Problem(where, missing) for missing in _contract(module, functions)]
    for function in functions:
        if _is_spoken_to(function):
            found += [Problem(f"{where} {function.name}", missing) for missing in _function(function)]
    return found


def _deploys(path: Path) -> bool:
    return path.name[0].isupper()


def _text(node: Any) -> str:
    found = getattr(node, "doc_string", None)
    return found.value if found is not None else ""


def _decorators(function: Any) -> set[str]:
    return {getattr(decorator, "id", "") for decorator in function.decorator_list}


def _is_spoken_to(function: Any) -> bool:
    decorators = _decorators(function)
    return "external" in decorators or ("deploy" in decorators and bool(function.args.args))


def _contract(module: Any, functions: list[Any]) -> list[str]:
    """What a deployable does not say."""
    text = " ".join(_text(module).split())
    imported = {
        (node.alias or node.name.rpartition(".")[2])
        for node in module.body
        if node.ast_type in ("Import", "ImportFrom")
    }
    moves_money = bool(imported & MONEY) or any("payable" in _decorators(item) for item in functions)
    missing = [] if "@title" in text else ["@title"]
    if not any(phrase in text for phrase in TRUST):
        missing.append(f"who trusts whom ({TRUST[0]!r} or {TRUST[1]!r})")
    accepted = FUNDS if moves_money else FUNDS + NO_FUNDS
    if not any(phrase in text for phrase in accepted):
        missing.append(f"how funds leave ({' or '.join(repr(phrase) for phrase in accepted)})")
    return missing


def _function(function: Any) -> list[str]:
    """What an external function does not say, or says of what it has not."""
    said: dict[str, list[str]] = {}
    for tag, text in TAG.findall(_text(function)):
        said.setdefault(tag, []).append(" ".join(text.split()))
    wanted = [argument.arg for argument in function.args.args]
    described = [text.partition(" ") for text in said.get("param", [])]
    missing = []
    if "deploy" not in _decorators(function) and not any(said.get("notice", [])):
        missing.append("@notice")
    missing += [
        f"@param {name}" for name in wanted if not any(of == name and words for of, _, words in described)
    ]
    missing += [f"no parameter {name}" for name, _, _ in described if name not in wanted]
    returns = function.returns is not None
    if returns and not any(said.get("return", [])):
        missing.append("@return")
    if not returns and "return" in said:
        missing.append("returns nothing, but says @return")
    return missing


def main(arguments: list[str] | None = None) -> int:
    """Name what is not said; 0 when nothing."""
    parser = argparse.ArgumentParser(prog="python -m scripts._docstrings", description=__doc__)
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, help="folder of the sources")
    found = problems(parser.parse_args(arguments).contracts)
    for problem in found:
        print(f"says too little: {problem}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
