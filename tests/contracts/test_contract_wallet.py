"""A group's wallet, two of three, as every kind of member there is: owner, requester, host, payer, payee,
arbitrator and rater.

Each act is done by executing it and by signatures that somebody else submits; and never by one signature, by
owners who were replaced after signing, or by signatures for another wallet of the same owners.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import ape
import pytest
from contracts.booking_values import (
    DAY_S,
    GRANTED,
    HOUR_S,
    announcement,
    announcement_message,
    on_grid,
    request_of,
)
from contracts.escrow.deal import EVIDENCE, NATIVE, Deal, live_of, receipt_of
from contracts.multisig import NEWCOMER, OWNERS, Act, Wallet
from contracts.reputation.rating import (
    RESPONDED,
    RETRACTED,
    Rating,
    entry_of,
    rate_both,
    rate_message,
    reputation,
    slots,
)
from contracts.signing import EMPTY_AUTH
from contracts.space_values import gathering_of, space_of, ticket_of

ZERO = bytes(32)
FEE_CAP, WINDOW_S = 300, 5 * DAY_S
REASON = b"\x0e" * 32
# an act, and what is true only once it was done
Prepared = tuple[Act, Callable[[], bool]]


@pytest.fixture
def wallet(container: Any, deployer: Any) -> Wallet:
    """The wallet; the first two owners sign."""
    owners = [key.address for key in OWNERS]
    return Wallet(container("MockMultisig").deploy(owners, sender=deployer))


@pytest.fixture
def foreign(container: Any, deployer: Any) -> Wallet:
    """Another wallet of the same owners."""
    owners = [key.address for key in OWNERS]
    return Wallet(container("MockMultisig").deploy(owners, sender=deployer))


@pytest.fixture
def deadline(now: Any) -> int:
    """A day from now."""
    return int(now()) + DAY_S


class World:
    """Everything around the wallet: the contracts, other members, and what has to be there before an act."""

    def __init__(self, request: Any, wallet: Wallet, deadline: int) -> None:
        self.get = request.getfixturevalue
        self.wallet, self.me, self.deadline = wallet, wallet.address, deadline
        self.stranger, self.relayer = self.get("stranger"), self.get("relayer")

    # booking

    def announce(self) -> Prepared:
        bookings, made = self.get("bookings"), announcement()
        message = {"announcement": announcement_message(made), "deadline": self.deadline}
        act = Act(bookings, "announce", (made,), "Announce", message)
        return act, lambda: bookings.resource(bookings.resource_id(self.me, made)) != 0

    def set_resource_state(self) -> Prepared:
        bookings, key = self.get("bookings"), self._resource()
        word = bookings.resource(key)
        message = {"resource": key, "state": 2, "word": word, "deadline": self.deadline}
        act = Act(bookings, "set_resource_state", (key, 2), "SetResourceState", message)
        return act, lambda: bookings.resource(key) != word

    def _resource(self, owner: Any = None) -> bytes:
        bookings, made = self.get("bookings"), announcement()
        if owner is None:
            self.wallet.execute(self.announce()[0], self.relayer)
            return bytes(bookings.resource_id(self.me, made))
        bookings.announce(made, EMPTY_AUTH, sender=owner)
        return bytes(bookings.resource_id(owner, made))

    def _asked(self) -> dict[str, Any]:
        start = on_grid(self.get("now")() + 3 * DAY_S)
        wanted = request_of(self._resource(), self.stranger.address, start)
        self.get("bookings").request(wanted, EMPTY_AUTH, sender=self.stranger)
        return wanted

    def _decision(self, function: str, primary: str, more: dict[str, Any], state: int) -> Prepared:
        bookings, wanted = self.get("bookings"), self._asked()
        key = bookings.request_id(wanted)
        message = {"request": wanted, **more, "word": bookings.request_word(key), "deadline": self.deadline}
        act = Act(bookings, function, (wanted, *more.values()), primary, message)
        return act, lambda: bookings.request_state(key) == state

    def confirm(self) -> Prepared:
        return self._decision("confirm", "Confirm", {}, GRANTED)

    def deny(self) -> Prepared:
        return self._decision("deny", "Deny", {"reason": REASON}, 3)

    def request(self) -> Prepared:
        bookings, owner = self.get("bookings"), self.get("owner")
        wanted = request_of(self._resource(owner), self.me, on_grid(self.get("now")() + 3 * DAY_S))
        act = Act(bookings, "request", (wanted,), "Book", {"request": wanted, "deadline": self.deadline})
        return act, lambda: bookings.request_state(bookings.request_id(wanted)) == 1

    def cancel(self) -> Prepared:
        bookings, (asking, _) = self.get("bookings"), self.request()
        self.wallet.execute(asking, self.relayer)
        wanted = asking.arguments[0]
        key = bookings.request_id(wanted)
        message = {"request": wanted, "word": bookings.request_word(key), "deadline": self.deadline}
        return Act(bookings, "cancel", (wanted,), "Cancel", message), lambda: bookings.request_state(key) == 4

    # spaces

    def create_space(self) -> Prepared:
        spaces, made = self.get("spaces"), space_of()
        act = Act(spaces, "create", (made,), "CreateSpace", {**made, "deadline": self.deadline})
        return act, lambda: spaces.is_open(spaces.space_id(self.me, made))

    def issue_ticket(self) -> Prepared:
        spaces, (creating, _) = self.get("spaces"), self.create_space()
        self.wallet.execute(creating, self.relayer)
        made = ticket_of(spaces.space_id(self.me, creating.arguments[0]))
        act = Act(spaces, "issue", (made,), "IssueTicket", {**made, "deadline": self.deadline})
        return act, lambda: spaces.ticket_word(spaces.ticket_id(made)) != 0

    def renounce_ticket(self) -> Prepared:
        spaces, ticket = self._gated_space()
        key = spaces.ticket_id(ticket)
        message = {"ticket": key, "word": spaces.holding_word(key, self.me), "deadline": self.deadline}
        act = Act(spaces, "renounce", (key,), "RenounceTicket", message)
        return act, lambda: not spaces.holds(key, self.me)

    def host_gathering(self) -> Prepared:
        spaces, ticket = self._gated_space()
        start = on_grid(self.get("now")() + 3 * DAY_S)
        made = gathering_of(ticket["space"], start, start + HOUR_S)
        act = Act(spaces, "host", (made,), "HostGathering", {**made, "deadline": self.deadline})
        return act, lambda: spaces.gathering_word(spaces.gathering_id(self.me, made)) != 0

    def _gated_space(self) -> tuple[Any, dict[str, Any]]:
        """Somebody else's space that only ticket holders enter; the wallet holds one."""
        spaces, owner = self.get("spaces"), self.get("owner")
        made = space_of()
        spaces.create(made, EMPTY_AUTH, sender=owner)
        space = spaces.space_id(owner, made)
        ticket = ticket_of(space)
        spaces.issue(ticket, EMPTY_AUTH, sender=owner)
        spaces.set_gate(space, spaces.ticket_id(ticket), EMPTY_AUTH, sender=owner)
        assert not spaces.is_member(space, self.me)
        spaces.give(ticket, [self.me], EMPTY_AUTH, sender=owner)
        assert spaces.is_member(space, self.me)
        return spaces, ticket

    # escrow

    def _deal(self, **roles: str) -> Deal:
        escrow, token = self.get("escrow"), self.get("token")
        payer, payee, arbitrator = (self.get(role) for role in ("payer", "payee", "arbitrator"))
        token.mint(payer, 10**6, sender=payer)
        token.mint(self.me, 10**6, sender=payer)
        token.approve(escrow, 10**6, sender=payer)
        self.wallet.call(token, token.approve.encode_input(escrow, 10**6), self.relayer)
        named = {"payer": payer.address, "payee": payee.address, "arbitrator": arbitrator.address} | roles
        now = self.get("now")()
        return Deal(
            payer=named["payer"],
            payee=named["payee"],
            token=token.address,
            deliver_by=now + 10 * DAY_S,
            return_by=now + 12 * DAY_S,
            ladder=((named["arbitrator"], WINDOW_S, FEE_CAP),),
        )

    def _opened(self, **roles: str) -> Deal:
        deal = self._deal(**roles)
        if deal.payer == self.me:
            self.wallet.execute(self._open(deal)[0], self.relayer)
        else:
            self.get("escrow").open(deal.core, deal.rest, EMPTY_AUTH, sender=self.get("payer"))
        return deal

    def _open(self, deal: Deal) -> Prepared:
        escrow = self.get("escrow")
        act = Act(escrow, "open", (deal.core, deal.rest), "Open", deal.readable(self.deadline))
        return act, lambda: escrow.word(escrow.escrow_id(deal.core)) != 0

    def open(self) -> Prepared:
        return self._open(self._deal(payer=self.me))

    def _move(
        self, deal: Deal, function: str, primary: str, with_rest: bool = False, **fields: Any
    ) -> tuple[Act, Callable[[], int]]:
        """An act on an open deal, and its word."""
        escrow = self.get("escrow")
        found = escrow.escrow_id(deal.core)
        message = {"escrow": found, **fields, "word": escrow.word(found), "deadline": self.deadline}
        arguments = (deal.core, *((deal.rest,) if with_rest else ()), *fields.values())
        return Act(escrow, function, arguments, primary, message), lambda: int(escrow.word(found))

    def release(self) -> Prepared:
        act, word = self._move(self._opened(payer=self.me), "release", "Release")
        return act, lambda: live_of(word()).paid == 1_000

    def accept_claim(self) -> Prepared:
        deal = self._opened(payer=self.me)
        claim = (deal.core, deal.rest, 700, EVIDENCE, EMPTY_AUTH)
        self.get("escrow").claim_damage(*claim, sender=self.get("payee"))
        act, word = self._move(deal, "accept_claim", "AcceptClaim")
        return act, lambda: live_of(word()).paid == 700

    def dispute(self) -> Prepared:
        deal = self._opened(payer=self.me)
        act, word = self._move(deal, "dispute", "Dispute", with_rest=True, evidence=EVIDENCE)
        return act, lambda: live_of(word()).state == 3

    def finish(self) -> Prepared:
        act, word = self._move(self._opened(payee=self.me), "finish", "Finish")
        return act, lambda: bool(live_of(word()).flags & 2)

    def refund(self) -> Prepared:
        act, word = self._move(self._opened(payee=self.me), "refund", "Refund")
        return act, lambda: word() & 15 == 15 and receipt_of(word()).paid == 0

    def claim_damage(self) -> Prepared:
        fields = {"amount": 700, "evidence": EVIDENCE}
        deal = self._opened(payee=self.me)
        act, word = self._move(deal, "claim_damage", "ClaimDamage", with_rest=True, **fields)
        return act, lambda: live_of(word()).claim == 700

    def rule(self) -> Prepared:
        deal = self._opened(arbitrator=self.me)
        self.get("escrow").dispute(deal.core, deal.rest, EVIDENCE, EMPTY_AUTH, sender=self.get("payer"))
        fields = {"to_payee": 600, "fee": 100, "reasons": EVIDENCE}
        act, word = self._move(deal, "rule", "Rule", with_rest=True, **fields)
        token = self.get("token")
        before = token.balanceOf(self.me)
        return act, lambda: live_of(word()).paid == 600 and token.balanceOf(self.me) == before + 100

    # payments

    def pay(self) -> Prepared:
        payments, token, payee = self.get("payments"), self.get("token"), self.get("payee")
        token.mint(self.me, 10**6, sender=payee)
        self.wallet.call(token, token.approve.encode_input(payments, 10**6), self.relayer)
        fields = {"payee": payee.address, "token": token.address, "amount": 250}
        fields |= {"reference": REASON, "nonce": 5}
        act = Act(payments, "pay", tuple(fields.values()), "Pay", {**fields, "deadline": self.deadline})
        return act, lambda: token.balanceOf(payee) == 250

    def refund_after(self) -> Prepared:
        payments, escrow, token = self.get("payments"), self.get("escrow"), self.get("token")
        deal = self._opened(payee=self.me)
        escrow.release(deal.core, EMPTY_AUTH, sender=self.get("payer"))
        self.wallet.execute(self._move(deal, "finish", "Finish")[0], self.relayer)
        self.wallet.call(token, token.approve.encode_input(payments, 10**6), self.relayer)
        found = escrow.escrow_id(deal.core)
        message = {"escrow": escrow.address, "deal": found, "payer": deal.payer, "token": deal.token}
        message |= {"amount": 400, "nonce": 5, "deadline": self.deadline}
        act = Act(payments, "refund_after", (escrow, deal.core, 400, 5), "RefundAfter", message)
        return act, lambda: payments.refunded(escrow, found) == 400

    # reputation

    def _rating(self) -> Rating:
        escrow, deal = self.get("escrow"), self._opened(payee=self.me)
        escrow.release(deal.core, EMPTY_AUTH, sender=self.get("payer"))
        self.wallet.execute(self._move(deal, "finish", "Finish")[0], self.relayer)
        ledger = self.get("ledger")
        return Rating(ledger, escrow, self.me, deal.payer, 1, 5, deal.terms, deal.service, deal.price)

    def commit(self) -> Prepared:
        rating = self._rating()
        message = {"source": rating.source.address, "deal": rating.deal, "side": 1}
        message |= {"commitment": rating.commitment(), "deadline": self.deadline}
        arguments = (rating.source, rating.terms, 1, rating.commitment())
        act = Act(rating.ledger, "commit", arguments, "Commit", message)
        return act, lambda: rating.ledger.commit_word(rating.source, rating.deal) != 0

    def _rated(self) -> tuple[Rating, Rating, int]:
        """Both sides have rated in one transaction, and when."""
        mine = self._rating()
        escrow, payer = mine.source, self.get("payer")
        theirs = replace(mine, rater=payer.address, subject=self.me, side=0, score=4)
        signed = self.wallet.authorise(self._opinion(mine))
        rate_both(theirs, mine, payer, (EMPTY_AUTH, signed))
        assert mine.ledger.commit_word(escrow, mine.deal) != 0
        return mine, theirs, int(self.get("chain").blocks.head.timestamp)

    def _opinion(self, rating: Rating) -> Act:
        """What the wallet signs of a rating that both give at once; it is sent with the other side's."""
        return Act(rating.ledger, "rate_both", (), "Rate", rate_message(rating, self.deadline))

    def retract(self) -> Prepared:
        mine, _, at_s = self._rated()
        message = {"source": mine.source.address, "deal": mine.deal, "side": 1, "deadline": self.deadline}
        arguments = (mine.source, mine.deal, 1, entry_of(mine, at_s))
        act = Act(mine.ledger, "retract", arguments, "Retract", message)
        return act, lambda: bool(slots(mine.ledger, mine)[1] & RETRACTED)

    def respond(self) -> Prepared:
        _, theirs, at_s = self._rated()
        message = {"source": theirs.source.address, "deal": theirs.deal, "side": 0, "digest": REASON}
        arguments = (theirs.source, theirs.deal, 0, entry_of(theirs, at_s), REASON)
        act = Act(theirs.ledger, "respond", arguments, "Respond", message | {"deadline": self.deadline})
        return act, lambda: bool(slots(theirs.ledger, theirs)[0] & RESPONDED)


