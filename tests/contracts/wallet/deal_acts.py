"""What the wallet does in deals, as payer, payee and arbitrator, and with its money outside of them."""

from collections.abc import Callable
from typing import Any

from contracts.escrow.deal import DAY_S, EVIDENCE, NATIVE, Deal, live_of, receipt_of
from contracts.signing import EMPTY_AUTH
from contracts.wallet.multisig import Act
from contracts.wallet.world import REASON, Prepared, World

FEE_CAP, WINDOW_S = 300, 5 * DAY_S
DISPUTED, DONE = 3, 15
# a permit that the token refuses, as it does any of an account that is a contract: it recovers keys only
USELESS_PERMIT = (1, 0, 27, b"\1" * 32, b"\2" * 32)


def open_deal(world: World) -> Prepared:
    return opening(world, deal_of(world, payer=world.me))


def open_funded(world: World) -> Prepared:
    """Without a permit of use, so from the allowance that the wallet gave."""
    escrow, deal = world.get("escrow"), deal_of(world, payer=world.me)
    arguments = (deal.core, deal.rest, USELESS_PERMIT)
    act = Act(escrow, "open_funded", arguments, "Open", deal.readable(world.deadline))
    return act, lambda: escrow.word(escrow.escrow_id(deal.core)) != 0


def release(world: World) -> Prepared:
    act, word = move(world, opened(world, payer=world.me), "release", "Release")
    return act, lambda: live_of(word()).paid == 1_000


def release_part(world: World) -> Prepared:
    act, word = move(world, opened(world, payer=world.me), "release_part", "ReleasePart", amount=400)
    return act, lambda: live_of(word()).paid == 400


def cancel(world: World) -> Prepared:
    deal = deal_of(world, payer=world.me).but(cancellations=((0, 10_000),))
    world.do(opening(world, deal))
    act, word = move(world, deal, "cancel", "Cancel", with_rest=True)
    return act, lambda: word() & DONE == DONE and receipt_of(word()).outcome == 7


def accept_claim(world: World) -> Prepared:
    deal = opened(world, payer=world.me)
    claim = (deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH)
    world.get("escrow").claim_damage(*claim, sender=world.get("payee"))
    act, word = move(world, deal, "accept_claim", "AcceptClaim")
    return act, lambda: live_of(word()).paid == 700


def dispute(world: World) -> Prepared:
    deal = opened(world, payer=world.me)
    act, word = move(world, deal, "dispute", "Dispute", with_rest=True, evidence=EVIDENCE)
    return act, lambda: live_of(word()).state == DISPUTED


def finish(world: World) -> Prepared:
    act, word = move(world, opened(world, payee=world.me), "finish", "Finish")
    return act, lambda: bool(live_of(word()).flags & 2)


def refund(world: World) -> Prepared:
    act, word = move(world, opened(world, payee=world.me), "refund", "Refund")
    return act, lambda: word() & DONE == DONE and receipt_of(word()).paid == 0


def claim_damage(world: World) -> Prepared:
    fields = {"amount": 700, "evidence": EVIDENCE}
    deal = opened(world, payee=world.me)
    act, word = move(world, deal, "claim_damage", "ClaimDamage", with_rest=True, **fields)
    return act, lambda: live_of(word()).claim == 700


def rule(world: World) -> Prepared:
    deal = opened(world, arbitrator=world.me)
    world.get("escrow").dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=world.get("payer"))
    fields = {"to_payee": 600, "fee": 100, "reasons": EVIDENCE}
    act, word = move(world, deal, "rule", "Rule", with_rest=True, **fields)
    token = world.get("token")
    before = token.balanceOf(world.me)
    return act, lambda: live_of(word()).paid == 600 and token.balanceOf(world.me) == before + 100


def split_as_payer(world: World) -> Prepared:
    deal = opened(world, payer=world.me)
    act, word = move(world, deal, "split", "Split", to_payee=250)
    theirs = world.signed_by(world.get("payee"), act.contract, "Split", act.message)
    both = Act(
        act.contract, "split", act.arguments, "Split", act.message, lambda said, auth: (*said, auth, theirs)
    )
    return both, lambda: word() & DONE == DONE and receipt_of(word()).paid == 250


def split_as_payee(world: World) -> Prepared:
    deal = opened(world, payee=world.me)
    act, word = move(world, deal, "split", "Split", to_payee=250)
    theirs = world.signed_by(world.get("payer"), act.contract, "Split", act.message)
    both = Act(
        act.contract, "split", act.arguments, "Split", act.message, lambda said, auth: (*said, theirs, auth)
    )
    return both, lambda: word() & DONE == DONE and receipt_of(word()).paid == 250


