"""The chain client says the same as the contracts: ids, packed words, refusals."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from eth_utils import keccak

from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._chain_client import bookings, escrow, payments, reputation, token
from scripts._chain_client.chain import ZERO_ADDRESS, Chain
from scripts._chain_client.rpc import Rpc, revert_word
from scripts._errors import CommandError
from scripts.deploy import deploy

DAY_S = 86_400


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    """A chain of its own."""
    with Anvil() as chain:
        yield chain


@pytest.fixture(scope="module")
def payer(anvil: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """The contracts, acted on by the payer."""
    home = tmp_path_factory.mktemp("home")
    deployed, _ = deploy(anvil.rpc_url, persona_account("deployer", CHAIN_ID), home)
    return Chain(Rpc(anvil.rpc_url), deployed, persona_account("amir", CHAIN_ID))


@pytest.fixture(scope="module")
def payee(payer: Chain) -> Chain:
    """The same contracts, acted on by the payee."""
    return Chain(payer.rpc, payer.deployment, persona_account("lena", CHAIN_ID))


def terms(payer: Chain, payee: Chain, rest: escrow.Rest, **changed: object) -> escrow.Core:
    """A deal in the chain's coin."""
    now_s = payer.now_s()
    values: dict[str, object] = {
        "payer": payer.me,
        "payee": payee.me,
        "token": ZERO_ADDRESS,
        "price": 5,
        "deposit": 7,
        "schedule": escrow.Schedule(now_s + DAY_S, now_s + 2 * DAY_S, service=77).word(),
        "booking": bytes(32),
        "rest": rest.digest(),
        "salt": secrets.token_bytes(32),
    }
    return escrow.Core(**(values | changed))  # type: ignore[arg-type]


def test_ids__are_those_of_the_contracts(payer: Chain, payee: Chain) -> None:
    announcement = bookings.Announcement(bookings.ResourceTerms(1).word(), b"\1" * 32, b"\2" * 32)
    said = payer.read("Bookings", "resource_id", payer.me, announcement.values())
    assert bookings.resource_id(payer, payer.me, announcement) == said
    core = terms(payer, payee, escrow.Rest())
    assert escrow.escrow_id(payer, core) == payer.read("Escrow", "escrow_id", core.values())
    rating = (payer.address("Escrow"), b"\3" * 32, 1, 4, b"\4" * 32, b"\5" * 32)
    sealed = payer.read("ReputationLedger", "commitment_of", *rating)
    assert reputation.commitment(payer, *rating) == sealed


def test_deal__with_a_ladder__is_found_again_from_its_log(payer: Chain, payee: Chain) -> None:
    arbitrator = persona_account("paula", CHAIN_ID).address
    rest = escrow.Rest(ladder=((arbitrator, DAY_S, 1),))
    core = terms(payer, payee, rest)
    deal, receipt = escrow.fund(payer, core, rest)
    assert escrow.find(payer, deal) == (core, rest)
    assert receipt.gas_used > 21_000
    before = token.balance(payee, ZERO_ADDRESS, payer.me)
    escrow.refund(payee, core)
    assert token.balance(payee, ZERO_ADDRESS, payer.me) - before == 12
    assert escrow.state(payer, deal) == "closed"


def test_batch__answers_in_order_and_knows_what_is_announced(payer: Chain) -> None:
    announcement = bookings.Announcement(
        bookings.ResourceTerms(1).word(), b"\1" * 32, secrets.token_bytes(32)
    )
    resource, _ = bookings.announce(payer, announcement)
    assert bookings.are_announced(payer, [b"\0" * 32, resource, b"\1" * 32]) == [False, True, False]
    assert bookings.are_announced(payer, []) == []


def test_refusal__carries_the_contracts_words_and_sends_nothing(payer: Chain, payee: Chain) -> None:
    core = terms(payer, payee, escrow.Rest(), price=0, deposit=0)
    sent = payer.rpc.call("eth_getTransactionCount", payer.me, "latest")
    with pytest.raises(CommandError) as caught:
        escrow.fund(payer, core, escrow.Rest())
    assert caught.value.code == "escrow: nothing to hold"
    assert caught.value.next_step
    assert payer.rpc.call("eth_getTransactionCount", payer.me, "latest") == sent


def test_chain__of_another_deployment__is_refused(payer: Chain) -> None:
    with Anvil(chain_id=1_337) as other, pytest.raises(CommandError) as caught:
        Chain(Rpc(other.rpc_url), payer.deployment)
    assert caught.value.code == "cli: wrong chain"


def test_rpc__without_a_node__says_so() -> None:
    with pytest.raises(CommandError) as caught:
        Rpc("http://127.0.0.1:9").call("eth_chainId")
    assert caught.value.code == "cli: no chain"


def test_act__without_an_account__says_who_is_missing(payer: Chain) -> None:
    nobody = Chain(payer.rpc, payer.deployment)
    with pytest.raises(CommandError) as caught:
        bookings.announce(nobody, bookings.Announcement(0, bytes(32), bytes(32)))
    assert caught.value.code == "cli: who acts"


def test_revert_word__of_anything_else__is_none() -> None:
    assert revert_word(None) is None
    assert revert_word("0x") is None
    assert revert_word("0x08c379a0ff") is None
    assert revert_word("0x4e487b71" + "11".rjust(64, "0")) is None  # Panic(uint256)


@pytest.mark.parametrize(
    "impossible",
    [
        bookings.ResourceTerms(1, quantum_s=7),
        bookings.ResourceTerms(1, phase_s=901),
        bookings.ResourceTerms(1, phase_s=86_400),
        bookings.ResourceTerms(1, max_quanta=4_096),
        bookings.ResourceTerms(2**24),
        bookings.ResourceTerms(1, notice_h=-1),
    ],
)
def test_terms__that_do_not_fit__are_refused(impossible: bookings.ResourceTerms) -> None:
    with pytest.raises(CommandError):
        impossible.word()


def test_schedule__that_does_not_fit__is_refused() -> None:
    with pytest.raises(CommandError):
        escrow.Schedule(2**40, 0).word()


def test_service__is_the_first_three_bytes_of_its_hash() -> None:
    assert bookings.service_id("drill").to_bytes(3, "big") == keccak(b"drill")[:3]


def test_payments__client__pays_and_gives_back_in_token_and_coin(payer: Chain, payee: Chain) -> None:
    coin = payer.address("MockToken")
    token.mint(payer, coin, payer.me, 100)
    token.approve(payer, coin, payer.address("Payments"), 60)
    receipt = payments.pay(payer, payee.me, coin, 60, b"\6" * 32)
    paid = receipt.event("Payments", "Paid")
    assert (paid["amount"], paid["reference"]) == (60, b"\6" * 32)
    assert token.balance(payer, coin, payee.me) == 60
    before = token.balance(payer, ZERO_ADDRESS, payee.me)
    payments.pay(payer, payee.me, ZERO_ADDRESS, 9)
    assert token.balance(payer, ZERO_ADDRESS, payee.me) == before + 9

    core = terms(payer, payee, escrow.Rest(), deposit=0)
    escrow.fund(payer, core, escrow.Rest())
    with pytest.raises(CommandError, match="payments: deal not closed"):
        payments.give_back(payee, core, 3)
    escrow.release(payer, core)
    payments.give_back(payee, core, 3)
    assert payments.given_back(payer, core) == 3
    with pytest.raises(CommandError, match="payments: more than was paid"):
        payments.give_back(payee, core, 3)