ACTS = (
    *("announce", "set_resource_state", "confirm", "deny", "request", "cancel"),
    *("create_space", "issue_ticket", "renounce_ticket", "host_gathering"),
    *("open", "release", "accept_claim", "dispute", "finish", "refund", "claim_damage", "rule"),
    *("pay", "refund_after", "commit", "respond", "retract"),
)


@pytest.fixture
def world(request: Any, wallet: Wallet, deadline: int) -> World:
    """What has to be there before the wallet acts."""
    return World(request, wallet, deadline)


@pytest.mark.parametrize("name", ACTS)
def test_wallet__two_owners_execute__acts_and_one_alone_does_not(
    world: World, wallet: Wallet, relayer: Any, name: str
) -> None:
    act, done = getattr(world, name)()
    assert not done()
    for keys in (OWNERS[:1], (OWNERS[0], OWNERS[0]), (OWNERS[0], NEWCOMER)):
        with ape.reverts("wallet: too few signatures"):
            wallet.but(*keys).execute(act, relayer)
    assert not done()
    wallet.execute(act, relayer)
    assert done()


@pytest.mark.parametrize("name", ACTS)
def test_wallet__two_owners_sign__acts_and_one_alone_or_another_wallet_does_not(
    world: World, wallet: Wallet, foreign: Wallet, relayer: Any, name: str
) -> None:
    act, done = getattr(world, name)()
    refused = [wallet.but(*keys).authorise(act) for keys in (OWNERS[:1], (OWNERS[0], NEWCOMER))]
    refused.append((wallet.address, *foreign.authorise(act)[1:]))
    for auth in refused:
        with ape.reverts("auth: bad signature"):
            act.send(auth, relayer)
    assert not done()
    act.send(wallet.authorise(act), relayer)
    assert done()


