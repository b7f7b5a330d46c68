"""`allmende deal fund`: price and deposit of a granted booking into escrow."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._deal_card import card
from scripts._errors import CommandError
from scripts._proof import prove_booking, prove_contracts
from scripts._quantities import parse_amount, parse_duration, parse_id
from scripts._session import Session

DEFAULT_FEE_CAP_PERCENT = 5
# How a deal can have ended so that paying once more is meant
REFUNDED = 2


def fund(
    ctx: typer.Context,
    request: Annotated[
        str, typer.Argument(help="Id of your request; its thing says price, deposit and payee.")
    ],
    price: Annotated[
        str | None, typer.Option(help="Another price than that of the thing, for all of the time: 12.50")
    ] = None,
    deposit: Annotated[str | None, typer.Option(help="Another deposit: 50.00")] = None,
    token: Annotated[
        str | None, typer.Option(help="Token contract, or 'coin'; else the run's token.")
    ] = None,
    arbitrator: Annotated[
        str | None, typer.Option(help="Who decides a dispute; without one no damage can be claimed.")
    ] = None,
    fee_cap: Annotated[
        str | None, typer.Option(help="Most that the arbitrator may take; else 5 % of both legs.")
    ] = None,
    window: Annotated[str, typer.Option(help="How long the arbitrator has.")] = "14d",
    object_window: Annotated[str, typer.Option(help="How long the price can be objected to.")] = "7d",
    claim_window: Annotated[str, typer.Option(help="How long after the end damage can be claimed.")] = "7d",
    answer_window: Annotated[str, typer.Option(help="How long you have to answer a claim.")] = "3d",
) -> None:
    """Pay the price and the deposit of a booking into escrow, as two legs: the deposit comes back.

    The token is approved for exactly this sum first.

    [bold]Example:[/bold]  allmende deal fund 0x7c…01 --arbitrator paula --as amir
    """
    import secrets

    from scripts._chain_client import bookings, escrow
    from scripts._chain_client.chain import ZERO_ADDRESS

    session: Session = ctx.obj
    asked = parse_id(request, "request")
    booked = session.api.request("0x" + asked.hex()).data
    thing = session.api.resource(booked["resource"]).data
    prove_contracts(session.chain)
    prove_booking(session.chain, asked, booked, thing)
    _refuse_foreign_or_paid(session, booked)
    described = thing["description"]
    if described is None and (price is None or deposit is None):
        raise CommandError(
            "cli: which price", "The thing's description is not here.", "Add --price and --deposit."
        )
    paid_in = token_address(session, token)
    unit = _money.of_token(session, paid_in)
    if described and described["price"]["currency"] != unit.code and (price is None or deposit is None):
        raise CommandError(
            "cli: which price",
            f"The thing is priced in {described['price']['currency']}, not in {unit.code}.",
            "Add --price and --deposit in the token's unit, or another --token.",
        )
    amounts = (
        parse_amount(price, unit.decimals)
        if price is not None
        else _money.total(described["price"], booked["start_s"], booked["end_s"]),
        parse_amount(deposit, unit.decimals) if deposit is not None else int(described["deposit"]),
    )
    rest = escrow.Rest()
    if arbitrator is not None:
        cap = (
            parse_amount(fee_cap, unit.decimals) if fee_cap else sum(amounts) * DEFAULT_FEE_CAP_PERCENT // 100
        )
        rest = escrow.Rest(ladder=((session.address(arbitrator), parse_duration(window), cap),))
    schedule = escrow.Schedule(
        deliver_by_s=booked["start_s"],
        return_by_s=booked["end_s"],
        object_s=parse_duration(object_window),
        claim_s=parse_duration(claim_window),
        answer_s=parse_duration(answer_window),
        service=thing["service"],
    )
    core = escrow.Core(
        payer=session.chain.me,
        payee=thing["owner"],
        token=paid_in,
        price=amounts[0],
        deposit=amounts[1],
        schedule=schedule.word(),
        booking=asked,
        rest=rest.digest(),
        salt=secrets.token_bytes(32),
    )
    if bookings.state(session.chain, core.booking) != "granted":
        raise CommandError(
            "cli: not granted yet",
            f"The request is {booked['state']}.",
            "Wait for the owner, or book something else.",
        )
    if paid_in != ZERO_ADDRESS:
        approve(session, paid_in, sum(amounts))
    deal, receipt = escrow.fund(session.chain, core, rest)
    session.settle(receipt)
    answer = session.api.deal("0x" + deal.hex())
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        held = f"{unit.shown(amounts[0])} price and {unit.shown(amounts[1])} deposit"
        _output.done(f"{held} are in escrow" + ("" if rest.ladder else ", without an arbitrator"))
        card(session, answer.data)

    _output.show(session.as_json, document, readable)


def _refuse_foreign_or_paid(session: Session, booked: dict[str, Any]) -> None:
    """The contract takes money for any request from anybody, and twice; a person means neither."""
    if booked["requester"] != session.chain.me:
        raise CommandError(
            "cli: not your request",
            f"{session.name(booked['requester'])} asked for this, not you.",
            "Act as the requester, or book something yourself.",
        )
    found = session.api.get("/deals", booking=booked["request"]).data["items"]
    paid = [
        deal["escrow"] for deal in found if deal["payer"] == session.chain.me and deal["outcome"] != REFUNDED
    ]
    if paid:
        raise CommandError(
            "cli: paid already", "You have paid for this request.", f"allmende deal show {paid[-1]}"
        )


def token_address(session: Session, named: str | None) -> str:
    """The token that an option names; the run's own without one.

    Raises:
        CommandError: "cli: which token", "cli: malformed address".
    """
    from backend.kit.hexadecimal import to_address
    from scripts._chain_client.chain import ZERO_ADDRESS

    if named == "coin":
        return ZERO_ADDRESS
    if named is not None:
        return session.address(named)
    if session.deployment.token is None:
        raise CommandError(
            "cli: which token", "There is no default token here.", "Add --token ADDRESS or coin."
        )
    return to_address(session.deployment.token)


def approve(session: Session, paid_in: str, amount: int, contract: str = "Escrow") -> None:
    """Allow a contract of ours exactly this sum, and check that it is there, before anything is sent."""
    from scripts._chain_client import token as money

    chain = session.chain
    held = money.balance(chain, paid_in, chain.me)
    if held < amount:
        unit = _money.of_token(session, paid_in)
        raise CommandError(
            "cli: not enough money",
            f"You hold {unit.shown(held)}, this needs {unit.shown(amount)}.",
            "Get some first.",
        )
    spender = chain.address(contract)
    if money.allowance(chain, paid_in, chain.me, spender) != amount:
        money.approve(chain, paid_in, spender, amount)
