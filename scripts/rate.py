"""`allmende rate`: blind ratings. First both commit to a sealed score, then both open it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._quantities import parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain
    from scripts._member_files import SealedRating

app = typer.Typer(no_args_is_help=True, help="Rate the other side of a finished deal, blind on both sides.")


@app.command()
def commit(
    ctx: typer.Context,
    deal: Annotated[str, typer.Argument(help="Id of a closed deal, or of a request whose time is over.")],
    score: Annotated[int, typer.Option(min=1, max=5, help="1 (bad) to 5 (very good).")],
) -> None:
    """Seal a rating. What you gave stays on this machine until you reveal it; keep the run's folder.

    [bold]Example:[/bold]  allmende rate commit 0x51…c3 --score 5 --as amir
    """
    import secrets

    from scripts import _member_files
    from scripts._chain_client import reputation

    session: Session = ctx.obj
    chain = session.chain
    source, terms, side = _right_to_rate(chain, parse_id(deal, "deal"))
    deal_id, salt = parse_id(deal, "deal"), secrets.token_bytes(32)
    sealed = reputation.commitment(chain, source, deal_id, side, score, bytes(32), salt)
    kept = _member_files.SealedRating(
        source=source,
        deal="0x" + deal_id.hex(),
        side=side,
        score=score,
        salt="0x" + salt.hex(),
        commitment="0x" + sealed.hex(),
    )
    _member_files.keep_rating(session.home, chain.me, kept)
    receipt = reputation.commit(chain, source, terms, side, sealed)
    session.settle(receipt)
    both = len(reputation.committed(chain, source, deal_id)) == 2
    opens_at_s = receipt.block_time_s + (0 if both else reputation.COMMIT_WINDOW_S)
    closes_at_s = opens_at_s + reputation.REVEAL_WINDOW_S
    document = {
        "data": {
            "deal": kept.deal,
            "side": side,
            "commitment": kept.commitment,
            "opens_at_s": opens_at_s,
            "closes_at_s": closes_at_s,
        },
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }

    def readable() -> None:
        _output.done("Your rating is sealed")
        when = (
            "now, both sides have sealed theirs" if both else "when the other side has sealed too, or from "
        )
        when += "" if both else _output.moment(opens_at_s, session.tz)
        _output.facts(
            [
                ("reveal", when),
                ("until", _output.moment(closes_at_s, session.tz)),
                ("if nobody does", "your rating is forfeited"),
            ]
        )
        _output.command(f"allmende rate reveal {deal}{session.as_option(chain.me)}")

    _output.show(session.as_json, document, readable)


@app.command()
def reveal(
    ctx: typer.Context,
    deal: Annotated[
        str | None, typer.Argument(help="Id as given to commit; without it all that is due.")
    ] = None,
) -> None:
    """Open what you sealed: this deal's rating, or every one whose time has come.

    [bold]Example:[/bold]  allmende rate reveal --as amir
    """
    from scripts import _member_files

    session: Session = ctx.obj
    chain = session.chain
    kept = [item for item in _member_files.ratings(session.home, chain.me) if deal in (None, item.deal)]
    if deal is not None and not kept:
        raise CommandError(
            "cli: no sealed rating",
            "This folder holds no rating of yours for this deal.",
            "Reveal where you committed, with the same --home.",
        )
    revealed: list[dict[str, Any]] = []
    for item in kept:
        opened = _open(session, item, strict=deal is not None)
        if opened is not None:
            revealed.append(opened)

    def readable() -> None:
        for entry in revealed:
            _output.done(f"{entry['score']} of 5 for {session.name(entry['subject'])}, revealed")
        if not revealed:
            _output.out.print(
                "Nothing is due. A rating opens when both sides have sealed theirs, or a week after."
            )

    _output.show(session.as_json, {"data": revealed}, readable)


def _right_to_rate(chain: Chain, about: bytes) -> tuple[str, bytes, int]:
    """Source contract, ABI-encoded terms, and side of who acts, for the id of a deal or a request."""
    from scripts._chain_client import bookings, escrow

    try:
        core, _ = escrow.find(chain, about)
        source, terms, sides = chain.address("Escrow"), core.terms(), (core.payer, core.payee)
    except CommandError as error:
        if error.code != "escrow: unknown":
            raise
        request = bookings.find_request(chain, about)
        owner = chain.read("Bookings", "resource", request.resource) & (2**160 - 1)
        sides = (request.requester, f"0x{owner:040x}")
        source, terms = chain.address("Bookings"), request.terms()
    acting = chain.me.lower()
    parties = [side.lower() for side in sides]
    if acting not in parties:
        raise CommandError(
            "reputation: not the rater", "You are no side of this deal.", "Act as one of its sides."
        )
    return source, terms, parties.index(acting)


def _open(session: Session, item: SealedRating, strict: bool) -> dict[str, Any] | None:
    """Reveal one sealed rating; None when it was never committed, is open already or is not due (unless
    `strict`)."""
    from scripts._chain_client import reputation

    committed = reputation.committed(session.chain, item.source, bytes.fromhex(item.deal[2:])).get(item.side)
    if committed is None or committed["commitment"].hex() != item.commitment[2:]:
        return None
    try:
        receipt = reputation.reveal(session.chain, committed, item.score, bytes.fromhex(item.salt[2:]))
    except CommandError:
        if strict:
            raise
        return None
    session.settle(receipt)
    from backend.kit.hexadecimal import from_address, to_address

    return {
        "deal": item.deal,
        "subject": to_address(from_address(committed["subject"])),
        "score": item.score,
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }
