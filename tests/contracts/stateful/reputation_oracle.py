"""What the ledger must say: a list of ratings and the rules in plain Python; sums are exact to 60 digits."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from eth_abi import encode
from eth_utils import keccak

WEEK_S = 7 * 86_400
HALF_LIFE_S = 180 * 86_400
UNIT = 2**40
MAX_K = 4_095
EPSILON = Decimal(2) / 10**18
RESPONDED, RETRACTED = 1 << 4, 1 << 5


class RefusedError(Exception):
    """The ledger refuses, in these words."""


@dataclass(frozen=True)
class Deal:
    """What a source will say of a finished deal; `sides` are the two members."""

    source: str
    terms: bytes
    sides: tuple[str, str]
    service: int
    amount: int

    def id_on(self, chain_id: int) -> bytes:
        """The source's id of the deal."""
        return keccak(encode(["uint256", "address"], [chain_id, self.source]) + self.terms)


@dataclass
class Said:
    """One side's rating: sealed, then counted (`weight` is set), then perhaps answered or retracted."""

    score: int
    weight: int | None = None
    counted_at: int = 0
    retracted_at: int | None = None
    answered: bool = False

    def weighs(self, now: int) -> Decimal:
        """What is left of its weight."""
        if self.weight is None or self.retracted_at is not None:
            return Decimal(0)
        return self.weight * Decimal(2) ** (-Decimal(now - self.counted_at) / HALF_LIFE_S)


@dataclass
class History:
    """The ratings of one source, subject and service, in the order in which they were counted."""

    ratings: list[Said] = field(default_factory=list)
    updates: int = 0
    first: int | None = None  # the low 44 bits of the first rater

    def sums(self, now: int) -> tuple[Decimal, Decimal, int]:
        """Sum of score * weight, sum of weights, number of ratings that stand."""
        with localcontext() as context:
            context.prec = 60
            weights = [(one.score, one.weighs(now)) for one in self.ratings]
            standing = sum(one.retracted_at is None for one in self.ratings)
            return sum((s * w for s, w in weights), Decimal(0)), sum(w for _, w in weights), standing

    def bound(self) -> Decimal:
        """How far the ledger may be off, as `decay.vy` states it, with one more update for the read."""
        return (self.updates + 1) * (1 + 5 * max(len(self.ratings), 1) * UNIT * EPSILON)


