"""`allmende bundle`: several things of several owners, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._quantities import parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Receipt

app = typer.Typer(no_args_is_help=True, help="Several things of several owners, granted all or none.")

MAX_ITEMS = 8
RequestArgument = Annotated[str, typer.Argument(help="Id of any request of the bundle.")]


@app.command()
def ask(
    ctx: typer.Context,
    items: Annotated[
        list[str],
        typer.Argument(help='Ids of the things; with units and a time of its own: "0x…:3@sat 12:00/2h".'),
    ],
    start: Annotated[
        str, typer.Option("--from", help='Begin: "sat 10:00", "2026-11-28 10:00" or @UTC-seconds.')
    ],
    end: Annotated[str | None, typer.Option("--to", help="End, written like the begin.")] = None,
    length: Annotated[
        str | None, typer.Option("--for", help="Length instead of an end: 90m, 4h, 2d.")
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of what you typed; else that of each thing.")
    ] = None,
    gathering: Annotated[
        str | None, typer.Option(help="Id of the gathering of yours that needs them.")
    ] = None,
) -> None:
    """Ask for several things at once. They are granted together, once every owner has said yes, or not at
    all.

    [bold]Example:[/bold]  allmende bundle ask 0x3f…9a 0x51…07:2 --from "sat 10:00" --for 8h --as amir
    """
    from scripts._bundle import asked_items, in_order
    from scripts._chain_client import booking_acts, bookings
    from scripts._conditions import presented
    from scripts._policy_data import data_for

    session: Session = ctx.obj
    if not 2 <= len(items) <= MAX_ITEMS:
        raise CommandError(
            "cli: impossible bundle",
            f"{len(items)} things make no bundle.",
            f"Name 2 to {MAX_ITEMS} of them.",
        )
    found = in_order(asked_items(session, items, (start, end, length, tz), gathering))
    requests = booking_acts.as_bundle([request for request, _ in found])
    things = [thing for _, thing in found]
    own = [thing["owner"] == session.chain.me for thing in things]
    asks = [None if mine else presented(thing) for mine, thing in zip(own, things, strict=True)]
    data = [
        data_for(session, thing, request, []) if condition is not None else b""
        for request, thing, condition in zip(requests, things, asks, strict=True)
    ]
    for request in requests:
        bookings.require_free(session.chain, request)
    receipt = booking_acts.request_bundle(session.chain, requests, asks, data)
    _show(session, requests, receipt, "The bundle is on its way to the owners")


@app.command()
def sign(
    ctx: typer.Context,
    request: RequestArgument,
    to: Annotated[Path, typer.Option(help="The file to write; send it to who grants the bundle.")],
) -> None:
    """Say yes to what is asked of you in a bundle: a signature for each of your things, in a file. Nothing is
    sent, and it means nothing without the yes of all others.

    [bold]Example:[/bold]  allmende bundle sign 0x7c…01 --to lena.json --as lena
    """
    from scripts._bundle import KIND, signed_by_owner
    from scripts._policy_data import write

    session: Session = ctx.obj
    items = _items(session, request)
    confirms = signed_by_owner(session, items)
    if not confirms:
        raise CommandError(
            "bookings: not the owner",
            "Nothing in the bundle waits for you.",
            "Act as an owner of its things.",
        )
    statement = {"kind": KIND, "bundle": "0x" + items[0].bundle.hex(), "confirms": confirms}
    write(to, statement)

    def readable() -> None:
        _output.done(f"Your yes to {len(confirms)} of {len(items)} is in {to}; nothing was sent")
        _output.command(f"allmende bundle grant {request} --with {to}")

    _output.show(session.as_json, {"data": {**statement, "file": str(to)}}, readable)


@app.command()
def grant(
    ctx: typer.Context,
    request: RequestArgument,
    statement: Annotated[
        list[Path] | None,
        typer.Option("--with", help="What an owner signed, a vote, an attestation; may be repeated."),
    ] = None,
) -> None:
    """Grant all of a bundle: your own things, what first-come or a policy grants, and the rest with what the
    other owners signed. Anybody who has their signatures may.

    [bold]Example:[/bold]  allmende bundle grant 0x7c…01 --with mira.json --as lena
    """
    from scripts._bundle import granting
    from scripts._chain_client import booking_acts

    session: Session = ctx.obj
    items = _items(session, request)
    auths, pokes = granting(session, items, statement or [])
    receipt = booking_acts.grant_bundle(session.chain, items, auths, pokes)
    _show(session, items, receipt, "All of it is granted")


@app.command()
def cancel(ctx: typer.Context, request: RequestArgument) -> None:
    """Withdraw all of a bundle of yours, or give all its grants back before they begin.

    [bold]Example:[/bold]  allmende bundle cancel 0x7c…01 --as amir
    """
    from scripts._chain_client import abi, booking_acts
    from scripts._chain_client.chain import NO_AUTH

    session: Session = ctx.obj
    items = _items(session, request)
    calls = [abi.encode_call("Bookings", "cancel", (item.values(), NO_AUTH)) for item in items]
    _show(session, items, booking_acts.together(session.chain, calls), "The bundle is cancelled")


@app.command()
def show(ctx: typer.Context, request: RequestArgument) -> None:
    """Show all requests of a bundle, and whose yes is missing.

    [bold]Example:[/bold]  allmende bundle show 0x7c…01
    """
    session: Session = ctx.obj
    _show(session, _items(session, request), None, None)


def _items(session: Session, request: str) -> list[Request]:
    """The requests of a bundle in their order.

    Raises:
        CommandError: "cli: no bundle".
    """
    from scripts._chain_client.bookings import find_bundle

    found = find_bundle(session.chain, parse_id(request, "request"))
    if len(found) < 2:
        raise CommandError("cli: no bundle", "This request is in no bundle.", f"allmende requests {request}")
    return found


def _show(session: Session, items: Sequence[Request], receipt: Receipt | None, said: str | None) -> None:
    """Every request of the bundle as the API says it is."""
    from scripts._chain_client.bookings import request_id
    from scripts._request_card import card

    if receipt is not None:
        session.settle(receipt)
    found = [session.api.request("0x" + request_id(session.chain, item).hex()) for item in items]
    data = {"bundle": "0x" + items[0].bundle.hex(), "items": [one.data for one in found]}
    document: dict[str, Any] = {"data": data, "as_of": found[-1].as_of}
    if receipt is not None:
        document |= {"transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        if said is not None:
            _output.done(said)
        for one in found:
            card(session, one.data, short=one is not found[-1])

    _output.show(session.as_json, document, readable)
