"""`allmende ticket`: issue tickets of a space, give them, take them back, give one's own back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._quantities import parse_id
from scripts._session import Session
from scripts._written import written

if TYPE_CHECKING:
    from scripts._chain_client.chain import Receipt

app = typer.Typer(no_args_is_help=True, help="Tickets that open the gates of spaces.")

TicketArgument = Annotated[str, typer.Argument(help="Id of the ticket.")]


@app.command()
def issue(
    ctx: typer.Context,
    space: Annotated[str, typer.Argument(help="Id of a space of yours.")],
    title: Annotated[str, typer.Argument(help="What it is called.")],
    capacity: Annotated[
        int, typer.Option(min=0, help="How many may hold one at a time; 0 = any number.")
    ] = 0,
    text: Annotated[str, typer.Option(help="More about it.")] = "",
) -> None:
    """Make a kind of ticket, which nobody holds yet.

    [bold]Example:[/bold]  allmende ticket issue 0x3f…9a "Day ticket" --capacity 300 --as mira
    """
    import secrets

    from scripts._chain_client import spaces

    session: Session = ctx.obj
    document, digest = written(title, text)
    made = spaces.Ticket(parse_id(space, "space"), capacity, digest, secrets.token_bytes(32))
    ticket, receipt = spaces.issue(session.chain, made)
    _done(session, ticket, receipt, f"{title} is issued", document=document)


@app.command()
def give(
    ctx: typer.Context,
    ticket: TicketArgument,
    members: Annotated[list[str], typer.Argument(help="To whom, up to 64.")],
) -> None:
    """Give a ticket of a space of yours to members, to all or to none.

    [bold]Example:[/bold]  allmende ticket give 0x51…07 amir lena --as mira
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(ticket, "ticket")
    issued = spaces.find_ticket(session.chain, key)
    receipt = spaces.give(session.chain, issued, [session.address(member) for member in members])
    _done(session, key, receipt, f"Given to {', '.join(members)}")


@app.command("take-back")
def take_back(
    ctx: typer.Context,
    ticket: TicketArgument,
    member: Annotated[str, typer.Argument(help="From whom.")],
) -> None:
    """Take a ticket of a space of yours from a member.

    [bold]Example:[/bold]  allmende ticket take-back 0x51…07 amir --as mira
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(ticket, "ticket")
    issued = spaces.find_ticket(session.chain, key)
    _done(session, key, spaces.take_back(session.chain, issued, session.address(member)), "Taken back")


@app.command()
def renounce(ctx: typer.Context, ticket: TicketArgument) -> None:
    """Give your ticket back.

    [bold]Example:[/bold]  allmende ticket renounce 0x51…07 --as amir
    """
    from scripts._chain_client import spaces

    session: Session = ctx.obj
    key = parse_id(ticket, "ticket")
    _done(session, key, spaces.renounce(session.chain, key), "Given back")


@app.command("list")
def list_tickets(
    ctx: typer.Context,
    space: Annotated[str | None, typer.Option(help="Only those of this space.")] = None,
    member: Annotated[str | None, typer.Option(help="Only those that this member holds.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this place (next_after of --json).")] = None,
) -> None:
    """List tickets in the order they were issued.

    [bold]Example:[/bold]  allmende ticket list --member amir
    """
    session: Session = ctx.obj
    holder = session.address(member) if member else None
    answer = session.api.get("/tickets", space=space, member=holder, limit=limit, after=after)

    def readable() -> None:
        rows = [(item["ticket"], _count(item), item["space"]) for item in answer.data["items"]]
        _output.table("Tickets", ("ticket", ">given", "space"), rows)
        if answer.data["next_after"]:
            _output.out.print(f"[dim]more: --after {answer.data['next_after']}[/dim]")

    _output.show(session.as_json, answer.as_json(), readable)


def _done(session: Session, ticket: bytes, receipt: Receipt, said: str, **more: Any) -> None:
    session.settle(receipt)
    answer = session.api.get(f"/tickets/0x{ticket.hex()}/holders")
    document = {
        **answer.as_json(),
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
        **more,
    }

    def readable() -> None:
        _output.done(said)
        held = ", ".join(session.name(member) for member in answer.data["members"])
        _output.facts([("  ticket", answer.data["ticket"]), ("  held by", held or "nobody")])

    _output.show(session.as_json, document, readable)


def _count(item: dict[str, Any]) -> str:
    return f"{item['given']} of {item['capacity']}" if item["capacity"] else str(item["given"])
