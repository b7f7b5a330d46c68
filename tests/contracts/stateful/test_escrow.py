"""A state machine over several escrows, compared step by step with a plain Python oracle, on titanoboa.

After every step: paid + refunded + fees + held = funded per escrow (what waits as claimable counts as paid to
whom it belongs), every balance and claimable equals the oracle's, what is held and owed is covered. At the
end of every run each party alone closes every escrow by nothing but time and `expire`.
"""

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boa
import pytest
from contracts.booking_values import announcement, on_grid, request_of
from contracts.compiling import search_paths, source_path, typed_data
from contracts.escrow.deal import (
    DAY_S,
    DEPOSIT_CLOSED,
    DONE,
    EVIDENCE,
    HOUR_S,
    NATIVE,
    PRICE_CLOSED,
    PRICE_DISPUTED,
    Deal,
    live_of,
    receipt_of,
)
from contracts.signing import EMPTY_AUTH, reachable
from contracts.stateful.escrow_oracle import Escrow, RefusedError
from effort import floor_of, part_of
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.crypto import keccak
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

RUNS, STEPS_A_RUN, STEPS_AT_LEAST = part_of(240), 50, floor_of(10_000)
REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
GENESIS_S = 1_800_000_000
# from here on the request that nobody answered has expired
UNANSWERED_S = GENESIS_S + 48 * HOUR_S
PLENTY = 10**30
HONEST, FALSE = 0, 2
STEPS: Counter[str] = Counter()


class World:
    """What all runs share: deployed once, then rolled back after each run."""

    def __init__(self) -> None:
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        env = boa.env
        env.evm.patch.timestamp = GENESIS_S
        self.chain_id = int(env.evm.patch.chain_id)
        self.key = env.generate_address("key")
        self.stranger = env.generate_address("stranger")
        self.arbitrator = env.generate_address("arbitrator")
        self.escrow = boa.load(str(source_path("Escrow")))
        self.token = boa.load(str(source_path("MockHostileToken")))
        # one payer and one payee are contract wallets that may refuse the native coin
        self.wallets = [boa.load(str(source_path("MockWallet")), self.key) for _ in range(2)]
        self.payers = [env.generate_address("payer"), str(self.wallets[0].address)]
        self.payee_key = Account.from_key(b"\1" * 32)
        self.payees = [self.payee_key.address, str(self.wallets[1].address)]
        self.second = env.generate_address("second arbitrator")
        self.members = [*self.payers, *self.payees, self.arbitrator, self.second]
        # one booking that never came about and one that nobody answers, as `unwind` takes them
        self.bookings = boa.load(str(source_path("Bookings")))
        self.lost, self.standing = (self.booked(env, label) for label in ("lost", "standing"))
        made = request_values(self.lost)
        self.bookings.deny(made, bytes(32), EMPTY_AUTH, sender=self.payees[0])
        self.tokens = [NATIVE, str(self.token.address)]
        for member in self.members:
            env.set_balance(member, PLENTY)
            self.token.mint(member, PLENTY)
            self.token.approve(self.escrow, 2**256 - 1, sender=member)

    def booked(self, env: Any, label: str) -> bytes:
        """A pending request for a thing of the first payee, ABI-encoded."""
        owner, asker = self.payees[0], self.payers[0]
        made = announcement(label)
        self.bookings.announce((made["terms"], made["digest"], made["salt"]), EMPTY_AUTH, sender=owner)
        resource = self.bookings.resource_id(owner, (made["terms"], made["digest"], made["salt"]))
        asked = request_of(resource, asker, on_grid(GENESIS_S + 5 * DAY_S))
        self.bookings.request(tuple(asked.values()), EMPTY_AUTH, sender=asker)
        return encode([REQUEST], [tuple(asked.values())])

    def booking_id(self, encoded: bytes) -> bytes:
        """The id of a request."""
        return keccak(encode(["uint256", "address"], [self.chain_id, str(self.bookings.address)]) + encoded)


