"""`allmende deny`: the owner says no."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts._decision import decide
from scripts._quantities import parse_id


def deny(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of the request, as `allmende requests` shows it.")],
    reason: Annotated[
        str | None,
        typer.Option(help="Digest (0x and 64 digits) of a document that says why. No text goes on chain."),
    ] = None,
) -> None:
    """Refuse a pending request for a thing of yours.

    [bold]Example:[/bold]  allmende deny 0x7c…01 --as lena
    """
    from scripts._chain_client import bookings

    digest = bytes(32) if reason is None else parse_id(reason, "document")
    decide(ctx.obj, request, lambda chain, found: bookings.deny(chain, found, digest), "denied")