@pytest.mark.parametrize("name", ACTS)
def test_wallet__owner_replaced_after_signing__has_to_sign_anew(
    world: World, wallet: Wallet, relayer: Any, name: str
) -> None:
    act, done = getattr(world, name)()
    signed = wallet.authorise(act)
    renewed = wallet.rotate(OWNERS[0], NEWCOMER, relayer)
    with ape.reverts("auth: bad signature"):
        act.send(signed, relayer)
    assert not done()
    act.send(renewed.authorise(act), relayer)
    assert done()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("confirm", "bookings: not the owner"),
        ("request", "bookings: not the requester"),
        ("issue_ticket", "spaces: not the owner"),
        ("host_gathering", "spaces: not a member"),
        ("open", "escrow: not the payer"),
        ("refund", "escrow: not the payee"),
        ("rule", "escrow: not the arbitrator"),
        ("refund_after", "payments: not the payee"),
        ("commit", "reputation: not the rater"),
    ],
)
def test_wallet__another_wallet_in_its_own_name__is_not_this_member(
    world: World, foreign: Wallet, relayer: Any, name: str, reason: str
) -> None:
    act, done = getattr(world, name)()
    with ape.reverts(reason):
        act.send(foreign.authorise(act), relayer)
    assert not done()


def test_wallet__signature_used_once__does_not_pay_twice(world: World, wallet: Wallet, relayer: Any) -> None:
    act, done = world.pay()
    auth = wallet.authorise(act)
    act.send(auth, relayer)
    with ape.reverts("auth: nonce used"):
        act.send(auth, relayer)
    assert done()


