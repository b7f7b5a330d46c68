"""`allmende deal`: a deal from its money to its end. The acts are in `_deal_acts` and
`_deal_ends`, funding in `_deal_fund` and `_deal_terms`, what could not be paid out in `_deal_claim`, how a
deal looks in `_deal_card`."""

from __future__ import annotations

from typing import Annotated

import typer

from scripts import _deal_acts, _deal_ends, _output
from scripts._deal_card import card
from scripts._deal_claim import claim
from scripts._deal_fund import fund
from scripts._quantities import parse_id
from scripts._session import Session

app = typer.Typer(no_args_is_help=True, help="Deals: price and deposit in escrow, and who acts next.")


@app.command()
def show(ctx: typer.Context, deal: Annotated[str, typer.Argument(help="Id of the deal.")]) -> None:
    """Show a deal: who acts next, by when, what happens if nobody does, and what has happened.

    [bold]Example:[/bold]  allmende deal show 0x51…c3
    """
    session: Session = ctx.obj
    parse_id(deal, "deal")
    answer = session.api.deal(deal)
    _output.show(session.as_json, answer.as_json(), lambda: card(session, answer.data))


@app.command("list")
def list_deals(
    ctx: typer.Context,
    member: Annotated[str | None, typer.Argument(help="Whose deals; else those of who acts.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only those that are not closed.")] = False,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
) -> None:
    """List the deals of a member.

    [bold]Example:[/bold]  allmende deal list amir
    """
    session: Session = ctx.obj
    whose = session.address(member) if member else session.chain.me
    answer = session.api.deals(whose, open_only=open_only, limit=limit)

    def readable() -> None:
        for item in answer.data["items"]:
            card(session, item, short=True)
        if not answer.data["items"]:
            _output.out.print("No deals.")

    _output.show(session.as_json, answer.as_json(), readable)


app.command()(fund)
for act in (*_deal_acts.ACTS, *_deal_ends.ENDS):
    app.command(act.__name__.replace("_", "-"))(act)
app.command()(claim)
