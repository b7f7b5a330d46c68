"""A deal for the eye: its legs, who acts next, the lines to copy, and what has happened."""

from __future__ import annotations

from typing import Any

from scripts import _money, _output
from scripts._sentences import spoken
from scripts._session import Session


def card(session: Session, deal: dict[str, Any], short: bool = False) -> None:
    """One deal for the eye; `short` shows the next turn only and no lines to copy."""
    unit = _money.shown_in(session, deal["token"])
    price, deposit = (unit.shown(int(deal[leg])) for leg in ("price", "deposit"))
    _output.line((deal["state"], "bold"), f"  price {price}, deposit {deposit}")
    turns = [deal["next"]] if short else deal["turns"]
    _output.facts(
        [
            ("  deal", deal["escrow"]),
            (
                "  between",
                f"{session.name(deal['payer'])} (pays) and {session.name(deal['payee'])} (is paid)",
            ),
            ("  arbitrator", "" if short else _arbitrator(session, deal, unit)),
            *([] if short else _agreed(session, deal, unit)),
            *[pair for turn in turns for pair in _turn(session, deal, turn, unit)],
        ]
    )
    if not short:
        for turn in turns:
            for line in _lines(session, deal, turn):
                _output.command(line)
        _details(session, deal, unit)


def _arbitrator(session: Session, deal: dict[str, Any], unit: _money.Currency) -> str:
    """Who would rule, and for how much at most."""
    if not deal["arbitrator"]:
        return ""
    cap = deal["terms"]["fee_cap"]
    return session.name(deal["arbitrator"]) + (f", for at most {unit.shown(int(cap))}" if cap else "")


def _agreed(session: Session, deal: dict[str, Any], unit: _money.Currency) -> list[tuple[str, str]]:
    """Parts of the price, what cancelling gives now, and who rules after whom."""
    agreed = deal["agreed"]
    facts = []
    for part in agreed["parts"]:
        paid = "" if int(part["held"]) else ", paid"
        due = _output.moment(part["due_s"], session.tz)
        facts.append(("  part", f"{unit.shown(int(part['amount']))}, due {due}{paid}"))
    for entry in agreed["cancellations"]:
        until = _output.moment(entry["until_s"], session.tz)
        facts.append(("  cancelling", f"until {until}: {entry['refund_bps'] / 100:g} % of the price back"))
    if gives := agreed["cancelling"]:
        back, gone = (unit.shown(int(gives[side])) for side in ("to_payer", "to_payee"))
        facts.append(("  cancelled now", f"{back} back, {gone} to {session.name(deal['payee'])}"))
    for number, rung in enumerate(agreed["ladder"] if len(agreed["ladder"]) > 1 else (), 1):
        who, cap = session.name(rung["arbitrator"]), unit.shown(int(rung["fee_cap"]))
        asked = ", asked now" if rung["is_asked"] else ""
        facts.append((f"  arbitrator {number}", f"{who}, {_days(rung['window_s'])}, at most {cap}{asked}"))
    return facts


def _days(seconds: int) -> str:
    """A window for the eye."""
    return f"{seconds // 86_400} days" if seconds % 86_400 == 0 else f"{seconds / 3_600:g} hours"


def _turn(
    session: Session, deal: dict[str, Any], turn: dict[str, Any], unit: _money.Currency
) -> list[tuple[str, str]]:
    """Who acts next, by when, and what happens if nobody does."""
    acts = " or ".join(act.replace("_", " ") for act in turn["acts"])
    names = " and ".join(session.name(deal[role]) for role in _roles(turn)) or str(turn["actor"])
    return [
        ("  next", f"{names}: {acts}" if acts else names),
        ("  by", _output.moment(turn["by_s"], session.tz) if turn["by_s"] else ""),
        ("  otherwise", spoken(turn["otherwise"], unit, session.tz)),
    ]


def _roles(turn: dict[str, Any]) -> tuple[str, ...]:
    """The roles of a turn that somebody has by name."""
    actor = str(turn["actor"])
    return ("payer", "payee") if actor == "both" else (actor,) if actor not in ("anyone", "nobody") else ()


def _lines(session: Session, deal: dict[str, Any], turn: dict[str, Any]) -> list[str]:
    """The lines that carry out the acts of a turn, to be copied; handing over and giving back have none."""
    shapes = {
        "release": "deal release {}",
        "release_part": "deal release {} AMOUNT",
        "unwind": "deal unwind {}",
        "finish": "deal finish {}",
        "refund": "deal refund {}",
        "claim_damage": "deal claim-damage {} AMOUNT",
        "accept_claim": "deal accept-claim {}",
        "dispute": "deal dispute {}",
        "rule": "deal rule {} --to-payee AMOUNT",
        "expire": "deal expire {}",
        "rate": "rate commit {} --score 5",
        "reveal": "rate reveal {}",
    }
    who = [session.as_option(deal[role]) for role in _roles(turn)] or [" --as NAME"]
    return [
        f"allmende {shapes[act].format(deal['escrow'])}{option}"
        for act in turn["acts"]
        for option in who
        if act in shapes
    ]


def _details(session: Session, deal: dict[str, Any], unit: _money.Currency) -> None:
    """Warnings, reminders and what has happened."""
    for warning in deal["warnings"]:
        _output.line("  ", ("!", "yellow"), f" {spoken(warning, unit, session.tz)}")
    for reminder in deal["reminders"]:
        who = session.name(reminder["to"])
        words = spoken(reminder["sentence"], unit, session.tz)
        _output.line("  ", ("reminder", "yellow"), f" to {who}: {words}")
    for step in deal["steps"]:
        when = _output.moment(step["at_s"], session.tz) if step["at_s"] else ""
        _output.line("  ", (f"{when:25}", "dim"), f" {spoken(step['sentence'], unit, session.tz)}")
