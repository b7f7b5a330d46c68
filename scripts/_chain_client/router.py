"""`Router` as Python: a deal and the booking that it belongs to in one transaction, or neither."""

from __future__ import annotations

from typing import Any

from scripts._chain_client.booking_acts import Conditions
from scripts._chain_client.bookings import Request
from scripts._chain_client.chain import NO_AUTH, Chain, Receipt
from scripts._chain_client.escrow import Core, Rest
from scripts._chain_client.funding import Funding


def open_and_request(
    chain: Chain,
    core: Core,
    rest: Rest,
    request: Request,
    how: Funding | None = None,
    gate: tuple[Conditions, bytes] | None = None,
) -> tuple[bytes, bytes, Receipt]:
    """Fund a deal and ask for its booking, as who pays and asks; the ids of both. `how` is a signature for
    the token in place of an allowance, `gate` the conditions of a gated resource and what its policy wants.

    The router passes signatures on, so the account signs both even where it sends them itself.

    Raises:
        CommandError: "router: other booking", or a code of either contract.
    """
    values: tuple[Any, ...] = (chain.address("Escrow"), core.values(), rest.values())
    values += () if how is None else (how.values(),)
    asked: tuple[Any, ...] = (chain.address("Bookings"), request.values())
    asked += () if gate is None else (gate[0].values(), gate[1])
    name = "open_and_request" if how is None else "open_funded_and_request"
    name += "" if gate is None else "_with"
    signed = chain.authorised("Router", name, (*values, NO_AUTH, *asked, NO_AUTH))
    receipt = chain.send("Router", name, *signed)
    return (
        receipt.event("Escrow", "EscrowFunded")["escrow"],
        receipt.event("Bookings", "BookingRequested")["request"],
        receipt,
    )
