"""`allmende resource`: announce a thing, look at one or at many, and when it is free."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._conditions_card import asked_for
from scripts._quantities import parse_id, parse_moment
from scripts._resource_announce import announce
from scripts._session import Session

app = typer.Typer(no_args_is_help=True, help="Things that can be booked.")
app.command()(announce)

RULE_WORDS = {
    "manual": "the owner decides",
    "first-come": "first come, first served",
    "policy": "a policy decides",
}
ResourceArgument = Annotated[str, typer.Argument(help="Id of the thing.")]


@app.command()
def show(ctx: typer.Context, resource: Annotated[str, typer.Argument(help="Id of the thing.")]) -> None:
    """Show one thing with its description and terms.

    [bold]Example:[/bold]  allmende resource show 0x3f…9a
    """
    session: Session = ctx.obj
    parse_id(resource, "resource")
    answer = session.api.resource(resource)
    _output.show(session.as_json, answer.as_json(), lambda: _card(session, answer.data))


@app.command("list")
def list_resources(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(help="Only those of this member.")] = None,
    service: Annotated[str | None, typer.Option(help="Only those of this service.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this place (next_after of --json).")] = None,
) -> None:
    """List things in the order they were announced.

    [bold]Example:[/bold]  allmende resource list --owner lena
    """
    session: Session = ctx.obj
    wanted = session.address(owner) if owner else None
    answer = session.api.resources(owner=wanted, service=service, limit=limit, after=after)

    def readable() -> None:
        for item in answer.data["items"]:
            _card(session, item, short=True)
        if answer.data["next_after"]:
            _output.out.print(f"[dim]more: --after {answer.data['next_after']}[/dim]")

    _output.show(session.as_json, answer.as_json(), readable)


@app.command()
def availability(
    ctx: typer.Context,
    resource: Annotated[str, typer.Argument(help="Id of the thing.")],
    start: Annotated[str | None, typer.Option("--from", help='Begin: "sat 10:00"; else now.')] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look ahead.")] = 7,
    units: Annotated[int, typer.Option(min=1, max=255, help="How many units have to be free.")] = 1,
) -> None:
    """Show when a thing is free.

    [bold]Example:[/bold]  allmende resource availability 0x3f…9a --days 14
    """
    session: Session = ctx.obj
    parse_id(resource, "resource")
    found = session.api.resource(resource)
    tz = (found.data["description"] or {}).get("tz", "UTC")
    now_s = int(found.as_of["block_time_s"])
    from_s = parse_moment(start, now_s, tz) if start else now_s
    answer = session.api.availability(resource, from_s, from_s + days * 86_400, units)

    def readable() -> None:
        rows = [
            (
                _output.moment(i["start_s"], tz),
                _output.moment(i["end_s"], tz),
                _output.span(i["end_s"] - i["start_s"]),
            )
            for i in answer.data["free"]
        ]
        _output.table("Free", ("from", "to", ">length"), rows)

    _output.show(session.as_json, answer.as_json(), readable)


@app.command()
def pause(ctx: typer.Context, resource: ResourceArgument) -> None:
    """Take no new requests for a thing of yours until you resume it. What is granted stays granted, what was
    asked for before you still decide.

    [bold]Example:[/bold]  allmende resource pause 0x3f…9a --as lena
    """
    _change(ctx.obj, resource, "paused")


@app.command()
def resume(ctx: typer.Context, resource: ResourceArgument) -> None:
    """Take requests for a paused thing of yours again.

    [bold]Example:[/bold]  allmende resource resume 0x3f…9a --as lena
    """
    _change(ctx.obj, resource, "active")


@app.command()
def retire(ctx: typer.Context, resource: ResourceArgument) -> None:
    """Take a thing of yours out of use for ever. What is granted stays granted, what waits can only be
    denied.

    [bold]Example:[/bold]  allmende resource retire 0x3f…9a --as lena
    """
    _change(ctx.obj, resource, "retired")


def _change(session: Session, resource: str, state: str) -> None:
    from scripts._chain_client.booking_acts import set_resource_state

    receipt = set_resource_state(session.chain, parse_id(resource, "resource"), state)
    session.settle(receipt)
    answer = session.api.resource(resource)
    shown = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(f"The thing is {state}")
        _card(session, answer.data, short=True)

    _output.show(session.as_json, shown, readable)


def _card(session: Session, item: dict[str, Any], short: bool = False) -> None:
    description = item["description"]
    title = description["title"] if description else "(description not stored here)"
    gone = "" if item["state"] == "active" else f"  {item['state']}"
    _output.line((title, "bold"), (gone, "yellow"))
    pairs = [("  resource", item["resource"]), ("  owner", session.name(item["owner"]))]
    if description:
        deposit = _money.currency(session, description["price"]["currency"]).shown(description["deposit"])
        pairs += [
            ("  service", description["service"]),
            ("  price", f"{_money.price_words(session, description)}, deposit {deposit}"),
        ]
    if not short:
        buffer_s = item["buffer_quanta"] * item["quantum_s"]
        pairs += [
            ("  rule", RULE_WORDS[item["rule"]]),
            ("  units", str(item["capacity"]) if item["capacity"] > 1 else ""),
            ("  grid", _output.span(item["quantum_s"])),
            ("  longest", _output.span(item["quantum_s"] * item["max_quanta"])),
            ("  notice", _output.span(item["notice_s"]) if item["notice_s"] else ""),
            ("  buffer", _output.span(buffer_s) if buffer_s else ""),
            *asked_for(session, item),
            ("  document", item["cid"]),
        ]
        if description:
            criteria = ", ".join(f"{name}={value}" for name, value in description["criteria"].items())
            pairs += [
                ("  text", description["text"]),
                ("  criteria", criteria),
                ("  zone", description["tz"]),
            ]
    _output.facts(pairs)