class Ledger:
    """All that was said, and what may be said now."""

    def __init__(self) -> None:
        self.said: dict[tuple[Deal, int], Said] = {}
        self.since: dict[Deal, int] = {}
        self.histories: dict[tuple[str, str, int], History] = {}
        self.pairs: Counter[tuple[str, str, str, int]] = Counter()
        self.by_first: Counter[tuple[str, str, int]] = Counter()

    def commit(self, now: int, deal: Deal, side: int, score: int, actor: str) -> None:
        """A side seals a rating."""
        if actor != deal.sides[side]:
            raise RefusedError("reputation: not the rater")
        if deal.sides[0] == deal.sides[1]:
            raise RefusedError("reputation: rater is rated")
        if (deal, side) in self.said:
            raise RefusedError("reputation: already committed")
        if deal in self.since and now - self.since[deal] >= WEEK_S:
            raise RefusedError("reputation: too late")
        self.said[deal, side] = Said(score)
        self.since[deal] = now

    def reveal(self, now: int, deal: Deal, side: int, score: int) -> None:
        """Anybody opens a seal."""
        said = self.said.get((deal, side))
        if said is None:
            raise RefusedError("reputation: not committed")
        if said.weight is not None:
            raise RefusedError("reputation: already revealed")
        opens = self.since[deal] + (0 if (deal, 1 - side) in self.said else WEEK_S)
        if now < opens:
            raise RefusedError("reputation: too early")
        if now >= opens + WEEK_S:
            raise RefusedError("reputation: too late")
        if score != said.score:
            raise RefusedError("reputation: wrong opening")
        self._count(now, deal, side, said)

    def rate_both(self, now: int, deal: Deal, scores: tuple[int, int], signed: tuple[str, str]) -> None:
        """Both sides at once; `signed` are who says so for each side."""
        for side in (0, 1):
            if signed[side] != deal.sides[side]:
                raise RefusedError("reputation: not the rater")
            if deal.sides[0] == deal.sides[1]:
                raise RefusedError("reputation: rater is rated")
            if (deal, side) in self.said:
                raise RefusedError("reputation: already committed")
        for side in (0, 1):
            self.said[deal, side] = said = Said(scores[side])
            self._count(now, deal, side, said)
        self.since[deal] = now

    def respond(self, deal: Deal, side: int, actor: str) -> None:
        """The subject answers."""
        if actor != deal.sides[1 - side]:
            raise RefusedError("reputation: not the subject")
        said = self._counted(deal, side)
        if said.answered:
            raise RefusedError("reputation: already answered")
        said.answered = True

    def retract(self, now: int, deal: Deal, side: int, actor: str) -> None:
        """The rater takes it back."""
        if actor != deal.sides[side]:
            raise RefusedError("reputation: not the rater")
        said = self._counted(deal, side)
        if said.retracted_at is not None:
            raise RefusedError("reputation: already retracted")
        said.retracted_at = now
        self.histories[deal.source, deal.sides[1 - side], deal.service].updates += 2

    def pair_count(self, source: str, rater: str, subject: str, service: int) -> int:
        """Ratings of a pair; raters with the low bits of the subject's first rater are counted together."""
        history = self.histories.get((source, subject, service))
        if history is not None and history.first == low_bits(rater):
            return min(self.by_first[source, subject, service], MAX_K)
        return min(self.pairs[source, rater, subject, service], MAX_K)

    def word(self, deal: Deal) -> int:
        """The ledger's word of a deal, but for the bits of seals, which only the ledger computes."""
        word = self.since.get(deal, 0) << 224
        for side in (0, 1):
            said = self.said.get((deal, side))
            if said is not None and said.weight is not None:
                word |= self._receipt(deal, side, said) << 112 * side
        return word

    def _receipt(self, deal: Deal, side: int, said: Said) -> int:
        kinds = ["address", "address", "uint256", "uint256", "uint256"]
        digest = keccak(encode(kinds, list(self.entry(deal, side))))
        marks = RESPONDED * said.answered | RETRACTED * (said.retracted_at is not None)
        return 1 | said.score << 1 | marks | int.from_bytes(digest, "big") % 2**105 << 6

    def entry(self, deal: Deal, side: int) -> tuple[str, str, int, int, int]:
        """The rating as it is presented again; of what was never counted, something that looks like one."""
        said = self.said.get((deal, side), Said(1))
        rater, subject = deal.sides[side], deal.sides[1 - side]
        return rater, subject, deal.service, said.weight or UNIT, said.counted_at

    def _counted(self, deal: Deal, side: int) -> Said:
        said = self.said.get((deal, side))
        if said is None or said.weight is None:
            raise RefusedError("reputation: not revealed")
        return said

    def _count(self, now: int, deal: Deal, side: int, said: Said) -> None:
        rater, subject = deal.sides[side], deal.sides[1 - side]
        about = (deal.source, subject, deal.service)
        history = self.histories.setdefault(about, History())
        if history.first is None:
            history.first = low_bits(rater)
        if history.first == low_bits(rater):
            self.by_first[about] += 1
        else:
            self.pairs[deal.source, rater, subject, deal.service] += 1
        said.weight = UNIT // self.pair_count(deal.source, rater, subject, deal.service)
        said.counted_at = now
        history.ratings.append(said)
        history.updates += 1


def low_bits(member: str) -> int:
    """The 44 bits by which a first rater is known."""
    return int(member, 16) % 2**44