def test_wallet__native_coin__is_paid_and_received_by_execution(
    world: World, wallet: Wallet, payments: Any, escrow: Any, payer: Any, payee: Any, relayer: Any
) -> None:
    payer.transfer(wallet.address, 10_000)
    before = payee.balance
    data = payments.pay.encode_input(payee, NATIVE, 300, ZERO, 0, EMPTY_AUTH)
    wallet.call(payments, data, relayer, value=300)
    assert payee.balance == before + 300
    coin = world._deal(payee=wallet.address).but(token=NATIVE)
    escrow.open(coin.core, coin.rest, EMPTY_AUTH, sender=payer, value=coin.total)
    escrow.release(coin.core, EMPTY_AUTH, sender=payer)
    assert wallet.contract.balance == 9_700 + coin.price
    assert escrow.claimable(wallet.address, NATIVE) == 0


def test_wallet__by_the_router__opens_and_requests(
    world: World, wallet: Wallet, router: Any, escrow: Any, bookings: Any, relayer: Any
) -> None:
    asking, asked = world.request()
    opening, opened = world._open(
        world._deal(payer=wallet.address).but(booking=bytes(bookings.request_id(asking.arguments[0])))
    )
    both = (escrow, *opening.arguments, wallet.authorise(opening), bookings, *asking.arguments)
    with ape.reverts("auth: bad signature"):
        router.open_and_request(*both, wallet.but(OWNERS[0]).authorise(asking), sender=relayer)
    assert not opened()
    router.open_and_request(*both, wallet.authorise(asking), sender=relayer)
    assert opened()
    assert asked()


