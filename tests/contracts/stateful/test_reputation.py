"""A state machine over deals and raters, compared step by step with a plain Python oracle, on titanoboa.

After every step the word of the deal, the count of the pair and the sums of the subject are the oracle's:
words and counts exactly, sums within the bound that `decay.vy` states. At the end of every run all are.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import boa
import pytest
from contracts.compiling import search_paths, source_path, typed_data
from contracts.signing import EMPTY_AUTH, reachable
from contracts.stateful.reputation_oracle import (
    HALF_LIFE_S,
    UNIT,
    WEEK_S,
    Deal,
    Ledger,
    RefusedError,
    low_bits,
)
from effort import floor_of, part_of
from eth_abi import encode
from eth_account import Account
from eth_utils import keccak, to_checksum_address
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

RUNS, STEPS_A_RUN, STEPS_AT_LEAST = part_of(80), 100, floor_of(10_000)
GENESIS_S = 1_800_000_000
SALT, EVIDENCE, DIGEST = b"\x51" * 32, b"\7" * 32, b"\x09" * 32
SLOT = 2**112 - 1
STEPS: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()

sides, scores = st.integers(0, 1), st.integers(1, 5)
picks = st.integers(0, 99)
by_whom = st.sampled_from(["right"] * 7 + ["other side", "stranger"])


class World:
    """What all runs share: deployed once, then rolled back after each run."""

    def __init__(self) -> None:
        boa.interpret.set_search_paths([str(path) for path in search_paths()])
        boa.env.evm.patch.timestamp = GENESIS_S
        self.chain_id = int(boa.env.evm.patch.chain_id)
        self.ledger = boa.load(str(source_path("ReputationLedger")))
        self.sources = [boa.load(str(source_path("MockRatingSource"))) for _ in range(2)]
        self.keys = [Account.from_key(keccak(text=f"member {number}")) for number in range(3)]
        members = [key.address for key in self.keys]
        # an address that ends like the first member's, without a key here: it sends, and never signs
        twin = to_checksum_address(f"0x{0x77 << 152 | low_bits(members[0]):040x}")
        self.members = [*members, twin]
        self.stranger = boa.env.generate_address("stranger")

    def signed(self, deal: Deal, side: int, score: int, deadline: int) -> tuple[str, int, bytes]:
        """What a member signs to rate at once with the other side."""
        key = next(key for key in self.keys if key.address == deal.sides[side])
        signature = key.sign_typed_data(
            full_message={
                "types": {
                    "EIP712Domain": [
                        {"name": "name", "type": "string"},
                        {"name": "version", "type": "string"},
                        {"name": "chainId", "type": "uint256"},
                        {"name": "verifyingContract", "type": "address"},
                    ],
                    **reachable(typed_data("ReputationLedger"), "Rate"),
                },
                "primaryType": "Rate",
                "domain": {
                    "name": "Allmende Reputation",
                    "version": "1",
                    "chainId": self.chain_id,
                    "verifyingContract": str(self.ledger.address),
                },
                "message": {
                    "source": deal.source,
                    "deal": deal.id_on(self.chain_id),
                    "side": side,
                    "score": score,
                    "evidence": EVIDENCE,
                    "deadline": deadline,
                },
            }
        ).signature
        return key.address, deadline, bytes(signature)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """The deployed contracts and the members."""
    with boa.swap_env(boa.Env()):
        yield World()


class ReputationMachine(RuleBasedStateMachine):
    """Everything that sides, subjects and strangers can do, in any order and at any time."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.anchor = boa.env.anchor()
        self.anchor.__enter__()
        self.now = GENESIS_S
        boa.env.evm.patch.timestamp = self.now
        self.model = Ledger()
        self.deals: list[Deal] = []

    @initialize()
    def begin(self) -> None:
        """Every run starts with two deals of the same pair and one of another rater."""
        for pair in ((0, 1), (0, 1), (2, 1)):
            self._finish(0, *pair, 1)

    @rule(source=st.sampled_from([0, 0, 0, 1]), first=st.integers(0, 3), second=st.integers(0, 3),
          service=st.sampled_from([1, 1, 1, 0]))  # fmt: skip
    def finish_a_deal(self, source: int, first: int, second: int, service: int) -> None:
        """A source gives one more deal, sometimes of a member with himself."""
        self._finish(source, first, second, service)

    @rule(pick=picks, side=sides, score=scores, by=by_whom)
    def commit(self, pick: int, side: int, score: int, by: str) -> None:
        deal = self._pick(pick)
        actor = self._actor(deal, side, by)
        sealed = self._commitment(deal, side, score)
        self._act(
            "commit", deal, side,
            lambda: self.world.ledger.commit(deal.source, deal.terms, side, sealed, EMPTY_AUTH, sender=actor),
            lambda model: model.commit(self.now, deal, side, score, actor),
        )  # fmt: skip

    @rule(pick=picks, score=scores, other=scores)
    def commit_both(self, pick: int, score: int, other: int) -> None:
        """Both sides seal, as most do."""
        self.commit(pick, 0, score, "right")
        self.commit(pick, 1, other, "right")

    @rule(pick=picks, side=sides, lie=st.sampled_from([0] * 7 + [1]))
    def reveal(self, pick: int, side: int, lie: int) -> None:
        """Anybody opens; sometimes another score than the one that was sealed."""
        deal = self._pick(pick)
        said = self.model.said.get((deal, side))
        score = (said.score if said else 1) % 5 + 1 if lie else (said.score if said else 1)
        rater, subject = deal.sides[side], deal.sides[1 - side]
        facts = (rater, subject, deal.service, deal.amount, score, EVIDENCE, SALT)
        self._act(
            "reveal", deal, side,
            lambda: self.world.ledger.reveal(
                deal.source, deal.id_on(self.world.chain_id), side, *facts, sender=self.world.stranger
            ),
            lambda model: model.reveal(self.now, deal, side, score),
        )  # fmt: skip

    @rule(pick=picks, both=st.tuples(scores, scores), sender=sides, by=by_whom)
    def rate_both(self, pick: int, both: tuple[int, int], sender: int, by: str) -> None:
        """One side sends what both say; the other has signed."""
        deal = self._pick(pick)
        other = 1 - sender
        if deal.sides[other] == self.world.members[3]:
            sender, other = other, sender
        if deal.sides[other] == self.world.members[3]:
            return  # the twin with himself: he has nothing to sign with
        actor = self._actor(deal, sender, by)
        auths = [EMPTY_AUTH, EMPTY_AUTH]
        auths[other] = self.world.signed(deal, other, both[other], self.now + WEEK_S)
        signed = (actor, deal.sides[1]) if sender == 0 else (deal.sides[0], actor)
        opinions = [(score, EVIDENCE) for score in both]
        self._act(
            "rate_both", deal, 0,
            lambda: self.world.ledger.rate_both(deal.source, deal.terms, opinions, auths, sender=actor),
            lambda model: model.rate_both(self.now, deal, both, signed),
        )  # fmt: skip
        self._check(deal, 1)

    @rule(pick=picks, side=sides, by=by_whom)
    def respond(self, pick: int, side: int, by: str) -> None:
        deal = self._pick(pick)
        actor = self._actor(deal, 1 - side, by)
        place, entry = self._place(deal, side), self.model.entry(deal, side)
        self._act(
            "respond", deal, side,
            lambda: self.world.ledger.respond(*place, entry, DIGEST, EMPTY_AUTH, sender=actor),
            lambda model: model.respond(deal, side, actor),
        )  # fmt: skip

    @rule(pick=picks, side=sides, by=by_whom)
    def retract(self, pick: int, side: int, by: str) -> None:
        deal = self._pick(pick)
        actor = self._actor(deal, side, by)
        place, entry = self._place(deal, side), self.model.entry(deal, side)
        self._act(
            "retract", deal, side,
            lambda: self.world.ledger.retract(*place, entry, EMPTY_AUTH, sender=actor),
            lambda model: model.retract(self.now, deal, side, actor),
        )  # fmt: skip

    @rule(
        first=st.integers(0, 2), further=st.integers(1, 2), score=scores, other=scores, again=picks
    )  # fmt: skip
    def live_a_whole_life(self, first: int, further: int, score: int, other: int, again: int) -> None:
        """A deal is finished, both sides seal and open, and one is looked at again."""
        self._finish(0, first, (first + further) % 3, 1)
        self.commit_both(0, score, other)
        self.reveal(0, 0, 0)
        self.reveal(0, 1, 0)
        if again % 3 == 0:
            self.retract(0, again % 2, "right")
        if again % 3 == 1:
            self.respond(0, again % 2, "right")

    @rule(pick=picks, weeks=st.integers(0, 2), late_s=st.integers(-1, 1), seconds=st.integers(1, HALF_LIFE_S),
          kind=st.integers(0, 5))  # fmt: skip
    def travel(self, pick: int, weeks: int, late_s: int, seconds: int, kind: int) -> None:
        """Time goes to the second before, at or after something changes, or any distance; never back."""
        if kind == 0:
            self._travel(self.now + seconds)
        elif kind < 3:
            self._travel(self.now + seconds % 86_400)
        else:
            since = self.model.since.get(self._pick(pick), self.now)
            self._travel(since + weeks * WEEK_S + late_s)

    def teardown(self) -> None:
        """Everything that was ever touched, now and long after."""
        try:
            for deal in self.deals:
                self._check_word(deal)
            for after_s in (0, 3 * HALF_LIFE_S):
                boa.env.evm.patch.timestamp = self.now = self.now + after_s
                for about in self.model.histories:
                    self._check_sums(*about)
        finally:
            self.anchor.__exit__(None, None, None)

    def _finish(self, source: int, first: int, second: int, service: int) -> None:
        STEPS["finish_a_deal"] += 1
        self.deals.append(
            Deal(
                source=str(self.world.sources[source].address),
                terms=len(self.deals).to_bytes(4, "big"),
                sides=(self.world.members[first], self.world.members[second]),
                service=service,
                amount=len(self.deals),
            )
        )

    def _act(
        self,
        name: str,
        deal: Deal,
        side: int,
        on_chain: Callable[[], Any],
        by_oracle: Callable[[Ledger], None],
    ) -> None:
        STEPS[name] += 1
        source = next(one for one in self.world.sources if str(one.address) == deal.source)
        if name in ("commit", "rate_both"):
            source.set_deal(list(deal.sides), deal.service, deal.amount)
        try:
            by_oracle(self.model)  # which changes nothing when it refuses
        except RefusedError as refusal:
            REFUSED[str(refusal)] += 1
            with boa.reverts(str(refusal)):
                on_chain()
            self._check_word(deal)
        else:
            on_chain()
            self._check(deal, side)

    def _check(self, deal: Deal, side: int) -> None:
        """The deal's word, the pair's count, and the sums of the one who is rated."""
        self._check_word(deal)
        pair = (deal.source, deal.sides[side], deal.sides[1 - side], deal.service)
        assert self.world.ledger.pair_count(*pair) == self.model.pair_count(*pair)
        self._check_sums(deal.source, deal.sides[1 - side], deal.service)

    def _check_word(self, deal: Deal) -> None:
        ledger = self.world.ledger
        word = int(ledger.commit_word(deal.source, deal.id_on(self.world.chain_id)))
        for at in (0, 1):
            said = self.model.said.get((deal, at))
            if said is not None and said.weight is None:  # a seal: 111 bits of a hash and the top bit
                assert word >> 112 * at + 111 & 1
                word &= ~(SLOT << 112 * at)
        assert word == self.model.word(deal)

    def _check_sums(self, source: str, subject: str, service: int) -> None:
        total, weight, standing = self.world.ledger.reputation(source, subject, service)
        mean = self.world.ledger.mean(source, subject, service)
        history = self.model.histories.get((source, subject, service))
        if history is None:
            assert (total, weight, standing, mean) == (0, 0, 0, 0)
            return
        exact_total, exact_weight, exact_standing = history.sums(self.now)
        assert standing == exact_standing
        assert abs(total - exact_total) <= history.bound()
        assert abs(weight - exact_weight) <= history.bound()
        if standing == 0:
            assert (total, weight, mean) == (0, 0, 0)
        elif exact_weight > UNIT // 10**4:
            assert abs(mean - exact_total * 10**6 / exact_weight) <= 2

    def _commitment(self, deal: Deal, side: int, score: int) -> bytes:
        kinds = ["uint256", "address", "address", "bytes32", "uint256", "uint256", "bytes32", "bytes32"]
        where = [self.world.chain_id, str(self.world.ledger.address), *self._place(deal, side)]
        return keccak(encode(kinds, [*where, score, EVIDENCE, SALT]))

    def _place(self, deal: Deal, side: int) -> tuple[str, bytes, int]:
        return deal.source, deal.id_on(self.world.chain_id), side

    def _actor(self, deal: Deal, side: int, by: str) -> str:
        if by == "stranger":
            return str(self.world.stranger)
        return deal.sides[side if by == "right" else 1 - side]

    def _pick(self, pick: int) -> Deal:
        # the newest deals more often: the others' times are over
        return self.deals[-1 - pick % min(len(self.deals), 5)]

    def _travel(self, moment_s: int) -> None:
        STEPS["travel"] += 1
        self.now = max(self.now, moment_s)
        boa.env.evm.patch.timestamp = self.now


def test_ledger__under_any_order_of_acts__says_what_the_oracle_says(world: World) -> None:
    ReputationMachine.world = world
    STEPS.clear()
    REFUSED.clear()
    run_state_machine_as_test(
        ReputationMachine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS_A_RUN,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert sum(STEPS.values()) >= STEPS_AT_LEAST, STEPS
    acts = ("commit", "reveal", "rate_both", "respond", "retract")
    assert all(STEPS[name] > part_of(100) for name in acts), STEPS
    assert set(REFUSED) >= {
        "reputation: not the rater",
        "reputation: rater is rated",
        "reputation: already committed",
        "reputation: already revealed",
        "reputation: not committed",
        "reputation: too early",
        "reputation: too late",
        "reputation: wrong opening",
        "reputation: not the subject",
        "reputation: not revealed",
        "reputation: already answered",
        "reputation: already retracted",
    }, REFUSED
