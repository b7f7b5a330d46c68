"""Every feature of booking, escrow and reputation has a test that is named after it."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# feature → tests whose names say it
BOOKING = {
    "nesting": ["test_create__eight_deep__is_the_end"],
    "forking": ["test_create__as_a_fork_of_a_gated_and_closed_one__inherits_nothing"],
    "gates": ["test_is_member__of_a_gated_space__is_its_owner_and_who_holds_the_ticket"],
    "tickets": ["test_give__to_members__each_holds_it", "test_give__up_to_the_capacity__and_not_one_more"],
    "gatherings": ["test_host__in_an_open_space__is_anybodys", "test_request__for_a_gathering__tells_it"],
    "quanta with phase": ["test_request__every_quantum_and_phase__lands_on_its_bit"],
    "civil days": [
        "test_opening__civil_days__ask_for_the_hour_in_which_each_begins",
        "test_request__civil_days_with_a_phase__begin_at_local_midnight",
    ],
    "capacity lanes": ["test_lanes__requests__add_up_to_the_capacity_and_no_further"],
    "opening mask": ["test_opening__every_hour_touched__must_be_open"],
    "notice": ["test_request__notice__is_kept_to_the_second"],
    "length": ["test_request__as_long_as_allowed__is_accepted"],
    "buffer": ["test_buffer__on_both_sides__must_be_free"],
    "quota": ["test_quota__used_up__reverts_until_some_is_given_back"],
    "horizon": ["test_request__horizon__is_kept_to_the_second"],
    "request expiry": [
        "test_request_state__after_its_time__is_expired",
        "test_decide__once_expired__reverts",
    ],
    "owner's block": ["test_block__of_the_owner__is_granted_at_once_without_notice"],
    "early return": ["test_return_early__running__frees_the_rest"],
    "pause": ["test_state__paused__takes_no_requests_but_decisions_and_blocks"],
    "retire": ["test_state__retired__grants_nothing_and_keeps_what_was_granted"],
    "poke": ["test_poke__a_policy_that_made_up_its_mind__is_carried_out_by_anybody"],
    "members only": ["test_members_only__grants_a_member_and_denies_a_stranger"],
    "ticket holder": ["test_ticket_holder__grants_a_holder_and_denies_who_gave_it_back"],
    "minimum reputation": [
        "test_minimum_reputation__grants_the_well_rated_denies_the_badly_rated_and_lets_the_new_wait"
    ],
    "escrow funded": ["test_escrow_funded__grants_once_the_money_is_there_so_that_to_fund_is_to_confirm"],
    "group signatures": ["test_group_signatures__two_of_three__decide_and_one_does_not"],
    "attested by a key": ["test_attested_by_key__the_named_key__decides_and_no_other"],
    "lottery": ["test_lottery__among_two__grants_the_one_that_is_drawn"],
    "bundles over several owners": ["test_bundle__granted_with_all_signatures__covers_all"],
    "recurring starts": ["test_series__first_come__is_granted_as_a_whole"],
    "dependent resources": ["test_requires__in_a_bundle__lies_within_the_other"],
}
ESCROW = {
    "milestones": ["test_expire__of_a_milestone__pays_it_from_its_objection_time"],
    "partial release": ["test_release_part__of_the_price__pays_it_and_leaves_the_rest"],
    "split": ["test_split__signed_by_both__divides_everything_price_first"],
    "cancellation schedule": ["test_cancel__by_the_schedule__gives_back_the_share_and_the_deposit"],
    "damage claim with its window": ["test_claim_damage__at_the_end_of_the_window__reverts"],
    "arbitrator ladder": ["test_expire__of_a_silent_arbitrator__hands_the_dispute_on"],
    "windows of the ladder": ["test_rule__by_the_second_arbitrator__only_within_his_own_window"],
    "fee caps": ["test_rule__by_the_second_arbitrator__decides_within_his_own_cap"],
    "Court792": ["test_carry_out__ruling_on_the_price__moves_all_of_it_without_a_fee"],
    "unwind": ["test_unwind__of_a_booking_that_never_came__gives_everything_back"],
    "refund_after": ["test_refund_after__part_and_rest__go_straight_to_the_payer"],
    "claimable balances": [
        "test_claim__signed__pays_once",
        "test_release__refused_by_the_token__waits_for_its_owner",
    ],
    "direct pay": ["test_pay__in_a_token__goes_straight_to_the_payee"],
    "permit": ["test_open_funded__by_permit__needs_no_allowance"],
    "ERC-3009": ["test_open_funded__by_3009__needs_no_other_signature"],
    "Router": ["test_router__deal_and_request_both_signed__is_granted_in_one_transaction"],
}
REPUTATION = {
    "commit–reveal": ["test_reveal__of_both_sides__counts_both_ratings"],
    "both in one": ["test_rate_both__signed_by_both__counts_both"],
    "response": ["test_respond__by_the_subject__is_said_once_and_marked"],
    "retraction": ["test_retract__at_once__leaves_nothing_in_the_sums_and_the_receipt_in_place"],
    "pair-diminishing weight": ["test_reveal__kth_rating_of_a_pair__weighs_one_kth"],
    "sources": ["test_reveal__of_another_source_service_or_direction__is_counted_apart"],
    "readable bounds": [
        "test_sums__after_any_series_of_ratings__are_within_the_stated_bound",
        "test_constants__of_the_ledger__are_those_of_the_documentation",
    ],
}
AROUND = {
    "gasless everywhere": ["test_relayer__sending_what_was_signed__acts_for_the_signer_and_not_for_itself"],
    "typed data once": ["test_every_signed_type_of_every_file__has_a_vector", "test_vyper__verifies"],
    "relayer with a budget": [
        "test_relay__beyond_the_members_budget__is_refused_until_a_day_has_passed",
    ],
    "relayer cannot alter": ["test_relayer__altering_any_argument__is_refused"],
    "relayer cannot replay": ["test_relayer__sending_again__is_refused"],
    "relayer cannot choose harmful gas": ["test_relayer__choosing_any_gas__does_all_of_it_or_nothing"],
    "client": ["test_client__finds_what_was_said_and_checks_it"],
    "projections": ["test_scenario__every_kind_of_thing__happened"],
    "timeline": ["test_timeline__of_every_state__names_who_is_next_or_that_time_has_decided"],
    "verify-deployment": ["test_verify__one_byte_of_code_or_immutables_changed__names_the_contract"],
    "manifest": ["test_manifest__names_every_source_without_naming_this_machine"],
    "threat model": ["test_threat_model__names_only_tests_that_are_there"],
    "contract wallets": [
        "test_wallet__two_owners_execute__acts_and_one_alone_does_not",
        "test_wallet__two_owners_sign__acts_and_one_alone_or_another_wallet_does_not",
    ],
}
FEATURES = BOOKING | ESCROW | REPUTATION | AROUND


@cache
def names() -> frozenset[str]:
    """Every test function below `tests/`."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        tree = ast.parse(path.read_text())
        found |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return frozenset(found)


@pytest.mark.parametrize("feature", FEATURES)
def test_feature__has_a_test_named_after_it(feature: str) -> None:
    assert FEATURES[feature]
    assert set(FEATURES[feature]) - names() == set()
