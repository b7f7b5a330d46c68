"""Signing a vote or an attestation about a request, made or drafted, into a file for who presents it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts import _output
from scripts._errors import CommandError
from scripts._policy_data import write
from scripts._quantities import parse_id

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._session import Session


def about(session: Session, named: str) -> tuple[bytes, Request]:
    """The request that an id or a draft names, with its id.

    Raises:
        CommandError: "cli: malformed id", "cli: unreadable statement", "bookings: unknown request".
    """
    from scripts._chain_client import bookings
    from scripts._draft import load

    if named.startswith("0x"):
        key = parse_id(named, "request")
        return key, bookings.find_request(session.chain, key)
    request = load(Path(named))
    return bookings.request_id(session.chain, request), request


def require_policy(session: Session, request: Request, policy: str, next_step: str) -> dict[str, Any]:
    """The thing of a request, whose policy must be this one.

    Raises:
        CommandError: "cli: another policy".
    """
    thing = session.thing("0x" + request.resource.hex())
    found = (thing["conditions"] or {}).get("policy_name")
    if found != policy:
        raise CommandError(
            "cli: another policy",
            f"The thing's policy is {found}, not {policy}." if found else "The thing has no such policy.",
            next_step,
        )
    return thing


def keep(
    session: Session, kind: str, request: bytes, asked: Request, path: Path, said: dict[str, Any]
) -> None:
    """Write a signed statement down and show what it is about."""
    statement = {"kind": kind, "request": "0x" + request.hex(), "by": session.chain.me, **said}
    write(path, statement)
    thing = session.thing("0x" + asked.resource.hex())
    described = thing["description"] or {}
    zone = described.get("tz", session.tz)
    length = _output.span(asked.quanta * int(thing["quantum_s"]))

    def readable() -> None:
        _output.done(f"Your {kind} is in {path}; nothing was sent")
        _output.facts(
            [
                ("  says", "yes" if said["grant"] else "no"),
                ("  request", "0x" + request.hex()),
                ("  thing", described.get("title", "(description not stored here)")),
                (
                    "  for",
                    f"{session.name(asked.requester)}, {_output.moment(asked.start_s, zone)}, {length}",
                ),
            ]
        )
        _output.command(f"allmende poke 0x{request.hex()} --with {path}")

    _output.show(session.as_json, {"data": {**statement, "file": str(path)}}, readable)
