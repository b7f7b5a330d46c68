"""One small deal on the real `Escrow`: what is seen of it, and what holds in every state, for every act."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from contracts.booking_values import HOUR_S, announcement, request_of
from contracts.escrow.deal import (
    CLAIMED,
    DEPOSIT_CLOSED,
    DISPUTED,
    DONE,
    PRICE_CLOSED,
    PRICE_DISPUTED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.exits.chain import GENESIS_S, PLENTY, Chain, Deployed
from contracts.exits.escrow_acts import Agreement, acts_of_booking, acts_of_court, acts_of_deal
from contracts.exits.escrow_terms import DEALS, small
from contracts.exits.escrow_written import Left
from contracts.exits.search import ANYBODY, Act, FindingError, View
from contracts.signing import EMPTY_AUTH
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
REVERTS = 1
# what `case_state` says of a ruling
FOR_PAYER, FOR_PAYEE = 3, 4
PENDING, LOST, WAS_GRANTED = 1, (3, 4, 5), 1 << 44
CLOSED = "closed"
OBJECT_BY, CLAIM_BY, ANSWER_BY, RULE_BY, CANCEL = "object_by", "claim_by", "answer_by", "rule_by", "cancel"


class EscrowWorld:
    """A deal by its name in `DEALS`, opened. With `exact`, states differ by everything that is stored."""

    def __init__(self, name: str, exact: bool = False) -> None:
        traits: dict[str, Any] = dict(DEALS[name])
        self.name, self.exact, self.chain = name, exact, Chain()
        chain = self.chain
        chain.at(GENESIS_S)
        key = Account.from_key(keccak(text="payee"))
        self.roles = {
            role: chain.role(role) for role in ("payer", "arbitrator", "second arbitrator", "court", ANYBODY)
        }
        self.elsewhere = chain.role("elsewhere")
        self.roles["both"] = self.roles["payer"]
        self.roles["payee"] = key.address
        chain.env.set_balance(key.address, PLENTY)
        self.escrow = chain.deploy("Escrow")
        if traits.pop("refuses", False):
            wallet = chain.deploy("MockWallet", ("address",), key.address)
            chain.must(key.address, wallet, "set_mode", 0, REVERTS)
            chain.env.set_balance(wallet.address, PLENTY)
            self.roles["payee"] = wallet.address
        people = ["arbitrator", "second arbitrator"][: traits.pop("rungs", 0)]
        addresses = [self.roles[person] for person in people]
        self.adapter: Deployed | None = None
        if traits.pop("court", False):
            self.court = chain.deploy("MockCourt", ("uint256",), 0)
            self.adapter = chain.deploy("Court792", ("address", "bytes"), self.court.address, b"")
            addresses.append(self.adapter.address)
        self.request: dict[str, Any] | None = None
        if traits.pop("booked", False):
            traits["booking"] = self._book()
        self.token: Deployed | None = None
        if not traits.pop("coin", True):
            self.token = chain.deploy("MockToken", ("string", "string", "uint8"), "Demo Euro", "dEUR", 2)
            traits["token"] = self.token.address
        self.deal: Deal = small(self.roles["payer"], self.roles["payee"], tuple(addresses), **traits)
        self.core, self.rest = self.deal.core, self.deal.rest
        self.arbitrators = [
            (person, *rung[1:]) for person, rung in zip(people, self.deal.ladder, strict=False)
        ]
        self.parties = ("payer", "payee", *people, ANYBODY)
        self.payable = ("payer", "payee", *people)
        self._open()
        self.agreement = Agreement(self.roles["payee"], key.key, self.escrow.address, self._chain_id())

    def _chain_id(self) -> int:
        return int(self.chain.env.evm.patch.chain_id)

    def _open(self) -> None:
        payer, value = self.roles["payer"], self.deal.total
        if self.token is not None:
            for role in self.payable:
                self.chain.must(payer, self.token, "mint", self.roles[role], PLENTY)
            self.chain.must(payer, self.token, "approve", self.escrow.address, 2**256 - 1)
            value = 0
        self.chain.must(payer, self.escrow, "open", self.core, self.rest, EMPTY_AUTH, value=value)
        self.id = self.deal.id_at(self._chain_id(), self.escrow.address)
        self._word_data = self.escrow.data("word", self.id)

    def _book(self) -> bytes:
        """A request of the payer's for a thing of the payee's, nobody has answered it; its id."""
        self.bookings = self.chain.deploy("Bookings")
        made = tuple(announcement("thing", ttl_hours=1).values())
        self.chain.must(self.roles["payee"], self.bookings, "announce", made, EMPTY_AUTH)
        resource = self.chain.ask(self.bookings, "resource_id", self.roles["payee"], made)
        self.request = request_of(resource, self.roles["payer"], GENESIS_S + 4 * HOUR_S)
        values = tuple(self.request.values())
        self.chain.must(self.roles["payer"], self.bookings, "request", values, EMPTY_AUTH)
        self.encoded_request = encode([REQUEST], [values])
        self.booking_id = bytes(self.chain.ask(self.bookings, "request_id", values))
        return self.booking_id

    def act(
        self, by: str, name: str, *values: Any, with_: str = "", data: Callable[[], bytes] | None = None
    ) -> Act:
        """An act on the escrow."""
        said = self.escrow.data(name, *values) if data is None else data
        return Act(by, name, self.roles[by], self.escrow.address, said, with_)

    def acts(self, view: View) -> Iterator[Act]:
        yield from acts_of_deal(self, view.detail)
        if self.request is not None:
            yield from acts_of_booking(self)
        if self.adapter is not None:
            yield from acts_of_court(self)

    def word(self) -> int:
        """The stored word."""
        return int(self.chain.ask(self.escrow, "word", self.id))

    def waiting(self) -> list[str]:
        """Who could not be paid."""
        token = self.deal.token
        owed = {
            role: self.chain.ask(self.escrow, "claimable", self.roles[role], token) for role in self.payable
        }
        return [role for role, amount in owed.items() if amount]

    def asked(self) -> range:
        """The numbers of the disputes that the court was asked about."""
        return range(7, self.chain.ask(self.court, "next_number"))

    def view(self) -> View:
        word = self.word()
        left = self._left(word)
        answers = () if self.adapter is None else (self.asked(), *self._answers())
        if self.adapter is not None and left.state == DISPUTED:
            left = replace(left, ruling=self._ruling(left))
        sums, owed = self._sums(left)
        facts: tuple[Any, ...] = (
            left.state, left.rung, left.price, left.price_disputed, left.deposit, left.claim, owed,
            left.booking_lost, left.booking_may_be_lost, answers,
        )  # fmt: skip
        if self.exact:
            facts += (receipt_of(word) if left.done else live_of(word),)
        return View(facts, self._clocks(left), node_of(left), left.done, sums, left)

    def _left(self, word: int) -> Left:
        lost, may_be_lost = self._booking()
        if word & 15 == DONE:
            return Left(self.deal, DONE, 0, 0, False, 0, 0, 0, self.chain.now, lost, may_be_lost)
        live = live_of(word)
        price_open = not live.flags & PRICE_CLOSED
        return Left(
            deal=self.deal,
            state=live.state,
            rung=live.rung,
            price=self.deal.price - (live.paid - live.kept) if price_open else 0,
            price_disputed=bool(live.flags & PRICE_DISPUTED),
            deposit=0 if live.flags & DEPOSIT_CLOSED else self.deal.deposit,
            claim=live.claim,
            since=live.since,
            now=self.chain.now,
            booking_lost=lost,
            booking_may_be_lost=may_be_lost,
        )

    def _booking(self) -> tuple[bool, bool]:
        """Whether the booking is lost for good, and whether it can still be."""
        if self.request is None:
            return False, False
        state = self.chain.ask(self.bookings, "request_state", self.booking_id)
        word = self.chain.ask(self.bookings, "request_word", self.booking_id)
        lost = state in LOST and not word & WAS_GRANTED
        return lost, lost or state == PENDING

    def _answers(self) -> tuple[int, ...]:
        """What the court said to each question that can be asked about this deal."""
        claims = sorted({0, self.deal.deposit // 2, self.deal.deposit})
        asked = [(disputed, claim) for disputed in (False, True) for claim in claims]
        return tuple(self._answer(disputed, claim) for disputed, claim in asked)

    def _answer(self, price_disputed: bool, claim: int) -> int:
        assert self.adapter is not None
        rung = len(self.deal.ladder) - 1
        question = rung << 4 | (PRICE_DISPUTED * price_disputed) << 8 | claim << 160
        case = keccak(encode(["address", "bytes32", "uint256"], [self.escrow.address, self.id, question]))
        return int(self.chain.ask(self.adapter, "case_state", case))

    def _ruling(self, left: Left) -> int | None:
        """What the court leaves to the payee of what is in dispute."""
        answer = self._answer(left.price_disputed, left.claim)
        return {FOR_PAYER: 0, FOR_PAYEE: left.contested}.get(answer)

    def _sums(self, left: Left) -> tuple[dict[str, int], tuple[int, ...]]:
        """What each was paid or is owed, and what waits for each.

        Raises:
            FindingError: the contract has less, or more, than it holds and owes.
        """
        has = self._balance(self.escrow.address)
        owed = [0] * len(self.payable)
        if has != left.held:
            token = self.deal.token
            owed = [
                self.chain.ask(self.escrow, "claimable", self.roles[role], token) for role in self.payable
            ]
        if has != left.held + sum(owed):
            raise FindingError(f"the contract has {has}, holds {left.held} and owes {sum(owed)}")
        sums = {
            role: self._balance(self.roles[role]) - PLENTY + waiting
            for role, waiting in zip(self.payable, owed, strict=True)
        }
        sums["payer"] += self.deal.total
        # a claimable balance is its owner's, wherever he sends it
        sums["payee"] += self._balance(self.elsewhere) - (PLENTY if self.token is None else 0)
        return {**sums, "held": left.held}, tuple(owed)

    def _balance(self, address: str) -> int:
        if self.token is not None:
            return int(self.chain.ask(self.token, "balanceOf", address))
        return self.chain.coins(address)

    def _clocks(self, left: Left) -> dict[str, int]:
        """The deadlines that still matter; all of them where states are told apart exactly."""
        deal, every = self.deal, self.exact and not left.done
        found: dict[str, int] = {}
        if every or (left.price and not left.price_disputed):
            found[OBJECT_BY] = deal.object_by
            later = deal.price
            for number, (amount, due) in enumerate(deal.milestones[:-1]):
                later -= amount
                if every or left.price > later:
                    found[f"milestone {number + 1}"] = due + deal.object_s
            for before_s, bps in deal.cancellations:
                found[f"{CANCEL} {bps}"] = deal.deliver_by - before_s
        if every or (left.deposit and not left.claim):
            found[CLAIM_BY] = deal.claim_by
        if left.state == CLAIMED:
            found[ANSWER_BY] = left.since + deal.answer_s
        if left.state == DISPUTED:
            found[RULE_BY] = left.since + deal.ladder[left.rung][1]
        if left.booking_may_be_lost and not left.booking_lost:
            found["booking expires"] = GENESIS_S + HOUR_S
        return found

    def check(self, before: View, act: Act, after: View) -> None:
        """No unit is lost or made, and what moved went to those whom the terms name."""
        if sum(before.sums.values()) != self.deal.total or sum(after.sums.values()) != self.deal.total:
            raise FindingError(f"{dict(after.sums)} is not what was funded")
        for role in self.payable:
            if after.sums[role] < before.sums[role]:
                raise FindingError(f"{role} had to pay")
        earned = {role for role in self.payable[2:] if after.sums[role] > before.sums[role]}
        if earned and (act.name != "rule" or earned != {act.by}):
            raise FindingError(f"{earned} earned a fee")
        left: Left = before.detail
        for role in earned:
            if after.sums[role] - before.sums[role] > left.deal.ladder[left.rung][2]:
                raise FindingError("more than the fee cap")
        if before.done and not after.done:
            raise FindingError("closed, and open again")


def node_of(left: Left) -> str:
    """How the drawing names a state: which legs are open, and how."""
    if left.done:
        return CLOSED
    price = "in dispute" if left.price_disputed else "open" if left.price else "closed"
    deposit = "closed"
    if left.deposit:
        deposit = "open"
        if left.claim:
            deposit = "in dispute" if left.state == DISPUTED else "claimed"
    words = f"price {price}, deposit {deposit}"
    if left.state != DISPUTED:
        return words
    return (
        f"{words}, last arbitrator" if left.rung + 1 == len(left.deal.ladder) else f"{words}, others follow"
    )
