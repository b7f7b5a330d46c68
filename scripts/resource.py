"""`allmende resource`: announce a thing, look at one or at many, and when it is free."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._errors import CommandError
from scripts._quantities import (
    parse_amount,
    parse_criteria,
    parse_duration,
    parse_id,
    parse_moment,
    parse_point,
    parse_zone,
)
from scripts._session import Session

app = typer.Typer(no_args_is_help=True, help="Things that can be booked.")


@app.command()
def announce(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What it is, in a few words.")],
    service: Annotated[
        str, typer.Option(help="What it serves for, as others search it: drill, cargo-bike …")
    ],
    near: Annotated[
        str, typer.Option(help="LATITUDE,LONGITUDE; only the coarse cell around it is published.")
    ],
    text: Annotated[str, typer.Option(help="More about it.")] = "",
    price: Annotated[str, typer.Option(help="Price per unit of --per.")] = "0",
    per: Annotated[str, typer.Option(help="booking, hour or day.")] = "day",
    deposit: Annotated[str, typer.Option(help="Deposit that goes back.")] = "0",
    currency: Annotated[str | None, typer.Option(help="Currency code; else the run's token.")] = None,
    max_distance_m: Annotated[int, typer.Option(help="How far away a borrower may be, metres.")] = 10_000,
    criterion: Annotated[list[str] | None, typer.Option(help="NAME=VALUE; may be repeated.")] = None,
    rule: Annotated[str, typer.Option(help="first-come, or manual: you decide each request.")] = "manual",
    quantum: Annotated[str, typer.Option(help="Grid of bookings: 5m, 15m, 30m, 1h or 1d.")] = "1h",
    longest: Annotated[str, typer.Option(help="Longest booking.")] = "14d",
    notice: Annotated[str, typer.Option(help="How early a request must come, whole hours.")] = "0h",
    tz: Annotated[str, typer.Option(help="Time zone of the thing.")] = "Europe/Vienna",
) -> None:
    """Announce a thing of yours: its description is stored, its digest and terms go on chain.

    [bold]Example:[/bold]  allmende resource announce "Tile saw" --service saw --near 48.21,16.36 --price 6
    --deposit 80 --as mira
    """
    import hashlib
    import secrets

    from backend.kit.canonical_json import canonical_json
    from scripts._chain_client import bookings
    from scripts._places import cell_of

    session: Session = ctx.obj
    if rule not in bookings.RULES:
        raise CommandError("cli: unknown rule", f"There is no rule {rule!r}.", "Choose first-come or manual.")
    token = _money.demo_token(session)
    code = currency or (token.code if token else "")
    if not code:
        raise CommandError("cli: which currency", "There is no default here.", "Add --currency.")
    unit = _money.currency(session, code)
    lat, lng = parse_point(near)
    document: dict[str, Any] = {
        "v": 1,
        "title": title,
        "text": text,
        "service": service,
        "cell": cell_of(lat, lng),
        "max_distance_m": max_distance_m,
        "price": {"amount": parse_amount(price, unit.decimals), "currency": code, "per": per},
        "deposit": parse_amount(deposit, unit.decimals),
        "criteria": parse_criteria(criterion or []),
        "tz": tz,
        "salt": secrets.token_hex(16),
    }
    quantum_s = parse_duration(quantum)
    terms = bookings.ResourceTerms(
        service=bookings.service_id(service),
        quantum_s=quantum_s,
        rule=bookings.RULES[rule],
        phase_s=_day_phase_s(tz, session.chain.now_s()) if quantum_s == 86_400 else 0,
        notice_h=parse_duration(notice) // 3_600,
        max_quanta=parse_duration(longest) // quantum_s,
    ).word()
    session.sign_in()
    stored = session.api.put_descriptions([document])[0]
    digest = hashlib.sha256(canonical_json(document)).digest()
    if bytes.fromhex(stored["digest"][2:]) != digest:
        raise CommandError("cli: changed document", "The API stored something else.", "Use another --api.")
    announcement = bookings.Announcement(terms, digest, secrets.token_bytes(32))
    resource, receipt = bookings.announce(session.chain, announcement)
    session.settle(receipt)
    answer = session.api.resource("0x" + resource.hex())
    shown = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(f"{title} is announced")
        _output.facts([("resource", answer.data["resource"]), ("description", answer.data["cid"])])

    _output.show(session.as_json, shown, readable)


@app.command()
def show(ctx: typer.Context, resource: Annotated[str, typer.Argument(help="Id of the thing.")]) -> None:
    """Show one thing with its description and terms.

    [bold]Example:[/bold]  allmende resource show 0x3f…9a
    """
    session: Session = ctx.obj
    parse_id(resource, "resource")
    answer = session.api.resource(resource)
    _output.show(session.as_json, answer.as_json(), lambda: _card(session, answer.data))


@app.command("list")
def list_resources(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(help="Only those of this member.")] = None,
    service: Annotated[str | None, typer.Option(help="Only those of this service.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 50,
    after: Annotated[str | None, typer.Option(help="Go on after this place (next_after of --json).")] = None,
) -> None:
    """List things in the order they were announced.

    [bold]Example:[/bold]  allmende resource list --owner lena
    """
    session: Session = ctx.obj
    wanted = session.address(owner) if owner else None
    answer = session.api.resources(owner=wanted, service=service, limit=limit, after=after)

    def readable() -> None:
        for item in answer.data["items"]:
            _card(session, item, short=True)
        if answer.data["next_after"]:
            _output.out.print(f"[dim]more: --after {answer.data['next_after']}[/dim]")

    _output.show(session.as_json, answer.as_json(), readable)


@app.command()
def availability(
    ctx: typer.Context,
    resource: Annotated[str, typer.Argument(help="Id of the thing.")],
    start: Annotated[str | None, typer.Option("--from", help='Begin: "sat 10:00"; else now.')] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look ahead.")] = 7,
) -> None:
    """Show when a thing is free.

    [bold]Example:[/bold]  allmende resource availability 0x3f…9a --days 14
    """
    session: Session = ctx.obj
    parse_id(resource, "resource")
    found = session.api.resource(resource)
    tz = (found.data["description"] or {}).get("tz", "UTC")
    now_s = int(found.as_of["block_time_s"])
    from_s = parse_moment(start, now_s, tz) if start else now_s
    answer = session.api.availability(resource, from_s, from_s + days * 86_400)

    def readable() -> None:
        rows = [
            (
                _output.moment(i["start_s"], tz),
                _output.moment(i["end_s"], tz),
                _output.span(i["end_s"] - i["start_s"]),
            )
            for i in answer.data["free"]
        ]
        _output.table("Free", ("from", "to", ">length"), rows)

    _output.show(session.as_json, answer.as_json(), readable)


def _card(session: Session, item: dict[str, Any], short: bool = False) -> None:
    description = item["description"]
    title = description["title"] if description else "(description not stored here)"
    _output.line((title, "bold"))
    pairs = [("  resource", item["resource"]), ("  owner", session.name(item["owner"]))]
    if description:
        deposit = _money.currency(session, description["price"]["currency"]).shown(description["deposit"])
        pairs += [
            ("  service", description["service"]),
            ("  price", f"{_money.price_words(session, description)}, deposit {deposit}"),
        ]
    if not short:
        pairs += [
            ("  rule", item["rule"]),
            ("  grid", _output.span(item["quantum_s"])),
            ("  longest", _output.span(item["quantum_s"] * item["max_quanta"])),
            ("  notice", _output.span(item["notice_s"]) if item["notice_s"] else ""),
            ("  document", item["cid"]),
        ]
        if description:
            criteria = ", ".join(f"{name}={value}" for name, value in description["criteria"].items())
            pairs += [
                ("  text", description["text"]),
                ("  criteria", criteria),
                ("  zone", description["tz"]),
            ]
    _output.facts(pairs)


def _day_phase_s(tz: str, now_s: int) -> int:
    """Seconds after UTC midnight at which a civil day of the zone begins now (winter and summer differ)."""
    from datetime import UTC, datetime

    offset = datetime.fromtimestamp(now_s, UTC).astimezone(parse_zone(tz)).utcoffset()
    return int(-offset.total_seconds()) % 86_400 if offset else 0
