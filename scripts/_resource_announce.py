"""`allmende resource announce`: a thing with its description, terms and conditions."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._conditions import PolicyOptions, conditions, policy_of
from scripts._conditions_card import asked_for
from scripts._errors import CommandError
from scripts._quantities import parse_amount, parse_criteria, parse_duration, parse_point, parse_zone
from scripts._session import Session


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
    rule: Annotated[
        str,
        typer.Option(
            help="first-come; manual: you decide each request; policy: what you name below decides."
        ),
    ] = "manual",
    quantum: Annotated[str, typer.Option(help="Grid of bookings: 5m, 15m, 30m, 1h or 1d.")] = "1h",
    longest: Annotated[str, typer.Option(help="Longest booking.")] = "14d",
    notice: Annotated[str, typer.Option(help="How early a request must come, whole hours.")] = "0h",
    tz: Annotated[str, typer.Option(help="Time zone of the thing.")] = "Europe/Vienna",
    horizon: Annotated[str, typer.Option(help="How far ahead one may ask, whole days.")] = "180d",
    answer: Annotated[str, typer.Option(help="How long a request waits for an answer, whole hours.")] = "72h",
    capacity: Annotated[int, typer.Option(min=1, max=255, help="How many of them there are.")] = 1,
    buffer: Annotated[
        str,
        typer.Option(help="Stays free before and after a booking, a multiple of the quantum; one unit only."),
    ] = "0h",
    opening: Annotated[
        list[str] | None,
        typer.Option("--open", help='When one may book it: "mon-fri 09:00-18:00"; may be repeated.'),
    ] = None,
    quota: Annotated[
        str | None, typer.Option(help="Most that a member may ask for in 30 days, units times time: 40h.")
    ] = None,
    requires: Annotated[
        str | None, typer.Option(help="Id of a thing that has to be booked around it, in one bundle.")
    ] = None,
    members_only: Annotated[str | None, typer.Option(help="Policy: members of this space.")] = None,
    ticket: Annotated[str | None, typer.Option(help="Policy: who holds this ticket.")] = None,
    reputation: Annotated[
        str | None, typer.Option(help='Policy: least mean and number of ratings for the service: "4.5 3".')
    ] = None,
    escrow: Annotated[
        str | None, typer.Option(help='Policy: price and deposit are in escrow: "12.50 50".')
    ] = None,
    arbitrator: Annotated[str | None, typer.Option(help="Who decides disputes of that escrow.")] = None,
    group: Annotated[
        str | None, typer.Option(help='Policy: so many votes of these members: "2 lena mira jonas".')
    ] = None,
    attested: Annotated[str | None, typer.Option(help="Policy: the word of this member.")] = None,
    lottery: Annotated[
        str | None, typer.Option(help="Policy: a lottery; how long before the start entries close: 2h.")
    ] = None,
) -> None:
    """Announce a thing of yours: its description is stored, its digest, terms and conditions go on chain.

    A policy admits to requests, which you or the first come then decide; with --rule policy it decides.

    [bold]Example:[/bold]  allmende resource announce "Tile saw" --service saw --near 48.21,16.36 --price 6
    --deposit 80 --open "mon-fri 09:00-18:00" --quota 16h --as mira
    """
    import hashlib
    import secrets

    from backend.kit.canonical_json import canonical_json
    from scripts._chain_client import booking_acts, bookings
    from scripts._places import cell_of

    session: Session = ctx.obj
    if rule not in bookings.RULES:
        raise CommandError(
            "cli: unknown rule", f"There is no rule {rule!r}.", "Choose first-come, manual or policy."
        )
    token = _money.demo_token(session)
    code = currency or (token.code if token else "")
    if not code:
        raise CommandError("cli: which currency", "There is no default here.", "Add --currency.")
    unit = _money.currency(session, code)
    lat, lng = parse_point(near)
    quantum_s, number = parse_duration(quantum), bookings.service_id(service)
    if quantum_s not in bookings.QUANTA_S:
        raise CommandError(
            "cli: impossible terms", "The quantum does not fit.", "It must be 5m, 15m, 30m, 1h or 1d."
        )
    options = PolicyOptions(members_only, ticket, reputation, escrow, group, attested, lottery, arbitrator)
    policy = policy_of(session, options, number, rule)
    asks = conditions(session, policy, quota, opening or [], requires, quantum_s, tz)
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
        **(policy.described if policy else {}),
    }
    terms = bookings.ResourceTerms(
        service=number,
        quantum_s=quantum_s,
        rule=bookings.RULES[rule],
        phase_s=_day_phase_s(tz, session.chain.now_s()) if quantum_s == 86_400 else 0,
        horizon_days=parse_duration(horizon) // 86_400,
        ttl_h=parse_duration(answer) // 3_600,
        notice_h=parse_duration(notice) // 3_600,
        max_quanta=parse_duration(longest) // quantum_s,
        capacity=capacity,
        buffer_quanta=_whole(buffer, quantum_s),
        gated=asks is not None,
    ).word()
    session.sign_in()
    stored = session.api.put_descriptions([document])[0]
    digest = hashlib.sha256(canonical_json(document)).digest()
    if bytes.fromhex(stored["digest"][2:]) != digest:
        raise CommandError("cli: changed document", "The API stored something else.", "Use another --api.")
    announcement = bookings.Announcement(terms, digest, secrets.token_bytes(32))
    if asks is None:
        resource, receipt = bookings.announce(session.chain, announcement)
    else:
        resource, receipt = booking_acts.announce_gated(session.chain, announcement, asks)
    session.settle(receipt)
    found = session.api.resource("0x" + resource.hex())
    shown = {**found.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(f"{title} is announced")
        _output.facts(
            [
                ("resource", found.data["resource"]),
                ("description", found.data["cid"]),
                *((name.strip(), value) for name, value in asked_for(session, found.data)),
            ]
        )

    _output.show(session.as_json, shown, readable)


def _day_phase_s(tz: str, now_s: int) -> int:
    """Seconds after UTC midnight at which a civil day of the zone begins now (winter and summer differ)."""
    from datetime import UTC, datetime

    offset = datetime.fromtimestamp(now_s, UTC).astimezone(parse_zone(tz)).utcoffset()
    return int(-offset.total_seconds()) % 86_400 if offset else 0


def _whole(length: str, quantum_s: int) -> int:
    """How many quanta a length is."""
    found, rest = divmod(parse_duration(length), quantum_s)
    if rest:
        raise CommandError(
            "cli: impossible terms", "The buffer does not fit.", "It must be a multiple of the --quantum."
        )
    return found