def test_wallet__both_ratings_at_once__needs_two_owners_for_its_own(
    world: World, wallet: Wallet, payer: Any, relayer: Any
) -> None:
    mine = world._rating()
    theirs = replace(mine, rater=payer.address, subject=wallet.address, side=0, score=4)
    for keys in (OWNERS[:1], (OWNERS[0], NEWCOMER)):
        with ape.reverts("auth: bad signature"):
            rate_both(theirs, mine, payer, (EMPTY_AUTH, wallet.but(*keys).authorise(world._opinion(mine))))
    rate_both(theirs, mine, payer, (EMPTY_AUTH, wallet.authorise(world._opinion(mine))))
    assert reputation(theirs, wallet.address)[2] == reputation(mine, payer)[2] == 1


def test_multisig__is_changed_only_by_itself(wallet: Wallet, stranger: Any, relayer: Any) -> None:
    with ape.reverts("wallet: not the wallet"):
        wallet.contract.rotate(OWNERS[0].address, stranger, sender=stranger)
    renewed = wallet.rotate(OWNERS[0], NEWCOMER, relayer)
    assert not wallet.contract.is_owner(OWNERS[0].address)
    with ape.reverts("wallet: too few signatures"):
        wallet.rotate(NEWCOMER, OWNERS[0], relayer)
    renewed.rotate(NEWCOMER, OWNERS[0], relayer)
    assert wallet.contract.is_owner(OWNERS[0].address)