def claim(world: World) -> Prepared:
    """Native coin that the wallet refused goes where it can be received."""
    escrow, payer = world.get("escrow"), world.get("payer")
    coin = deal_of(world, payee=world.me).but(token=NATIVE)
    escrow.open(coin.core, coin.rest, EMPTY_AUTH, sender=payer, value=coin.total)
    world.wallet.shut(world.relayer)
    escrow.release(coin.core, EMPTY_AUTH, sender=payer)
    assert (world.wallet.contract.balance, escrow.claimable(world.me, NATIVE)) == (0, coin.price)
    elsewhere = "0x" + "77" * 20
    fields = {"token": NATIVE, "to": elsewhere, "nonce": 5}
    act = Act(escrow, "claim", tuple(fields.values()), "Claim", {**fields, "deadline": world.deadline})
    return act, lambda: world.get("chain").provider.get_balance(elsewhere) == coin.price


def pay(world: World) -> Prepared:
    payments, token, payee = world.get("payments"), world.get("token"), world.get("payee")
    token.mint(world.me, 10**6, sender=payee)
    world.wallet.call(token, token.approve.encode_input(payments, 10**6), world.relayer)
    fields = {"payee": payee.address, "token": token.address, "amount": 250}
    fields |= {"reference": REASON, "nonce": 5}
    act = Act(payments, "pay", tuple(fields.values()), "Pay", {**fields, "deadline": world.deadline})
    return act, lambda: token.balanceOf(payee) == 250


def refund_after(world: World) -> Prepared:
    payments, escrow, token = world.get("payments"), world.get("escrow"), world.get("token")
    deal = closed_as_payee(world)
    world.wallet.call(token, token.approve.encode_input(payments, 10**6), world.relayer)
    found = escrow.escrow_id(deal.core)
    message = {"escrow": escrow.address, "deal": found, "payer": deal.payer, "token": deal.token}
    message |= {"amount": 400, "nonce": 5, "deadline": world.deadline}
    act = Act(payments, "refund_after", (escrow, deal.core, 400, 5), "RefundAfter", message)
    return act, lambda: payments.refunded(escrow, found) == 400


def deal_of(world: World, **roles: str) -> Deal:
    """Terms, with the wallet in the roles given; the wallet and the payer allow the escrow enough."""
    escrow, token = world.get("escrow"), world.get("token")
    payer, payee, arbitrator = (world.get(role) for role in ("payer", "payee", "arbitrator"))
    token.mint(payer, 10**6, sender=payer)
    token.mint(world.me, 10**6, sender=payer)
    token.approve(escrow, 10**6, sender=payer)
    world.wallet.call(token, token.approve.encode_input(escrow, 10**6), world.relayer)
    named = {"payer": payer.address, "payee": payee.address, "arbitrator": arbitrator.address} | roles
    now = world.now()
    return Deal(
        payer=named["payer"],
        payee=named["payee"],
        token=token.address,
        deliver_by=now + 10 * DAY_S,
        return_by=now + 12 * DAY_S,
        ladder=((named["arbitrator"], WINDOW_S, FEE_CAP),),
    )


def opening(world: World, deal: Deal) -> Prepared:
    """The wallet opens a deal as its payer."""
    escrow = world.get("escrow")
    act = Act(escrow, "open", (deal.core, deal.rest), "Open", deal.readable(world.deadline))
    return act, lambda: escrow.word(escrow.escrow_id(deal.core)) != 0


def opened(world: World, **roles: str) -> Deal:
    """A deal that is open, with the wallet in the roles given."""
    deal = deal_of(world, **roles)
    if deal.payer == world.me:
        world.do(opening(world, deal))
    else:
        world.get("escrow").open(deal.core, deal.rest, EMPTY_AUTH, sender=world.get("payer"))
    return deal


def closed_as_payee(world: World) -> Deal:
    """A deal that went well, with the wallet as payee."""
    deal = opened(world, payee=world.me)
    world.get("escrow").release(deal.core, EMPTY_AUTH, sender=world.get("payer"))
    world.wallet.execute(move(world, deal, "finish", "Finish")[0], world.relayer)
    return deal


def move(
    world: World, deal: Deal, function: str, primary: str, with_rest: bool = False, **fields: Any
) -> tuple[Act, Callable[[], int]]:
    """An act on an open deal, and its word."""
    escrow = world.get("escrow")
    found = escrow.escrow_id(deal.core)
    message = {"escrow": found, **fields, "word": escrow.word(found), "deadline": world.deadline}
    arguments = (deal.core, *((deal.rest,) if with_rest else ()), *fields.values())
    return Act(escrow, function, arguments, primary, message), lambda: int(escrow.word(found))


DEAL_ACTS = {
    "open": open_deal,
    "open_funded": open_funded,
    "release": release,
    "release_part": release_part,
    "cancel a deal": cancel,
    "accept_claim": accept_claim,
    "dispute": dispute,
    "finish": finish,
    "refund": refund,
    "claim_damage": claim_damage,
    "rule": rule,
    "split as payer": split_as_payer,
    "split as payee": split_as_payee,
    "claim": claim,
    "pay": pay,
    "refund_after": refund_after,
}
