"""`allmende deal claim`: payouts that did not arrive and wait for their owner."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._deal_fund import token_address
from scripts._errors import CommandError
from scripts._session import Session


def claim(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option(help="Who receives it; else you.")] = None,
    token: Annotated[
        str | None, typer.Option(help="Only this token: its contract, or 'coin'; else all that waits.")
    ] = None,
    look: Annotated[bool, typer.Option("--look", help="Only show what waits.")] = False,
) -> None:
    """Withdraw what a deal owed you and could not pay out, because the token or your address refused it.

    It waits as long as you like; only you can take it, and you choose where it goes.

    [bold]Examples:[/bold]  allmende deal claim --look --as sofia   ·   allmende deal claim --as sofia
    """
    from scripts._chain_client import escrow

    session: Session = ctx.obj
    chain = session.chain
    if token is not None:
        tokens = [token_address(session, token)]
    else:
        tokens = [item["token"] for item in session.api.get(f"/members/{chain.me}/claimables").data["items"]]
    receiver = session.address(to) if to else chain.me
    # the API only names tokens; how much waits is asked of the contract
    waiting = [(each, escrow.claimable(chain, chain.me, each)) for each in tokens]
    waiting = [(each, amount) for each, amount in waiting if amount]
    if look or not waiting:
        items = [{"token": each, "amount": str(amount)} for each, amount in waiting]
        _output.show(session.as_json, {"data": {"items": items}}, lambda: _waits(session, waiting))
        return
    taken: list[dict[str, Any]] = []
    refused: list[CommandError] = []
    for each, amount in waiting:  # one bad token must not stand before the good ones
        try:
            receipt = escrow.claim(chain, each, receiver)
        except CommandError as error:
            refused.append(error)
            entry: dict[str, Any] = {"token": each, "amount": str(amount), **error.as_json()}
        else:
            session.settle(receipt)
            entry = {"token": each, "amount": str(amount), "to": receiver}
            entry |= {"transaction": receipt.transaction, "gas_used": receipt.gas_used}
        taken.append(entry)
    if len(refused) == len(taken):
        raise refused[0]
    _output.show(session.as_json, {"data": {"items": taken}}, lambda: _told(session, taken))


def _waits(session: Session, waiting: list[tuple[str, int]]) -> None:
    name = session.name(session.chain.me)
    for token, amount in waiting:
        _output.out.print(f"{_money.shown_in(session, token).shown(amount)} waits for {name}", markup=False)
    if waiting:
        _output.facts([("next", f"{name}: withdraw it"), ("otherwise", "it stays held; nothing is lost")])
        _output.command(f"allmende deal claim{session.as_option(session.chain.me)}")
    else:
        _output.out.print(f"Nothing waits for {name}.")


def _told(session: Session, taken: list[dict[str, Any]]) -> None:
    for entry in taken:
        shown = _money.shown_in(session, entry["token"]).shown(int(entry["amount"]))
        if "error" in entry:
            _output.line("  ", ("!", "yellow"), f" {shown} still waits: {entry['error']['message']}")
        else:
            _output.done(f"{shown} went to {session.name(entry['to'])}")
