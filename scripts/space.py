"""`allmende space`: create, fork, close and hand over spaces, say who may enter, show things in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._quantities import parse_duration, parse_id
from scripts._session import Session
from scripts._written import written

if TYPE_CHECKING:
    from scripts._chain_client.chain import Receipt

app = typer.Typer(no_args_is_help=True, help="Where members meet and what they find there.")

PAGE = 200
SpaceArgument = Annotated[str, typer.Argument(help="Id of the space.")]


@app.command()
def create(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What it is called.")],
    text: Annotated[str, typer.Option(help="More about it.")] = "",
    parent: Annotated[str | None, typer.Option("--in", help="The space it lies in.")] = None,
) -> None:
    """Create a space of yours; everybody is a member until you set a gate.

    [bold]Example:[/bold]  allmende space create "Summer festival" --as mira
    """
    import secrets

    from scripts._chain_client import spaces
    from scripts._chain_client.chain import ZERO_HASH

    session: Session = ctx.obj
    document, digest = written(title, text)
    around = parse_id(parent, "space") if parent else ZERO_HASH
    made = spaces.Space(digest, secrets.token_bytes(32), parent=around)
    space, receipt = spaces.create(session.chain, made)
    _done(session, space, receipt, f"{title} is there", document=document)


@app.command()
def fork(
    ctx: typer.Context,
    space: Annotated[str, typer.Argument(help="Id of the space to copy.")],
    shift: Annotated[str, typer.Option(help="How much later its gatherings take place: 52w, 365d …")] = "52w",
    parent: Annotated[str | None, typer.Option("--in", help="The space it lies in.")] = None,
) -> None:
    """Copy a space into one of yours: its gatherings later, to which you invite, and the things shown in it.

    No tickets, no grants and no money come with it. What would still lie in the past is left out, and so is
    what was called off.

    [bold]Example:[/bold]  allmende space fork 0x3f…9a --shift 52w --as jonas
    """
    import secrets

    from scripts._chain_client import spaces
    from scripts._chain_client.chain import ZERO_HASH

    session: Session = ctx.obj
    parse_id(space, "space")
    later_s = parse_duration(shift)
    origin = session.api.get(f"/spaces/{space}").data
    gatherings = list(_all(session, "/gatherings", space=space))
    things = [parse_id(item["resource"], "resource") for item in _all(session, f"/spaces/{space}/resources")]
    around = parse_id(parent, "space") if parent else ZERO_HASH
    made = spaces.Space(
        parse_id(origin["digest"], "document"),
        secrets.token_bytes(32),
        parent=around,
        forked_from=parse_id(space, "space"),
    )
    copy, receipt = spaces.create(session.chain, made)
    now_s = session.chain.now_s()
    hosted = []
    for item in gatherings:
        start_s, end_s = item["start_s"] + later_s, item["end_s"] + later_s
        if item["called_off_at_s"] is None and start_s > now_s:
            digest = parse_id(item["digest"], "document")
            again = spaces.Gathering(copy, start_s, end_s, digest, secrets.token_bytes(32))
            gathering, receipt = spaces.host(session.chain, again)
            hosted.append("0x" + gathering.hex())
    shown = spaces.list_resources(session.chain, copy, things)
    receipt = shown[-1] if shown else receipt
    said = f"copied with {len(hosted)} gatherings and {len(things)} things"
    _done(session, copy, receipt, said, gatherings=hosted, resources=len(things))


@app.command()
def close(ctx: typer.Context, space: SpaceArgument) -> None:
    """Close a space of yours for good, and with it all that lies in it. What was granted stays granted.

    [bold]Example:[/bold]  allmende space close 0x3f…9a --as mira
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(space, "space")
    _done(session, key, spaces.close(session.chain, key), "closed")