def request_values(encoded: bytes) -> tuple[Any, ...]:
    """The struct of an ABI-encoded request."""
    return tuple(decode([REQUEST], encoded)[0])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The deployed contracts and the members."""
    with boa.swap_env(boa.Env()):
        yield World()


class EscrowMachine(RuleBasedStateMachine):
    """Acts of all members in any order, at any time, with receivers that fail."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.anchor = boa.env.anchor()
        self.anchor.__enter__()
        self.now = GENESIS_S
        boa.env.evm.patch.timestamp = self.now
        self.escrows: list[Escrow] = []
        self.refusing: set[str] = set()  # wallets that refuse the native coin
        self.token_refuses = False
        keys = [(m, t) for m in self.world.members for t in self.world.tokens]
        self.balances = dict.fromkeys(keys, PLENTY)
        self.waiting = dict.fromkeys(keys, 0)

    @initialize()
    def begin(self) -> None:
        """Every run starts with two deals, so that there is something to do."""
        self._open(0, 0, 0, 1_001, 5_003, 2, 3, 3_333, 6_667, True, 3, 2, 2)
        self._open(1, 1, 1, 7, 0, 4, 1, 10_000, 0, True)

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
        auth = self._agreement(deal, to_payee) if agrees else EMPTY_AUTH
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
        found = self._pick(pick)
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
        if amount == 0 or (what != NATIVE and self.token_refuses):
            reason = "escrow: payout refused" if amount else "escrow: nothing to claim"
            with boa.reverts(reason):
                self.world.escrow.claim(what, self.world.stranger, 0, EMPTY_AUTH, sender=who)
            return
        assert self.world.escrow.claim(what, self.world.stranger, 0, EMPTY_AUTH, sender=who) == amount
        self.waiting[who, what] = 0

    @rule(pick=st.integers(0, 5), which=st.integers(0, 3), late_s=st.integers(-1, 1))
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
            claimable = self.world.escrow.claimable(member, token)
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

    def _open(
        self, payer: int, payee: int, token: int, price: int, deposit: int, deliver_days: int,
        return_days: int, silent_payer_bps: int, silent_arbitrator_bps: int, with_arbitrator: bool,
        parts: int = 0, cancels: int = 0, rungs: int = 1, lost: bool = False,
    ) -> None:  # fmt: skip
        STEPS["open"] += 1
        total = price + deposit
        deliver_by = self.now + deliver_days * DAY_S
        parts = parts if price >= parts else 0
        amounts = [price // parts] * (parts - 1) + [price - price // parts * (parts - 1)] if parts else []
        dues = [deliver_by - (parts - 1 - at) * 5 * HOUR_S for at in range(parts)]
        schedule = ((12 * HOUR_S, 9_000), (0, 2_500))[:cancels] if price else ()
        ladder = ((self.world.arbitrator, 3 * DAY_S, min(50, total)), (self.world.second, DAY_S, 1))
        if total == 0:
            ladder = tuple((who, window_s, 0) for who, window_s, _ in ladder)
        deal = Deal(
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
        value = total if deal.token == NATIVE else 0
        send = {"sender": deal.payer, "value": value}
        if total == 0:
            with boa.reverts("escrow: nothing to hold"):
                self.world.escrow.open(deal.core, deal.rest, EMPTY_AUTH, **send)
            return
        self.world.escrow.open(deal.core, deal.rest, EMPTY_AUTH, **send)
        self.balances[deal.payer, deal.token] -= total
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

    def _agreement(self, deal: Deal, to_payee: int) -> tuple[str, int, bytes]:
        """The payee's signature under a split of the deal as it stands."""
        address, key = str(self.world.escrow.address), self.world.payee_key
        found = deal.id_at(self.world.chain_id, address)
        word, deadline = int(self.world.escrow.word(found)), 2**40
        signed = key.sign_typed_data(
            {
                "name": "Allmende Escrow",
                "version": "1",
                "chainId": self.world.chain_id,
                "verifyingContract": address,
            },
            reachable(typed_data("Escrow"), "Split"),
            {"escrow": found, "to_payee": to_payee, "word": word, "deadline": deadline},
        )
        return key.address, deadline, bytes(signed.signature)

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
        self.escrows[self.escrows.index(found)] = model
        token = model.deal.token
        for member, amount in payouts:
            refused = member in self.refusing if token == NATIVE else self.token_refuses
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
        return int(boa.env.get_balance(member) if token == NATIVE else self.world.token.balanceOf(member))


def test_escrows__under_any_order_of_acts__lose_no_unit_and_always_have_an_exit(world: World) -> None:
    EscrowMachine.world = world
    STEPS.clear()
    run_state_machine_as_test(
        EscrowMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS_A_RUN,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(STEPS.values()) >= STEPS_AT_LEAST, STEPS
    assert all(STEPS[name] > 0 for name in ("rule", "claim_damage", "dispute", "expire", "claim", "refund",
         "release_part", "cancel", "unwind", "split"))  # fmt: skip
