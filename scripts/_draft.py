"""A request that is written down before it is made: who votes on it or vouches for it signs its id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scripts._policy_data import read, unreadable, write

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._session import Session

KIND = "request"


def save(session: Session, request: Request, path: Path) -> str:
    """Write a request down; its id."""
    from scripts._chain_client.bookings import request_id

    found = "0x" + request_id(session.chain, request).hex()
    said = {
        "kind": KIND,
        "request": found,
        "resource": "0x" + request.resource.hex(),
        "requester": request.requester,
        "start_s": request.start_s,
        "quanta": request.quanta,
        "units": request.units,
        "gathering": "0x" + request.gathering.hex(),
        "bundle": "0x" + request.bundle.hex(),
        "salt": "0x" + request.salt.hex(),
    }
    write(path, said)
    return found


def load(path: Path) -> Request:
    """The request that somebody wrote down.

    Raises:
        CommandError: "cli: unreadable statement".
    """
    from backend.kit.hexadecimal import from_address, from_hex, to_address
    from scripts._chain_client.bookings import Request

    said = read(path)
    try:
        if said["kind"] != KIND:
            raise unreadable(path)
        return Request(
            resource=from_hex(said["resource"], 32),
            requester=to_address(from_address(said["requester"])),
            start_s=int(said["start_s"]),
            quanta=int(said["quanta"]),
            salt=from_hex(said["salt"], 32),
            units=int(said["units"]),
            gathering=from_hex(said["gathering"], 32),
            bundle=from_hex(said["bundle"], 32),
        )
    except (KeyError, ValueError, TypeError):
        raise unreadable(path) from None
