"""The acts that end a deal before its time, each a command of `allmende deal`: cancel, split, unwind."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _money, _output
from scripts._deal_acts import DealId, act_on
from scripts._errors import CommandError
from scripts._quantities import parse_amount, parse_duration, parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain, Receipt
    from scripts._chain_client.escrow import Core, Rest
    from scripts._signed_split import SignedSplit


def cancel(
    ctx: typer.Context,
    deal: DealId,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; else you only see what you would get.")] = False,
) -> None:
    """You pay and step back: show what the agreed schedule gives back now, and with --yes take it.

    What you were shown is what you get: a block that comes too late for it refuses the act.

    [bold]Examples:[/bold]  allmende deal cancel 0x51…c3 --as amir   ·   allmende deal cancel 0x51…c3 --yes
    --as amir
    """
    from scripts._chain_client import escrow

    session: Session = ctx.obj
    core, rest = escrow.find(session.chain, parse_id(deal, "deal"))
    _require_side(session, core, core.payer, "escrow: not the payer")
    gives = escrow.cancelling(session.chain, core, rest)
    unit = _money.shown_in(session, core.token)
    until = _output.moment(gives.until_s, session.tz)
    says = f"{unit.shown(gives.to_payer)} come back to you, {unit.shown(gives.to_payee)} go to the other side"
    if not yes:
        shown = {
            "refund_bps": gives.refund_bps,
            "to_payer": str(gives.to_payer),
            "to_payee": str(gives.to_payee),
            "until_s": gives.until_s,
        }

        def readable() -> None:
            _output.out.print(f"If you cancel until {until}, {says}.", markup=False)
            _output.command(f"allmende deal cancel {deal} --yes{session.as_option(core.payer)}")

        _output.show(session.as_json, {"data": {"cancelling": shown}}, readable)
        return
    act_on(
        session,
        deal,
        f"The deal is cancelled: {says}",
        lambda chain, core, rest: escrow.cancel(chain, core, rest, gives.until_s),
    )


def split(
    ctx: typer.Context,
    deal: DealId,
    to_payee: Annotated[
        str, typer.Option(help="Of all that is held, to the payee; the rest goes to the payer.")
    ],
    agreed: Annotated[
        str | None,
        typer.Option("--with", help="The other side's signature: its file, or the line itself in quotes."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Write your signature to this file; else it is printed.")
    ] = None,
    good_for: Annotated[str, typer.Option("--for", help="How long your signature is good.")] = "2d",
) -> None:
    """Divide what is held, as both sides: one signs and hands the line over, the other agrees and sends.

    The signature is worth nothing as soon as anything else happens in the deal.

    [bold]Examples:[/bold]  allmende deal split 0x51…c3 --to-payee 3.00 --to split.json --as amir   ·
    allmende deal split 0x51…c3 --to-payee 3.00 --with split.json --as lena
    """
    from scripts import _signed_split
    from scripts._chain_client import escrow

    session: Session = ctx.obj
    chain, found = session.chain, parse_id(deal, "deal")
    core, _ = escrow.find(chain, found)
    mine = _side_of(chain, core)
    unit = _money.shown_in(session, core.token)
    amount = parse_amount(to_payee, unit.decimals)
    whole = sum(escrow.held(chain, core))
    if amount > whole:
        raise CommandError(
            "escrow: more than is left",
            f"Only {unit.shown(whole)} are held.",
            "Name at most that for the payee.",
        )
    says = f"{unit.shown(amount)} to {session.name(core.payee)}, {unit.shown(whole - amount)} to"
    says += f" {session.name(core.payer)}"
    if agreed is not None:
        signed = _signed_split.read(agreed)
        other = core.payee if mine == core.payer else core.payer
        _require_same(session, signed, found, amount, other)
        by = {"by_payee" if other == core.payee else "by_payer": signed.auth}
        act_on(
            session,
            deal,
            f"What was held is divided: {says}",
            lambda chain, core, _: escrow.split(chain, core, amount, **by),
        )
        return
    auth = escrow.split_agreement(chain, core, amount, parse_duration(good_for))
    signed = _signed_split.SignedSplit(
        chain.deployment.chain_id, chain.address("Escrow").lower(), found, amount, auth
    )
    if to is not None:
        _write(to, _signed_split.text(signed) + "\n")

    def readable() -> None:
        _output.done(f"Signed: {says}")
        if to is None:
            print(_signed_split.text(signed))
        _output.facts(
            [
                ("  next", f"{session.name(core.payee if mine == core.payer else core.payer)}: send it"),
                ("  by", _output.moment(auth[1], session.tz)),
                ("  otherwise", "it is worth nothing, and the deal goes on as if it had not been signed"),
            ]
        )
        other = session.as_option(core.payee if mine == core.payer else core.payer)
        given = str(to) if to is not None else "'THE LINE ABOVE'"
        _output.command(f"allmende deal split {deal} --to-payee {to_payee} --with {given}{other}")

    _output.show(session.as_json, {"data": signed.document}, readable)


def unwind(ctx: typer.Context, deal: DealId) -> None:
    """The booking never came about: everything goes back to who paid. Anybody may.

    [bold]Example:[/bold]  allmende deal unwind 0x51…c3 --as sofia
    """
    from scripts._chain_client import bookings, escrow

    def act(chain: Chain, core: Core, _: Rest) -> Receipt:
        if not any(core.booking):
            raise CommandError(
                "cli: no booking", "This deal belongs to no booking.", "The payee can refund it instead."
            )
        request = bookings.find_request(chain, core.booking)
        return escrow.unwind(chain, core, chain.address("Bookings"), request.terms())

    act_on(ctx.obj, deal, "Everything went back", act)


ENDS = (cancel, split, unwind)


def _side_of(chain: Chain, core: Core) -> str:
    """The address of who acts, a side of the deal."""
    if chain.me not in (core.payer, core.payee):
        raise CommandError("cli: not a side", "You are no side of this deal.", "Act as one of its sides.")
    return chain.me


def _require_side(session: Session, core: Core, side: str, code: str) -> None:
    from scripts._chain_client.rpc import refused

    if session.chain.me != side:
        raise refused(code)


def _require_same(session: Session, signed: SignedSplit, deal: bytes, amount: int, signer: str) -> None:
    """Hold what the other side has signed against what is meant.

    Raises:
        CommandError: "cli: other split", "auth: expired".
    """
    from scripts._chain_client.rpc import refused

    chain = session.chain
    wanted = (chain.deployment.chain_id, chain.address("Escrow").lower(), deal, amount, signer.lower())
    if (signed.chain_id, signed.contract, signed.deal, signed.to_payee, signed.auth[0]) != wanted:
        raise CommandError(
            "cli: other split",
            "The other side has signed another amount, another deal, or is not the other side.",
            "Agree on the amount, and ask for a signature of this deal.",
        )
    if chain.now_s() >= signed.auth[1]:
        raise refused("auth: expired")


def _write(path: Path, content: str) -> None:
    """Write a file that only its owner reads; handing it over is a decision."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
    except OSError:
        raise CommandError(
            "cli: cannot write", f"{path} cannot be written.", "Name another file with --to."
        ) from None
