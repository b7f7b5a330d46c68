"""The ratings of one deal on the real `ReputationLedger`, with the real `Escrow` as its source."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.booking_values import DAY_S
from contracts.compiling import typed_data
from contracts.escrow.deal import HOUR_S, NATIVE, Deal
from contracts.exits.chain import GENESIS_S, PLENTY, Chain
from contracts.exits.search import ANYBODY, Act, FindingError, View
from contracts.signing import EMPTY_AUTH
from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

SIDES = ("payer", "payee")
WEEK_S, RIGHT_S = 7 * DAY_S, 60 * DAY_S
SCORES, SALT, EVIDENCE = (5, 1), b"\x51" * 32, bytes(32)
UNIT = 2**40
SLOT, COMMITTED_BIT = 2**112 - 1, 2**111
EMPTY, SEALED, FORFEITED, COUNTED = "not rated", "sealed", "forfeited", "counted"
ENTRY = ["address", "address", "uint256", "uint256", "uint256"]


@dataclass(frozen=True)
class Rated:
    """Where each side stands; `clock` is what the sealed ones wait for."""

    sides: tuple[str, str]
    slots: tuple[int, int]
    may_seal: tuple[bool, bool]
    now: int


class RatingWorld:
    """A deal that is closed; nobody has rated yet. With `exact`, the stored word tells states apart."""

    def __init__(self, exact: bool = False) -> None:
        self.name, self.exact, self.parties = "ratings", exact, (*SIDES, ANYBODY)
        chain = self.chain = Chain()
        chain.at(GENESIS_S)
        self.key = Account.from_key(keccak(text="payee"))
        self.roles = {"payer": chain.role("payer"), "payee": self.key.address, ANYBODY: chain.role(ANYBODY)}
        self.roles["both"] = self.roles["payer"]
        chain.env.set_balance(self.key.address, PLENTY)
        self.escrow, self.ledger = chain.deploy("Escrow"), chain.deploy("ReputationLedger")
        self.deal = Deal(
            payer=self.roles["payer"],
            payee=self.roles["payee"],
            token=NATIVE,
            deliver_by=GENESIS_S + HOUR_S,
            return_by=GENESIS_S + HOUR_S,
        )
        core, payer = self.deal.core, self.roles["payer"]
        chain.must(payer, self.escrow, "open", core, self.deal.rest, EMPTY_AUTH, value=self.deal.total)
        chain.must(self.roles["payee"], self.escrow, "finish", core, EMPTY_AUTH)
        chain.must(payer, self.escrow, "release", core, EMPTY_AUTH)
        self.id = bytes(chain.ask(self.escrow, "escrow_id", core))
        self.place = (self.escrow.address, self.id)
        self.times = [GENESIS_S]
        self.together = self._signed_together()

    def _facts(self, side: int) -> tuple[Any, ...]:
        rater, subject = self.roles[SIDES[side]], self.roles[SIDES[1 - side]]
        return rater, subject, self.deal.service, self.deal.price

    def _signed_together(self) -> bytes:
        """Both say it at once: the payer sends, the payee has signed."""
        chain_id, deadline = int(self.chain.env.evm.patch.chain_id), GENESIS_S + 10**9
        signed = self.key.sign_typed_data(
            {
                "name": "Allmende Reputation",
                "version": "1",
                "chainId": chain_id,
                "verifyingContract": self.ledger.address,
            },
            {"Rate": typed_data("ReputationLedger")["Rate"]},
            {
                "source": self.escrow.address,
                "deal": self.id,
                "side": 1,
                "score": SCORES[1],
                "evidence": EVIDENCE,
                "deadline": deadline,
            },
        )
        opinions = [(score, EVIDENCE) for score in SCORES]
        auths = [EMPTY_AUTH, (self.key.address, deadline, bytes(signed.signature))]
        return self.ledger.data("rate_both", self.escrow.address, self.deal.terms, opinions, auths)

    def act(self, by: str, name: str, *values: Any, called: str = "") -> Act:
        """An act on the ledger."""
        data = self.ledger.data(name, *values)
        return Act(by, called or name, self.roles[by], self.ledger.address, data)

    def acts(self, view: View) -> Iterator[Act]:
        rated: Rated = view.detail
        self.times.append(rated.now)
        for side, role in enumerate(SIDES):
            sealed = self.chain.ask(
                self.ledger, "commitment_of", *self.place, side, SCORES[side], EVIDENCE, SALT
            )
            terms = (self.escrow.address, self.deal.terms, side, sealed, EMPTY_AUTH)
            yield self.act(role, "commit", *terms, called="seal")
            said = (SCORES[side], EVIDENCE, SALT)
            yield self.act(
                role, "reveal", *self.place, side, *self._facts(side), *said, called="open the seal"
            )
            if rated.sides[side] == COUNTED:
                entry = self._entry(side, rated.slots[side])
                other = SIDES[1 - side]
                yield self.act(role, "retract", *self.place, side, entry, EMPTY_AUTH)
                yield self.act(other, "respond", *self.place, side, entry, b"\1" * 32, EMPTY_AUTH)
        yield Act("both", "rate at once", self.roles["payer"], self.ledger.address, self.together)

    def _entry(self, side: int, slot: int) -> tuple[Any, ...]:
        """The rating as it was counted, found by the receipt."""
        for when in self.times:
            entry = (*self._facts(side)[:3], UNIT, when)
            mark = int.from_bytes(keccak(encode(ENTRY, entry)), "big") & 2**105 - 1
            if mark == slot >> 6:
                return entry
        raise FindingError("a receipt of no rating")

    def view(self) -> View:
        now = self.chain.now
        word = self.chain.ask(self.ledger, "commit_word", *self.place)
        slots = (word & SLOT, word >> 112 & SLOT)
        since = word >> 224
        opens = since if all(slots) else since + WEEK_S
        sealed = [bool(slot & COMMITTED_BIT) for slot in slots]
        sides = tuple(
            (SEALED if now < opens + WEEK_S else FORFEITED) if is_sealed else COUNTED if slot else EMPTY
            for slot, is_sealed in zip(slots, sealed, strict=True)
        )
        closed_s = GENESIS_S + RIGHT_S
        in_time = now < closed_s and (not word or now < since + WEEK_S)
        may_seal = tuple(in_time and not slot for slot in slots)
        clocks = {}
        if SEALED in sides:
            clocks["reveal_from"], clocks["reveal_by"] = opens, opens + WEEK_S
        if any(may_seal):
            clocks["right ends"] = closed_s
            if word:
                clocks["seal_by"] = since + WEEK_S
        marks = tuple(slot >> 4 & 3 if not slot & COMMITTED_BIT else 0 for slot in slots)
        facts = (sides, marks, may_seal, *((word,) if self.exact else ()))
        self._check_counts(sides, marks)
        node = " · ".join(
            f"{which} {side}" for which, side in zip(("one", "other"), sorted(sides), strict=True)
        )
        return View(facts, clocks, node, SEALED not in sides, {}, Rated(sides, slots, may_seal, now))  # type: ignore[arg-type]

    def _check_counts(self, sides: tuple[str, ...], marks: tuple[int, ...]) -> None:
        """What was counted, and nothing else, stands in the sums.

        Raises:
            FindingError: it is not so.
        """
        for side, (status, mark) in enumerate(zip(sides, marks, strict=True)):
            about = (self.escrow.address, self.roles[SIDES[1 - side]], self.deal.service)
            count = self.chain.ask(self.ledger, "reputation", *about)[2]
            if count != (status == COUNTED and not mark & 2):
                raise FindingError(f"{count} ratings by the {SIDES[side]}, whose rating is {status}")

    def check(self, before: View, act: Act, after: View) -> None:
        """A rating that is counted or forfeited stays so, and nobody rates for another."""
        for side, (was, is_) in enumerate(zip(before.detail.sides, after.detail.sides, strict=True)):
            if was in (COUNTED, FORFEITED) and is_ != was:
                raise FindingError(f"{was} became {is_}")
            if was != is_ and act.by not in ("both", SIDES[side]):
                raise FindingError(f"{act.by} changed the rating of the {SIDES[side]}")
