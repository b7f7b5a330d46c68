"""Each policy that is shipped, once inside real requests: who is granted, by `poke` too, and who is not."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.booking_values import DENIED, GRANTED, HOUR_S, PENDING, number, on_grid
from contracts.escrow.deal import DAY_S
from contracts.policies.conftest import DENY, GRANT
from contracts.policies.test_escrow_funded import Demand
from contracts.policies.test_escrow_funded import data_of as funded_data
from contracts.policies.test_signed import attest, attested, data_of, group, param_of, quiz, vote
from contracts.reputation.rating import Rating, rate_both, rate_message
from contracts.signing import EMPTY_AUTH
from contracts.space_values import space_of, ticket_of

__all__ = ["attest", "attested", "group", "quiz", "vote"]
DENIES = "bookings: policy denies"


@pytest.fixture
def ticket(spaces: Any, owner: Any, requester: Any) -> dict[str, Any]:
    """A ticket that opens a space, and which the requester holds."""
    spaces.create(space_of(), EMPTY_AUTH, sender=owner)
    space = bytes(spaces.space_id(owner, space_of()))
    made = ticket_of(space)
    spaces.issue(made, EMPTY_AUTH, sender=owner)
    spaces.set_gate(space, spaces.ticket_id(made), EMPTY_AUTH, sender=owner)
    spaces.give(made, [requester], EMPTY_AUTH, sender=owner)
    return made


@pytest.fixture
def deployed(container: Any, deployer: Any) -> Callable[..., Any]:
    """`deployed("MembersOnly", spaces)`."""
    return lambda name, *arguments: container(name).deploy(*arguments, sender=deployer)


def test_members_only__grants_a_member_and_denies_a_stranger(
    deployed: Any,
    spaces: Any,
    ticket: dict[str, Any],
    announced: Any,
    ask: Any,
    requester: Any,
    stranger: Any,
) -> None:
    gated = announced(deployed("MembersOnly", spaces), ticket["space"])
    assert ask(gated, requester)[1] == GRANTED
    with ape.reverts(DENIES):
        ask(gated, stranger)


def test_ticket_holder__grants_a_holder_and_denies_who_gave_it_back(
    deployed: Any, spaces: Any, ticket: dict[str, Any], announced: Any, ask: Any, start: int, requester: Any
) -> None:
    key = bytes(spaces.ticket_id(ticket))
    gated = announced(deployed("TicketHolder", spaces), key)
    assert ask(gated, requester)[1] == GRANTED
    spaces.renounce(key, EMPTY_AUTH, sender=requester)
    with ape.reverts(DENIES):
        ask(gated, requester, b"", start + 5 * HOUR_S)


def test_minimum_reputation__grants_the_well_rated_denies_the_badly_rated_and_lets_the_new_wait(
    deployed: Any, ledger: Any, announced: Any, ask: Any, requester: Any, rater: Any, stranger: Any,
    sign: Any, now: Any,
) -> None:  # fmt: skip
    source = deployed("MockRatingSource")
    source.set_deal([rater, requester], 0xABCDEF, 1, sender=rater)
    said = Rating(ledger, source, rater, requester, side=0, score=4)
    answer = Rating(ledger, source, requester, rater, side=1, score=2)
    auth = sign(requester, ledger, "Rate", rate_message(answer, now() + HOUR_S))
    rate_both(said, answer, rater, (EMPTY_AUTH, auth))
    least = 3_000 | 1 << 16 | 0xABCDEF << 32 | int(source.address, 16) << 56
    gated = announced(deployed("MinimumReputation", ledger), least)
    assert ask(gated, requester)[1] == GRANTED
    assert ask(gated, stranger)[1] == PENDING
    with ape.reverts(DENIES):
        ask(gated, rater)


def test_escrow_funded__grants_once_the_money_is_there_so_that_to_fund_is_to_confirm(
    deployed: Any, escrow: Any, token: Any, bookings: Any, announced: Any, ask: Any, poke: Any, owner: Any,
    requester: Any,
) -> None:  # fmt: skip
    token.mint(requester, 10**6, sender=requester)
    token.approve(escrow, 10**6, sender=requester)
    demand = Demand(escrow.address, token.address)
    gated = announced(deployed("EscrowFunded"), demand.param())
    asked, state = ask(gated, requester)
    assert state == PENDING
    core = {
        "payer": requester.address,
        "payee": owner.address,
        "token": token.address,
        "price": 1_600,
        "deposit": 5_000,
        "schedule": demand.windows | asked["start"] | (asked["start"] + 2 * HOUR_S) << 72,
        "booking": bytes(bookings.request_id(asked)),
        "rest": bytes(32),
        "salt": number("deal"),
    }
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, funded_data(demand, core))
    escrow.open(core, ((), (), ()), EMPTY_AUTH, sender=requester)
    assert poke(gated, asked, funded_data(demand, core)) == GRANTED


@pytest.mark.parametrize(("grant", "state"), [(True, GRANTED), (False, DENIED)])
def test_group_signatures__two_of_three__decide_and_one_does_not(
    group: Any, announced: Any, ask: Any, poke: Any, vote: Any, requester: Any, payer: Any, payee: Any,
    arbitrator: Any, grant: bool, state: int,
) -> None:  # fmt: skip
    members = sorted([payer, payee, arbitrator], key=lambda member: int(member.address, 16))
    gated = announced(group, param_of(2, members))
    asked, _ = ask(gated, requester)
    votes = [(seat, vote(members[seat], asked, grant)) for seat in (0, 2)]
    with ape.reverts("bookings: still pending"):
        poke(gated, asked, data_of(2, members, votes[:1], grant))
    assert poke(gated, asked, data_of(2, members, votes, grant)) == state


@pytest.mark.parametrize(("decision", "state"), [(GRANT, GRANTED), (DENY, DENIED)])
def test_attested_by_key__the_named_key__decides_and_no_other(
    quiz: Any, ask: Any, poke: Any, attest: Any, requester: Any, arbitrator: Any, stranger: Any,
    decision: int, state: int,
) -> None:  # fmt: skip
    asked, _ = ask(quiz, requester)
    with ape.reverts("bookings: still pending"):
        poke(quiz, asked, attest(stranger, asked, decision))
    assert poke(quiz, asked, attest(arbitrator, asked, decision)) == state


def test_lottery__among_two__grants_the_one_that_is_drawn(
    deployed: Any, bookings: Any, announced: Any, ask: Any, poke: Any, chain: Any, requester: Any, payer: Any,
    relayer: Any, now: Any, reach: Any,
) -> None:  # fmt: skip
    lottery = deployed("Lottery")
    gated = announced(lottery, DAY_S, ttl_hours=72)
    start = on_grid(now() + 2 * DAY_S)
    asked = [ask(gated, member, b"", start)[0] for member in (requester, payer)]
    for one in asked:
        lottery.enter(bookings, one, DAY_S, sender=relayer)
    with ape.reverts("bookings: still pending"):
        poke(gated, asked[0])
    reach(start - DAY_S)
    where = (bookings.address, gated[0], start, DAY_S)
    lottery.fix(*where, sender=relayer)
    chain.mine(4)
    lottery.draw(*where, sender=relayer)
    won = bytes(lottery.drawing(*where)[2])
    for one in sorted(asked, key=lambda one: bytes(bookings.request_id(one)) == won):
        is_winner = bytes(bookings.request_id(one)) == won
        assert poke(gated, one) == (GRANTED if is_winner else DENIED)
