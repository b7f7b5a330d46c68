"""From every reachable state of a deal each party alone gets out, in time, with what the terms write."""

from collections.abc import Callable

import pytest
from contracts.escrow.deal import CLAIMED, DISPUTED, DONE, FUNDED
from contracts.exits.escrow_terms import CHOSEN
from contracts.exits.escrow_written import (
    by_silence,
    least_by_payer,
    longest_silence_s,
    most_by_arbitrator,
    most_by_payee,
)
from contracts.exits.proof import longest_wait, totals, waits
from contracts.exits.search import ANYBODY, Found

Deal = Callable[[str], Found]
EVERY = pytest.mark.parametrize("name", CHOSEN)
# every act that can go through somewhere
ACTS = {
    "release", "release_part", "cancel", "accept_claim", "dispute", "finish", "refund", "claim_damage", "split",
    "rule", "expire", "claim", "unwind", "take to court", "carry out",
}  # fmt: skip


def test_searches__together__see_every_act_go_through_and_every_state_of_a_deal(deal: Deal) -> None:
    found = [deal(name) for name in CHOSEN]
    assert {step.name for one in found for step in one.steps} >= ACTS
    states = {state.view.detail.state for one in found for state in one.states}
    assert states == {FUNDED, CLAIMED, DISPUTED, DONE}
    assert {state.view.detail.rung for one in found for state in one.states} == {0, 1}


@EVERY
def test_every_state__each_party_alone__reaches_the_end(deal: Deal, name: str) -> None:
    found = deal(name)
    for party in found.world.parties:
        longest_wait(found, party)


@EVERY
def test_every_state__nobody_does_more_than_point_out_that_time_is_over__ends_when_the_terms_say(
    deal: Deal, name: str
) -> None:
    found = deal(name)
    for index, seconds in enumerate(waits(found, ANYBODY)):
        assert seconds is not None
        assert seconds <= longest_silence_s(found.states[index].view.detail), found.path(index)


@EVERY
def test_every_state__everybody_silent__pays_what_the_terms_write_and_no_fee(deal: Deal, name: str) -> None:
    found = deal(name)
    for index, sums in enumerate(totals(found, ANYBODY)):
        left = found.states[index].view.detail
        for total in map(dict, sums):
            assert total.get("payee", 0) in by_silence(left), found.path(index)
            assert total.get("payer", 0) + total.get("payee", 0) == left.held, found.path(index)


@EVERY
def test_every_state__payer_alone__leaves_a_silent_payee_at_least_what_the_terms_write(
    deal: Deal, name: str
) -> None:
    found = deal(name)
    for index, sums in enumerate(totals(found, "payer")):
        left = found.states[index].view.detail
        assert min(dict(total).get("payee", 0) for total in sums) == least_by_payer(left), found.path(index)


@EVERY
def test_every_state__payee_alone__never_takes_more_of_a_silent_payer_than_the_agreed_cap(
    deal: Deal, name: str
) -> None:
    found = deal(name)
    for index, sums in enumerate(totals(found, "payee")):
        left = found.states[index].view.detail
        assert max(dict(total).get("payee", 0) for total in sums) == most_by_payee(left), found.path(index)


@EVERY
def test_every_state__arbitrator_alone__keeps_at_most_the_fee_of_a_ruling(deal: Deal, name: str) -> None:
    found = deal(name)
    for rung, (role, _, _) in enumerate(found.world.arbitrators):
        for index, sums in enumerate(totals(found, role)):
            left = found.states[index].view.detail
            most = max(dict(total).get(role, 0) for total in sums)
            assert most == most_by_arbitrator(left, rung), found.path(index)
            # what is not in dispute is none of his business
            least = min(dict(total).get("payer", 0) for total in sums)
            assert least >= left.deposit - max(left.claim, 0), found.path(index)


@EVERY
def test_who_could_not_be_paid__in_any_state__withdraws_it(deal: Deal, name: str) -> None:
    found = deal(name)
    leaving = found.leaving()
    for index, state in enumerate(found.states):
        owed = state.view.facts[6]  # type: ignore[index]
        for role, amount in zip(found.world.payable, owed, strict=True):
            withdraws = any(step.by == role and step.name == "claim" for step in leaving[index])
            assert withdraws == bool(amount), found.path(index)


@EVERY
def test_closed__whoever_tries_whatever__moves_nothing_any_more(deal: Deal, name: str) -> None:
    found = deal(name)
    closed = {index for index, state in enumerate(found.states) if state.view.done}
    assert closed
    for step in found.steps:
        if step.source in closed:
            assert step.target in closed
            assert not step.paid
