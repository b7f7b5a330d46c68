"""`EscrowFunded` inside real requests, over deals in the real `Escrow`."""

from dataclasses import dataclass, replace
from typing import Any

import ape
import pytest
from contracts.booking_values import GRANTED, HOUR_S, PENDING, number
from contracts.escrow.deal import Deal
from contracts.signing import EMPTY_AUTH
from eth_abi import encode
from eth_utils import keccak

DEMAND = "(address,address,uint256,uint256,uint256,uint256,bytes32)"
CORE = "(address,address,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
WEEK_S = 7 * 86_400
# object_s, claim_s, answer_s and the shares of silent sides, where the schedule has them
WINDOWS = WEEK_S << 40 | WEEK_S << 112 | 3 * 86_400 << 144 | 10_000 << 176 | 5_000 << 192
QUANTA = 2


@dataclass(frozen=True)
class Demand:
    """What the owner asks for; 1,000 and 300 for each of two hours make 1,600."""

    escrow: str
    token: str
    price: int = 1_000
    price_each: int = 300
    deposit: int = 5_000
    windows: int = WINDOWS
    rest: bytes = bytes(32)

    def values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def param(self) -> bytes:
        return keccak(encode([DEMAND], [self.values()]))


@pytest.fixture
def policy(container: Any, deployer: Any) -> Any:
    """A fresh `EscrowFunded`."""
    return container("EscrowFunded").deploy(sender=deployer)


@pytest.fixture
def arbitrated(arbitrator: Any) -> tuple[Any, ...]:
    """A `rest` with the arbitrator the owner asks for."""
    return (), (), ((arbitrator.address, WEEK_S, 300),)


@pytest.fixture
def demand(escrow: Any, token: Any, requester: Any, deployer: Any, arbitrated: Any) -> Demand:
    """The owner's terms; the requester has enough, and allows the escrow all of it."""
    token.mint(requester, 10**12, sender=deployer)
    token.approve(escrow, 2**255, sender=requester)
    return Demand(escrow.address, token.address, rest=keccak(encode([REST], [arbitrated])))


@pytest.fixture
def gated(policy: Any, demand: Demand, announced: Any) -> Any:
    """A resource with these terms."""
    return announced(policy, demand.param())


@pytest.fixture
def asked(gated: Any, ask: Any, requester: Any) -> dict[str, Any]:
    """A request of two hours, which waits for the money."""
    made, state = ask(gated, requester)
    assert state == PENDING
    return dict(made)


@pytest.fixture
def core(demand: Demand, bookings: Any, asked: dict[str, Any], requester: Any, owner: Any) -> dict[str, Any]:
    """The terms of the deal that fits exactly."""
    end = asked["start"] + QUANTA * HOUR_S
    return {
        "payer": requester.address,
        "payee": owner.address,
        "token": demand.token,
        "price": 1_600,
        "deposit": 5_000,
        "schedule": WINDOWS | asked["start"] | end << 72 | 0xABCDEF << 208,
        "booking": bytes(bookings.request_id(asked)),
        "rest": demand.rest,
        "salt": number("deal"),
    }


def data_of(demand: Demand, core: dict[str, Any]) -> bytes:
    return encode([DEMAND, CORE], [demand.values(), tuple(core.values())])


@pytest.fixture
def fund(escrow: Any, requester: Any, arbitrated: Any) -> Any:
    """`fund(core)`: into escrow, by the requester."""

    def open_deal(core: dict[str, Any], rest: Any = arbitrated, payer: Any = requester) -> None:
        escrow.open(core, rest, EMPTY_AUTH, sender=payer)

    return open_deal


def test_poke__once_the_deal_is_funded__grants(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any
) -> None:
    fund(core)
    assert poke(gated, asked, data_of(demand, core)) == GRANTED


def test_poke__before_the_deal_is_funded__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, poke: Any
) -> None:
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, core))


def test_request__funded_before__is_granted_at_once(
    bookings: Any, gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, ask: Any, requester: Any
) -> None:
    wanted = {**asked, "salt": number("another"), "start": asked["start"] + 2 * HOUR_S}
    end = wanted["start"] + QUANTA * HOUR_S
    dates = WINDOWS | wanted["start"] | end << 72
    paid = {**core, "booking": bytes(bookings.request_id(wanted)), "schedule": dates}
    fund(paid)
    _, state = ask(gated, requester, data_of(demand, paid), wanted["start"], salt=wanted["salt"])
    assert state == GRANTED


@pytest.mark.parametrize(
    "changes",
    [
        {"price": 1_599},
        {"deposit": 4_999},
        {"booking": number("another request")},
        {"salt": number("never opened")},
    ],
    ids=str,
)
def test_poke__with_another_deal_than_asked_for__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, changes: dict[str, Any]
) -> None:
    deal = {**core, **changes}
    if "salt" not in changes:
        fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


def test_poke__with_more_money_than_asked_for__grants(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any
) -> None:
    deal = {**core, "price": 1_601, "deposit": 5_001}
    fund(deal)
    assert poke(gated, asked, data_of(demand, deal)) == GRANTED


def test_poke__paid_by_another__reverts(
    escrow: Any,
    token: Any,
    gated: Any,
    asked: Any,
    demand: Demand,
    core: Any,
    fund: Any,
    poke: Any,
    stranger: Any,
    deployer: Any,
) -> None:
    token.mint(stranger, 10**12, sender=deployer)
    token.approve(escrow, 2**255, sender=stranger)
    deal = {**core, "payer": stranger.address}
    fund(deal, payer=stranger)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


