"""Every act by a signature that somebody else submits, of a key or a wallet, and what none can do."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import DAY_S, EVIDENCE, HOUR_S, Deal, live_of, receipt_of
from contracts.signing import EMPTY_AUTH


@pytest.fixture
def deadline(now: Any) -> int:
    """An hour from now."""
    return int(now()) + HOUR_S


@pytest.fixture
def act(escrow: Any, sign: Any, relayer: Any, deadline: int) -> Any:
    """`act("release", "Release", payer, deal, ..., field=...)`: signed by a role, sent by the relayer."""

    def submit(name: str, primary: str, actor: Any, deal: Deal, *arguments: Any, **fields: Any) -> Any:
        found = escrow.escrow_id(deal.core)
        message = {"escrow": found, **fields, "word": escrow.word(found), "deadline": deadline}
        return getattr(escrow, name)(
            deal.core, *arguments, sign(actor, escrow, primary, message), sender=relayer
        )

    return submit


def test_open__signed_by_payer__pulls_from_the_payer(
    escrow: Any, deal: Deal, funded_token: Any, payer: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    before = funded_token.balanceOf(payer)
    auth = sign(payer, escrow, "Open", deal.readable(deadline))
    receipt = escrow.open(deal.core, deal.rest, auth, sender=relayer)
    assert funded_token.balanceOf(payer) == before - deal.total
    (event,) = [log for log in receipt.decode_logs() if log.event_name == "EscrowFunded"]
    assert event.actor == payer


def test_open__signed_without_arbitrator__is_accepted(
    escrow: Any, deal: Deal, payer: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    plain = deal.but(ladder=())
    auth = sign(payer, escrow, "Open", plain.readable(deadline))
    escrow.open(plain.core, plain.rest, auth, sender=relayer)


@pytest.mark.parametrize(
    "field",
    ["price", "deposit", "deliver_by", "object_s", "return_by", "claim_s", "answer_s", "silent_payer_bps",
     "silent_arbitrator_bps", "service"],
)  # fmt: skip
def test_open__with_other_terms_than_signed__reverts(
    escrow: Any, deal: Deal, payer: Any, relayer: Any, sign: Any, deadline: int, field: str
) -> None:
    auth = sign(payer, escrow, "Open", deal.readable(deadline))
    other = deal.but(**{field: getattr(deal, field) - 1})
    with ape.reverts("auth: bad signature"):
        escrow.open(other.core, other.rest, auth, sender=relayer)


def test_open__with_another_ladder_than_signed__reverts(
    escrow: Any, deal: Deal, payer: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    auth = sign(payer, escrow, "Open", deal.readable(deadline))
    other = deal.but(ladder=((relayer.address, DAY_S, 1),))
    with ape.reverts("auth: bad signature"):
        escrow.open(other.core, other.rest, auth, sender=relayer)


def test_open__signed_by_another__reverts(
    escrow: Any, deal: Deal, stranger: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    auth = sign(stranger, escrow, "Open", deal.readable(deadline))
    with ape.reverts("escrow: not the payer"):
        escrow.open(deal.core, deal.rest, auth, sender=relayer)


def test_open__in_native_coin_by_relayer__reverts(
    escrow: Any, native: Deal, payer: Any, relayer: Any, sign: Any, deadline: int
) -> None:
    auth = sign(payer, escrow, "Open", native.readable(deadline))
    with ape.reverts("escrow: payer must call"):
        escrow.open(native.core, native.rest, auth, sender=relayer, value=native.total)


def test_release__signed__pays(
    escrow: Any, deal: Deal, opened: Any, act: Any, payer: Any, payee: Any, funded_token: Any
) -> None:
    opened(deal)
    before = funded_token.balanceOf(payee)
    act("release", "Release", payer, deal)
    assert funded_token.balanceOf(payee) == before + deal.price


def test_finish_and_refund__signed__return(
    escrow: Any, deal: Deal, opened: Any, act: Any, payee: Any
) -> None:
    found = opened(deal)
    act("finish", "Finish", payee, deal)
    act("refund", "Refund", payee, deal)
    assert receipt_of(escrow.word(found)).paid == 0


def test_claim_dispute_and_rule__signed__go_through(
    escrow: Any, deal: Deal, opened: Any, act: Any, payer: Any, payee: Any, arbitrator: Any
) -> None:
    found = opened(deal)
    act("claim_damage", "ClaimDamage", payee, deal, deal.rest, 700, EVIDENCE, amount=700, evidence=EVIDENCE)
    act("dispute", "Dispute", payer, deal, deal.rest, EVIDENCE, evidence=EVIDENCE)
    act(
        "rule", "Rule", arbitrator, deal, deal.rest, 1_100, 300, EVIDENCE,
        to_payee=1_100, fee=300, reasons=EVIDENCE,
    )  # fmt: skip
    assert receipt_of(escrow.word(found)).paid == 1_100


def test_accept_claim__signed__pays(escrow: Any, deal: Deal, claimed: Any, act: Any, payer: Any) -> None:
    found = claimed(deal)
    act("accept_claim", "AcceptClaim", payer, deal)
    assert live_of(escrow.word(found)).paid == 700


@pytest.mark.parametrize(
    ("name", "primary", "right", "wrong", "reason"),
    [
        ("release", "Release", "payer", "payee", "escrow: not the payer"),
        ("finish", "Finish", "payee", "payer", "escrow: not the payee"),
        ("refund", "Refund", "payee", "payer", "escrow: not the payee"),
    ],
)
def test_act__signed_by_the_wrong_side__reverts(
    escrow: Any, deal: Deal, opened: Any, act: Any, request: Any,
    name: str, primary: str, right: str, wrong: str, reason: str,
) -> None:  # fmt: skip
    opened(deal)
    with ape.reverts(reason):
        act(name, primary, request.getfixturevalue(wrong), deal)


def test_rule__signed_by_a_party__reverts(
    escrow: Any, deal: Deal, disputed: Any, act: Any, payee: Any
) -> None:
    disputed(deal)
    with ape.reverts("escrow: not the arbitrator"):
        act("rule", "Rule", payee, deal, deal.rest, 1, 0, EVIDENCE, to_payee=1, fee=0, reasons=EVIDENCE)


@pytest.mark.parametrize(
    ("to_payee", "fee", "reasons"), [(2, 0, EVIDENCE), (1, 1, EVIDENCE), (1, 0, b"\6" * 32)]
)
def test_rule__otherwise_than_signed__reverts(
    escrow: Any, deal: Deal, disputed: Any, act: Any, arbitrator: Any, to_payee: int, fee: int, reasons: bytes
) -> None:
    disputed(deal)
    with ape.reverts("auth: bad signature"):
        act(
            "rule", "Rule", arbitrator, deal, deal.rest, to_payee, fee, reasons,
            to_payee=1, fee=0, reasons=EVIDENCE,
        )  # fmt: skip


def test_release__with_the_signature_of_another_act__reverts(
    escrow: Any, deal: Deal, opened: Any, act: Any, payer: Any
) -> None:
    opened(deal)
    with ape.reverts("auth: bad signature"):
        act("release", "AcceptClaim", payer, deal)


def test_release__after_the_state_moved_on__reverts(
    escrow: Any, deal: Deal, opened: Any, sign: Any, payer: Any, payee: Any, relayer: Any, deadline: int
) -> None:
    found = opened(deal)
    auth = sign(payer, escrow, "Release", {"escrow": found, "word": escrow.word(found), "deadline": deadline})
    escrow.claim_damage(deal.core, deal.rest, 1, EVIDENCE, EMPTY_AUTH, sender=payee)
    with ape.reverts("auth: bad signature"):
        escrow.release(deal.core, auth, sender=relayer)


@pytest.mark.parametrize("change", ["chain", "contract", "escrow"])
def test_release__signed_for_elsewhere__reverts(
    escrow: Any, deal: Deal, opened: Any, sign: Any, payer: Any, relayer: Any, deadline: int, change: str
) -> None:
    found = opened(deal)
    opened(deal.but(salt=b"\5" * 32))
    message = {"escrow": found, "word": escrow.word(found), "deadline": deadline}
    elsewhere = {
        "chain": {"chain_id": 1},
        "contract": {"verifying_contract": relayer.address},
        "escrow": {},
    }[change]
    if change == "escrow":
        message["escrow"] = escrow.escrow_id(deal.but(salt=b"\5" * 32).core)
    with ape.reverts("auth: bad signature"):
        escrow.release(deal.core, sign(payer, escrow, "Release", message, **elsewhere), sender=relayer)


def test_release__at_the_deadline_of_the_signature__reverts(
    escrow: Any, deal: Deal, opened: Any, act: Any, payer: Any, travel: Any, deadline: int
) -> None:
    opened(deal)
    travel(deadline)
    with ape.reverts("auth: expired"):
        act("release", "Release", payer, deal)


@pytest.fixture
def wallet(container: Any, stranger: Any) -> Any:
    """A contract wallet whose key belongs to `stranger`."""
    return container("MockWallet").deploy(stranger, sender=stranger)


@pytest.fixture
def wallet_auth(escrow: Any, wallet: Any, stranger: Any, sign: Any, deadline: int) -> Any:
    """`wallet_auth("Release", deal, ...)`: signed by the wallet's key, in the wallet's name."""

    def make(primary: str, deal: Deal, **fields: Any) -> Any:
        found = escrow.escrow_id(deal.core)
        message = {"escrow": found, **fields, "word": escrow.word(found), "deadline": deadline}
        if primary == "Open":
            message = deal.readable(deadline)
        return sign(stranger, escrow, primary, message, signer=wallet.address)

    return make


def test_wallet__as_payer__opens_and_releases(
    escrow: Any, deal: Deal, wallet: Any, wallet_auth: Any, funded_token: Any, stranger: Any, deployer: Any,
    relayer: Any,
) -> None:  # fmt: skip
    funded_token.mint(wallet, 10**6, sender=deployer)
    approval = funded_token.approve.encode_input(escrow, 10**6)
    wallet.execute(funded_token, approval, 0, sender=stranger)
    own = deal.but(payer=wallet.address)
    escrow.open(own.core, own.rest, wallet_auth("Open", own), sender=relayer)
    escrow.release(own.core, wallet_auth("Release", own), sender=relayer)
    assert live_of(escrow.word(escrow.escrow_id(own.core))).paid == own.price


def test_wallet__as_payee__refunds(
    escrow: Any, deal: Deal, wallet: Any, wallet_auth: Any, opened: Any, relayer: Any
) -> None:
    own = deal.but(payee=wallet.address)
    found = opened(own)
    escrow.refund(own.core, wallet_auth("Refund", own), sender=relayer)
    assert receipt_of(escrow.word(found)).paid == 0


def test_wallet__as_arbitrator__rules(
    escrow: Any, deal: Deal, wallet: Any, wallet_auth: Any, disputed: Any, relayer: Any
) -> None:
    own = deal.but(ladder=((wallet.address, DAY_S, 300),))
    found = disputed(own)
    auth = wallet_auth("Rule", own, to_payee=600, fee=100, reasons=EVIDENCE)
    escrow.rule(own.core, own.rest, 600, 100, EVIDENCE, auth, sender=relayer)
    assert live_of(escrow.word(found)).paid == 600


@pytest.mark.parametrize("mode", [1, 2, 3, 4])
def test_wallet__that_misbehaves__cannot_sign(
    escrow: Any,
    deal: Deal,
    wallet: Any,
    wallet_auth: Any,
    opened: Any,
    stranger: Any,
    relayer: Any,
    mode: int,
) -> None:
    own = deal.but(payee=wallet.address)
    opened(own)
    auth = wallet_auth("Refund", own)
    wallet.set_mode(mode, 0, sender=stranger)
    with ape.reverts("auth: bad signature"):
        escrow.refund(own.core, auth, sender=relayer, gas_limit=1_000_000)


def test_wallet__with_too_little_gas_from_the_relayer__reverts(
    escrow: Any, deal: Deal, wallet: Any, wallet_auth: Any, opened: Any, relayer: Any
) -> None:
    own = deal.but(payee=wallet.address)
    opened(own)
    with ape.reverts("auth: more gas needed"):
        escrow.refund(own.core, wallet_auth("Refund", own), sender=relayer, gas_limit=280_000)
