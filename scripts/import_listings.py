"""`allmende import`: listings from a CSV file, all announced on chain, resumable without doubles."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain
    from scripts._listings import Listing

# About 13 million gas: below the 16.7 million that EIP-7825 allows a transaction.
BATCH = 400
SHOWN_BAD_ROWS = 20


def import_listings(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV file with a header line (see docs/command-line.md).")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many good rows.")] = None,
) -> None:
    """Announce every good row of a CSV file as a thing of yours. Stop it and start it again: nothing goes in
    twice.

    Malformed rows are listed with their line and the reason, and stay out.

    [bold]Example:[/bold]  allmende import data/vienna-listings.csv --as jonas
    """
    from scripts import _listings

    session: Session = ctx.obj
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CommandError("cli: no such file", f"{file}: {error.strerror}.", "Name a CSV file.") from None
    rows = list(_listings.parse(content))
    good = [row for row in rows if isinstance(row, _listings.Listing)][:limit]
    bad = [row for row in rows if isinstance(row, _listings.BadRow)]
    chain = session.chain
    began = time.monotonic()
    session.sign_in()
    announced = present = gas_used = block = 0
    try:
        with _progress(session.as_json, len(good)) as advance:
            for start in range(0, len(good), BATCH):
                batch = good[start : start + BATCH]
                missing = _missing(chain, batch)
                present += len(batch) - len(missing)
                if missing:
                    # the document first: a thing on chain without its description cannot be found
                    session.api.put_descriptions([dict(row.document) for row in missing])
                    sent, gas, block = _announce(chain, missing)
                    announced += sent
                    present += len(missing) - sent
                    gas_used += gas
                advance(len(batch))
    except KeyboardInterrupt:
        told = f"Stopped with {announced + present} of {len(good)} in."
        _output.err.print(f"{told} The same line goes on from there; nothing goes in twice.")
        raise
    if block:
        session.api.wait_for_block(block, within_s=120)
    summary = {
        "file": str(file),
        "rows": len(rows),
        "good": len(good),
        "announced": announced,
        "already_there": present,
        "bad": [{"line": row.line, "reason": row.reason} for row in bad],
        "owner": chain.me,
        "gas_used": gas_used,
        "seconds": round(time.monotonic() - began, 2),
    }

    def readable() -> None:
        for row in bad[:SHOWN_BAD_ROWS]:
            _output.out.print(f"[yellow]line {row.line}[/yellow]: ", end="")
            _output.out.print(row.reason, markup=False)
        if len(bad) > SHOWN_BAD_ROWS:
            _output.out.print(f"… and {len(bad) - SHOWN_BAD_ROWS} more; --json lists them all")
        _output.done(
            f"{announced} announced, {present} were there already, {len(bad)} malformed rows stayed out"
        )

    _output.show(session.as_json, {"data": summary}, readable)


def _missing(chain: Chain, batch: Sequence[Listing]) -> list[Listing]:
    """The rows whose ids the chain does not know yet."""
    from scripts._chain_client import bookings

    ids = [bookings.resource_id(chain, chain.me, row.announcement) for row in batch]
    known = bookings.are_announced(chain, ids)
    return [row for row, there in zip(batch, known, strict=True) if not there]


def _announce(chain: Chain, rows: Sequence[Listing]) -> tuple[int, int, int]:
    """Announce all rows; how many, gas and block. A transaction of a stopped run may still have come in
    between."""
    from scripts._chain_client import bookings

    try:
        receipt = bookings.announce_many(chain, [row.announcement for row in rows])
    except CommandError as error:
        if error.code != "bookings: already announced":
            raise
        rows = _missing(chain, rows)
        if not rows:
            return 0, 0, 0
        receipt = bookings.announce_many(chain, [row.announcement for row in rows])
    return len(rows), receipt.gas_used, receipt.block


def _progress(silent: bool, total: int) -> AbstractContextManager[Callable[[int], Any]]:
    """A progress bar on stderr; gives the function that moves it."""
    if silent or not _output.err.is_terminal:
        return nullcontext(lambda _: None)
    from scripts._progress import bar

    return bar("Announcing", total)
