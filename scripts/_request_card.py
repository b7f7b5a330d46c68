"""A request for the eye: what was asked for, who acts next, by when, what happens otherwise, and with which
line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts import _output

if TYPE_CHECKING:
    from scripts._session import Session

# What the contract calls an act, and what people call it
WORDS = {
    "confirm": "grant",
    "confirm_together": "sign for the bundle",
    "cancel_series": "give times back",
    "return_early": "return early",
}


def card(session: Session, item: dict[str, Any], short: bool = False) -> None:
    """One request; `short` leaves out the lines to copy."""
    description = session.thing(item["resource"])["description"] or {}
    zone = description.get("tz", session.tz)
    length = _output.span(item["end_s"] - item["start_s"])
    what = description.get("title", "(description not stored here)")
    when = f"{_output.moment(item['start_s'], zone)} for {length}"
    if item["kind"] == "series":
        each = _output.span(item["occurrences"][0]["end_s"] - item["start_s"])
        when = f"{len(item['occurrences'])} times for {each}"
    _output.line((item["state"], "bold"), f"  {what}, {when}")
    deal = None if short or item["state"] != "granted" else _deal_of(session, item)
    _output.facts(
        [
            ("  request", item["request"]),
            ("  thing", item["resource"]),
            ("  units", item["units"] if item["units"] != "1" else ""),
            *_times(item, zone),
            (
                "  given back",
                _output.moment(item["end_s"], zone) if item["end_s"] < item["asked_end_s"] else "",
            ),
            ("  bundle", f"{len(item['bundled'])} requests, granted all or none" if item["bundled"] else ""),
            ("  between", f"{session.name(item['requester'])} (asks) and {session.name(item['owner'])}"),
            ("  next", _next(session, item, deal)),
            ("  by", _output.moment(item["by_s"], zone) if item["by_s"] else ""),
            ("  otherwise", item["otherwise"]["text"]),
        ]
    )
    if not short:
        for line in _lines(session, item, deal):
            _output.command(line)


def _times(item: dict[str, Any], zone: str) -> list[tuple[str, str]]:
    """The times of a series with their numbers, as `cancel --only` takes them."""
    if item["kind"] != "series":
        return []
    return [
        (f"  {number}", _output.moment(one["start_s"], zone) + (" (given back)" if one["returned"] else ""))
        for number, one in enumerate(item["occurrences"], start=1)
    ]


def _next(session: Session, item: dict[str, Any], deal: str | None) -> str:
    """Who may do what now: "Lena: grant or deny"."""
    actor = item["next_actor"]
    roles = ("owner", "requester") if actor == "both" else (actor,)
    if actor == "nobody":
        return "nobody"
    names = " and ".join(session.name(item[role]) for role in roles)
    acts = [WORDS.get(act, act) for act in item["may"].get(roles[0], [])]
    if _can_be_paid(item) and deal is None:
        acts.insert(0, "pay into escrow")
    return f"{names}: {' or '.join(acts)}" if acts else names


def _lines(session: Session, item: dict[str, Any], deal: str | None) -> list[str]:
    """The lines that move it on, to be copied."""
    request = item["request"]
    owner, requester = (session.as_option(item[role]) for role in ("owner", "requester"))
    if item["state"] == "pending" and item["kind"] == "bundle":
        return [f"allmende bundle sign {request} --to FILE{owner}", f"allmende bundle grant {request}{owner}"]
    if item["state"] == "pending":
        asked = [f"allmende poke {request}{requester}"] if "anyone" in item["may"] else []
        return [f"allmende grant {request}{owner}", *asked]
    if deal is not None:
        return [f"allmende deal show {deal}"]
    if _can_be_paid(item):
        arbitrator = "paula" if requester.startswith(" --as") else "ADDRESS"
        # nobody multiplies a price by the times of a series or by units but the two sides
        price = " --price SUM" if item["kind"] == "series" or item["units"] != "1" else ""
        return [f"allmende deal fund {request}{price} --arbitrator {arbitrator}{requester}"]
    if item["next_actor"] == "both":
        return [f"allmende rate commit {request} --score 5{who}" for who in (requester, owner)]
    return []


def _can_be_paid(item: dict[str, Any]) -> bool:
    return bool(item["state"] == "granted" and item["next_actor"] == "requester")


def _deal_of(session: Session, item: dict[str, Any]) -> str | None:
    """The newest deal of a request between its own two sides; anybody may open others for it."""
    found = session.api.get("/deals", booking=item["request"]).data["items"]
    sides = (item["requester"], item["owner"])
    own = [str(deal["escrow"]) for deal in found if (deal["payer"], deal["payee"]) == sides]
    return own[-1] if own else None
