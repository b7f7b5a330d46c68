"""`allmende grant`: the owner says yes."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts._decision import decide


def grant(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of the request, as `allmende requests` shows it.")],
) -> None:
    """Grant a pending request for a thing of yours.

    [bold]Example:[/bold]  allmende grant 0x7c…01 --as lena
    """
    from scripts._chain_client import bookings

    decide(ctx.obj, request, bookings.confirm, "granted")
