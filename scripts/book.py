"""`allmende book`: ask for a thing for a time."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._quantities import parse_duration, parse_id, parse_moment
from scripts._request_card import card
from scripts._session import Session


def book(
    ctx: typer.Context,
    resource: Annotated[str, typer.Argument(help="Id of the thing, as `allmende search` shows it.")],
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
    gathering: Annotated[str | None, typer.Option(help="Id of the gathering of yours that needs it.")] = None,
) -> None:
    """Ask for a thing for a time. Where the first comes first it is yours at once, else its owner decides.

    [bold]Example:[/bold]  allmende book 0x3f…9a --from "sat 10:00" --for 8h --as amir
    """
    import secrets

    from scripts._chain_client import bookings
    from scripts._chain_client.chain import ZERO_HASH

    session: Session = ctx.obj
    thing = parse_id(resource, "resource")
    found = session.api.resource(resource)
    shown, zone = found.data, tz or (found.data["description"] or {}).get("tz", "UTC")
    start_s = parse_moment(start, found.as_of["block_time_s"], zone)
    if (end is None) == (length is None):
        raise CommandError("cli: when does it end", "Give an end or a length.", "Add either --to or --for.")
    end_s = (
        start_s + parse_duration(length)
        if length
        else parse_moment(end or "", found.as_of["block_time_s"], zone)
    )
    if end_s <= start_s:
        raise CommandError("request: impossible time", "The time ends before it begins.", "Give a later end.")
    quantum_s = int(shown["quantum_s"])
    quanta = -((start_s - end_s) // quantum_s)
    request = bookings.Request(
        thing,
        session.chain.me,
        start_s,
        quanta,
        secrets.token_bytes(32),
        gathering=parse_id(gathering, "gathering") if gathering else ZERO_HASH,
    )
    booked, receipt = bookings.book(session.chain, request)
    session.settle(receipt)
    answer = session.api.request("0x" + booked.hex())
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        granted = answer.data["state"] == "granted"
        _output.done("It is yours for that time" if granted else "The request is on its way to the owner")
        card(session, answer.data)

    _output.show(session.as_json, document, readable)
