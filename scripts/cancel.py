"""`allmende cancel`: the requester withdraws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts._decision import decide
from scripts._series import parse_which
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Chain, Receipt


def cancel(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of your request, as `allmende requests` shows it.")],
    only: Annotated[
        str | None, typer.Option(help="Of a granted series only these times, counted from 1: 2,5 or 3-6.")
    ] = None,
) -> None:
    """Withdraw a request of yours, or give a grant back before it begins. The time becomes free again.

    [bold]Example:[/bold]  allmende cancel 0x7c…01 --as amir
    """
    from scripts._chain_client import bookings

    session: Session = ctx.obj
    if only is None:
        decide(session, request, bookings.cancel, "cancelled")
        return

    def act(chain: Chain, found: Request) -> Receipt:
        from scripts._chain_client.booking_acts import cancel_series

        times = session.api.request(request).data["occurrences"]
        return cancel_series(chain, found, parse_which(only, len(times)))

    decide(session, request, act, f"shorter: {only} given back")
