"""What every external function costs: `gasUsed` of real receipts on a fresh anvil, against `budgets.json`.

Conditions: a plain ERC-20 that the escrow already holds and whose recipients already hold some, whole
transactions (21,000 base included), fixed salts and times, so the figures are the same on every machine. A
function of the ABI without a row, a row without a budget and a contract above its size limit fail like an
exceeded budget.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.gas_cases import CONTRACTS, measured
from bench.gas_ground import Measured
from indexer.chain import artefacts

FOLDER = Path(__file__).parent
BUDGETS = FOLDER / "budgets.json"
TABLE = FOLDER / "gas.md"
# EIP-170 allows 24,576 bytes of runtime code
SIZE_LIMIT = 23_000
# A budget, or a reached limit with the goal it falls short of and why
Entry = int | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its limit; `value` None where nothing was measured, `budget` None where none is set.

    `goal` is set where the design asks for less than was reached: the row says that it is short, and `why`.
    """

    case: str
    value: int | None
    unit: str
    budget: int | None
    note: str
    goal: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Measured, and within its budget."""
        return self.value is not None and self.budget is not None and self.value <= self.budget

    @property
    def short(self) -> bool:
        """Within its budget, but above what the design asks for."""
        return self.goal is not None and self.value is not None and self.value > self.goal

    def record(self) -> dict[str, Any]:
        """The row as one JSON object, in the form that all benchmarks share."""
        ratio = round(self.value / self.budget, 3) if self.value is not None and self.budget else None
        return {
            "bench": "gas",
            "case": self.case,
            "value": self.value,
            "unit": self.unit,
            "peer": "budget",
            "peer_value": self.budget,
            "ratio": ratio,
            "goal": f"<= {self.goal or self.budget}",
            "short": self.short,
            "ok": self.ok,
            "note": self.note,
        }


def run(progress: Callable[[str], None] = lambda line: None) -> list[Row]:
    """Measure everything on a chain of its own; a few seconds.

    Raises:
        CommandError: no anvil, or a call of a scenario was refused.
    """
    from scripts._anvil import Anvil

    with Anvil() as chain:
        figures = measured(chain.rpc_url, progress)
    return rows(figures)


def rows(figures: list[Measured]) -> list[Row]:
    """Figures next to their budgets, then what is missing, then the sizes of the contracts."""
    budgets = _budgets()
    found = [
        Row(item.case, item.gas, item.unit, *_limits(budgets.get(item.case), item.note)) for item in figures
    ]
    covered = {item.function for item in figures}
    found += [Row(name, None, "gas", None, "no scenario") for name in functions() if name not in covered]
    measured_cases = {item.case for item in figures}
    found += [
        Row(case, None, "gas", *_limits(budget, "no scenario"))
        for case, budget in budgets.items()
        if case not in measured_cases
    ]
    sizes = ((name, artefacts.load(name).runtime_size) for name in CONTRACTS)
    return found + [Row(f"{name} runtime code", size, "bytes", SIZE_LIMIT, "") for name, size in sizes]


def functions() -> Iterator[str]:
    """Every external function that changes state, as "Contract.function"."""
    for contract in CONTRACTS:
        for entry in artefacts.load(contract).abi:
            if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable"):
                yield f"{contract}.{entry['name']}"


def table(found: list[Row]) -> str:
    """The committed page with all figures."""
    lines = [
        "# Gas and size",
        "",
        "Generated from receipts by `python -m bench.gas`; `make check` fails when it is stale or a budget",
        "is exceeded. Whole transactions on a plain ERC-20 that escrow and recipients already hold.",
        "",
        "| case | measured | budget | unit | note |",
        "|---|---:|---:|---|---|",
    ]
    lines += [
        f"| {row.case} | {_figure(row.value)} | {_figure(row.budget)} | {row.unit} | {_verdict(row)} |"
        for row in found
    ]
    for why in dict.fromkeys(row.why for row in found if row.short):
        lines += ["", f"Short: {why}"]
    return "\n".join([*lines, ""])


def stale(found: list[Row]) -> bool:
    """Whether the committed page says something else than these rows."""
    return not TABLE.exists() or TABLE.read_text() != table(found)


def write(found: list[Row]) -> None:
    """Write the page."""
    TABLE.write_text(table(found))


def _budgets() -> dict[str, Entry]:
    found: dict[str, Entry] = json.loads(BUDGETS.read_text())
    return found


def _limits(entry: Entry | None, note: str) -> tuple[int | None, str, int | None, str]:
    """Budget, note, goal and reason of an entry: a number, or all three where the goal is not reached."""
    if isinstance(entry, dict):
        return entry["limit"], note, entry["goal"], entry["why"]
    return entry, note, None, ""


def _figure(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _verdict(row: Row) -> str:
    if not row.ok:
        return f"**not within budget** {row.note}".strip()
    return f"short of {_figure(row.goal)} (see below) {row.note}".strip() if row.short else row.note


def main() -> int:
    """Measure, write the page, and say what is not within its budget; 0 when all is well."""
    found = run()
    write(found)
    bad = [row for row in found if not row.ok]
    for row in bad:
        print(
            f"{row.case}: {_figure(row.value)} {row.unit}, budget {_figure(row.budget)} {row.note}".rstrip()
        )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