@app.command("hand-over")
def hand_over(
    ctx: typer.Context,
    space: SpaceArgument,
    to: Annotated[str, typer.Option(help="Who owns it from now on.")],
) -> None:
    """Give a space of yours to somebody else.

    [bold]Example:[/bold]  allmende space hand-over 0x3f…9a --to jonas --as mira
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(space, "space")
    receipt = spaces.hand_over(session.chain, key, session.address(to))
    _done(session, key, receipt, "handed over")


@app.command()
def gate(
    ctx: typer.Context,
    space: SpaceArgument,
    ticket: Annotated[
        str | None, typer.Option(help="The ticket that members hold; without one everybody is a member.")
    ] = None,
) -> None:
    """Say who is a member of a space of yours.

    [bold]Example:[/bold]  allmende space gate 0x3f…9a --ticket 0x51…07 --as mira
    """
    from scripts._chain_client import spaces
    from scripts._chain_client.chain import ZERO_HASH

    session: Session = ctx.obj
    key = parse_id(space, "space")
    receipt = spaces.set_gate(session.chain, key, parse_id(ticket, "ticket") if ticket else ZERO_HASH)
    _done(session, key, receipt, "gated" if ticket else "open to everybody")


@app.command("show-things")
def show_things(
    ctx: typer.Context,
    space: SpaceArgument,
    resources: Annotated[list[str], typer.Argument(help="Ids of the things.")],
) -> None:
    """Show things of yours in a space.

    [bold]Example:[/bold]  allmende space show-things 0x3f…9a 0x7c…01 0x7c…02 --as lena
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(space, "space")
    things = [parse_id(resource, "resource") for resource in resources]
    receipt = spaces.list_resources(session.chain, key, things)[-1]
    _done(session, key, receipt, f"{len(things)} things are shown")


@app.command()
def show(ctx: typer.Context, space: SpaceArgument) -> None:
    """Show one space.

    [bold]Example:[/bold]  allmende space show 0x3f…9a
    """
    session: Session = ctx.obj
    parse_id(space, "space")
    answer = session.api.get(f"/spaces/{space}")
    _output.show(session.as_json, answer.as_json(), lambda: _card(session, answer.data))


@app.command("list")
def list_spaces(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(help="Only those of this member.")] = None,
    parent: Annotated[str | None, typer.Option("--in", help="Only those that lie in this space.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this place (next_after of --json).")] = None,
) -> None:
    """List spaces in the order they were created.

    [bold]Example:[/bold]  allmende space list --owner mira
    """
    session: Session = ctx.obj
    wanted = session.address(owner) if owner else None
    answer = session.api.get("/spaces", owner=wanted, parent=parent, limit=limit, after=after)

    def readable() -> None:
        for item in answer.data["items"]:
            _card(session, item)
        if answer.data["next_after"]:
            _output.out.print(f"[dim]more: --after {answer.data['next_after']}[/dim]")

    _output.show(session.as_json, answer.as_json(), readable)


def _all(session: Session, path: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page."""
    after: str | None = None
    while True:
        found = session.api.get(path, **query, limit=PAGE, after=after).data
        yield from found["items"]
        after = found["next_after"]
        if after is None:
            return


def _done(session: Session, space: bytes, receipt: Receipt, said: str, **more: Any) -> None:
    session.settle(receipt)
    answer = session.api.get("/spaces/0x" + space.hex())
    document = {
        **answer.as_json(),
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
        **more,
    }

    def readable() -> None:
        _output.done(f"The space is {said}" if not said.endswith("there") else said)
        _card(session, answer.data)

    _output.show(session.as_json, document, readable)


def _card(session: Session, item: dict[str, Any]) -> None:
    _output.line(("open" if item["open"] else "closed", "bold"), f"  {item['space']}")
    _output.facts(
        [
            ("  owner", session.name(item["owner"])),
            ("  in", item["path"][-2] if len(item["path"]) > 1 else ""),
            ("  copied from", item["forked_from"] if int(item["forked_from"], 16) else ""),
            ("  gate", item["gate"] or "everybody is a member"),
        ]
    )
