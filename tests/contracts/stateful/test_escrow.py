"""A state machine over several escrows, compared step by step with a plain Python oracle, on titanoboa.

After every step: paid + refunded + fees + held = funded per escrow (what waits as claimable counts as paid to
whom it belongs), every balance and claimable equals the oracle's, what is held and owed is covered. At the
end of every run each party alone closes every escrow by nothing but time and `expire`.
"""

from collections.abc import Iterator

import boa
import pytest
from contracts.escrow.deal import DISPUTED, EVIDENCE, HOUR_S
from contracts.signing import EMPTY_AUTH
from contracts.stateful.escrow_machine import STEPS, EscrowRun
from contracts.stateful.escrow_oracle import Escrow, RefusedError
from contracts.stateful.escrow_world import UNANSWERED_S, World
from contracts.stateful.funding_oracle import ALLOWANCE, AUTHORISED, PERMIT, USED_PERMIT, WAYS
from contracts.stateful.independent_runs import run_independently
from effort import floor_of, part_of
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

RUNS, STEPS_A_RUN, STEPS_AT_LEAST = part_of(240), 50, floor_of(10_000)
HONEST, FALSE = 0, 2


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The deployed contracts and the members."""
    with boa.swap_env(boa.Env()):
        yield World()


class EscrowMachine(EscrowRun):
    """Acts of all members in any order, at any time, with receivers that fail."""

    @initialize()
    def begin(self) -> None:
        """Every run starts with two deals and an allowance, so that there is something to do."""
        self._open(0, 0, 0, 1_001, 5_003, 2, 3, 3_333, 6_667, True, 3, 2, 2)
        self._open(1, 1, 1, 7, 0, 4, 1, 10_000, 0, True)
        self.allow(0, 1_500)

    @precondition(lambda self: len(self.escrows) < 6)
    @rule(
        payer=st.integers(0, 1), payee=st.integers(0, 1), token=st.integers(0, 1),
        price=st.integers(0, 1_000), deposit=st.integers(0, 1_000),
        deliver_days=st.integers(1, 9), return_days=st.integers(1, 9),
        silent_payer_bps=st.integers(0, 10_000), silent_arbitrator_bps=st.integers(0, 10_000),
        with_arbitrator=st.sampled_from([True, True, True, False]),
        parts=st.integers(0, 3), cancels=st.integers(0, 2), rungs=st.integers(1, 2), lost=st.booleans(),
    )  # fmt: skip
    def open(
        self, payer: int, payee: int, token: int, price: int, deposit: int, deliver_days: int,
        return_days: int, silent_payer_bps: int, silent_arbitrator_bps: int, with_arbitrator: bool,
        parts: int, cancels: int, rungs: int, lost: bool,
    ) -> None:  # fmt: skip
        """A payer funds one more deal."""
        self._open(
            payer, payee, token, price, deposit, deliver_days, return_days,
            silent_payer_bps, silent_arbitrator_bps, with_arbitrator, parts, cancels, rungs, lost,
        )  # fmt: skip

    @precondition(lambda self: len(self.escrows) < 6)
    @rule(
        payer=st.sampled_from([0, 0, 0, 1]), payee=st.integers(0, 1), price=st.integers(1, 1_000),
        deposit=st.integers(0, 1_000), parts=st.integers(0, 3), way=st.sampled_from(WAYS),
        by_payer=st.sampled_from([True, True, False]),
    )  # fmt: skip
    def open_funded(
        self, payer: int, payee: int, price: int, deposit: int, parts: int, way: str, by_payer: bool
    ) -> None:
        """A deal is funded by a signature for the token, sent by the payer or by a stranger."""
        STEPS["open_funded"] += 1
        deal = self._deal(payer, payee, 2, price, deposit, 2, 3, 5_000, 2_500, True, parts)
        has_key = deal.payer == self.world.payers[0]
        how = self.world.funding(way, deal) if way != ALLOWANCE else (0, 0, 0, bytes(32), bytes(32))
        if way == USED_PERMIT and has_key:
            _, deadline, *parts_of = how
            self.world.signed_token.permit(
                deal.payer, self.world.escrow, deal.total, deadline, *parts_of, sender=self.world.stranger
            )
            self.allowances.used_before(deal.payer, deal.total)
        sender = deal.payer if by_payer else self.world.stranger
        try:
            self.allowances.fund(deal.payer, deal.total, way, has_key, by_payer)
        except RefusedError as refusal:
            with boa.reverts(str(refusal)):
                self.world.escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=sender)
            return
        self.world.escrow.open_funded(deal.core, deal.rest, how, EMPTY_AUTH, sender=sender)
        STEPS[f"funded by {way}"] += 1
        self._opened(deal)

    @rule(payer=st.integers(0, 1), amount=st.integers(0, 2_000))
    def allow(self, payer: int, amount: int) -> None:
        """A payer lets the escrow take something of the token that takes signatures."""
        STEPS["allow"] += 1
        who = self.world.payers[payer]
        self.world.signed_token.approve(self.world.escrow, amount, sender=who)
        self.allowances.given[who] = amount

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payer"] * 4 + ["payee"]), amount=st.integers(0, 900))
    def release_part(self, pick: int, by: str, amount: int) -> None:
        self._act("release_part", pick, by, amount, oracle=(amount,))

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payer", "payer", "payer", "payee"]))
    def cancel(self, pick: int, by: str) -> None:
        self._act("cancel", pick, by, with_rest=True)

    @rule(
        pick=st.integers(0, 5), part_bps=st.integers(0, 10_100), signed=st.sampled_from([True, True, False])
    )
    def split(self, pick: int, part_bps: int, signed: bool) -> None:
        """The payer calls with the signature of the payee who has a key, if he is the payee and agrees."""
        found = self._pick(pick)
        to_payee = found.held * part_bps // 10_000
        deal, escrow = found.deal, self.world.escrow
        agrees = signed and deal.payee == self.world.payees[0]
        auth = self.world.agreement(deal, to_payee) if agrees else EMPTY_AUTH
        self._compare(
            found,
            lambda: escrow.split(deal.core, to_payee, EMPTY_AUTH, auth, sender=deal.payer),
            lambda model: model.split(self.now, deal.payer, deal.payee if agrees else deal.payer, to_payee),
        )
        STEPS["split"] += 1

    @rule(pick=st.integers(0, 5))
    def unwind(self, pick: int) -> None:
        """A stranger shows the booking of the deal."""
        found = self._pick(pick)
        lost = found.deal.booking == self.world.booking_id(self.world.lost)
        shown = self.world.lost if lost else self.world.standing
        self._compare(
            found,
            lambda: self.world.escrow.unwind(
                found.deal.core, self.world.bookings.address, shown, sender=self.world.stranger
            ),
            lambda model: model.unwind(self.now, lost or self.now >= UNANSWERED_S),
        )
        STEPS["unwind"] += 1

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payer", "payer", "payer", "payee"]))
    def release(self, pick: int, by: str) -> None:
        self._act("release", pick, by)

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payee", "payee", "payee", "arbitrator"]))
    def finish(self, pick: int, by: str) -> None:
        self._act("finish", pick, by)

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payee", "payer", "stranger"]))
    def refund(self, pick: int, by: str) -> None:
        self._act("refund", pick, by)

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payee"] * 6 + ["payer"]), amount=st.integers(0, 1_001))
    def claim_damage(self, pick: int, by: str, amount: int) -> None:
        self._act("claim_damage", pick, by, amount, with_rest=True, oracle=(amount,), tail=(EVIDENCE,))

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payer", "payer", "payee"]))
    def accept_claim(self, pick: int, by: str) -> None:
        self._act("accept_claim", pick, by)

    @rule(pick=st.integers(0, 5), by=st.sampled_from(["payer"] * 6 + ["payee"]))
    def dispute(self, pick: int, by: str) -> None:
        self._act("dispute", pick, by, with_rest=True, tail=(EVIDENCE,))

    @rule(
        pick=st.integers(0, 5), by=st.sampled_from(["arbitrator"] * 5 + ["second"] * 2 + ["payee"]),
        part_bps=st.integers(0, 10_100), fee=st.integers(0, 60),
    )  # fmt: skip
    def decide(self, pick: int, by: str, part_bps: int, fee: int) -> None:
        """The arbitrator rules; a share above the whole is refused."""
        deal = self._pick(pick)
        to_payee = (deal.price_left * deal.price_disputed + deal.claim) * part_bps // 10_000
        self._act("rule", pick, by, to_payee, fee, with_rest=True, oracle=(to_payee, fee), tail=(EVIDENCE,))

    @rule(pick=st.integers(0, 5))
    def expire(self, pick: int) -> None:
        """A stranger calls."""
        self._expire(self._pick(pick))

    @precondition(lambda self: any(found.state == DISPUTED for found in self.escrows))
    @rule(pick=st.integers(0, 5), late_s=st.sampled_from([0, 0, 1, -1]))
    def leave_to_the_next_arbitrator(self, pick: int, late_s: int) -> None:
        """An arbitrator lets his window pass; the ladder goes on, or it ends in silence."""
        disputed = [found for found in self.escrows if found.state == DISPUTED]
        found = disputed[pick % len(disputed)]
        self._travel(found.since + found.window_s + late_s)
        self._expire(found)

    def _expire(self, found: Escrow) -> None:
        self._compare(
            found,
            lambda: self.world.escrow.expire(found.deal.core, found.deal.rest, sender=self.world.stranger),
            lambda model: model.expire(self.now),
        )
        STEPS["expire"] += 1

    @rule(member=st.integers(0, 5), token=st.integers(0, 1))
    def claim(self, member: int, token: int) -> None:
        """A member withdraws to a stranger, who always can receive the native coin."""
        who, what = self.world.members[member], self.world.tokens[token]
        amount = self.waiting[who, what]
        STEPS["claim"] += 1
        if amount == 0 or (what == self.world.tokens[1] and self.token_refuses):
            reason = "escrow: payout refused" if amount else "escrow: nothing to claim"
            with boa.reverts(reason):
                self.world.escrow.claim(what, self.world.stranger, 0, EMPTY_AUTH, sender=who)
            return
        assert self.world.escrow.claim(what, self.world.stranger, 0, EMPTY_AUTH, sender=who) == amount
        self.waiting[who, what] = 0

    @rule(pick=st.integers(0, 5), which=st.integers(0, 9), late_s=st.integers(-1, 1))
    def travel_to_a_deadline(self, pick: int, which: int, late_s: int) -> None:
        """Time goes to the second before, at or after something changes; never back."""
        moments = self._pick(pick).deadlines()
        self._travel(moments[which % len(moments)] + late_s)

    @rule(hours=st.integers(1, 40))
    def travel(self, hours: int) -> None:
        self._travel(self.now + hours * HOUR_S)

    @rule(which=st.integers(0, 2), refuses=st.booleans(), mode=st.sampled_from([1, 3]))
    def change_receivers(self, which: int, refuses: bool, mode: int) -> None:
        """A wallet starts or stops to refuse the native coin, or the token to pay out."""
        STEPS["change_receivers"] += 1
        if which == 2:
            self.world.token.set_mode(HONEST, FALSE if refuses else HONEST)
            self.token_refuses = refuses
            return
        found = self.world.wallets[which]
        found.set_mode(0, mode if refuses else 0, sender=self.world.key)
        (self.refusing.add if refuses else self.refusing.discard)(str(found.address))


def test_escrows__under_any_order_of_acts__lose_no_unit_and_always_have_an_exit(world: World) -> None:
    EscrowMachine.world = world
    STEPS.clear()
    run_independently(EscrowMachine, RUNS, STEPS_A_RUN)
    assert sum(STEPS.values()) >= STEPS_AT_LEAST, STEPS
    assert all(STEPS[name] > 0 for name in ("rule", "claim_damage", "dispute", "expire", "claim", "refund",
         "release_part", "cancel", "unwind", "split", "escalate", "open_funded"))  # fmt: skip
    assert all(STEPS[f"funded by {way}"] > 0 for way in (ALLOWANCE, PERMIT, USED_PERMIT, AUTHORISED))
