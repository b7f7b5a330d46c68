"""`allmende deal fund`: price and deposit of a granted booking into escrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from scripts import _deal_terms, _money, _output
from scripts._deal_card import card
from scripts._errors import CommandError
from scripts._proof import prove_booking, prove_contracts
from scripts._quantities import parse_amount, parse_duration, parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Receipt
    from scripts._chain_client.escrow import Core, Rest

# How the token is asked for the money; "auto" takes the best that it knows
By = Literal["auto", "authorization", "permit", "allowance"]
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
        list[str] | None,
        typer.Option(
            help="Who decides a dispute, and who next if that one is silent (repeat): WHO, WHO:14d, "
            "WHO:14d:5%. Without one no damage can be claimed."
        ),
    ] = None,
    fee_cap: Annotated[
        str | None, typer.Option(help="Most that an arbitrator may take: 2.50 or 5%; else 5% of both legs.")
    ] = None,
    window: Annotated[str, typer.Option(help="How long an arbitrator has.")] = "14d",
    milestone: Annotated[
        list[str] | None,
        typer.Option(help="A part of the price and when it falls due (repeat): 2026-12-01:20"),
    ] = None,
    cancel: Annotated[
        list[str] | None,
        typer.Option(help="What you get back if you cancel so long before the begin (repeat): 7d:100%"),
    ] = None,
    by: Annotated[
        By,
        typer.Option(
            help="How the token is asked: by a signature (authorization is ERC-3009, permit EIP-2612) or "
            "by an allowance, which is one transaction more."
        ),
    ] = "auto",
    object_window: Annotated[str, typer.Option(help="How long the price can be objected to.")] = "7d",
    claim_window: Annotated[str, typer.Option(help="How long after the end damage can be claimed.")] = "7d",
    answer_window: Annotated[str, typer.Option(help="How long you have to answer a claim.")] = "3d",
) -> None:
    """Pay the price and the deposit of a booking into escrow, as two legs: the deposit comes back.

    A token that takes signatures needs no allowance: one transaction, or with --relay none of yours.

    [bold]Examples:[/bold]  allmende deal fund 0x7c…01 --arbitrator paula --as amir   ·   allmende deal fund
    0x7c…01 --arbitrator paula:14d:5% --arbitrator sofia:7d --milestone 2026-12-01:20 --cancel 7d:100%
    --cancel 1d:50% --as amir
    """
    import secrets

    from scripts._chain_client import bookings, escrow

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
    rest = escrow.Rest(
        ladder=_deal_terms.ladder(session, arbitrator or (), window, fee_cap, sum(amounts), unit),
        milestones=_deal_terms.milestones(
            milestone or (),
            amounts[0],
            booked["start_s"],
            session.chain.now_s(),
            (described or {}).get("tz", session.tz),
            unit,
        ),
        cancellations=_deal_terms.cancellations(cancel or ()),
    )
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
    deal, receipt = pay_in(session, core, rest, by)
    session.settle(receipt)
    answer = session.api.deal("0x" + deal.hex())
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        held = f"{unit.shown(amounts[0])} price and {unit.shown(amounts[1])} deposit"
        _output.done(f"{held} are in escrow" + ("" if rest.ladder else ", without an arbitrator"))
        card(session, answer.data)

    _output.show(session.as_json, document, readable)


def pay_in(session: Session, core: Core, rest: Rest, by: By) -> tuple[bytes, Receipt]:
    """Pay price and deposit in the way that was asked for, or the best that the token knows; the deal's id.

    Raises:
        CommandError: "cli: not enough money", "cli: no such signature", the contracts' own codes.
    """
    from scripts._chain_client import escrow, funding
    from scripts._chain_client.chain import SIGNED_FOR_S, ZERO_ADDRESS

    chain, amount = session.chain, core.price + core.deposit
    if core.token == ZERO_ADDRESS:
        if by not in ("auto", "allowance"):
            raise funding.no_such_signature()
        return escrow.fund(chain, core, rest)
    kinds = {"authorization": funding.ERC_3009, "permit": funding.PERMIT}
    possible = () if by == "allowance" else funding.ways(chain, core.token)
    if by in kinds and kinds[by] not in possible:
        raise funding.no_such_signature()
    if not possible:
        approve(session, core.token, amount)
        return escrow.fund(chain, core, rest)
    require_money(session, core.token, amount)
    kind = kinds.get(by, possible[0])
    how = funding.signed_funding(chain, core, kind, chain.now_s() + SIGNED_FOR_S)
    return funding.fund_signed(chain, core, rest, how)


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
    require_money(session, paid_in, amount)
    spender = chain.address(contract)
    if money.allowance(chain, paid_in, chain.me, spender) != amount:
        money.approve(chain, paid_in, spender, amount)


def require_money(session: Session, paid_in: str, amount: int) -> None:
    """Refuse who holds less than this.

    Raises:
        CommandError: "cli: not enough money".
    """
    from scripts._chain_client import token as money

    held = money.balance(session.chain, paid_in, session.chain.me)
    if held < amount:
        unit = _money.of_token(session, paid_in)
        raise CommandError(
            "cli: not enough money",
            f"You hold {unit.shown(held)}, this needs {unit.shown(amount)}.",
            "Get some first.",
        )
