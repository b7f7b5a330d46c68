"""`allmende bench`: the figures of the project, each with its budget or its peer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _output
from scripts._session import Session

if TYPE_CHECKING:
    from bench.gas import Row

app = typer.Typer(no_args_is_help=True, help="Measure, and fail where a budget is exceeded.")

EXIT_OVER_BUDGET = 1


@app.command()
def gas(
    ctx: typer.Context,
    write: Annotated[bool, typer.Option("--write", help="Write the table into bench/gas.md.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Fail too when bench/gas.md says something else.")
    ] = False,
) -> None:
    """Gas of every external function from real receipts, against its budget. Exit code 1 when one is
    exceeded or missing.

    With --json one object a line, as of every benchmark.

    [bold]Example:[/bold]  allmende bench gas --json
    """
    from bench import gas as figures

    session: Session = ctx.obj
    rows = figures.run()
    if write:
        figures.write(rows)
    if session.as_json:
        for row in rows:
            sys.stdout.write(json.dumps(row.record(), ensure_ascii=False) + "\n")
    else:
        _table(rows)
    stale = check and figures.stale(rows)
    if stale:
        _output.err.print("bench/gas.md is stale: allmende bench gas --write")
    if stale or not all(row.ok for row in rows):
        raise typer.Exit(EXIT_OVER_BUDGET)


@app.command("all")
def everything(ctx: typer.Context) -> None:
    """Every benchmark there is.

    [bold]Example:[/bold]  allmende bench all
    """
    gas(ctx, write=False, check=False)


def _table(rows: list[Row]) -> None:
    def figure(value: int | None) -> str:
        return "–" if value is None else f"{value:,}"

    def note(row: Row) -> str:
        return f"short of {figure(row.goal)} {row.note}".strip() if row.short else row.note

    shown = [
        ("✓" if row.ok else "✗", row.case, figure(row.value), figure(row.budget), row.unit, note(row))
        for row in rows
    ]
    _output.table("Gas and size", ("", "case", ">measured", ">budget", "unit", "note"), shown)
