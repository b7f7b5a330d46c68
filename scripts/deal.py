"""`allmende deal`: a deal from its money to its end. The acts are in `_deal_acts`, funding in
`_deal_fund`, what could not be paid out in `_deal_claim`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _deal_acts, _money, _output
from scripts._deal_claim import claim
from scripts._deal_fund import fund
from scripts._quantities import parse_id
from scripts._sentences import spoken
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


def card(session: Session, deal: dict[str, Any], short: bool = False) -> None:
    """One deal for the eye; `short` shows the next turn only and no lines to copy."""
    unit = _money.shown_in(session, deal["token"])
    price, deposit = (unit.shown(int(deal[leg])) for leg in ("price", "deposit"))
    _output.line((deal["state"], "bold"), f"  price {price}, deposit {deposit}")
    turns = [deal["next"]] if short else deal["turns"]
    _output.facts(
        [
            ("  deal", deal["escrow"]),
            (
                "  between",
                f"{session.name(deal['payer'])} (pays) and {session.name(deal['payee'])} (is paid)",
            ),
            ("  arbitrator", "" if short else _arbitrator(session, deal, unit)),
            *[pair for turn in turns for pair in _turn(session, deal, turn, unit)],
        ]
    )
    if not short:
        for turn in turns:
            for line in _lines(session, deal, turn):
                _output.command(line)
        _details(session, deal, unit)


def _arbitrator(session: Session, deal: dict[str, Any], unit: _money.Currency) -> str:
    """Who would rule, and for how much at most."""
    if not deal["arbitrator"]:
        return ""
    cap = deal["terms"]["fee_cap"]
    return session.name(deal["arbitrator"]) + (f", for at most {unit.shown(int(cap))}" if cap else "")


def _turn(
    session: Session, deal: dict[str, Any], turn: dict[str, Any], unit: _money.Currency
) -> list[tuple[str, str]]:
    """Who acts next, by when, and what happens if nobody does."""
    acts = " or ".join(act.replace("_", " ") for act in turn["acts"])
    names = " and ".join(session.name(deal[role]) for role in _roles(turn)) or str(turn["actor"])
    return [
        ("  next", f"{names}: {acts}" if acts else names),
        ("  by", _output.moment(turn["by_s"], session.tz) if turn["by_s"] else ""),
        ("  otherwise", spoken(turn["otherwise"], unit, session.tz)),
    ]


def _roles(turn: dict[str, Any]) -> tuple[str, ...]:
    """The roles of a turn that somebody has by name."""
    actor = str(turn["actor"])
    return ("payer", "payee") if actor == "both" else (actor,) if actor not in ("anyone", "nobody") else ()


def _lines(session: Session, deal: dict[str, Any], turn: dict[str, Any]) -> list[str]:
    """The lines that carry out the acts of a turn, to be copied; handing over and giving back have none."""
    shapes = {
        "release": "deal release {}",
        "finish": "deal finish {}",
        "refund": "deal refund {}",
        "claim_damage": "deal claim-damage {} AMOUNT",
        "accept_claim": "deal accept-claim {}",
        "dispute": "deal dispute {}",
        "rule": "deal rule {} --to-payee AMOUNT",
        "expire": "deal expire {}",
        "rate": "rate commit {} --score 5",
        "reveal": "rate reveal {}",
    }
    who = [session.as_option(deal[role]) for role in _roles(turn)] or [" --as NAME"]
    return [
        f"allmende {shapes[act].format(deal['escrow'])}{option}"
        for act in turn["acts"]
        for option in who
        if act in shapes
    ]


def _details(session: Session, deal: dict[str, Any], unit: _money.Currency) -> None:
    """Warnings, reminders and what has happened."""
    for warning in deal["warnings"]:
        _output.line("  ", ("!", "yellow"), f" {spoken(warning, unit, session.tz)}")
    for reminder in deal["reminders"]:
        who = session.name(reminder["to"])
        words = spoken(reminder["sentence"], unit, session.tz)
        _output.line("  ", ("reminder", "yellow"), f" to {who}: {words}")
    for step in deal["steps"]:
        when = _output.moment(step["at_s"], session.tz) if step["at_s"] else ""
        _output.line("  ", (f"{when:25}", "dim"), f" {spoken(step['sentence'], unit, session.tz)}")


app.command()(fund)
for act in _deal_acts.ACTS:
    app.command(act.__name__.replace("_", "-"))(act)
app.command()(claim)
