"""`allmende book`: ask for a thing for a time, or for several times at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _output, _series
from scripts._asking import ask, show, wanted
from scripts._errors import CommandError
from scripts._quantities import parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._asking import Wanted
    from scripts._chain_client.bookings import Request


def book(
    ctx: typer.Context,
    resource: Annotated[str, typer.Argument(help="Id of the thing, as `allmende search` shows it.")],
    start: Annotated[
        str | None, typer.Option("--from", help='Begin: "sat 10:00", "2026-11-28 10:00" or @UTC-seconds.')
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="End, written like the begin.")] = None,
    length: Annotated[
        str | None, typer.Option("--for", help="Length instead of an end: 90m, 4h, 2d.")
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of what you typed; else that of the thing.")
    ] = None,
    gathering: Annotated[str | None, typer.Option(help="Id of the gathering of yours that needs it.")] = None,
    units: Annotated[int, typer.Option(min=1, max=255, help="How many of them.")] = 1,
    weekly: Annotated[
        int | None, typer.Option(help="So many weeks in a row at the same time on the clock, up to 12.")
    ] = None,
    starts: Annotated[
        list[str] | None, typer.Option(help="Another begin, as long as the first; may be repeated.")
    ] = None,
    statement: Annotated[
        list[Path] | None,
        typer.Option("--with", help="A vote or an attestation for a thing whose policy wants it."),
    ] = None,
    draft: Annotated[
        Path | None,
        typer.Option(help="Only write the request into this file, for those who vote on it or vouch for it."),
    ] = None,
    drafted: Annotated[Path | None, typer.Option(help="Make the request that this file holds.")] = None,
) -> None:
    """Ask for a thing for a time. Where the first comes first it is yours at once, else its owner or its
    policy decides. Several times are one request, which is granted or denied as a whole.

    [bold]Example:[/bold]  allmende book 0x3f…9a --from "sat 10:00" --for 8h --as amir
    """
    session: Session = ctx.obj
    if drafted is not None:
        from scripts._draft import load

        request = load(drafted)
        if request.resource != parse_id(resource, "resource") or start or end or length:
            raise CommandError(
                "cli: foreign draft",
                f"{drafted} is about another thing or time.",
                "Give the thing of the draft, and no times.",
            )
        thing = session.api.resource(resource).data
    else:
        if start is None:
            raise CommandError("cli: when does it begin", "There is no begin.", 'Add --from "sat 10:00".')
        found = wanted(session, resource, start, end, length, tz)
        request, thing = _request(session, found, resource, units, gathering, weekly, starts), found.thing
    if draft is not None:
        _keep(session, request, draft)
        return
    key, receipt = ask(session, thing, request, statement or [])
    by_policy = thing["rule"] == "policy"
    waits = "The request waits for the policy" if by_policy else "The request is on its way to the owner"
    show(session, key, receipt, "It is yours for that time", waits)


def _request(
    session: Session,
    found: Wanted,
    resource: str,
    units: int,
    gathering: str | None,
    weekly: int | None,
    starts: list[str] | None,
) -> Request:
    """The request of the options: for one time, or for all of a series."""
    import secrets

    from scripts._chain_client import booking_acts, bookings
    from scripts._chain_client.chain import ZERO_HASH

    request = bookings.Request(
        parse_id(resource, "resource"),
        session.chain.me,
        found.start_s,
        found.quanta,
        secrets.token_bytes(32),
        units=units,
        gathering=parse_id(gathering, "gathering") if gathering else ZERO_HASH,
    )
    if weekly is None and not starts:
        return request
    if weekly is not None and starts:
        raise CommandError(
            "cli: impossible series", "Both --weekly and --starts were given.", "Give one of them."
        )
    quantum_s = int(found.thing["quantum_s"])
    times = (
        _series.weekly(found.start_s, weekly, found.tz, quantum_s)
        if weekly is not None
        else _series.listed(found.start_s, starts or [], found.now_s, found.tz)
    )
    try:
        return booking_acts.as_series(request, times, quantum_s)
    except ValueError as error:
        raise CommandError(
            "cli: impossible series", f"{str(error).capitalize()}.", "Choose begins on the thing's grid."
        ) from None


def _keep(session: Session, request: Request, path: Path) -> None:
    from scripts._draft import save

    found = save(session, request, path)

    def readable() -> None:
        _output.done(f"The request is in {path}; nothing was sent")
        _output.facts([("  request", found)])
        _output.command(f"allmende vote {path} --to vote.json --as NAME")

    _output.show(session.as_json, {"data": {"request": found, "draft": str(path)}}, readable)