def test_poke__paid_to_another__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, stranger: Any
) -> None:
    deal = {**core, "payee": stranger.address}
    fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


def test_poke__paid_in_another_token__reverts(
    container: Any,
    escrow: Any,
    gated: Any,
    asked: Any,
    demand: Demand,
    core: Any,
    fund: Any,
    poke: Any,
    requester: Any,
) -> None:
    worthless = container("MockToken").deploy("Worth nothing", "NIL", 2, sender=requester)
    worthless.mint(requester, 10**12, sender=requester)
    worthless.approve(escrow, 2**255, sender=requester)
    deal = {**core, "token": worthless.address}
    fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


def test_poke__with_other_arbitrators__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, stranger: Any
) -> None:
    rest = (), (), ((stranger.address, WEEK_S, 300),)
    deal = {**core, "rest": keccak(encode([REST], [rest]))}
    fund(deal, rest)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


@pytest.mark.parametrize(
    ("field_at", "bits", "value"),
    [(40, 32, 3_600), (112, 32, 3_600), (144, 32, 180 * 86_400), (176, 16, 0), (192, 16, 0)],
    ids=["object_s", "claim_s", "answer_s", "silent payer", "silent arbitrator"],
)
def test_poke__with_other_windows__reverts(
    gated: Any,
    asked: Any,
    demand: Demand,
    core: Any,
    fund: Any,
    poke: Any,
    field_at: int,
    bits: int,
    value: int,
) -> None:
    schedule = core["schedule"] & ~((2**bits - 1) << field_at) | value << field_at
    deal = {**core, "schedule": schedule}
    fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


@pytest.mark.parametrize("late", [True, False], ids=["price a second late", "deposit a second early"])
def test_poke__with_dates_against_the_owner__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, late: bool
) -> None:
    deal = {**core, "schedule": core["schedule"] + 1 if late else core["schedule"] - (1 << 72)}
    fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, deal))


def test_poke__with_dates_in_favour_of_the_owner__grants(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any
) -> None:
    deal = {**core, "schedule": core["schedule"] - 60 + (86_400 << 72)}
    fund(deal)
    assert poke(gated, asked, data_of(demand, deal)) == GRANTED


def test_poke__with_a_demand_of_ones_own__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any
) -> None:
    deal = {**core, "price": 1}
    fund(deal)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(replace(demand, price=1, price_each=0), deal))


def test_poke__with_an_escrow_of_ones_own__reverts(
    container: Any, gated: Any, asked: Any, demand: Demand, core: Any, poke: Any, requester: Any
) -> None:
    own = container("Escrow").deploy(sender=requester)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(replace(demand, escrow=own.address), core))


def test_poke__after_the_money_went_back__reverts(
    escrow: Any, gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, owner: Any
) -> None:
    fund(core)
    escrow.refund(core, EMPTY_AUTH, sender=owner)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, core))


def test_poke__while_the_price_is_in_dispute__reverts(
    escrow: Any,
    gated: Any,
    asked: Any,
    demand: Demand,
    core: Any,
    fund: Any,
    poke: Any,
    requester: Any,
    arbitrated: Any,
) -> None:
    fund(core)
    escrow.dispute(core, arbitrated, number("why"), EMPTY_AUTH, sender=requester)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, core))


@pytest.mark.parametrize("cut", [0, 1, 31, 224, 511], ids=str)
def test_poke__with_unreadable_data__reverts(
    gated: Any, asked: Any, demand: Demand, core: Any, fund: Any, poke: Any, cut: int
) -> None:
    fund(core)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(demand, core)[:cut])


def test_poke__with_a_price_that_overflows__reverts(
    policy: Any, demand: Demand, core: Any, announced: Any, ask: Any, poke: Any, requester: Any
) -> None:
    endless = replace(demand, price_each=2**256 - 1)
    gated = announced(policy, endless.param(), "endless")
    asked, state = ask(gated, requester)
    assert state == PENDING
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(endless, core))


def test_router__deal_and_request_both_signed__is_granted_in_one_transaction(
    bookings: Any, escrow: Any, router: Any, gated: Any, asked: Any, demand: Demand, arbitrator: Any,
    requester: Any, owner: Any, relayer: Any, sign: Any, deadline: int,
) -> None:  # fmt: skip
    wanted = {**asked, "salt": number("by the router"), "start": asked["start"] + 2 * HOUR_S}
    deal = Deal(
        payer=requester.address,
        payee=owner.address,
        token=demand.token,
        deliver_by=wanted["start"],
        return_by=wanted["start"] + QUANTA * HOUR_S,
        price=1_600,
        object_s=WEEK_S,
        claim_s=WEEK_S,
        answer_s=3 * 86_400,
        silent_payer_bps=10_000,
        silent_arbitrator_bps=5_000,
        booking=bytes(bookings.request_id(wanted)),
        ladder=((arbitrator.address, WEEK_S, 300),),
    )

    def submit(deal: Deal) -> None:
        data = encode([DEMAND, CORE], [demand.values(), deal.core])
        opens = sign(requester, escrow, "Open", deal.readable(deadline))
        said = {"request": wanted, "data": data, "deadline": deadline}
        books = sign(requester, bookings, "BookWith", said)
        deal_half = (escrow, deal.core, deal.rest, opens)
        router.open_and_request_with(*deal_half, bookings, wanted, gated[1], data, books, sender=relayer)

    with ape.reverts("router: other booking"):
        submit(deal.but(booking=number("another")))
    assert bookings.request_state(deal.booking) == 0
    submit(deal)
    assert bookings.request_state(deal.booking) == GRANTED
    assert escrow.word(escrow.escrow_id(deal.core)) != 0
