"""What an escrow should do, in plain Python: states, payouts and refusals, written from the specification.

Nothing here knows how the contract packs its words; it is the other side of every comparison.
"""

from dataclasses import dataclass, field

from contracts.escrow.deal import (
    ARBITRATOR_SILENT,
    CANCELLED,
    CLAIM_ACCEPTED,
    CLAIM_UNANSWERED,
    CLAIMED,
    COMPLETED,
    DISPUTED,
    DONE,
    FUNDED,
    REFUNDED,
    RULED,
    SPLIT,
    UNWOUND,
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
    released: int = 0
    rung: int = 0
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
        return self.price_left + self.deal.deposit * self.deposit_open

    @property
    def price_left(self) -> int:
        """What is still held of the price."""
        return (self.deal.price - self.released) * self.price_open

    @property
    def arbitrator(self) -> str | None:
        return self.deal.ladder[self.rung][0] if self.deal.ladder else None

    @property
    def window_s(self) -> int:
        return self.deal.ladder[self.rung][1]

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
            moments.append(self.since + self.window_s)
        return max(moments)

    @property
    def rungs_left(self) -> int:
        """How often a silent arbitrator is followed by another."""
        return len(self.deal.ladder) - 1 - self.rung if self.state == DISPUTED else 0

    def deadlines(self) -> list[int]:
        """Every moment at which something changes."""
        moments = [self.deal.object_by, self.deal.claim_by, self.since + self.deal.answer_s]
        moments += [due + self.deal.object_s for _, due in self.deal.milestones]
        moments += [self.deal.deliver_by - before_s for before_s, _ in self.deal.cancellations]
        return [*moments, self.since + self.window_s] if self.deal.ladder else moments

    def release(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(self.price_open, "price closed")
        self._check(not self.price_disputed, "price in dispute")
        self._close_price(self.price_left, 0)
        return self._payouts()

    def release_part(self, now: int, actor: str, amount: int) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(self.price_open, "price closed")
        self._check(not self.price_disputed, "price in dispute")
        self._check(0 < amount <= self.price_left, "no such part")
        self._release(amount)
        return self._payouts()

    def split(self, now: int, payer: str, payee: str, to_payee: int) -> list[tuple[str, int]]:
        self._live()
        self._only(payer, self.deal.payer, "payer")
        self._only(payee, self.deal.payee, "payee")
        self._check(to_payee <= self.held, "more than is left")
        self._end(SPLIT, to_payee)
        return self._payouts()

    def cancel(self, now: int, actor: str) -> list[tuple[str, int]]:
        self._live()
        self._only(actor, self.deal.payer, "payer")
        self._check(self.price_open, "price closed")
        self._check(not self.price_disputed, "price in dispute")
        self._check(not self.claim, "already claimed")
        self._release_due(now)
        shares = [bps for before_s, bps in self.deal.cancellations if now + before_s <= self.deal.deliver_by]
        self._check(bool(shares) and now < self.deal.deliver_by, "too late to cancel")
        self._end(CANCELLED, self.price_left - self.price_left * shares[0] // 10_000)
        return self._payouts()

    def unwind(self, now: int, fell_through: bool) -> list[tuple[str, int]]:
        self._live()
        self._check(self.state == FUNDED, "claim or dispute")
        self._check(fell_through, "booking stands")
        self._end(UNWOUND, 0)
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
            self._check(now < self.since + self.window_s, "arbitrator too late")
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
        self._release_due(now)
        contestable = self.price_open and now < self.deal.object_by
        if self.state == CLAIMED:
            self._check(now < self.since + self.deal.answer_s, "too late to answer")
        else:
            self._check(contestable, "nothing to dispute")
        self.price_disputed = contestable
        self.state, self.since = DISPUTED, now
        return self._payouts()

    def rule(self, now: int, actor: str, to_payee: int, fee: int) -> list[tuple[str, int]]:
        self._live()
        self._check(self.state == DISPUTED, "not in dispute")
        self._only(actor, str(self.arbitrator), "arbitrator")
        self._check(now < self.since + self.window_s, "too late to rule")
        in_dispute = self.price_left * self.price_disputed + self.claim
        self._check(to_payee <= in_dispute, "more than in dispute")
        self._check(fee <= in_dispute - to_payee and fee <= self.deal.ladder[self.rung][2], "fee too large")
        self._decide(now, RULED, to_payee, fee)
        self._close_due(now)
        payouts = self._payouts()
        return [*payouts, (actor, fee)] if fee else payouts

    def expire(self, now: int) -> list[tuple[str, int]]:
        self._live()
        before = (self.held, self.rung)
        self._release_due(now)
        if self.state == CLAIMED and now >= self.since + self.deal.answer_s:
            self.outcome = CLAIM_UNANSWERED
            self._close_deposit(self.claim * self.deal.silent_payer_bps // 10_000, 0)
        elif self.state == DISPUTED and now >= self.since + self.window_s:
            if self.rungs_left:
                self.rung, self.since = self.rung + 1, now
            else:
                price = self.price_left * self.price_disputed
                self._decide(now, ARBITRATOR_SILENT, price * self.deal.silent_arbitrator_bps // 10_000, 0)
        self._close_due(now)
        self._check(before != (self.held, self.rung), "too early")
        return self._payouts()

    def _release(self, amount: int) -> None:
        if amount == self.price_left:
            self._close_price(amount, 0)
            return
        self.released += amount
        self.paid += amount
        self.due["payee"] = self.due.get("payee", 0) + amount

    def _release_due(self, now: int) -> None:
        """Milestones that nobody can object to any more, as far as they are not released."""
        due = sum(amount for amount, by in self.deal.milestones if now >= by + self.deal.object_s)
        if self.price_open and not self.price_disputed and due > self.released:
            self._release(due - self.released)

    def _end(self, outcome: int, to_payee: int) -> None:
        self.outcome = outcome
        from_price = min(to_payee, self.price_left)
        if self.price_open:
            self._close_price(from_price, 0)
        if self.deposit_open:
            self._close_deposit(to_payee - from_price, 0)

    def _decide(self, now: int, outcome: int, to_payee: int, fee: int) -> None:
        self.outcome, self.since, self.state, self.rung = outcome, now, FUNDED, 0
        price = self.price_left * self.price_disputed
        from_price = min(to_payee, price)
        fee_from_price = min(fee, price - from_price)
        had_claim = self.claim > 0
        if self.price_disputed:
            self._close_price(from_price, fee_from_price)
        if had_claim:
            self._close_deposit(to_payee - from_price, fee - fee_from_price)

    def _close_due(self, now: int) -> None:
        if self.price_open and not self.price_disputed and now >= self.deal.object_by:
            self._close_price(self.price_left, 0)
        if self.deposit_open and not self.claim and now >= self.deal.claim_by:
            self._close_deposit(0, 0)

    def _close_price(self, to_payee: int, fee: int) -> None:
        left = self.price_left
        self.price_open = self.price_disputed = False
        self._owe(to_payee, fee, left)

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
