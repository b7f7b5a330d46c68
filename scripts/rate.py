"""`allmende rate`: ratings of finished deals.

Blind: both commit to a sealed score, then both open it. Both at once: one side signs its score into a file
and hands that over, the other adds its own and sends both. Afterwards the rated side may answer once, and
who rated may take it back once.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._quantities import parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain
    from scripts._chain_client.reputation import Auth, Entry, Opinion
    from scripts._member_files import SealedRating

app = typer.Typer(
    no_args_is_help=True, help="Rate the other side of a finished deal: blind on both sides, or both at once."
)


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


@app.command()
def sign(
    ctx: typer.Context,
    deal: Annotated[str, typer.Argument(help="Id of a closed deal, or of a request whose time is over.")],
    score: Annotated[int, typer.Option(min=1, max=5, help="1 (bad) to 5 (very good).")],
    to: Annotated[
        Path | None, typer.Option(help="The file to write; without it the rating is printed.")
    ] = None,
    evidence: Annotated[
        str | None, typer.Option(help="A file, or a digest (0x and 64 digits), that goes with it.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=60, help="How long it may be used.")] = 7,
) -> None:
    """Sign a rating for the other side to send with its own. Whoever gets it sees your score first.

    [bold]Example:[/bold]  allmende rate sign 0x51…c3 --score 5 --to rating.json --as amir
    """
    from scripts import _member_files, _signed_rating
    from scripts._chain_client import reputation

    session: Session = ctx.obj
    chain = session.chain
    about = parse_id(deal, "deal")
    source, _, side = _right_to_rate(chain, about)
    digest = _member_files.digest_of_evidence(session.home, chain.me, evidence)
    opinion = reputation.Opinion(source, about, side, score, digest)
    auth = reputation.sign_opinion(chain, opinion, chain.now_s() + days * 86_400)
    signed = _signed_rating.of(chain, opinion, auth)
    if to is not None:
        _signed_rating.write(to, signed)

    def readable() -> None:
        if to is None:
            _output.out.print_json(_signed_rating.text(signed))
            return
        _output.done(f"{score} of 5, signed")
        _output.facts([("file", str(to)), ("good until", _output.moment(auth[1], session.tz))])
        _output.line("Give the file to the other side, who sends both:")
        _output.command(f"allmende rate both {deal} --with {to} --score N")

    _output.show(session.as_json, {"data": signed.document}, readable)


@app.command()
def both(
    ctx: typer.Context,
    deal: Annotated[str, typer.Argument(help="Id as given to sign.")],
    with_: Annotated[
        list[Path], typer.Option("--with", help="What the other side has signed; or both sides' files.")
    ],
    score: Annotated[
        int | None, typer.Option(min=1, max=5, help="Your own, where you are one of the sides.")
    ] = None,
    evidence: Annotated[
        str | None, typer.Option(help="A file, or a digest (0x and 64 digits), that goes with yours.")
    ] = None,
) -> None:
    """Count both sides' ratings in one transaction. It uses up both sides' right to rate.

    [bold]Example:[/bold]  allmende rate both 0x51…c3 --with rating.json --score 4 --as lena
    """
    from scripts import _member_files, _signed_rating
    from scripts._chain_client import reputation
    from scripts._chain_client.chain import NO_AUTH

    session: Session = ctx.obj
    chain = session.chain
    about = parse_id(deal, "deal")
    source, terms, sides = _sides(chain, about)
    found: dict[int, tuple[Opinion, Auth]] = {}
    for path in with_:
        signed = _signed_rating.read(path, chain, source, about)
        found[signed.opinion.side] = (signed.opinion, signed.auth)
    if score is not None:
        side = _side_of(chain, sides)
        digest = _member_files.digest_of_evidence(session.home, chain.me, evidence)
        found[side] = (reputation.Opinion(source, about, side, score, digest), NO_AUTH)
    if len(found) != 2:
        raise CommandError(
            "cli: one side is missing",
            "Both sides' ratings are needed, and only one is here.",
            "Give your own with --score, or name the files of both sides with --with.",
        )
    opinions, auths = (found[0][0], found[1][0]), (found[0][1], found[1][1])
    receipt = reputation.rate_both(chain, terms, opinions, auths)
    session.settle(receipt)
    counted = receipt.events("ReputationLedger", "RatingRevealed")
    document = {
        "data": {"deal": deal, "ratings": [_counted(event) for event in counted]},
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }

    def readable() -> None:
        for event in counted:
            weight = _weight(event["weight"])
            _output.done(f"{event['score']} of 5 for {session.name(event['subject'])}, counting {weight}")

    _output.show(session.as_json, document, readable)


@app.command()
def respond(
    ctx: typer.Context,
    deal: Annotated[str, typer.Argument(help="Id of the deal or request in which you were rated.")],
    document: Annotated[str, typer.Option(help="A file with your answer, or its digest (0x and 64 digits).")],
) -> None:
    """Answer the rating that the other side gave you, once. Only the digest goes on chain.

    [bold]Example:[/bold]  allmende rate respond 0x51…c3 --document answer.txt --as lena
    """
    from scripts import _member_files
    from scripts._chain_client import reputation

    session: Session = ctx.obj
    chain = session.chain
    source, _, side = _right_to_rate(chain, parse_id(deal, "deal"))
    digest = _member_files.digest_of_evidence(session.home, chain.me, document)
    about = parse_id(deal, "deal")
    event, entry = _open_rating(chain, source, about, 1 - side)
    receipt = reputation.respond(chain, source, about, 1 - side, entry, digest)
    session.settle(receipt)
    answer = {
        "data": {"deal": deal, "side": 1 - side, "digest": "0x" + digest.hex()},
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }

    def readable() -> None:
        _output.done(f"Answered {session.name(event['rater'])}'s {event['score']} of 5")
        _output.facts([("digest", "0x" + digest.hex())])

    _output.show(session.as_json, answer, readable)


@app.command()
def retract(
    ctx: typer.Context,
    deal: Annotated[str, typer.Argument(help="Id of the deal or request that you have rated.")],
) -> None:
    """Take your rating out of the other side's mean, once. That you gave it, and took it back, stays public.

    [bold]Example:[/bold]  allmende rate retract 0x51…c3 --as amir
    """
    from scripts._chain_client import reputation

    session: Session = ctx.obj
    chain = session.chain
    about = parse_id(deal, "deal")
    source, _, side = _right_to_rate(chain, about)
    event, entry = _open_rating(chain, source, about, side)
    receipt = reputation.retract(chain, source, about, side, entry)
    session.settle(receipt)
    taken = receipt.event("ReputationLedger", "RatingRetracted")
    document = {
        "data": {"deal": deal, "side": side, "score": event["score"], "weight": str(taken["weight"])},
        "transaction": receipt.transaction,
        "gas_used": receipt.gas_used,
    }

    def readable() -> None:
        _output.done(f"{event['score']} of 5 for {session.name(event['subject'])}, taken back")

    _output.show(session.as_json, document, readable)


def _counted(event: dict[str, Any]) -> dict[str, Any]:
    from backend.kit.hexadecimal import from_address, to_address

    return {
        "side": event["side"],
        "subject": to_address(from_address(event["subject"])),
        "score": event["score"],
        "weight": str(event["weight"]),
    }


def _weight(weight: int) -> str:
    """The weight of a rating as a fraction of a first one: "in full", "1/3"."""
    from scripts._chain_client.reputation import UNIT

    k = round(UNIT / weight)
    return "in full" if k == 1 else f"1/{k}, because it is number {k} of this pair"


def _open_rating(chain: Chain, source: str, deal: bytes, side: int) -> tuple[dict[str, Any], Entry]:
    from scripts._chain_client import reputation

    found = reputation.counted(chain, source, deal).get(side)
    if found is None:
        raise CommandError(
            "reputation: not revealed",
            "This side's rating of the deal is not open.",
            "Wait until it is open; `allmende rate reveal` opens what is due.",
        )
    return found


def _right_to_rate(chain: Chain, about: bytes) -> tuple[str, bytes, int]:
    """Source contract, ABI-encoded terms, and side of who acts, for the id of a deal or a request."""
    source, terms, sides = _sides(chain, about)
    return source, terms, _side_of(chain, sides)


def _sides(chain: Chain, about: bytes) -> tuple[str, bytes, tuple[str, str]]:
    """Source contract, ABI-encoded terms, and both members, for the id of a deal or a request."""
    from scripts._chain_client import bookings, escrow

    try:
        core, _ = escrow.find(chain, about)
    except CommandError as error:
        if error.code != "escrow: unknown":
            raise
        request = bookings.find_request(chain, about)
        owner = chain.read("Bookings", "resource", request.resource) & (2**160 - 1)
        return chain.address("Bookings"), request.terms(), (request.requester, f"0x{owner:040x}")
    return chain.address("Escrow"), core.terms(), (core.payer, core.payee)


def _side_of(chain: Chain, sides: tuple[str, str]) -> int:
    acting = chain.me.lower()
    parties = [side.lower() for side in sides]
    if acting not in parties:
        raise CommandError(
            "reputation: not the rater", "You are no side of this deal.", "Act as one of its sides."
        )
    return parties.index(acting)


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
