"""Deals of members who hold no coin: paid in by one signature for the token, divided by two, cancelled."""

import secrets
from dataclasses import replace
from typing import Any

import pytest
from installation import error
from relaying import Relaying

from backend.relay.rules import LEAST_TIME_S
from scripts._chain_client import abi, escrow, funding, router, token
from scripts._chain_client.bookings import FIRST_COME, Announcement, Request, request_id, resource_id
from scripts._chain_client.chain import NO_AUTH
from scripts._chain_client.escrow import DAY_S, Core, Rest, Schedule
from scripts._chain_client.funding import ERC_3009, PERMIT, Funding

HOUR_S = 3_600
PRICE, DEPOSIT = 700, 300


@pytest.fixture
def terms(here: Relaying) -> tuple[Core, Rest]:
    """A deal between payer and payee, who has the token and no coin, and an arbitrator."""
    mint = here.chain.token.functions.mint(here.member("payer").address, 10_000)
    assert here.chain.act(mint, here.chain.members[0])
    now_s = here.chain.now_s
    rest = Rest(ladder=((here.member("arbitrator").address, DAY_S, 10),), cancellations=((HOUR_S, 5_000),))
    core = Core(
        payer=here.member("payer").address,
        payee=here.member("payee").address,
        token=here.chain.token.address,
        price=PRICE,
        deposit=DEPOSIT,
        schedule=Schedule(now_s + 2 * DAY_S, now_s + 3 * DAY_S).word(),
        booking=bytes(32),
        rest=rest.digest(),
        salt=secrets.token_bytes(32),
    )
    return core, rest


def body(core: Core, rest: Rest, how: Funding, auth: Any = NO_AUTH) -> dict[str, Any]:
    given = (core.values(), rest.values(), how.values(), auth)
    return {
        "contract": "Escrow",
        "function": "open_funded",
        "arguments": abi.as_json("Escrow", "open_funded", given),
    }


def paid_in(here: Relaying, terms: tuple[Core, Rest]) -> bytes:
    chain = here.client_of("payer")
    how = funding.signed_funding(chain, terms[0], ERC_3009, chain.now_s() + HOUR_S)
    chain.wait(here.relay("payer", body(*terms, how))["transaction"])
    here.settle()
    return escrow.escrow_id(chain, terms[0])


