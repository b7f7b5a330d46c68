"""From every reachable state of a deal each party alone gets out, in time, with what the terms write."""

from collections.abc import Callable

import pytest
from contracts.escrow.deal import CLAIMED, DISPUTED, DONE, FUNDED
from contracts.exits import escrow_proof, readme
from contracts.exits.escrow_terms import CHOSEN
from contracts.exits.search import Found
from effort import FULL

Deal = Callable[[str], Found]
EVERY = pytest.mark.parametrize("name", CHOSEN)
# every act that can go through somewhere
ACTS = {
    "release", "release_part", "cancel", "accept_claim", "dispute", "finish", "refund", "claim_damage",
    "split", "rule", "expire", "claim", "unwind", "take to court", "carry out",
}  # fmt: skip


def test_searches__together__see_every_act_go_through_and_every_state_of_a_deal(deal: Deal) -> None:
    found = [deal(name) for name in CHOSEN]
    assert {step.name for one in found for step in one.steps} >= ACTS
    states = {state.view.detail.state for one in found for state in one.states}
    assert states == {FUNDED, CLAIMED, DISPUTED, DONE}
    assert {state.view.detail.rung for one in found for state in one.states} == {0, 1}


@EVERY
def test_every_state__each_party_alone__reaches_the_end(deal: Deal, name: str) -> None:
    escrow_proof.exits(deal(name))


@EVERY
def test_every_state__everybody_silent__ends_when_the_terms_say(deal: Deal, name: str) -> None:
    escrow_proof.exits_in_time(deal(name))


@EVERY
def test_every_state__everybody_silent__pays_what_the_terms_write_and_no_fee(deal: Deal, name: str) -> None:
    escrow_proof.silence_pays(deal(name))


@EVERY
def test_every_state__payer_alone__leaves_a_silent_payee_what_the_terms_write(deal: Deal, name: str) -> None:
    escrow_proof.silent_payee_is_safe(deal(name))


@EVERY
def test_every_state__payee_alone__never_takes_more_of_a_silent_payer_than_the_agreed_cap(
    deal: Deal, name: str
) -> None:
    escrow_proof.silent_payer_is_safe(deal(name))


@EVERY
def test_every_state__arbitrator_alone__keeps_the_fee_of_a_ruling_at_most(deal: Deal, name: str) -> None:
    escrow_proof.arbitrator_is_bounded(deal(name))


@EVERY
def test_who_could_not_be_paid__in_any_state__withdraws_it(deal: Deal, name: str) -> None:
    escrow_proof.owed_is_withdrawn(deal(name))


@EVERY
def test_closed__whoever_tries_whatever__moves_nothing_any_more(deal: Deal, name: str) -> None:
    escrow_proof.closed_is_closed(deal(name))


def test_readme__of_the_contracts__shows_the_deals_as_they_were_found(deal: Deal) -> None:
    """`python -m scripts._exits` draws it anew."""
    section = readme.deal_section({name: deal(name) for name in readme.DEALS})
    if FULL:
        assert readme.drawn(readme.written("deals")) == readme.drawn(section)
    else:
        assert readme.written("deals") == section
