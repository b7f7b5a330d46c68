"""What a policy wants to see with a request: found where it is public, or given in files.

A vote, an attestation and a draft of a request are small JSON files that members send one another; nothing of
them is on chain before somebody presents it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._conditions import demand_of, terms_unknown
from scripts._errors import CommandError

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._session import Session

VOTE, ATTESTATION = "vote", "attestation"


def data_for(session: Session, thing: dict[str, Any], request: Request, files: Sequence[Path]) -> bytes:
    """What to present to the policy of a thing for a request: votes and attestations from the files, the deal
    of its requester as the API knows it. Empty where the policy wants nothing, or where nothing is there yet:
    then it waits.

    Raises:
        CommandError: "cli: unreadable statement", "cli: foreign statement", "cli: terms unknown".
    """
    from scripts._chain_client.bookings import request_id

    asked = request_id(session.chain, request)
    name = (thing["conditions"] or {}).get("policy_name")
    statements = [_read(path, asked) for path in files]
    match name:
        case "GroupSignatures" if statements:
            return _votes(thing, statements)
        case "AttestedByKey" if statements:
            return _attested(statements)
        case "EscrowFunded":
            return _funded(session, thing, request.requester, asked)
        case _ if statements:
            raise CommandError(
                "cli: foreign statement", "The thing's policy wants no such file.", "Leave --with out."
            )
        case _:
            return b""


def write(path: Path, statement: dict[str, Any]) -> None:
    """Keep a statement in a new file.

    Raises:
        CommandError: "cli: unwritable file".
    """
    try:
        with path.open("x") as opened:
            opened.write(json.dumps(statement, indent=1) + "\n")
    except OSError as error:
        raise CommandError(
            "cli: unwritable file",
            f"{path} cannot be written: {error.strerror}.",
            "Name a file that is not there yet.",
        ) from None


def read(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        CommandError: "cli: unreadable statement".
    """
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise unreadable(path)
    return found


def unreadable(path: Path) -> CommandError:
    """A file that is not what it should be."""
    return CommandError(
        "cli: unreadable statement",
        f"{path} holds no statement that this command can read.",
        "Name a file that `allmende vote`, `attest`, `book --draft` or `bundle sign` wrote.",
    )


def _read(path: Path, request: bytes) -> dict[str, Any]:
    found = read(path)
    try:
        known = {
            "kind": str(found["kind"]),
            "by": str(found["by"]),
            "signature": bytes.fromhex(found["signature"].removeprefix("0x")),
            "grant": bool(found["grant"]),
            "until_s": int(found["until_s"]),
        }
        about = str(found["request"])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise unreadable(path) from None
    if about.lower() != "0x" + request.hex():
        raise CommandError(
            "cli: foreign statement", f"{path} is about another request.", "Present those for this one."
        )
    return known


def _votes(thing: dict[str, Any], statements: Sequence[dict[str, Any]]) -> bytes:
    """The votes for it, or those against it where enough of them are there."""
    from scripts._chain_client import policies

    said = (thing["description"] or {}).get("group")
    if said is None:
        raise terms_unknown()
    group = policies.Group(said["k"], tuple(said["members"]))
    if "0x" + group.param().hex() != thing["conditions"]["param"]:
        raise terms_unknown()
    if any(one["kind"] != VOTE for one in statements):
        raise CommandError(
            "cli: foreign statement", "A group decides by votes.", "Present files of `allmende vote`."
        )
    sides = {
        grant: {one["by"]: one["signature"] for one in statements if one["grant"] is grant}
        for grant in (True, False)
    }
    against = len(sides[False]) >= group.k > len(sides[True])
    return group.votes(sides[not against], not against)


def _attested(statements: Sequence[dict[str, Any]]) -> bytes:
    from scripts._chain_client import policies

    if len(statements) != 1 or statements[0]["kind"] != ATTESTATION:
        raise CommandError(
            "cli: foreign statement",
            "One attestation decides.",
            "Present one file of `allmende attest`.",
        )
    [said] = statements
    decision = policies.GRANT if said["grant"] else policies.DENY
    return policies.attestation(decision, said["until_s"], said["signature"])


def _funded(session: Session, thing: dict[str, Any], requester: str, request: bytes) -> bytes:
    """The requester's newest open deal for the request; nothing where he has not paid yet. Others may open
    deals for it too, which mean nothing."""
    from scripts._chain_client import escrow, policies

    demand = demand_of(session, thing)
    found = session.api.get("/deals", booking="0x" + request.hex(), open_only=True).data["items"]
    own = [deal["escrow"] for deal in found if (deal["payer"], deal["payee"]) == (requester, thing["owner"])]
    if not own:
        return b""
    core, _ = escrow.find(session.chain, bytes.fromhex(own[-1][2:]))
    return policies.funded(demand, core)
