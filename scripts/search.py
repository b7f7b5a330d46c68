"""`allmende search`: who is near, free, affordable and trusted, best first, with the reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from scripts import _money, _output
from scripts._errors import CommandError
from scripts._quantities import parse_amount, parse_duration, parse_moment, parse_point, parse_zone
from scripts._sentences import spoken
from scripts._session import Session


def search(
    ctx: typer.Context,
    service: Annotated[str, typer.Argument(help="What you look for: drill, saw, projector, cargo-bike …")],
    near: Annotated[
        str | None,
        typer.Option(help="LATITUDE,LONGITUDE where you are; never stored. The demo has a default."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help='Begin: "sat 10:00" or "2026-11-28 10:00".')
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="End, written like the begin.")] = None,
    length: Annotated[str | None, typer.Option("--for", help="Length instead of an end: 4h, 2d.")] = None,
    radius: Annotated[int, typer.Option(help="How far you would go, metres.")] = 10_000,
    budget: Annotated[str | None, typer.Option(help="What you would pay for all of the time.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="Currency of the budget; else the run's token.")
    ] = None,
    want: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE that it should have; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(help="At most so many.")] = 10,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of what you typed; the demo has a default.")
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="Show every factor of the score in words.")] = False,
) -> None:
    """Search for a thing, best offer first. The score is the sum of five weighed factors; --why explains
    each.

    [bold]Example:[/bold]  allmende search drill --from "sat 10:00" --for 8h --budget 10 --why
    """
    session: Session = ctx.obj
    lat, lng = parse_point(near or _here(session))
    tz = tz or session.tz
    start_s, end_s = _time(session, start, end, length, tz)
    budget_units = code = None
    if budget is not None:
        token = _money.demo_token(session)
        code = currency or (token.code if token else None)
        if code is None:
            raise CommandError("cli: which currency", "There is no default here.", "Add --currency.")
        budget_units = parse_amount(budget, _money.currency(session, code).decimals)
    answer = session.api.search(
        service=service,
        lat=lat,
        lng=lng,
        start_s=start_s,
        end_s=end_s,
        radius_m=radius,
        budget=budget_units,
        currency=code,
        criteria=[item.replace("=", ":", 1) for item in want or []] or None,
        limit=limit,
    )
    _output.show(session.as_json, answer.as_json(), lambda: _readable(session, answer.data["items"], tz, why))


RULE_WORDS = {"first-come": "first come", "manual": "the owner decides", "policy": "a policy decides"}


def _here(session: Session) -> str:
    here = session.run.get("near")
    if here is None:
        raise CommandError("cli: where are you", "A search needs a place.", "Add --near LATITUDE,LONGITUDE.")
    return str(here)


def _time(
    session: Session, start: str | None, end: str | None, length: str | None, tz: str
) -> tuple[int | None, int | None]:
    if start is None:
        if end is not None or length is not None:
            raise CommandError("matching: half a time", "A time has a begin and an end.", "Add --from.")
        return None, None
    if (end is None) == (length is None):
        raise CommandError(
            "matching: half a time", "A time has a begin and an end.", "Add either --to or --for."
        )
    now_s = int(session.api.chain().as_of["block_time_s"])
    start_s = parse_moment(start, now_s, tz)
    return start_s, start_s + parse_duration(length) if length else parse_moment(end or "", now_s, tz)


def _readable(session: Session, items: list[dict[str, Any]], tz: str, why: bool) -> None:
    for place, item in enumerate(items, start=1):
        price, deposit = item["price"], int(item["deposit"])
        unit = _money.currency(session, price["currency"])
        cost = unit.shown(int(price["amount"])) if int(price["amount"]) else "free"
        _output.line((f"{place}. {item['title']}", "bold"), "  ", (f"{item['score']:.3f}", "cyan"))
        slot = item["slot"]
        rule = RULE_WORDS[item["rule"]] + (", with conditions" if item["gated"] else "")
        when = (
            f"{_output.moment(slot['start_s'], tz)} – {_output.moment(slot['end_s'], tz)}"
            if slot
            else "not free"
        )
        _output.facts(
            [
                (
                    "  from",
                    f"{session.name(item['owner'])}, {item['distance_m'] / 1_000:.1f} km, {rule}",
                ),
                ("  price", cost + (f", deposit {unit.shown(deposit)}" if deposit else ", no deposit")),
                ("  when", when),
                ("  resource", item["resource"]),
            ]
        )
        if why:
            for factor in item["factors"]:
                share = f"{factor['value']:.2f} × {factor['weight']:.2f}"
                _output.line("    ", (share, "dim"), f"  {spoken(factor['words'], unit, tz)}")
    if not items:
        _output.out.print("Nobody offers that here at that time.")
    best = next((item for item in items if item["slot"]), None)
    if best is not None:
        begin, end = (_typed(best["slot"][side], tz) for side in ("start_s", "end_s"))
        who = session.acting or "NAME"
        _output.command(f'allmende book {best["resource"]} --from "{begin}" --to "{end}" --as {who}')


def _typed(time_s: int, tz: str) -> str:
    """A moment as `book` reads it in any zone: "2026-11-28 10:00+01:00"."""
    return datetime.fromtimestamp(time_s, parse_zone(tz)).isoformat(sep=" ", timespec="minutes")
