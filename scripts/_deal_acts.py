"""The acts on a deal: one function, one command of `allmende deal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _money, _output
from scripts._deal_card import card
from scripts._quantities import parse_amount, parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain, Receipt
    from scripts._chain_client.escrow import Core, Rest

DealId = Annotated[str, typer.Argument(help="Id of the deal, as `allmende deal list` shows it.")]
Evidence = Annotated[
    str | None, typer.Option(help="A file (its salted hash goes on chain, the file stays here) or a digest.")
]


def release(
    ctx: typer.Context,
    deal: DealId,
    amount: Annotated[
        str | None, typer.Argument(help="How much of the price, in its unit: 4.00; else all that is left.")
    ] = None,
) -> None:
    """You paid and are content: the price goes to the other side, all that is left of it or a part.

    [bold]Examples:[/bold]  allmende deal release 0x51…c3 --as amir   ·   allmende deal release 0x51…c3 4.00
    --as amir
    """
    from scripts._chain_client import escrow

    session: Session = ctx.obj

    def act(chain: Chain, core: Core, _: Rest) -> Receipt:
        if amount is None:
            return escrow.release(chain, core)
        units = parse_amount(amount, _money.of_token(session, core.token).decimals)
        return escrow.release_part(chain, core, units)

    act_on(session, deal, "The price is paid" if amount is None else "A part of the price is paid", act)


def finish(ctx: typer.Context, deal: DealId) -> None:
    """The thing is back and whole: the deposit goes back. Withdraws a claim of yours.

    [bold]Example:[/bold]  allmende deal finish 0x51…c3 --as lena
    """
    from scripts._chain_client import escrow

    act_on(
        ctx.obj, deal, "The deposit is back with its owner", lambda chain, core, _: escrow.finish(chain, core)
    )


def refund(ctx: typer.Context, deal: DealId) -> None:
    """You were to be paid and give everything back.

    [bold]Example:[/bold]  allmende deal refund 0x51…c3 --as lena
    """
    from scripts._chain_client import escrow

    act_on(ctx.obj, deal, "Everything went back", lambda chain, core, _: escrow.refund(chain, core))


def claim_damage(
    ctx: typer.Context,
    deal: DealId,
    amount: Annotated[str, typer.Argument(help="How much of the deposit, in its unit: 25.00")],
    evidence: Evidence = None,
) -> None:
    """The thing came back damaged: claim a part of the deposit.

    [bold]Example:[/bold]  allmende deal claim-damage 0x51…c3 25.00 --evidence photo.jpg --as jonas
    """
    from scripts import _member_files
    from scripts._chain_client import escrow

    session: Session = ctx.obj

    def act(chain: Chain, core: Core, rest: Rest) -> Receipt:
        units = parse_amount(amount, _money.of_token(session, core.token).decimals)
        digest = _member_files.digest_of_evidence(session.home, chain.me, evidence)
        return escrow.claim_damage(chain, core, rest, units, digest)

    act_on(session, deal, "The damage is claimed", act)


def accept_claim(ctx: typer.Context, deal: DealId) -> None:
    """You broke it and agree: the claim is paid from your deposit, the rest comes back.

    [bold]Example:[/bold]  allmende deal accept-claim 0x51…c3 --as amir
    """
    from scripts._chain_client import escrow

    act_on(ctx.obj, deal, "The claim is paid", lambda chain, core, _: escrow.accept_claim(chain, core))


def dispute(ctx: typer.Context, deal: DealId, evidence: Evidence = None) -> None:
    """You disagree: call the arbitrator.

    [bold]Example:[/bold]  allmende deal dispute 0x51…c3 --evidence letter.txt --as mira
    """
    from scripts import _member_files
    from scripts._chain_client import escrow

    session: Session = ctx.obj

    def act(chain: Chain, core: Core, rest: Rest) -> Receipt:
        digest = _member_files.digest_of_evidence(session.home, chain.me, evidence)
        return escrow.dispute(chain, core, rest, digest)

    act_on(session, deal, "The arbitrator is called", act)


def rule(
    ctx: typer.Context,
    deal: DealId,
    to_payee: Annotated[
        str, typer.Option(help="Of what is in dispute, to the payee; the rest goes to the payer.")
    ],
    fee: Annotated[str, typer.Option(help="Your fee, from what is in dispute.")] = "0",
    reasons: Evidence = None,
) -> None:
    """You are the arbitrator: split what is in dispute.

    [bold]Example:[/bold]  allmende deal rule 0x51…c3 --to-payee 15.00 --fee 2.00 --as paula
    """
    from scripts import _member_files
    from scripts._chain_client import escrow

    session: Session = ctx.obj

    def act(chain: Chain, core: Core, rest: Rest) -> Receipt:
        decimals = _money.of_token(session, core.token).decimals
        digest = _member_files.digest_of_evidence(session.home, chain.me, reasons)
        return escrow.rule(
            chain, core, rest, parse_amount(to_payee, decimals), parse_amount(fee, decimals), digest
        )

    act_on(session, deal, "The dispute is decided", act)


def expire(ctx: typer.Context, deal: DealId) -> None:
    """A deadline has passed: pay out what the terms say for silence. Anybody may.

    [bold]Example:[/bold]  allmende deal expire 0x51…c3 --as sofia
    """
    from scripts._chain_client import escrow

    act_on(ctx.obj, deal, "What was due is paid out", escrow.expire)


def give_back(
    ctx: typer.Context,
    deal: DealId,
    amount: Annotated[
        str | None, typer.Argument(help="How much, in its unit: 4.00; else all that is left.")
    ] = None,
) -> None:
    """The deal is closed and paid you: give some or all of it back, because you want to.

    [bold]Example:[/bold]  allmende deal give-back 0x51…c3 2.00 --as lena
    """
    from scripts._chain_client import payments
    from scripts._chain_client.chain import ZERO_ADDRESS
    from scripts._deal_fund import approve
    from scripts._proof import prove_contracts

    session: Session = ctx.obj

    def act(chain: Chain, core: Core, _: Rest) -> Receipt:
        if amount is None:
            units = int(session.api.deal(deal).data["paid"]) - payments.given_back(chain, core)
        else:
            units = parse_amount(amount, _money.of_token(session, core.token).decimals)
        prove_contracts(chain, ("Payments",))
        if core.token != ZERO_ADDRESS:
            approve(session, core.token, units, "Payments")
        return payments.give_back(chain, core, units)

    act_on(session, deal, "It is back with the other side", act)


ACTS = (release, finish, refund, claim_damage, accept_claim, dispute, rule, expire, give_back)


def act_on(session: Session, deal: str, done: str, act: Callable[[Chain, Core, Rest], Receipt]) -> None:
    """Find the terms of a deal, act on it, and show where it stands afterwards."""
    from scripts._chain_client import escrow

    core, rest = escrow.find(session.chain, parse_id(deal, "deal"))
    receipt = act(session.chain, core, rest)
    session.settle(receipt)
    answer = session.api.deal(deal)
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(done)
        for late in receipt.events("Escrow", "PayoutDeferred"):
            _deferred(session, late)
        card(session, answer.data)

    _output.show(session.as_json, document, readable)


def _deferred(session: Session, late: dict[str, Any]) -> None:
    """A payout that did not arrive: whose it is, and how it is taken."""
    from backend.kit.hexadecimal import from_address, to_address

    member = to_address(from_address(late["member"]))
    shown = _money.shown_in(session, late["token"]).shown(late["amount"])
    who = session.name(member)
    _output.line("  ", ("!", "yellow"), f" {shown} could not be paid to {who} and waits for {who}:")
    _output.command(f"allmende deal claim{session.as_option(member)}")
