"""`allmende cancel`: the requester withdraws."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts._decision import decide


def cancel(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of your request, as `allmende requests` shows it.")],
) -> None:
    """Withdraw a request of yours, or give a grant back before it begins. The time becomes free again.

    [bold]Example:[/bold]  allmende cancel 0x7c…01 --as amir
    """
    from scripts._chain_client import bookings

    decide(ctx.obj, request, bookings.cancel, "cancelled")
