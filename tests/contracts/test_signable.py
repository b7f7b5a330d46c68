"""Every function of every contract that takes an authorisation can be signed by the client, is tried against
a relayer that means harm, and is relayed, or it is written down here why not. A new one without a row fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from contracts.compiling import contracts_root, source_path
from contracts.signed_acts import ACTS

from backend.relay import acts
from indexer.chain import artefacts
from scripts._chain_client import abi, signed_acts, typed_data
from scripts._chain_client.chain import NO_AUTH

# "Contract.function" → the types that members sign for it, in the order of its authorisations
SIGNED = {
    "Bookings.announce": ("Announce",),
    "Bookings.announce_gated": ("AnnounceGated",),
    "Bookings.announce_many": ("AnnounceMany",),
    "Bookings.cancel": ("Cancel",),
    "Bookings.cancel_series": ("CancelSeries",),
    "Bookings.confirm": ("Confirm",),
    "Bookings.deny": ("Deny",),
    "Bookings.request": ("Book",),
    "Bookings.request_with": ("BookWith",),
    "Bookings.return_early": ("ReturnEarly",),
    "Bookings.set_resource_state": ("SetResourceState",),
    "Escrow.accept_claim": ("AcceptClaim",),
    "Escrow.cancel": ("Cancel",),
    "Escrow.claim": ("Claim",),
    "Escrow.claim_damage": ("ClaimDamage",),
    "Escrow.dispute": ("Dispute",),
    "Escrow.finish": ("Finish",),
    "Escrow.open": ("Open",),
    "Escrow.open_funded": ("Open",),
    "Escrow.refund": ("Refund",),
    "Escrow.release": ("Release",),
    "Escrow.release_part": ("ReleasePart",),
    "Escrow.rule": ("Rule",),
    "Escrow.split": ("Split", "Split"),
    "Payments.pay": ("Pay",),
    "Payments.refund_after": ("RefundAfter",),
    "ReputationLedger.commit": ("Commit",),
    "ReputationLedger.rate_both": ("Rate",),
    "ReputationLedger.respond": ("Respond",),
    "ReputationLedger.retract": ("Retract",),
    "Router.open_and_request": ("Open", "Book"),
    "Router.open_and_request_with": ("Open", "BookWith"),
    "Router.open_funded_and_request": ("Open", "Book"),
    "Router.open_funded_and_request_with": ("Open", "BookWith"),
    "Spaces.call_off": ("CallOffGathering",),
    "Spaces.close": ("CloseSpace",),
    "Spaces.create": ("CreateSpace",),
    "Spaces.give": ("GiveTicket",),
    "Spaces.hand_over": ("HandOverSpace",),
    "Spaces.host": ("HostGathering",),
    "Spaces.issue": ("IssueTicket",),
    "Spaces.list_resources": ("ListResources",),
    "Spaces.renounce": ("RenounceTicket",),
    "Spaces.set_gate": ("SetGate",),
    "Spaces.take_back": ("TakeBackTicket",),
}
# What takes an authorisation and is not relayed, with the reason
REFUSED: dict[str, str] = {}
# What changes something, takes no authorisation and is not relayed either
OWN: dict[str, str] = {
    "Court792.carry_out": "for a court, of which an installation has none of its own",
    "Court792.rule": "only the court calls it",
    "Court792.take": "whoever calls pays the court's fee in coin",
    "Escrow.cancel_nonce": "whoever calls cancels his own",
    "Lottery.draw": "anybody may, but it names the contracts it calls, which may be others than ours",
    "Lottery.enter": "anybody may, but it names the contracts it calls, which may be others than ours",
    "Lottery.fix": "anybody may, but it names the contracts it calls, which may be others than ours",
    "Payments.cancel_nonce": "whoever calls cancels his own",
    "Spaces.cancel_nonce": "whoever calls cancels his own",
}
# Types that are signed for others than our contracts' acts
OTHERS = {
    "AttestedByKey": {"Attest"},
    "GroupSignatures": {"Vote"},
    "MockToken": {"Permit", "TransferWithAuthorization", "ReceiveWithAuthorization", "CancelAuthorization"},
}


def deployables() -> list[str]:
    """Every contract that has artefacts, but the demo's token."""
    found = sorted(path.stem for path in artefacts.FOLDER.glob("*.json"))
    return [name for name in found if not source_path(name).is_relative_to(contracts_root() / "mocks")]


def functions(contract: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Its functions that change something, with their parameters."""
    for item in artefacts.load(contract).abi:
        if item["type"] == "function" and item["stateMutability"] in ("nonpayable", "payable"):
            yield item["name"], item["inputs"]


def taking_authorisations() -> dict[str, list[str]]:
    """ "Contract.function" → the names of its authorisations."""
    return {
        f"{contract}.{name}": auths
        for contract in deployables()
        for name, inputs in functions(contract)
        if (auths := [part["name"] for part in inputs if abi.is_auth(part)])
    }


def test_every_function_that_takes_an_authorisation__is_in_the_table() -> None:
    assert set(taking_authorisations()) == set(SIGNED)


def test_every_function_in_the_table__is_tried_against_a_relayer_that_means_harm() -> None:
    assert {name.split(" ")[0] for name in ACTS} - {"Bookings.together"} == set(SIGNED)


@pytest.mark.parametrize("name", sorted(SIGNED))
def test_client__signs_the_type_of_the_table(name: str) -> None:
    contract, function = name.split(".")
    parts = abi.inputs(contract, function)
    found = []
    for auth in taking_authorisations()[name]:
        placeholders = [NO_AUTH if abi.is_auth(part) else None for part in parts]
        other, act, _ = signed_acts.asked_for(contract, function, auth, placeholders)
        primary = signed_acts.primary_type(other, act)
        assert primary in typed_data.signed_types(typed_data.types_of(other))
        found.append(primary)
    assert tuple(found) == SIGNED[name]


def test_every_signed_type_of_every_file__is_that_of_an_act_or_of_others() -> None:
    used: dict[str, set[str]] = {contract: set(types) for contract, types in OTHERS.items()}
    for name, types in SIGNED.items():
        contract = name.split(".")[0]
        if contract != "Router":  # it signs nothing of its own
            used.setdefault(contract, set()).update(types)
    assert used == {
        contract: set(typed_data.signed_types(typed_data.types_of(contract)))
        for contract in typed_data.documents()
    }


def test_every_function_that_takes_an_authorisation__is_relayed_or_refused_with_a_reason() -> None:
    relayed = {f"{contract}.{name}" for contract in deployables() for name in acts.relayed(contract)}
    assert set(SIGNED) - relayed == set(REFUSED)
    assert all(REFUSED.values())
    anybodys = {f"{contract}.{name}" for contract, name in acts.ANYBODYS | acts.TOGETHER.keys()}
    assert relayed == (set(SIGNED) - set(REFUSED)) | anybodys


def test_every_other_function__is_relayed_for_anybody_or_its_callers_own() -> None:
    every = {f"{contract}.{name}" for contract in deployables() for name, _ in functions(contract)}
    relayed = {f"{contract}.{name}" for contract in deployables() for name in acts.relayed(contract)}
    assert every - relayed == set(OWN)


def test_table_of_the_client__names_functions_that_there_are() -> None:
    named = set(signed_acts.PRIMARY_TYPES) | set(signed_acts.PASSED_ON) | set(signed_acts.TOKEN_SIGNED)
    every = {(contract, name) for contract in deployables() for name, _ in functions(contract)}
    assert named <= every
    assert signed_acts.TOKEN_SIGNED == acts.TOKEN_SIGNED
