"""The ratings of a random life: sealed and revealed, said by both at once, answered and taken back."""

from dataclasses import dataclass, field
from typing import Any

from anvil_chain import NOBODY
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from scenario_bookings import REQUEST
from scenario_deals import CORE, Deals
from scenario_life import hexed


@dataclass
class Ratings(Deals):
    """What was sealed and what was counted, to be presented to the ledger again."""

    sealed: list[tuple[Any, ...]] = field(default_factory=list)
    counted: list[tuple[Any, ...]] = field(default_factory=list)

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
        score, evidence, salt = self.random.randrange(1, 6), self.word(), self.word()
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
        opinions = [(self.random.randrange(1, 6), self.word()) for _ in range(2)]
        sender = self.random.randrange(2)
        other = 1 - sender
        score, evidence = opinions[other]
        told = {
            "source": escrow,
            "deal": hexed(deal),
            "side": other,
            "score": score,
            "evidence": hexed(evidence),
        }
        auths = [NOBODY, NOBODY]
        auths[other] = self.signed("ReputationLedger", "Rate", core[other], told)
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
        call = self.chain.ledger.functions.respond(*place, entry, self.word(), NOBODY)
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
