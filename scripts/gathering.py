"""`allmende gathering`: invite to a gathering, call it off, see how much of it is confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._quantities import parse_duration, parse_id, parse_moment
from scripts._session import Session
from scripts._written import written

if TYPE_CHECKING:
    from scripts._chain_client.chain import Receipt

app = typer.Typer(no_args_is_help=True, help="What takes place in spaces.")


@app.command()
def host(
    ctx: typer.Context,
    space: Annotated[str, typer.Argument(help="Id of the space it takes place in.")],
    title: Annotated[str, typer.Argument(help="What it is.")],
    start: Annotated[
        str, typer.Option("--from", help='Begin: "sat 10:00", "2026-11-28 10:00" or @UTC-seconds.')
    ],
    length: Annotated[str, typer.Option("--for", help="Length: 90m, 4h, 2d.")],
    text: Annotated[str, typer.Option(help="More about it.")] = "",
    tz: Annotated[str | None, typer.Option(help="Time zone of what you typed.")] = None,
) -> None:
    """Invite to a gathering. What it needs is asked for afterwards, in requests that name it.

    [bold]Example:[/bold]  allmende gathering host 0x3f…9a "Concert" --from "sat 20:00" --for 2h --as amir
    """
    import secrets

    from scripts._chain_client import spaces

    session: Session = ctx.obj
    start_s = parse_moment(start, session.chain.now_s(), tz or session.tz)
    end_s = start_s + parse_duration(length)
    if end_s <= start_s:
        raise CommandError("request: impossible time", "It lasts no time at all.", "Give a longer --for.")
    document, digest = written(title, text)
    made = spaces.Gathering(parse_id(space, "space"), start_s, end_s, digest, secrets.token_bytes(32))
    gathering, receipt = spaces.host(session.chain, made)
    _done(session, gathering, receipt, f"{title} is announced", document=document)


@app.command("call-off")
def call_off(
    ctx: typer.Context, gathering: Annotated[str, typer.Argument(help="Id of your gathering.")]
) -> None:
    """Call a gathering of yours off. What was booked for it stays booked until you give it back.

    [bold]Example:[/bold]  allmende gathering call-off 0x51…07 --as amir
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(gathering, "gathering")
    _done(session, key, spaces.call_off(session.chain, key), "It is called off")


@app.command()
def show(ctx: typer.Context, gathering: Annotated[str, typer.Argument(help="Id of the gathering.")]) -> None:
    """Show one gathering, and how much of what its host asked for is confirmed.

    [bold]Example:[/bold]  allmende gathering show 0x51…07
    """
    session: Session = ctx.obj
    parse_id(gathering, "gathering")
    answer = session.api.get(f"/gatherings/{gathering}")
    _output.show(session.as_json, answer.as_json(), lambda: _card(session, answer.data))


@app.command("list")
def list_gatherings(
    ctx: typer.Context,
    space: Annotated[str | None, typer.Option(help="Only those in this space.")] = None,
    host: Annotated[str | None, typer.Option(help="Only those of this member.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this place (next_after of --json).")] = None,
) -> None:
    """List gatherings in the order they were announced.

    [bold]Example:[/bold]  allmende gathering list --space 0x3f…9a
    """
    session: Session = ctx.obj
    by = session.address(host) if host else None
    answer = session.api.get("/gatherings", space=space, host=by, limit=limit, after=after)

    def readable() -> None:
        for item in answer.data["items"]:
            _card(session, item)
        if answer.data["next_after"]:
            _output.out.print(f"[dim]more: --after {answer.data['next_after']}[/dim]")

    _output.show(session.as_json, answer.as_json(), readable)


def _done(session: Session, gathering: bytes, receipt: Receipt, said: str, **more: Any) -> None:
    session.settle(receipt)
    answer = session.api.get("/gatherings/0x" + gathering.hex())
    document = {
        **answer.as_json(),
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
        **more,
    }

    def readable() -> None:
        _output.done(said)
        _card(session, answer.data)

    _output.show(session.as_json, document, readable)


def _card(session: Session, item: dict[str, Any]) -> None:
    share = "nothing asked for" if item["percent"] is None else f"{item['percent']} % confirmed"
    state = "called off" if item["called_off_at_s"] else share
    length = _output.span(item["end_s"] - item["start_s"])
    _output.line((state, "bold"), f"  {_output.moment(item['start_s'], session.tz)} for {length}")
    _output.facts(
        [
            ("  gathering", item["gathering"]),
            ("  space", item["space"]),
            ("  host", session.name(item["host"])),
            ("  granted", f"{item['granted']} of {item['asked']}" if item["asked"] else ""),
        ]
    )
