"""A deal and its booking in one transaction, with values, signatures and contracts that mean harm."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import announcement, on_grid, request_of
from contracts.escrow.deal import DAY_S, Deal
from contracts.signing import CURVE_ORDER, EMPTY_AUTH

REENTER = 4
ELSEWHERE = [{"chain_id": 1}, {"verifying_contract": "0x" + "11" * 20}, {"name": "Allmende"}]


class Route:
    """A deal of the payer's and the request that it belongs to, and both signatures."""

    def __init__(self, request: Any, deal: Deal) -> None:
        self.get = request.getfixturevalue
        self.escrow, self.bookings, self.router = (
            self.get(name) for name in ("escrow", "bookings", "router")
        )
        payer, payee, made = self.get("payer"), self.get("payee"), announcement("saw", rule=1)
        self.bookings.announce(made, EMPTY_AUTH, sender=payee)
        now = self.get("now")()
        self.deadline = now + 3_600
        resource = bytes(self.bookings.resource_id(payee, made))
        self.wanted = request_of(resource, payer.address, on_grid(now + 3 * DAY_S))
        self.deal = deal

    def paired(self) -> Deal:
        """The deal, for this request."""
        return self.deal.but(booking=bytes(self.bookings.request_id(self.wanted)))

    def auths(self, **elsewhere: Any) -> list[Any]:
        """The payer's signatures over both."""
        sign, payer = self.get("sign"), self.get("payer")
        asked = {"request": self.wanted, "deadline": self.deadline}
        return [
            sign(payer, self.escrow, "Open", self.paired().readable(self.deadline), **elsewhere),
            sign(payer, self.bookings, "Book", asked, **elsewhere),
        ]

    def arguments(self, opens: Any, books: Any) -> tuple[Any, ...]:
        """What the router takes."""
        paired = self.paired()
        return self.escrow, paired.core, paired.rest, opens, self.bookings, self.wanted, books

    def send(self, opens: Any, books: Any, **options: Any) -> Any:
        """Submitted by a relayer."""
        sender = self.get("relayer")
        return self.router.open_and_request(*self.arguments(opens, books), sender=sender, **options)

    def is_done(self) -> tuple[bool, bool]:
        """Whether the deal is open, whether the booking was asked for."""
        paired = self.paired()
        return (
            self.escrow.word(self.escrow.escrow_id(paired.core)) != 0,
            self.bookings.request_state(self.bookings.request_id(self.wanted)) != 0,
        )


@pytest.fixture
def route(request: Any, deal: Deal) -> Route:
    """A deal and its request, nothing sent yet."""
    return Route(request, deal)


REFUSED: list[tuple[str, Callable[[Route], dict[str, Any]], dict[str, Any], str]] = [
    ("no amounts", lambda _: {"price": 0, "deposit": 0, "ladder": ()}, {}, "escrow: nothing to hold"),
    ("too much", lambda _: {"price": 2**95}, {}, "escrow: amount too large"),
    ("a date that has passed", lambda _: {"deliver_by": 1}, {}, "escrow: date in the past"),
    ("a date in the far future", lambda _: {"return_by": 2**40 - 1}, {}, "escrow: date too far ahead"),
    ("a rest of something else", lambda _: {"rest_hash": b"\1" * 32}, {}, "escrow: foreign rest"),
    ("oneself as payee", lambda route: {"payee": route.deal.payer}, {}, "escrow: unfit payee"),
    ("no time", lambda _: {}, {"quanta": 0}, "bookings: no quanta"),
    ("too much time", lambda _: {}, {"quanta": 2**256 - 1}, "bookings: too long"),
    ("a start that has passed", lambda _: {}, {"start": 0}, "bookings: start has passed"),
    ("a start in the far future", lambda _: {}, {"start": 2**256 - 1}, "bookings: beyond the horizon"),
]


@pytest.mark.parametrize(
    ("changes", "asked", "reason"), [case[1:] for case in REFUSED], ids=[c[0] for c in REFUSED]
)
def test_open_and_request__values_refused_by_either__does_neither(
    route: Route, changes: Any, asked: dict[str, Any], reason: str
) -> None:
    route.wanted |= asked
    route.deal = route.deal.but(**changes(route))
    with ape.reverts(reason):
        route.send(*route.auths())
    assert route.is_done() == (False, False)


def test_open_and_request__sent_again__does_neither(route: Route) -> None:
    both = route.auths()
    route.send(*both)
    assert route.is_done() == (True, True)
    with ape.reverts("escrow: already opened"):
        route.send(*both)


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=["chain", "contract", "name"])
@pytest.mark.parametrize("which", [0, 1], ids=["deal", "booking"])
def test_open_and_request__signed_for_elsewhere__does_neither(
    route: Route, elsewhere: dict[str, Any], which: int
) -> None:
    both = route.auths()
    both[which] = route.auths(**elsewhere)[which]
    with ape.reverts("auth: bad signature"):
        route.send(*both)
    assert route.is_done() == (False, False)


@pytest.mark.parametrize("which", [0, 1], ids=["deal", "booking"])
def test_open_and_request__mirrored_signature__does_neither(route: Route, which: int) -> None:
    both = route.auths()
    signer, deadline, signed = both[which]
    high_s = CURVE_ORDER - int.from_bytes(signed[32:64], "big")
    both[which] = (signer, deadline, signed[:32] + high_s.to_bytes(32, "big") + bytes([55 - signed[64]]))
    with ape.reverts("auth: bad signature"):
        route.send(*both)
    assert route.is_done() == (False, False)


@pytest.mark.parametrize("mode", [0, 1, 2, 3], ids=["says nothing", "reverts", "burns gas", "bombs"])
@pytest.mark.parametrize("which", ["escrow", "bookings"])
def test_open_and_request__at_a_contract_that_misbehaves__does_neither(
    route: Route, container: Any, stranger: Any, which: str, mode: int
) -> None:
    hostile = container("MockWallet").deploy(stranger, sender=stranger)
    hostile.set_mode(0, mode, sender=stranger)
    arguments = list(route.arguments(*route.auths()))
    arguments[0 if which == "escrow" else 4] = hostile
    with ape.reverts():
        route.router.open_and_request(*arguments, sender=stranger, gas_limit=3_000_000)
    assert route.is_done() == (False, False)


def test_open_and_request__with_a_token_that_re_enters__does_both_once(
    route: Route, container: Any, payer: Any, relayer: Any
) -> None:
    token = container("MockHostileToken").deploy(sender=payer)
    token.mint(payer, 10**9, sender=payer)
    token.approve(route.escrow, 2**255, sender=payer)
    other = route.deal.but(token=token.address, salt=b"\5" * 32)
    honest, route.deal = route.deal, other
    outer = route.auths()
    route.deal = honest
    # a deal with an honest token, signed and ready; it is kept out while the first is being opened
    inner = route.router.open_and_request.encode_input(*route.arguments(*route.auths()))
    token.set_payload(route.router, inner, sender=payer)
    token.set_mode(REENTER, 0, sender=payer)
    route.deal = other
    route.send(*outer, gas_limit=3_000_000)
    assert (token.attempts(), token.reentered()) == (1, False)
    assert route.is_done() == (True, True)
