"""What an escrow should do, in plain Python: states, payouts and refusals, written from the specification.

Nothing here knows how the contract packs its words; it is the other side of every comparison.
"""

from dataclasses import dataclass, field

from contracts.escrow.deal import (
    ARBITRATOR_SILENT,
    CLAIM_ACCEPTED,
    CLAIM_UNANSWERED,
    CLAIMED,
    COMPLETED,
    DISPUTED,
    DONE,
    FUNDED,
    REFUNDED,
    RULED,
    Deal,
)


class RefusedError(Exception):
    """The act is not allowed; the text is the contract's reason."""


@dataclass
class Escrow:
    """One funded deal. Each act returns what has to be paid now: (member, amount)."""

    deal: Deal
    state: int = FUNDED
    since: int = 0
    outcome: int = 0
    paid: int = 0
    refunded: int = 0
    fees: int = 0
    claim: int = 0
    price_open: bool = True
    deposit_open: bool = True
    price_disputed: bool = False
    due: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.price_open = self.deal.price > 0
        self.deposit_open = self.deal.deposit > 0

    @property
    def held(self) -> int:
        """What the contract still holds for this deal."""
        return self.deal.price * self.price_open + self.deal.deposit * self.deposit_open

    @property
    def arbitrator(self) -> str | None:
        return self.deal.ladder[0][0] if self.deal.ladder else None

    def ends_at(self) -> int:
        """When time alone has closed everything, if nobody but a caller of `expire` acts."""
        moments = [0]
        if self.price_open and not self.price_disputed:
            moments.append(self.deal.object_by)
        if self.deposit_open and not self.claim:
            moments.append(self.deal.claim_by)
        if self.state == CLAIMED:
            moments.append(self.since + self.deal.answer_s)
        if self.state == DISPUTED:
            moments.append(self.since + self.deal.window_s)
        return max(moments)

    def deadlines(self) -> list[int]:
        """Every moment at which something changes."""
        moments = [self.deal.object_by, self.deal.claim_by, self.since + self.deal.answer_s]
        return [*moments, self.since + self.deal.window_s] if self.deal.ladder else moments

    def release(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(self.price_open, "price closed")
        self._check(not self.price_disputed, "price in dispute")
        self._close_price(self.deal.price, 0)
        return self._payouts()

    def finish(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payee, "payee")
        self._check(self.deposit_open, "deposit closed")
        self._check(not (self.state == DISPUTED and self.claim), "claim in dispute")
        self._close_deposit(0, 0)
        return self._payouts()

    def refund(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payee, "payee")
        if not self.outcome and not self.paid:
            self.outcome = REFUNDED
        if self.price_open:
            self._close_price(0, 0)
        if self.deposit_open:
            self._close_deposit(0, 0)
        return self._payouts()

    def claim_damage(self, now: int, actor: str, amount: int) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payee, "payee")
        self._check(bool(self.deal.ladder), "no arbitrator")
        self._check(self.deposit_open, "deposit closed")
        self._check(not self.claim, "already claimed")
        self._check(amount > 0, "nothing claimed")
        self._check(amount <= self.deal.deposit, "more than the deposit")
        self._check(now < self.deal.claim_by, "too late to claim")
        if self.state == DISPUTED:
            self._check(now < self.since + self.deal.window_s, "arbitrator's time is over")
        else:
            self.state = CLAIMED
        self.claim, self.since = amount, now
        return []

    def accept_claim(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(self.state == CLAIMED, "no claim to answer")
        self._check(now < self.since + self.deal.answer_s, "too late to answer")
        self.outcome = CLAIM_ACCEPTED
        self._close_deposit(self.claim, 0)
        return self._payouts()

    def dispute(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(bool(self.deal.ladder), "no arbitrator")
        self._check(self.state != DISPUTED, "already disputed")
        contestable = self.price_open and now < self.deal.object_by
        if self.state == CLAIMED:
            self._check(now < self.since + self.deal.answer_s, "too late to answer")
        else:
            self._check(contestable, "nothing to dispute")
        self.price_disputed = contestable
        self.state, self.since = DISPUTED, now
        return []

    def rule(self, now: int, actor: str, to_payee: int, fee: int) -> list[tuple[str, int]]:
        self._live()
        self._check(self.state == DISPUTED, "not in dispute")
        self._only(actor, str(self.arbitrator), "arbitrator")
        self._check(now < self.since + self.deal.window_s, "too late to rule")
        in_dispute = self.deal.price * self.price_disputed + self.claim
        self._check(to_payee <= in_dispute, "more than in dispute")
        self._check(fee <= in_dispute - to_payee and fee <= self.deal.ladder[0][2], "fee too large")
        self._decide(now, RULED, to_payee, fee)
        self._close_due(now)
        payouts = self._payouts()
        return [*payouts, (str(self.arbitrator), fee)] if fee else payouts

    def expire(self, now: int) -> list[tuple[str, int]]:
        self._live()
        before = (self.price_open, self.deposit_open)
        if self.state == CLAIMED and now >= self.since + self.deal.answer_s:
            self.outcome = CLAIM_UNANSWERED
            self._close_deposit(self.claim * self.deal.silent_payer_bps // 10_000, 0)
        elif self.state == DISPUTED and now >= self.since + self.deal.window_s:
            price = self.deal.price * self.price_disputed
            self._decide(now, ARBITRATOR_SILENT, price * self.deal.silent_arbitrator_bps // 10_000, 0)
        self._close_due(now)
        self._check(before != (self.price_open, self.deposit_open), "too early")
        return self._payouts()

    def _decide(self, now: int, outcome: int, to_payee: int, fee: int) -> None:
        self.outcome, self.since, self.state = outcome, now, FUNDED
        price = self.deal.price * self.price_disputed
        from_price = min(to_payee, price)
        fee_from_price = min(fee, price - from_price)
        had_claim = self.claim > 0
        if self.price_disputed:
            self._close_price(from_price, fee_from_price)
        if had_claim:
            self._close_deposit(to_payee - from_price, fee - fee_from_price)

    def _close_due(self, now: int) -> None:
        if self.price_open and not self.price_disputed and now >= self.deal.object_by:
            self._close_price(self.deal.price, 0)
        if self.deposit_open and not self.claim and now >= self.deal.claim_by:
            self._close_deposit(0, 0)

    def _close_price(self, to_payee: int, fee: int) -> None:
        self.price_open = self.price_disputed = False
        self._owe(to_payee, fee, self.deal.price)

    def _close_deposit(self, to_payee: int, fee: int) -> None:
        self.deposit_open, self.claim = False, 0
        if self.state == CLAIMED:
            self.state = FUNDED
        self._owe(to_payee, fee, self.deal.deposit)

    def _owe(self, to_payee: int, fee: int, leg: int) -> None:
        self.paid += to_payee
        self.fees += fee
        self.refunded += leg - to_payee - fee
        self.due["payer"] = self.due.get("payer", 0) + leg - to_payee - fee
        self.due["payee"] = self.due.get("payee", 0) + to_payee

    def _payouts(self) -> list[tuple[str, int]]:
        if not self.price_open and not self.deposit_open:
            self.state = DONE
            self.outcome = self.outcome or COMPLETED
        due, self.due = self.due, {}
        both = [(self.deal.payer, due.get("payer", 0)), (self.deal.payee, due.get("payee", 0))]
        return [(member, amount) for member, amount in both if amount]

    def _live(self) -> None:
        self._check(self.state != DONE, "closed")

    def _only(self, actor: str, role: str, name: str) -> None:
        self._check(actor == role, f"not the {name}")

    def _check(self, allowed: bool, reason: str) -> None:
        if not allowed:
            raise RefusedError(f"escrow: {reason}")
