"""A random life on a real chain: resources, requests, deals, ratings. Refused actions are part of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from anvil_chain import NOBODY, AnvilChain, resource_terms
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client import typed_data

DAY_S = 86_400
HOUR_S = 3600
ZERO = "0x" + "00" * 20
CORE = ["address", "address", "address", "uint256", "uint256", "uint256", "bytes32", "bytes32", "bytes32"]
REQUEST = ["bytes32", "address", "uint256", "uint256", "uint256", "bytes32", "bytes32", "bytes32"]
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"


@dataclass
class Scenario:
    """What was done so far; every list holds the values to be presented to the contracts."""

    chain: AnvilChain
    seed: int
    owners: dict[bytes, str] = field(default_factory=dict)
    requests: list[tuple[Any, ...]] = field(default_factory=list)
    deals: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = field(default_factory=list)
    sealed: list[tuple[Any, ...]] = field(default_factory=list)
    counted: list[tuple[Any, ...]] = field(default_factory=list)
    done: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a repeatable scenario, no secret
        self.people = self.chain.members[1:6]
        self.arbitrator = self.chain.members[6]

    def run(self, steps: int) -> None:
        """Take so many random steps."""
        choices: list[tuple[Callable[[], bool], int]] = [
            (self.announce, 2),
            (self.ask, 4),
            (self.decide, 6),
            (self.open, 4),
            (self.move_deal, 24),
            (self.commit, 6),
            (self.reveal, 6),
            (self.rate_both, 4),
            (self.respond, 2),
            (self.retract, 2),
            (self.wait, 3),
        ]
        actions = [action for action, weight in choices for _ in range(weight)]
        for _ in range(steps):
            if self.random.choice(actions)():
                self.done += 1
            else:
                self.refused += 1

    def announce(self) -> bool:
        owner = self.random.choice(self.people)
        terms = resource_terms(
            quantum=self.random.randrange(1, 4),
            rule=self.random.randrange(2),
            phase=self.random.randrange(4),
            ttl_h=self.random.randrange(1, 72),
            service=self.random.randrange(1, 4),
        )
        offer = (terms, self._word(), self._word())
        functions = self.chain.bookings.functions
        if not self.chain.act(functions.announce(offer, NOBODY), owner):
            return False
        self.owners[functions.resource_id(owner, offer).call()] = owner
        return True

    def ask(self) -> bool:
        if not self.owners:
            return False
        resource = self.random.choice(list(self.owners))
        word = self.chain.bookings.functions.resource(resource).call()
        quantum_s = (300, 900, 1800, 3600, 86_400)[word >> 160 & 7]
        phase_s = (word >> 176 & 127) * 900
        first = (self.chain.now_s + self.random.randrange(-HOUR_S, 3 * DAY_S)) // quantum_s
        request = (
            resource,
            self.random.choice(self.people),
            first * quantum_s + phase_s,
            self.random.randrange(1, 5),
            1,
            bytes(32),
            bytes(32),
            self._word(),
        )
        if not self.chain.act(self.chain.bookings.functions.request(request, NOBODY), request[1]):
            return False
        self.requests.append(request)
        return True

    def every_decision(self) -> None:
        """At least one request each that is denied, cancelled and granted."""
        for kind in range(3):
            while not (self.announce() and self.ask() and self.decide(kind)):
                pass

    def decide(self, kind: int | None = None) -> bool:
        if not self.requests:
            return False
        request = self.requests[-1] if kind is not None else self.random.choice(self.requests[-3:])
        functions = self.chain.bookings.functions
        owner = self.owners[request[0]]
        match self.random.randrange(4) if kind is None else kind:
            case 0:
                return self.chain.act(functions.deny(request, self._word(), NOBODY), owner)
            case 1:
                return self.chain.act(functions.cancel(request, NOBODY), request[1])
            case _:
                return self.chain.act(functions.confirm(request, NOBODY), owner)

    def every_outcome(self) -> None:
        """One deal each that ends by acceptance, an unanswered claim, a ruling and a silent arbitrator."""
        functions = self.chain.escrow.functions
        word = bytes(32)

        def play(*moves: tuple[Callable[..., Any], int]) -> None:
            while True:  # until a deal with a deposit, an arbitrator and a payee who can act
                if self.open():
                    core, rest = self.deals[-1]
                    if core[4] and rest[2] and core[1] in self.people:
                        break
            for move, who in moves:
                call = move(core, rest)
                self.chain.act(call, (*core[:2], self.arbitrator)[who])

        def wait(core: tuple[Any, ...], rest: tuple[Any, ...]) -> Any:
            self.chain.travel(9 * DAY_S)
            return functions.expire(core, rest)

        def claim(core: tuple[Any, ...], rest: tuple[Any, ...]) -> Any:
            return functions.claim_damage(core, rest, core[4], word, NOBODY)

        def contest(core: tuple[Any, ...], rest: tuple[Any, ...]) -> Any:
            return functions.dispute(core, rest, word, NOBODY)

        for _ in range(2):
            play((claim, 1), (lambda core, rest: functions.accept_claim(core, NOBODY), 0), (wait, 2))
            play((claim, 1), (wait, 2), (wait, 2))
            play((claim, 1), (contest, 0), (wait, 2), (wait, 2))
            play((contest, 0), (claim, 1), (wait, 2), (wait, 2))
            play(
                (claim, 1),
                (contest, 0),
                (lambda core, rest: functions.rule(core, rest, 3, 2, word, NOBODY), 2),
                (wait, 2),
            )

    def open(self) -> bool:
        payer, payee = self.random.sample(self.people, 2)
        native = self.random.random() < 0.3
        if self.random.random() < 0.15:
            payee, native = self.chain.ledger.address, True  # cannot take coins, so its payouts are deferred
        with_arbitrator = self.random.random() < 0.85
        ladder = [(self.arbitrator, self.random.randrange(12, 72) * HOUR_S, 10)] if with_arbitrator else []
        rest = ([], [], ladder)
        price = self.random.choice([0, 10, 999, 5_000])
        deposit = self.random.choice([0, 7, 2_000])
        now = self.chain.now_s
        schedule = (
            now + self.random.randrange(1, 4) * DAY_S
            | DAY_S << 40
            | now + self.random.randrange(2, 6) * DAY_S << 72
            | DAY_S << 112
            | DAY_S << 144
            | self.random.choice([0, 5000, 10_000]) << 176
            | self.random.choice([0, 2500, 10_000]) << 192
            | self.random.randrange(0, 4) << 208
        )
        core = (
            payer,
            payee,
            ZERO if native else self.chain.token.address,
            price,
            deposit,
            schedule,
            bytes(32),
            keccak(encode([REST], [rest])) if ladder else bytes(32),
            self._word(),
        )
        value = price + deposit if native else 0
        if not self.chain.act(self.chain.escrow.functions.open(core, rest, NOBODY), payer, value):
            return False
        self.deals.append((core, rest))
        return True

    def move_deal(self) -> bool:
        if not self.deals:
            return False
        core, rest = self.random.choice(self.deals[-4:])
        payer, payee = core[:2]
        functions = self.chain.escrow.functions
        claim = self.random.randrange(1, core[4] + 2)
        split = self.random.randrange(0, core[3] + core[4] + 1)
        moves: list[tuple[Any, str]] = [
            (functions.release(core, NOBODY), payer),
            (functions.accept_claim(core, NOBODY), payer),
            (functions.dispute(core, rest, self._word(), NOBODY), payer),
            (functions.dispute(core, rest, self._word(), NOBODY), payer),
            (
                functions.rule(core, rest, split, self.random.randrange(3), self._word(), NOBODY),
                self.arbitrator,
            ),
            (functions.expire(core, rest), self.arbitrator),
            (functions.rule(core, rest, claim, 0, self._word(), NOBODY), self.arbitrator),
            (functions.expire(core, rest), self.arbitrator),
            (functions.expire(core, rest), self.arbitrator),
        ]
        if payee in self.people:
            moves += [
                (functions.claim_damage(core, rest, claim, self._word(), NOBODY), payee),
                (functions.claim_damage(core, rest, claim, self._word(), NOBODY), payee),
                (functions.finish(core, NOBODY), payee),
                (functions.refund(core, NOBODY), payee),
            ]
        call, sender = self.random.choice(moves)
        return self.chain.act(call, sender)

    def commit(self) -> bool:
        """One side of a deal or of a booking commits to a score; the sources refuse what is not over."""
        side = self.random.randrange(2)
        if self.random.random() < 0.7 and self.deals:
            core, _ = self.random.choice(self.deals)
            source, terms, rater = self.chain.escrow, encode(CORE, list(core)), core[side]
        elif self.requests:
            request = self.random.choice(self.requests)
            source, terms = self.chain.bookings, encode(REQUEST, list(request))
            rater = request[1] if side == 0 else self.owners[request[0]]
        else:
            return False
        if rater not in self.people:
            return False
        where = encode(["uint256", "address"], [self.chain.deployment.chain_id, source.address])
        deal = keccak(where + terms)
        score, evidence, salt = self.random.randrange(1, 6), self._word(), self._word()
        functions = self.chain.ledger.functions
        sealed = functions.commitment_of(source.address, deal, side, score, evidence, salt).call()
        if not self.chain.act(functions.commit(source.address, terms, side, sealed, NOBODY), rater):
            return False
        self.sealed.append((source.address, deal, side, score, evidence, salt))
        return True

    def reveal(self) -> bool:
        if not self.sealed:
            return False
        source, deal, side, score, evidence, salt = self.random.choice(self.sealed)
        events = self.chain.ledger.events.RatingCommitted()
        (said,) = [
            log["args"]
            for log in events.get_logs(from_block=0, argument_filters={"deal": deal})
            if log["args"]["side"] == side
        ]
        call = self.chain.ledger.functions.reveal(
            source,
            deal,
            side,
            said["actor"],
            said["subject"],
            said["service"],
            said["amount"],
            score,
            evidence,
            salt,
        )
        if not self.chain.act(call, self.arbitrator):
            return False
        self._remember()
        return True

    def rate_both(self) -> bool:
        """Both sides of a deal sign their rating, and one of them sends both."""
        if not self.deals:
            return False
        core, _ = self.random.choice(self.deals)
        if core[0] not in self.people or core[1] not in self.people:
            return False
        escrow, terms = self.chain.escrow.address, encode(CORE, list(core))
        deal = keccak(encode(["uint256", "address"], [self.chain.deployment.chain_id, escrow]) + terms)
        opinions = [(self.random.randrange(1, 6), self._word()) for _ in range(2)]
        sender = self.random.randrange(2)
        other, deadline = 1 - sender, self.chain.now_s + DAY_S
        score, evidence = opinions[other]
        ledger = "ReputationLedger"
        document = typed_data.full_message(
            typed_data.types_of(ledger),
            "Rate",
            typed_data.domain(ledger, self.chain.deployment.chain_id, self.chain.ledger.address),
            {
                "source": escrow,
                "deal": "0x" + deal.hex(),
                "side": other,
                "score": score,
                "evidence": "0x" + evidence.hex(),
                "deadline": deadline,
            },
        )
        signature = self.chain.anvil.rpc("eth_signTypedData_v4", core[other], document)
        auths = [NOBODY, NOBODY]
        auths[other] = (core[other], deadline, bytes.fromhex(signature[2:]))
        call = self.chain.ledger.functions.rate_both(escrow, terms, opinions, auths)
        if not self.chain.act(call, core[sender]):
            return False
        self._remember()
        return True

    def respond(self) -> bool:
        """A subject answers what was said."""
        if not self.counted:
            return False
        place, entry = self.random.choice(self.counted)
        call = self.chain.ledger.functions.respond(*place, entry, self._word(), NOBODY)
        return self.chain.act(call, entry[1])

    def retract(self) -> bool:
        """A rater takes back what was said."""
        if not self.counted:
            return False
        place, entry = self.random.choice(self.counted)
        return self.chain.act(self.chain.ledger.functions.retract(*place, entry, NOBODY), entry[0])

    def _remember(self) -> None:
        """The ratings of the newest block, to be answered and retracted."""
        at = self.chain.now_s
        for log in self.chain.ledger.events.RatingRevealed().get_logs(from_block=self.chain.height):
            said = log["args"]
            place = (said["source"], said["deal"], said["side"])
            entry = (said["rater"], said["subject"], said["service"], said["weight"], at)
            self.counted.append((place, entry))

    def wait(self) -> bool:
        self.chain.travel(self.random.choice([HOUR_S, 2 * HOUR_S, 6 * HOUR_S, DAY_S, 2 * DAY_S]))
        return True

    def withdraw_for_ledger(self) -> bool:
        """The ledger contract takes what was deferred for it, as if it could act."""
        ledger = self.chain.ledger.address
        self.chain.anvil.rpc("anvil_impersonateAccount", ledger)
        self.chain.anvil.rpc("anvil_setBalance", ledger, hex(10**18))
        call = self.chain.escrow.functions.claim(ZERO, self.arbitrator, 1, NOBODY)
        return self.chain.act(call, ledger)

    def _word(self) -> bytes:
        return self.random.randbytes(32)
