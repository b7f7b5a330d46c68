"""`allmende poke`: have a thing's policy asked again about a pending request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts._conditions import demand_of, presented, rest_of
from scripts._decision import decide
from scripts._errors import CommandError
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.booking_acts import Conditions
    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Chain, Receipt


def poke(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of the pending request.")],
    statement: Annotated[
        list[Path] | None, typer.Option("--with", help="A vote or an attestation; may be repeated.")
    ] = None,
    pay: Annotated[
        bool, typer.Option("--pay", help="First pay into escrow what the policy asks for, as the requester.")
    ] = False,
) -> None:
    """Have a thing's policy asked again; anybody may. What is public, as a deal or a draw, is found.

    [bold]Example:[/bold]  allmende poke 0x7c…01 --with lena.json --with mira.json --as amir
    """
    session: Session = ctx.obj

    def act(chain: Chain, found: Request) -> Receipt:
        from scripts._chain_client.booking_acts import poke as ask_again
        from scripts._policy_data import data_for

        thing = session.thing("0x" + found.resource.hex())
        asks = presented(thing)
        if asks is None or thing["rule"] != "policy":
            raise CommandError(
                "bookings: no policy", "No policy decides on this thing.", "Wait for its owner to decide."
            )
        if pay and not _is_decided(chain, found, asks, data_for(session, thing, found, [])):
            _pay(session, thing, found)
        return ask_again(chain, found, asks, data_for(session, thing, found, statement or []))

    decide(session, request, act, "decided")


def _is_decided(chain: Chain, request: Request, asks: Conditions, data: bytes) -> bool:
    """Whether the policy would say yes or no by now, without more money. Asking the contract also holds the
    conditions, as the API gave them, against those that were announced.

    Raises:
        CommandError: any code of the contract but "bookings: still pending".
    """
    try:
        chain.simulate("Bookings", "poke", request.values(), asks.values(), data)
    except CommandError as error:
        if error.code != "bookings: still pending":
            raise
        return False
    return True


def _pay(session: Session, thing: dict[str, Any], request: Request) -> None:
    """The price and the deposit that the thing's policy asks for, into escrow."""
    import secrets

    from scripts._chain_client import bookings, escrow
    from scripts._chain_client.chain import ZERO_ADDRESS
    from scripts._deal_fund import approve
    from scripts._proof import prove_contracts

    if (thing["conditions"] or {}).get("policy_name") != "EscrowFunded":
        raise CommandError("cli: another policy", "The thing's policy asks for no money.", "Leave --pay out.")
    chain = session.chain
    prove_contracts(chain)
    if request.requester != chain.me:
        raise CommandError(
            "cli: not your request",
            f"{session.name(request.requester)} asked for this, not you.",
            "Act as the requester.",
        )
    owner, announced = bookings.find_resource(chain, request.resource)
    demand, said = demand_of(session, thing), thing["description"]["demand"]
    key = bookings.request_id(chain, request)
    quantum_s = bookings.QUANTA_S[announced.terms >> 160 & 7]
    schedule = escrow.Schedule(
        deliver_by_s=request.start_s,
        return_by_s=request.start_s + request.quanta * quantum_s,
        service=announced.terms >> 232,
        **{name: said[name] for name in ("object_s", "claim_s", "answer_s")},
        silent_payer_bps=said["silent_payer_bps"],
        silent_arbitrator_bps=said["silent_arbitrator_bps"],
    )
    core = escrow.Core(
        payer=chain.me,
        payee=owner,
        token=demand.token,
        price=demand.price + demand.price_each * request.quanta * request.units,
        deposit=demand.deposit,
        schedule=schedule.word(),
        booking=key,
        rest=demand.rest,
        salt=secrets.token_bytes(32),
    )
    if demand.token != ZERO_ADDRESS:
        approve(session, demand.token, core.price + core.deposit)
    _, receipt = escrow.fund(chain, core, rest_of(said))
    session.settle(receipt)
