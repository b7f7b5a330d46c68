"""The parts of a bundle: what is asked for, in which order, who has said yes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._asking import wanted
from scripts._conditions import presented
from scripts._errors import CommandError
from scripts._policy_data import data_for, read, unreadable
from scripts._quantities import parse_id

if TYPE_CHECKING:
    from scripts._chain_client.booking_acts import Conditions
    from scripts._chain_client.bookings import Request
    from scripts._session import Session

KIND = "bundle"
Auth = tuple[str, int, bytes]
Time = tuple[str, str | None, str | None, str | None]


def asked_items(
    session: Session, items: Sequence[str], time: Time, gathering: str | None
) -> list[tuple[Request, dict[str, Any]]]:
    """A request and its thing for each item: "0x…", "0x…:UNITS", "0x…@BEGIN/LENGTH" or both.

    Raises:
        CommandError: "cli: malformed item", or as `wanted`.
    """
    import secrets

    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import ZERO_HASH

    start, end, length, tz = time
    event = parse_id(gathering, "gathering") if gathering else ZERO_HASH
    found = []
    for item in items:
        what, at, when = item.partition("@")
        resource, colon, count = what.partition(":")
        begin, slash, lasts = when.rpartition("/")
        if (colon and not (count.isascii() and count.isdigit())) or (at and not slash):
            raise CommandError(
                "cli: malformed item", f"{item!r} is no item.", 'Write "0x…", "0x…:3" or "0x…@sat 12:00/2h".'
            )
        asked = (
            wanted(session, resource, begin, None, lasts, tz)
            if at
            else wanted(session, resource, start, end, length, tz)
        )
        request = Request(
            parse_id(resource, "resource"),
            session.chain.me,
            asked.start_s,
            asked.quanta,
            secrets.token_bytes(32),
            units=int(count) if colon else 1,
            gathering=event,
        )
        found.append((request, asked.thing))
    return found


def in_order(found: list[tuple[Request, dict[str, Any]]]) -> list[tuple[Request, dict[str, Any]]]:
    """The same items, each behind the one that it requires, as the contract wants them.

    Raises:
        CommandError: "bookings: needs another resource".
    """
    there = {thing["resource"] for _, thing in found}
    placed: list[tuple[Request, dict[str, Any]]] = []
    waiting = list(found)
    while waiting:
        done = {thing["resource"] for _, thing in placed}
        ready = [
            one
            for one in waiting
            if (needs := _requires(one[1])) is None or needs in done or needs not in there
        ]
        missing = [needs for _, thing in waiting if (needs := _requires(thing)) and needs not in there]
        if missing or not ready:
            raise CommandError(
                "bookings: needs another resource",
                f"One of the things needs {missing[0] if missing else 'itself'} around the same time.",
                "Add it to the bundle.",
            )
        placed += ready
        waiting = [one for one in waiting if one not in ready]
    return placed


def signed_by_owner(session: Session, items: Sequence[Request]) -> list[dict[str, Any]]:
    """The account's signature for each pending item that it owns, good until the item expires."""
    from scripts._chain_client import bookings
    from scripts._chain_client.chain import NO_AUTH

    chain = session.chain
    found = []
    for item in items:
        key = bookings.request_id(chain, item)
        said = session.api.request("0x" + key.hex()).data
        if said["owner"] != chain.me or said["state"] != "pending":
            continue
        for_s = max(1, said["expires_at_s"] - chain.now_s())
        signer, deadline_s, signature = chain.sign_act("Bookings", "confirm", (item.values(), NO_AUTH), for_s)
        found.append(
            {
                "request": "0x" + key.hex(),
                "signer": signer,
                "deadline_s": deadline_s,
                "signature": "0x" + signature.hex(),
            }
        )
    return found


def granting(
    session: Session, items: Sequence[Request], files: Sequence[Path]
) -> tuple[list[Auth], list[tuple[Conditions, bytes] | None]]:
    """How each item is granted: the owner's authorisation, nothing where the account owns it or the first
    comes, or conditions and data where its policy decides.

    Raises:
        CommandError: "cli: signatures missing", "cli: unreadable statement".
    """
    from scripts._chain_client.bookings import request_id
    from scripts._chain_client.chain import NO_AUTH

    signed: dict[str, Auth] = {}
    statements: dict[str, list[Path]] = {}
    for path in files:
        said = read(path)
        if said.get("kind") == KIND:
            signed |= _signed(path, said)
        else:
            statements.setdefault(str(said.get("request")), []).append(path)
    auths: list[Auth] = []
    pokes: list[tuple[Conditions, bytes] | None] = []
    missing = []
    for item in items:
        thing = session.thing("0x" + item.resource.hex())
        key = "0x" + request_id(session.chain, item).hex()
        auth = signed.get(key)
        asks, by_policy = presented(thing), thing["rule"] == "policy"
        of_itself = thing["rule"] == "first-come" or item.requester == thing["owner"]
        poked = None
        if auth is None and by_policy and asks is not None and thing["owner"] != session.chain.me:
            poked = asks, data_for(session, thing, item, statements.get(key, []))
        elif auth is None and not of_itself and thing["owner"] != session.chain.me:
            missing.append(session.name(thing["owner"]))
        auths.append(auth or NO_AUTH)
        pokes.append(poked)
    if missing:
        raise CommandError(
            "cli: signatures missing",
            f"{', '.join(dict.fromkeys(missing))} have not said yes here.",
            "Add what they signed with `allmende bundle sign`: --with FILE.",
        )
    return auths, pokes


def _requires(thing: dict[str, Any]) -> str | None:
    found: str | None = (thing["conditions"] or {}).get("requires")
    return found


def _signed(path: Path, said: dict[str, Any]) -> dict[str, Auth]:
    """Request → authorisation, from a file of `bundle sign`."""
    try:
        return {
            str(one["request"]): (
                str(one["signer"]),
                int(one["deadline_s"]),
                bytes.fromhex(one["signature"].removeprefix("0x")),
            )
            for one in said["confirms"]
        }
    except (KeyError, ValueError, TypeError, AttributeError):
        raise unreadable(path) from None
