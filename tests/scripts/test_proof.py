"""Before money follows what the API says, the chain has to say the same."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from backend.kit.canonical_json import canonical_json
from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._chain_client import bookings
from scripts._chain_client.chain import Chain
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError
from scripts._proof import prove_booking, prove_contracts
from scripts.deploy import deploy

HOUR_S = 3_600
STRANGER = "0x" + "ab" * 20
DESCRIPTION = {"v": 1, "title": "Bohrmaschine für alle", "price": {"amount": 400}, "criteria": {"watts": 800}}


@pytest.fixture(scope="module")
def borrower(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """The contracts on a chain of their own, acted on by the borrower."""
    with Anvil() as anvil:
        home = tmp_path_factory.mktemp("home")
        deployed, _ = deploy(anvil.rpc_url, persona_account("deployer", CHAIN_ID), home)
        yield Chain(Rpc(anvil.rpc_url), deployed, persona_account("amir", CHAIN_ID))


@pytest.fixture(scope="module")
def honest(borrower: Chain) -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """A request for two hours, and what an honest API says of it and of its thing."""
    owner = Chain(borrower.rpc, borrower.deployment, persona_account("lena", CHAIN_ID))
    digest = hashlib.sha256(canonical_json(DESCRIPTION)).digest()
    announcement = bookings.Announcement(bookings.ResourceTerms(77).word(), digest, secrets.token_bytes(32))
    resource, _ = bookings.announce(owner, announcement)
    start_s = borrower.now_s() // HOUR_S * HOUR_S + 24 * HOUR_S
    asked = bookings.Request(resource, borrower.me, start_s, 2, secrets.token_bytes(32))
    request, _ = bookings.book(borrower, asked)
    thing = {"resource": "0x" + resource.hex(), "owner": owner.me, "service": 77, "description": DESCRIPTION}
    booked = {"request": "0x" + request.hex(), "start_s": start_s, "end_s": start_s + 2 * HOUR_S}
    return request, booked, thing


def test_booking__as_the_chain_has_it__is_proved(borrower: Chain, honest: Any) -> None:
    request, booked, thing = honest
    prove_booking(borrower, request, booked, thing)
    prove_booking(borrower, request, booked, thing | {"description": None})


@pytest.mark.parametrize(
    ("which", "changed"),
    [
        ("thing", {"owner": STRANGER}),
        ("thing", {"resource": "0x" + "ab" * 32}),
        ("thing", {"service": 78}),
        ("thing", {"description": DESCRIPTION | {"price": {"amount": 400_000}}}),
        ("booked", {"request": "0x" + "ab" * 32}),
        ("booked", {"start_s": 1}),
        ("booked", {"end_s": 1}),
    ],
)
def test_booking__otherwise_than_the_chain_has_it__is_refused(
    borrower: Chain, honest: Any, which: str, changed: dict[str, Any]
) -> None:
    request, booked, thing = honest
    said = {"booked": booked, "thing": thing}
    said[which] = said[which] | changed
    with pytest.raises(CommandError) as caught:
        prove_booking(borrower, request, said["booked"], said["thing"])
    assert caught.value.code == "cli: forged answer"


def test_booking__that_the_node_made_up__is_refused(
    borrower: Chain, honest: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, booked, thing = honest
    logs = borrower.logs

    def lying(contract: str, event: str, topics: Any) -> list[dict[str, Any]]:
        return [log | {"owner": STRANGER} if "owner" in log else log for log in logs(contract, event, topics)]

    monkeypatch.setattr(borrower, "logs", lying)
    with pytest.raises(CommandError) as caught:
        prove_booking(borrower, request, booked, thing | {"owner": STRANGER})
    assert caught.value.code == "cli: forged log"


def test_contracts__that_are_those_of_this_program__are_proved(borrower: Chain) -> None:
    prove_contracts(borrower)


@pytest.mark.parametrize("name", ["escrow", "bookings"])
def test_contracts__that_are_something_else__are_refused(borrower: Chain, name: str) -> None:
    for address in (borrower.deployment.token, b"\x33" * 20):
        elsewhere = replace(borrower.deployment, **{name: address})
        with pytest.raises(CommandError) as caught:
            prove_contracts(Chain(borrower.rpc, elsewhere))
        assert caught.value.code == "cli: foreign contracts"
