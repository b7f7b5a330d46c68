"""What booking a thing, blocking one's own and asking for a bundle have in common: when, and how to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts import _output
from scripts._conditions import presented
from scripts._errors import CommandError
from scripts._quantities import parse_duration, parse_id, parse_moment
from scripts._request_card import card

if TYPE_CHECKING:
    from pathlib import Path

    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Receipt
    from scripts._session import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing as the API gives it, and the time that is wanted: begin, whole quanta, the zone it was typed
    in, and when it was typed."""

    thing: dict[str, Any]
    start_s: int
    quanta: int
    tz: str
    now_s: int


def wanted(
    session: Session, resource: str, start: str, end: str | None, length: str | None, tz: str | None
) -> Wanted:
    """A thing and a time for it.

    Raises:
        CommandError: "cli: malformed id", "cli: when does it end", "request: impossible time", or the API's.
    """
    parse_id(resource, "resource")
    found = session.api.resource(resource)
    session.things[resource] = found.data
    zone = tz or (found.data["description"] or {}).get("tz", "UTC")
    now_s = int(found.as_of["block_time_s"])
    start_s = parse_moment(start, now_s, zone)
    if (end is None) == (length is None):
        raise CommandError("cli: when does it end", "Give an end or a length.", "Add either --to or --for.")
    end_s = start_s + parse_duration(length) if length else parse_moment(end or "", now_s, zone)
    if end_s <= start_s:
        raise CommandError("request: impossible time", "The time ends before it begins.", "Give a later end.")
    quanta = -((start_s - end_s) // int(found.data["quantum_s"]))
    return Wanted(found.data, start_s, quanta, zone, now_s)


def ask(
    session: Session, thing: dict[str, Any], request: Request, files: Sequence[Path]
) -> tuple[bytes, Receipt]:
    """Ask for a time of a thing, with the conditions of one that has some, and what its policy wants to see.
    An owner is asked for nothing.

    Raises:
        CommandError: the contract's own code, or one of `data_for`.
    """
    from scripts._chain_client import booking_acts, bookings
    from scripts._chain_client.chain import NO_AUTH
    from scripts._policy_data import data_for

    asks = presented(thing)
    if asks is None or thing["owner"] == request.requester:
        return bookings.book(session.chain, request)
    data = data_for(session, thing, request, files)
    values = (request.values(), asks.values(), data, NO_AUTH)
    bookings.require_free(session.chain, request, "request_with", *values)
    return booking_acts.request_with(session.chain, request, asks, data)


def show(session: Session, request: bytes, receipt: Receipt, granted: str, waits: str) -> None:
    """What became of a request that was just made."""
    session.settle(receipt)
    answer = session.api.request("0x" + request.hex())
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(granted if answer.data["state"] == "granted" else waits)
        card(session, answer.data)

    _output.show(session.as_json, document, readable)
