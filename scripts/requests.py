"""`allmende requests`: who asked for what, and who acts next."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts import _output
from scripts._request_card import card
from scripts._session import Session


def requests(
    ctx: typer.Context,
    request: Annotated[str | None, typer.Argument(help="One request by its id.")] = None,
    owner: Annotated[str | None, typer.Option(help="Only those for things of this member.")] = None,
    requester: Annotated[str | None, typer.Option(help="Only those by this member.")] = None,
    resource: Annotated[str | None, typer.Option(help="Only those for this thing.")] = None,
    state: Annotated[str | None, typer.Option(help="pending, granted, denied, cancelled or expired.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
) -> None:
    """Show requests: what waits for you, and what happens if nobody acts.

    [bold]Example:[/bold]  allmende requests --owner lena --state pending
    """
    session: Session = ctx.obj
    if request is not None:
        answer = session.api.request(request)
        items = [answer.data]
    else:
        answer = session.api.requests(
            owner=session.address(owner) if owner else None,
            requester=session.address(requester) if requester else None,
            resource=resource,
            state=state,
            limit=limit,
        )
        items = answer.data["items"]

    def readable() -> None:
        for item in items:
            card(session, item, short=request is None)
        if not items:
            _output.out.print("No requests.")

    _output.show(session.as_json, answer.as_json(), readable)
