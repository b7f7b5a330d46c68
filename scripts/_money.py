"""Prices in words. A description names its currency; the demo's token is known by its symbol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scripts import _output
from scripts._errors import CommandError

if TYPE_CHECKING:
    from scripts._session import Session

CENT = "-cent"


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency code of descriptions, its symbol for the eye and its decimal places."""

    code: str
    symbol: str
    decimals: int

    def shown(self, value: int) -> str:
        """An amount for the eye."""
        return _output.amount(value, self.symbol, self.decimals)


def currency(session: Session, code: str) -> Currency:
    """How amounts of a currency code are shown: "EUR-cent" in euros, the run's token with its decimals."""
    if code.endswith(CENT):
        return Currency(code, code.removesuffix(CENT), 2)
    token = demo_token(session)
    if token is not None and token.code == code:
        return token
    return Currency(code, code, 0)


def demo_token(session: Session) -> Currency | None:
    """The free token of a local chain, or None on a real network."""
    token = session.deployment.token
    return None if token is None else of_token(session, "0x" + token.hex())


def of_token(session: Session, address: str) -> Currency:
    """How amounts of a token contract, or of the chain's coin, are shown. Asked of the chain once a call."""
    from scripts._chain_client import token

    key = address.lower()
    if key not in session.units:
        session.units[key] = token.unit(session.chain, address)
    symbol, decimals = session.units[key]
    return Currency(symbol, symbol, decimals)


def shown_in(session: Session, address: str) -> Currency:
    """As `of_token`, for a deal that somebody else may have opened: a token that is neither the run's nor the
    coin is named by its address too, since any token can take any symbol; one that does not tell its unit
    counts in its smallest."""
    from eth_abi.exceptions import DecodingError

    short = f"{address[:8]}…{address[-4:]}"
    try:
        found = of_token(session, address)
    except (CommandError, ValueError, DecodingError) as error:
        if isinstance(error, CommandError) and error.code == "cli: no chain":
            raise
        return Currency(address, f"units of {short}", 0)
    known = (bytes(20), session.deployment.token)
    if bytes.fromhex(address[2:]) in known:
        return found
    return Currency(found.code, f"{found.symbol} of {short}", found.decimals)


def price_words(session: Session, description: dict[str, Any]) -> str:
    """ "4.00 dEUR per day" or "free"."""
    price = description["price"]
    if not price["amount"]:
        return "free"
    return f"{currency(session, price['currency']).shown(price['amount'])} per {price['per']}"


def total(price: dict[str, Any], start_s: int, end_s: int) -> int:
    """Price of `[start_s, end_s)` in the smallest unit; begun hours and days count whole
    (docs/matching.md)."""
    unit_s = {"hour": 3_600, "day": 86_400}.get(price["per"])
    amount = int(price["amount"])
    return amount if unit_s is None else amount * -((start_s - end_s) // unit_s)
