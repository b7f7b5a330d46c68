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