def test_deal__paid_by_one_signature_for_the_token__is_the_payers(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    chain = here.client_of("payer")
    assert funding.ways(chain, terms[0].token) == (ERC_3009, PERMIT)
    deal = paid_in(here, terms)
    assert escrow.find(chain, deal) == terms
    assert here.chain.web3.eth.get_balance(chain.me) == 0
    assert int(here.budget("payer")["spent_wei"]) > 0


def test_deal__paid_by_the_client__leaves_the_second_authorisation_out(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    chain = here.client_of("payer")
    deadline = chain.now_s() + HOUR_S
    for kind, signer in ((ERC_3009, NO_AUTH[0]), (PERMIT, chain.me)):
        how = funding.signed_funding(chain, terms[0], kind, deadline)
        given = chain.authorised("Escrow", "open_funded", (*values(terms), how.values(), NO_AUTH))
        assert given[3][0] == signer
    sent = here.relay("payer", body(*terms, how, given[3]))
    assert chain.wait(sent["transaction"]).event("Escrow", "EscrowFunded")["payer"] == chain.me.lower()


def values(terms: tuple[Core, Rest]) -> tuple[Any, Any]:
    return terms[0].values(), terms[1].values()


def test_permit__without_the_payers_authorisation__is_refused(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    chain = here.client_of("payer")
    how = funding.signed_funding(chain, terms[0], PERMIT, chain.now_s() + HOUR_S)
    assert error(here.post("payer", body(*terms, how))) == "relay: nobody signed"


def test_signature_for_the_token__of_other_terms__is_refused_and_costs_nothing(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    chain, (core, rest) = here.client_of("payer"), terms
    how = funding.signed_funding(chain, core, ERC_3009, chain.now_s() + HOUR_S)
    count = here.sent_by_relayer()
    for other in (
        replace(core, payee=here.member("stranger").address),
        replace(core, salt=b"\x01" * 32),
        replace(core, price=PRICE - 1),
    ):
        assert error(here.post("payer", body(other, rest, how))) == "escrow: not the payer"
    later = replace(how, deadline_s=how.deadline_s + 1)
    assert error(here.post("payer", body(core, rest, later))) == "escrow: not the payer"
    nobody = replace(core, payer=NO_AUTH[0])
    assert error(here.post("payer", body(nobody, rest, how))) == "relay: nobody signed"
    assert here.sent_by_relayer() == count
    assert here.budget("payer")["spent_wei"] == "0"


def test_signature_for_the_token__about_to_end__is_refused(here: Relaying, terms: tuple[Core, Rest]) -> None:
    chain = here.client_of("payer")
    how = funding.signed_funding(chain, terms[0], ERC_3009, chain.now_s() + LEAST_TIME_S - 5)
    assert error(here.post("payer", body(*terms, how))) == "relay: deadline too near"


@pytest.mark.parametrize("who_sends", ["payer", "payee"])
def test_split__signed_by_both__is_sent_for_either(
    here: Relaying, terms: tuple[Core, Rest], who_sends: str
) -> None:
    deal, core = paid_in(here, terms), terms[0]
    sides = ("payer", "payee")
    other = sides[who_sends == "payer"]
    agreed = escrow.split_agreement(here.client_of(other), core, 400, HOUR_S)
    auths = (NO_AUTH, agreed) if other == "payee" else (agreed, NO_AUTH)
    signed = here.signed(who_sends, "Escrow", "split", core.values(), 400, *auths)
    one_side = {**signed, "arguments": abi.as_json("Escrow", "split", (core.values(), 400, *auths))}
    assert error(here.post(who_sends, one_side)) == "relay: nobody signed"
    before = here.chain.token.functions.balanceOf(core.payee).call()
    here.client_of(who_sends).wait(here.relay(who_sends, signed)["transaction"])
    assert escrow.state(here.client_of(who_sends), deal) == "closed"
    assert here.chain.token.functions.balanceOf(core.payee).call() == before + 400


@pytest.mark.parametrize("relayed", [True, False])
@pytest.mark.parametrize("kind", [ERC_3009, PERMIT, None])
def test_deal_and_booking__in_one_transaction__are_both_there(
    here: Relaying, terms: tuple[Core, Rest], kind: int | None, relayed: bool
) -> None:
    salt = (here.chain.now_s * 10 + (kind or 0)) * 2 + relayed
    announced = here.announcement("owner", salt, rule=FIRST_COME)
    here.relay("owner", announced)
    here.settle()
    made = Announcement(
        int(announced["arguments"]["announcement"]["terms"]), bytes(32), salt.to_bytes(32, "big")
    )
    chain = here.client_of("payer")
    resource = resource_id(chain, here.member("owner").address, made)
    start_s = (here.chain.now_s // HOUR_S + 30) * HOUR_S
    asked = Request(resource, chain.me, start_s, 2, salt.to_bytes(32, "big"))
    core = replace(terms[0], booking=request_id(chain, asked), salt=salt.to_bytes(32, "big"))

    def relay(contract: str, function: str, arguments: dict[str, Any]) -> str:
        sent = here.relay("payer", {"contract": contract, "function": function, "arguments": arguments})
        return str(sent["transaction"])

    rpc = here.chain.anvil.rpc
    if relayed:
        chain.relay = relay
    else:
        rpc("anvil_setBalance", chain.me, hex(10**18))
    if kind is None:
        rpc("anvil_setBalance", chain.me, hex(10**18))
        own = here.client_of("payer")
        token.approve(own, core.token, own.address("Escrow"), PRICE + DEPOSIT)
    how = None if kind is None else funding.signed_funding(chain, core, kind, chain.now_s() + HOUR_S)
    deal, request, receipt = router.open_and_request(chain, core, terms[1], asked, how)
    here.settle()
    rpc("anvil_setBalance", chain.me, "0x0")
    assert (deal, request) == (escrow.escrow_id(chain, core), core.booking)
    assert escrow.state(chain, deal) == "funded"
    assert chain.read("Bookings", "request_state", request) == 2
    sender = here.chain.web3.eth.get_transaction(receipt.transaction)["from"]
    assert sender == (here.relayer.address if relayed else chain.me)


def test_route__with_an_empty_authorisation_beside_a_permit_or_a_foreign_contract__is_refused(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    chain, (core, rest) = here.client_of("payer"), terms
    asked = Request(b"\x01" * 32, chain.me, 3_600, 2, bytes(32))
    deadline_s = chain.now_s() + HOUR_S

    def answer(kind: int, booked: Any = None, **changes: Any) -> str:
        how = funding.signed_funding(chain, core, kind, deadline_s).values()
        books = booked or chain.sign_act("Bookings", "request", (asked.values(), NO_AUTH))
        half = (chain.address("Escrow"), core.values(), rest.values(), how, NO_AUTH)
        given = (*half, chain.address("Bookings"), asked.values(), books)
        arguments = abi.as_json("Router", "open_funded_and_request", given) | changes
        body = {"contract": "Router", "function": "open_funded_and_request", "arguments": arguments}
        return str(error(here.post("payer", body)))

    assert answer(PERMIT) == "relay: nobody signed"
    assert answer(ERC_3009, NO_AUTH) == "relay: nobody signed"
    assert answer(ERC_3009, escrow="0x" + "01" * 20) == "relay: foreign contract"
    assert answer(ERC_3009, bookings="0x" + "01" * 20) == "relay: foreign contract"
    assert answer(ERC_3009) == "bookings: unknown resource"


def test_cancelling__is_signed_no_longer_than_its_share_holds(
    here: Relaying, terms: tuple[Core, Rest]
) -> None:
    paid_in(here, terms)
    core, rest = terms
    chain = here.client_of("payer")
    gives = escrow.cancelling(chain, core, rest)
    assert (gives.to_payer, gives.to_payee) == (DEPOSIT + PRICE // 2, PRICE // 2)
    posted: list[Any] = []

    def relay(contract: str, function: str, arguments: dict[str, Any]) -> str:
        posted.append(arguments["auth"]["deadline"])
        sent = here.relay("payer", {"contract": contract, "function": function, "arguments": arguments})
        return str(sent["transaction"])

    here.chain.travel(gives.until_s - here.chain.now_s - 120)
    chain.relay = relay
    receipt = escrow.cancel(chain, core, rest, gives.until_s)
    assert int(posted[0]) == gives.until_s + 1
    assert receipt.event("Escrow", "EscrowClosed")["outcome"] == 7
