"""`allmende block`: an owner keeps a thing for a time."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts._asking import ask, show, wanted
from scripts._errors import CommandError
from scripts._quantities import parse_id
from scripts._session import Session


def block(
    ctx: typer.Context,
    resource: Annotated[str, typer.Argument(help="Id of your thing.")],
    start: Annotated[
        str, typer.Option("--from", help='Begin: "sat 10:00", "2026-11-28 10:00" or @UTC-seconds.')
    ],
    end: Annotated[str | None, typer.Option("--to", help="End, written like the begin.")] = None,
    length: Annotated[
        str | None, typer.Option("--for", help="Length instead of an end: 90m, 4h, 2d.")
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of what you typed; else that of the thing.")
    ] = None,
    units: Annotated[int, typer.Option(min=1, max=255, help="How many of them you keep.")] = 1,
) -> None:
    """Keep a thing of yours for a time, for repair or for yourself; also while it is paused, without notice,
    and outside its opening hours. `allmende cancel` gives the time back.

    [bold]Example:[/bold]  allmende block 0x3f…9a --from "mon 08:00" --for 1d --as lena
    """
    import secrets

    from scripts._chain_client.bookings import Request

    session: Session = ctx.obj
    found = wanted(session, resource, start, end, length, tz)
    if found.thing["owner"] != session.chain.me:
        raise CommandError(
            "cli: not your thing",
            f"It belongs to {session.name(found.thing['owner'])}.",
            "Ask for it with `allmende book`.",
        )
    request = Request(
        parse_id(resource, "resource"),
        session.chain.me,
        found.start_s,
        found.quanta,
        secrets.token_bytes(32),
        units=units,
    )
    key, receipt = ask(session, found.thing, request, [])
    show(session, key, receipt, "It is kept for you", "It is kept for you")
