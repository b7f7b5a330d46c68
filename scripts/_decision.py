"""What granting, denying and cancelling a request have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scripts import _output
from scripts._quantities import parse_id
from scripts._request_card import card

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Chain, Receipt
    from scripts._session import Session


def decide(session: Session, request: str, act: Callable[[Chain, Request], Receipt], word: str) -> None:
    """Find the values of a request, act on it, and show what the API says of it afterwards."""
    from scripts._chain_client import bookings

    found = bookings.find_request(session.chain, parse_id(request, "request"))
    receipt = act(session.chain, found)
    session.settle(receipt)
    answer = session.api.request(request)
    document = {**answer.as_json(), "transaction": receipt.transaction, "gas_used": receipt.gas_used}

    def readable() -> None:
        _output.done(f"The request is {word}")
        card(session, answer.data)

    _output.show(session.as_json, document, readable)
