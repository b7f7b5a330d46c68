"""`allmende pay`: money straight to a member. `allmende payments`: who paid whom."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._deal_fund import approve, token_address
from scripts._proof import prove_contracts
from scripts._quantities import parse_amount, parse_id
from scripts._session import Session


def pay(
    ctx: typer.Context,
    payee: Annotated[str, typer.Argument(help="Who receives: a name or an address.")],
    amount: Annotated[str, typer.Argument(help="How much, in the token's unit: 12.50")],
    reference: Annotated[
        str | None,
        typer.Option("--for", help="What it is for: id of a deal or request, or a digest; public."),
    ] = None,
    token: Annotated[
        str | None, typer.Option(help="Token contract, or 'coin'; else the run's token.")
    ] = None,
) -> None:
    """Pay somebody directly. What is paid is paid: there is no deal, no dispute and no way back but theirs.

    The token is approved for exactly this sum first.

    [bold]Example:[/bold]  allmende pay lena 4.00 --as amir
    """
    from scripts._chain_client import payments
    from scripts._chain_client.chain import ZERO_ADDRESS, ZERO_HASH

    session: Session = ctx.obj
    receiver = session.address(payee)
    what = parse_id(reference, "deal or request") if reference else ZERO_HASH
    paid_in = token_address(session, token)
    unit = _money.of_token(session, paid_in)
    units = parse_amount(amount, unit.decimals)
    prove_contracts(session.chain, ("Payments",))
    if paid_in != ZERO_ADDRESS:
        approve(session, paid_in, units, "Payments")
    receipt = payments.pay(session.chain, receiver, paid_in, units, what)
    session.settle(receipt)
    document = {
        "data": {"payee": receiver, "token": paid_in, "amount": str(units), "reference": reference},
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }
    shown = f"{unit.shown(units)} went to {session.name(receiver)}"
    _output.show(session.as_json, document, lambda: _output.done(shown))


def payments(
    ctx: typer.Context,
    member: Annotated[str | None, typer.Argument(help="Whose payments; else those of who acts.")] = None,
    reference: Annotated[
        str | None, typer.Option("--for", help="Only those for this deal or request.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
) -> None:
    """Show what a member paid and was paid directly, newest first.

    [bold]Example:[/bold]  allmende payments lena
    """
    session: Session = ctx.obj
    whose = session.address(member) if member else session.chain.me
    answer = session.api.get(f"/members/{whose}/payments", reference=reference, limit=limit)
    items: list[dict[str, Any]] = answer.data["items"]

    def readable() -> None:
        if not items:
            _output.out.print("No payments.")
            return
        rows = [
            (
                _output.moment(item["paid_at_s"]),
                session.name(item["payer"]),
                session.name(item["payee"]),
                _money.shown_in(session, item["token"]).shown(int(item["amount"])),
                _purpose(item),
            )
            for item in items
        ]
        _output.table("Payments", ("when", "from", "to", ">amount", "for"), rows)

    _output.show(session.as_json, answer.as_json(), readable)


def _purpose(item: dict[str, Any]) -> str:
    said = {"paid": "", "given back": "given back after ", "foreign": "another contract's "}[item["kind"]]
    return said + (item["reference"] or "")
