"""The state of one run over several escrows: how deals are made, how an act is played on contract and oracle,
and what is compared after every step and at the end."""

import copy
from collections import Counter
from typing import Any

import boa
from contracts.escrow.deal import (
    DAY_S,
    DEPOSIT_CLOSED,
    DONE,
    HOUR_S,
    NATIVE,
    PRICE_CLOSED,
    PRICE_DISPUTED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.signing import EMPTY_AUTH
from contracts.stateful.deployed import answer
from contracts.stateful.escrow_oracle import Escrow, RefusedError
from contracts.stateful.escrow_world import GENESIS_S, PLENTY, World
from contracts.stateful.funding_oracle import Allowances
from hypothesis.stateful import RuleBasedStateMachine, invariant

STEPS: Counter[str] = Counter()


class EscrowRun(RuleBasedStateMachine):
    """Deals of all members, their balances, and receivers that fail."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.anchor = boa.env.anchor()
        self.anchor.__enter__()
        self.now = GENESIS_S
        boa.env.evm.patch.timestamp = self.now
        self.escrows: list[Escrow] = []
        self.allowances = Allowances()
        self.refusing: set[str] = set()  # wallets that refuse the native coin
        self.token_refuses = False
        keys = [(m, t) for m in self.world.members for t in self.world.tokens]
        self.balances = dict.fromkeys(keys, PLENTY)
        self.waiting = dict.fromkeys(keys, 0)

    @invariant()
    def chain_and_oracle_agree_and_no_unit_is_lost(self) -> None:
        """Words, then legs and sums, then balances; read once, because views are what a step costs."""
        held = dict.fromkeys(self.world.tokens, 0)
        for found in self.escrows:
            word = self._word(found)
            self._compare_word(found, word)
            held_here = self._held(found.deal, word)
            assert found.paid + found.refunded + found.fees + held_here == found.deal.total
            held[found.deal.token] += held_here
        owed = dict.fromkeys(self.world.tokens, 0)
        for (member, token), amount in self.balances.items():
            assert self._balance(member, token) == amount
            claimable = answer(str(self.world.escrow.address), "claimable", "address,address", member, token)
            assert claimable == self.waiting[member, token]
            owed[token] += claimable
        for token in self.world.tokens:
            assert held[token] + owed[token] == self._balance(str(self.world.escrow.address), token)

    def teardown(self) -> None:
        """From here, each party alone closes everything by time, at the very second that the oracle names."""
        try:
            for party in (self.world.payers[0], self.world.payees[0], self.world.stranger):
                with boa.env.anchor():
                    for found in sorted(self.escrows, key=Escrow.ends_at):
                        if found.state == DONE:
                            continue
                        now = max(self.now, found.since + found.window_s) if found.rungs_left else self.now
                        for _ in range(found.rungs_left):
                            # every silent arbitrator is followed by the next; each has his own window
                            boa.env.evm.patch.timestamp = now
                            self.world.escrow.expire(found.deal.core, found.deal.rest, sender=party)
                            now += found.deal.ladder[-1][1]
                        boa.env.evm.patch.timestamp = max(now, found.ends_at())
                        self.world.escrow.expire(found.deal.core, found.deal.rest, sender=party)
                        assert self._word(found) & 15 == DONE
        finally:
            self.anchor.__exit__(None, None, None)

    def _deal(
        self, payer: int, payee: int, token: int, price: int, deposit: int, deliver_days: int,
        return_days: int, silent_payer_bps: int, silent_arbitrator_bps: int, with_arbitrator: bool,
        parts: int = 0, cancels: int = 0, rungs: int = 1, lost: bool = False,
    ) -> Deal:  # fmt: skip
        """Terms of one more deal."""
        total = price + deposit
        deliver_by = self.now + deliver_days * DAY_S
        parts = parts if price >= parts else 0
        amounts = [price // parts] * (parts - 1) + [price - price // parts * (parts - 1)] if parts else []
        dues = [deliver_by - (parts - 1 - at) * 5 * HOUR_S for at in range(parts)]
        schedule = ((12 * HOUR_S, 9_000), (0, 2_500))[:cancels] if price else ()
        ladder = ((self.world.arbitrator, 3 * DAY_S, min(50, total)), (self.world.second, DAY_S, 1))
        if total == 0:
            ladder = tuple((who, window_s, 0) for who, window_s, _ in ladder)
        return Deal(
            payer=self.world.payers[payer],
            payee=self.world.payees[payee],
            token=self.world.tokens[token],
            deliver_by=deliver_by,
            return_by=self.now + return_days * DAY_S,
            price=price,
            deposit=deposit,
            silent_payer_bps=silent_payer_bps,
            silent_arbitrator_bps=silent_arbitrator_bps,
            milestones=tuple(zip(amounts, dues, strict=True)),
            cancellations=schedule,
            ladder=ladder[:rungs] if with_arbitrator else (),
            booking=self.world.booking_id(self.world.lost if lost else self.world.standing),
            salt=len(self.escrows).to_bytes(32, "big"),
        )

    def _open(self, *terms: Any) -> None:
        """Fund a deal by the payer's own call."""
        STEPS["open"] += 1
        deal = self._deal(*terms)
        value = deal.total if deal.token == NATIVE else 0
        send = {"sender": deal.payer, "value": value}
        if deal.total == 0:
            with boa.reverts("escrow: nothing to hold"):
                self.world.escrow.open(deal.core, deal.rest, EMPTY_AUTH, **send)
            return
        self.world.escrow.open(deal.core, deal.rest, EMPTY_AUTH, **send)
        self._opened(deal)

    def _opened(self, deal: Deal) -> None:
        """The payer has paid."""
        self.balances[deal.payer, deal.token] -= deal.total
        self.escrows.append(Escrow(deal, since=self.now))

    def _act(
        self, name: str, pick: int, by: str, *arguments: int, with_rest: bool = False,
        oracle: tuple[int, ...] = (), tail: tuple[bytes, ...] = (),
    ) -> None:  # fmt: skip
        STEPS[name] += 1
        found = self._pick(pick)
        actor = {
            "payer": found.deal.payer,
            "payee": found.deal.payee,
            "arbitrator": self.world.arbitrator,
            "second": self.world.second,
            "stranger": self.world.stranger,
        }[by]
        rest = (found.deal.rest,) if with_rest else ()
        self._compare(
            found,
            lambda: getattr(self.world.escrow, name)(
                found.deal.core, *rest, *arguments, *tail, EMPTY_AUTH, sender=actor
            ),
            lambda model: getattr(model, name)(self.now, actor, *oracle),
        )

    def _compare(self, found: Escrow, on_chain: Any, by_oracle: Any) -> None:
        model = copy.copy(found)
        model.due = {}
        try:
            payouts = by_oracle(model)
        except RefusedError as refusal:
            with boa.reverts(str(refusal)):
                on_chain()
            return
        on_chain()
        STEPS["escalate"] += model.rung > found.rung
        self.escrows[self.escrows.index(found)] = model
        token = model.deal.token
        for member, amount in payouts:
            refused = self._refuses(member, token)
            (self.waiting if refused else self.balances)[member, token] += amount

    def _pick(self, pick: int) -> Escrow:
        return self.escrows[pick % len(self.escrows)]

    def _travel(self, moment_s: int) -> None:
        STEPS["travel"] += 1
        self.now = max(self.now, moment_s)
        boa.env.evm.patch.timestamp = self.now

    def _word(self, found: Escrow) -> int:
        address = str(self.world.escrow.address)
        return int(self.world.escrow.word(found.deal.id_at(self.world.chain_id, address)))

    @staticmethod
    def _compare_word(found: Escrow, word: int) -> None:
        if found.state == DONE:
            done = receipt_of(word)
            assert (done.outcome, done.paid) == (found.outcome, found.paid)
            return
        live = live_of(word)
        assert (live.state, live.since, live.outcome) == (found.state, found.since, found.outcome)
        assert (live.paid, live.claim, live.rung) == (found.paid, found.claim, found.rung)
        assert bool(live.flags & PRICE_DISPUTED) == found.price_disputed

    @staticmethod
    def _held(deal: Deal, word: int) -> int:
        """What the chain's own word says is still held."""
        if word & 15 == DONE:
            return 0
        live = live_of(word)
        price = 0 if live.flags & PRICE_CLOSED else deal.price - (live.paid - live.kept)
        return price + (0 if live.flags & DEPOSIT_CLOSED else deal.deposit)

    def _balance(self, member: str, token: str) -> int:
        if token == NATIVE:
            return int(boa.env.get_balance(member))
        return answer(token, "balanceOf", "address", member)

    def _refuses(self, member: str, token: str) -> bool:
        """Whether a payout cannot be delivered now."""
        if token == NATIVE:
            return member in self.refusing
        return token == self.world.tokens[1] and self.token_refuses
