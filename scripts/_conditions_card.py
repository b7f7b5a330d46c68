"""The conditions of a thing for the eye: when it opens, how much one may have, who or what decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts import _money, _output
from scripts._opening import clock_change, in_words

if TYPE_CHECKING:
    from scripts._session import Session


def asked_for(session: Session, thing: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of what a thing asks for beside a time; none where it asks for nothing."""
    said = thing["conditions"]
    if said is None:
        return []
    return [
        ("  open", _opening(session, thing)),
        ("  quota", _quota(thing)),
        ("  requires", said["requires"] or ""),
        ("  policy", _policy(session, thing)),
    ]


def _opening(session: Session, thing: dict[str, Any]) -> str:
    hours = thing["conditions"]["open_hours"]
    if hours is None:
        return ""
    tz = (thing["description"] or {}).get("tz", session.tz)
    now_s = int(session.api.chain().as_of["block_time_s"])
    times = clock_change(tz, now_s)
    named = f" ({times[0]}; an hour off in {times[1]})" if times else f" ({tz})"
    return ", ".join(in_words(hours, tz, now_s)) + named


def _quota(thing: dict[str, Any]) -> str:
    most = thing["conditions"]["quota"]
    if not most:
        return ""
    each = " of all units together" if thing["capacity"] > 1 else ""
    return f"{_output.span(most * thing['quantum_s'])}{each} a member in 30 days"


def _policy(session: Session, thing: dict[str, Any]) -> str:
    said = thing["conditions"]
    if said["policy"] is None:
        return ""
    does = "decides" if thing["rule"] == "policy" else "admits"
    return f"{does}: {_who(session, thing)}"


def _who(session: Session, thing: dict[str, Any]) -> str:
    """The policy in words, as far as this installation knows it."""
    said, described = thing["conditions"], thing["description"] or {}
    param = int(said["param"], 16)
    match said["policy_name"]:
        case "MembersOnly":
            return f"members of the space {said['param']}"
        case "TicketHolder":
            return f"who holds the ticket {said['param']}"
        case "MinimumReputation":
            mean, count = (param & 0xFFFF) / 1_000, param >> 16 & 0xFFFF
            return f"who is rated {mean:g} of 5 or better, {count} times at least"
        case "EscrowFunded" if "demand" in described:
            demand = described["demand"]
            unit = _money.shown_in(session, demand["token"])
            price = unit.shown(demand["price"]) + (
                f" and {unit.shown(demand['price_each'])} a time unit" if demand["price_each"] else ""
            )
            return f"who puts {price} and a deposit of {unit.shown(demand['deposit'])} into escrow"
        case "GroupSignatures" if "group" in described:
            members = ", ".join(session.name(member) for member in described["group"]["members"])
            return f"{described['group']['k']} votes of {members}"
        case "AttestedByKey":
            from backend.kit.hexadecimal import to_address

            return f"the word of {session.name(to_address((param & (1 << 160) - 1).to_bytes(20, 'big')))}"
        case "Lottery":
            return f"a lottery, entries until {_output.span(param)} before the start"
        case name:
            return f"{name or 'a contract'} at {said['policy']}"
