"""The `Escrow` contract once more in plain Python: what it takes when, and which events it emits.

Written from the contract, not from `backend.escrow.rules`, which it is an oracle for.
"""

from dataclasses import dataclass, replace
from typing import Any

from chain_facts import ZERO32, committed, funded, schedule

from indexer.chain.generated import escrow as events

PAYER, PAYEE, ARBITRATOR, STRANGER = (bytes([n]) * 20 for n in (1, 2, 3, 4))
ESCROW = b"\xee" * 32
CONTRACT = b"\xec" * 20
RATE_WITHIN_S = 60 * 86_400
PAYEE_ACTS = ("finish", "refund", "claim_damage", "split")
PART = 300  # what `release_part` pays
FUNDED, CLAIMED, DISPUTED, DONE = "funded", "claimed", "disputed", "closed"


class Refused(Exception):  # noqa: N818
    """The contract reverts."""


@dataclass(frozen=True)
class Terms:
    """A deal; times in UTC seconds, durations in seconds, amounts in the smallest unit."""

    deliver_by: int
    return_by: int
    price: int = 1_000
    deposit: int = 5_001
    object_s: int = 2 * 86_400
    claim_s: int = 7 * 86_400
    answer_s: int = 3 * 86_400
    window_s: int = 5 * 86_400
    silent_payer_bps: int = 5_000
    silent_arbitrator_bps: int = 2_500
    arbitrator: bytes | None = ARBITRATOR
    # (amount, due), (before_s, refund_bps), and the arbitrators after the first with their windows
    milestones: tuple[tuple[int, int], ...] = ()
    cancellations: tuple[tuple[int, int], ...] = ()
    later_rungs: tuple[tuple[bytes, int], ...] = ()

    @property
    def ladder(self) -> tuple[tuple[bytes, int], ...]:
        """All arbitrators with their windows."""
        return () if self.arbitrator is None else ((self.arbitrator, self.window_s), *self.later_rungs)


@dataclass(frozen=True)
class Live:
    """The word of an escrow."""

    terms: Terms
    state: str = FUNDED
    price_closed: bool = False
    deposit_closed: bool = False
    price_disputed: bool = False
    since: int = 0
    claim: int = 0
    outcome: int = 0
    paid: int = 0
    refunded: int = 0
    fees: int = 0
    done_at: int = 0
    attended: bool = False
    rated: tuple[bool, bool] = (False, False)
    released: int = 0
    rung: int = 0

    @property
    def left(self) -> int:
        """What is still held of the price."""
        return 0 if self.price_closed else self.terms.price - self.released

    @property
    def held(self) -> int:
        """What is still held of both legs."""
        return self.left + (0 if self.deposit_closed else self.terms.deposit)


def opened(terms: Terms, now: int) -> tuple[Live, list[Any]]:
    """`open`."""
    packed = schedule(
        deliver_by=terms.deliver_by,
        return_by=terms.return_by,
        object_s=terms.object_s,
        claim_s=terms.claim_s,
        answer_s=terms.answer_s,
        silent_payer_bps=terms.silent_payer_bps,
        silent_arbitrator_bps=terms.silent_arbitrator_bps,
    )
    event = funded(
        ESCROW,
        PAYER,
        PAYEE,
        packed,
        price=terms.price,
        deposit=terms.deposit,
        arbitrator=terms.arbitrator,
        rest=events.Rest(
            tuple(events.Milestone(*one) for one in terms.milestones),
            tuple(events.Cancellation(*one) for one in terms.cancellations),
            tuple(events.Rung(arbitrator, window_s, 100) for arbitrator, window_s in terms.ladder),
        ),
    )
    return Live(terms, since=now, price_closed=terms.price == 0, deposit_closed=terms.deposit == 0), [event]


def act(live: Live, name: str, now: int, *, claim: int = 3_000, to_payee: int = 10) -> tuple[Live, list[Any]]:
    """What an act by the right member does. Raises Refused."""
    if name.startswith("rate"):
        return _rate(live, int(name[-1]), now)
    _need(live.state != DONE)
    after, emitted = _ACTS[name](live, now, claim, to_payee)
    if after.price_closed and after.deposit_closed:
        after = replace(after, state=DONE, outcome=after.outcome or 1, done_at=now)
        closing = events.EscrowClosed(escrow=ESCROW, actor=STRANGER, outcome=after.outcome, paid=after.paid)
        emitted = [*emitted, closing]
    if name in PAYEE_ACTS:
        after = replace(after, attended=True)
        emitted = [replace(event, actor=PAYEE) for event in emitted]
    return after, emitted


def _need(condition: bool) -> None:
    if not condition:
        raise Refused


def _object_by(live: Live) -> int:
    return live.terms.deliver_by + live.terms.object_s


def _claim_by(live: Live) -> int:
    return live.terms.return_by + live.terms.claim_s


def _answer_over(live: Live, now: int) -> bool:
    return now >= live.since + live.terms.answer_s


def _window_over(live: Live, now: int) -> bool:
    return now >= live.since + live.terms.ladder[live.rung][1]


def _release_part(live: Live, amount: int) -> tuple[Live, list[Any]]:
    if amount == live.left:
        return _close_price(live, amount, 0)
    left = live.left - amount
    event = events.PriceReleased(escrow=ESCROW, actor=STRANGER, amount=amount, left=left)
    return replace(live, released=live.released + amount, paid=live.paid + amount), [event]


def _release_due(live: Live, now: int) -> tuple[Live, list[Any]]:
    if live.price_disputed:
        return live, []
    due = [amount for amount, due in live.terms.milestones if now >= due + live.terms.object_s]
    later = live.terms.price - sum(due)
    return (live, []) if later >= live.left else _release_part(live, live.left - later)


def _close_price(live: Live, amount: int, returned: int) -> tuple[Live, list[Any]]:
    event = events.PricePaid(escrow=ESCROW, actor=STRANGER, amount=amount, returned=returned)
    after = replace(
        live,
        price_closed=True,
        price_disputed=False,
        paid=live.paid + amount,
        refunded=live.refunded + returned,
    )
    return after, [event]


def _close_deposit(live: Live, returned: int, kept: int) -> tuple[Live, list[Any]]:
    event = events.DepositReturned(escrow=ESCROW, actor=STRANGER, returned=returned, kept=kept)
    after = replace(
        live,
        deposit_closed=True,
        claim=0,
        paid=live.paid + kept,
        refunded=live.refunded + returned,
        state=FUNDED if live.state == CLAIMED else live.state,
    )
    return after, [event]


def _close_due(live: Live, now: int) -> tuple[Live, list[Any]]:
    emitted: list[Any] = []
    if not live.price_closed and not live.price_disputed and now >= _object_by(live):
        live, emitted = _close_price(live, live.left, 0)
    if not live.deposit_closed and live.claim == 0 and now >= _claim_by(live):
        live, more = _close_deposit(live, live.terms.deposit, 0)
        emitted = emitted + more
    return live, emitted


def _release(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.price_closed and not live.price_disputed)
    return _close_price(live, live.left, 0)


def _part(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.price_closed and not live.price_disputed)
    return _release_part(live, min(PART, live.left))


def _end(live: Live, outcome: int, to_payee: int) -> tuple[Live, list[Any]]:
    """Both legs at once, the payee's part from the price first."""
    live, emitted = replace(live, outcome=outcome), []
    part = min(to_payee, live.left)
    if not live.price_closed:
        live, emitted = _close_price(live, part, live.left - part)
    if not live.deposit_closed:
        kept = to_payee - part
        live, more = _close_deposit(live, live.terms.deposit - kept, kept)
        emitted = emitted + more
    return live, emitted


def _split(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    return _end(live, 8, min(to_payee, live.held))


def _cancel(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.price_closed and not live.price_disputed and live.claim == 0)
    holds = [bps for before, bps in live.terms.cancellations if now + before <= live.terms.deliver_by]
    _need(bool(holds) and now < live.terms.deliver_by)
    live, emitted = _release_due(live, now)
    live, more = _end(live, 7, live.left - live.left * holds[0] // 10_000)
    return live, emitted + more


def _unwind(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    """Of a deal whose booking never came about."""
    _need(live.state == FUNDED)
    return _end(live, 9, 0)


def _finish(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.deposit_closed)
    _need(live.state != DISPUTED or live.claim == 0)
    return _close_deposit(live, live.terms.deposit, 0)


def _refund(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    return _end(live, 2 if live.outcome == 0 and live.paid == 0 else live.outcome, 0)


def _claim_damage(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.terms.arbitrator is not None and not live.deposit_closed and live.claim == 0)
    _need(now < _claim_by(live))
    answer_by = now + live.terms.answer_s
    state = CLAIMED
    if live.state == DISPUTED:
        _need(not _window_over(live, now))
        answer_by, state = now + live.terms.ladder[live.rung][1], DISPUTED
    event = events.DamageClaimed(
        escrow=ESCROW, actor=PAYEE, amount=claim, evidence=ZERO32, answer_by=answer_by
    )
    return replace(live, state=state, claim=claim, since=now), [event]


def _accept_claim(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.state == CLAIMED and not _answer_over(live, now))
    return _close_deposit(replace(live, outcome=3), live.terms.deposit - live.claim, live.claim)


def _dispute(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.terms.arbitrator is not None and live.state != DISPUTED)
    live, paid = _release_due(live, now)
    contestable = live.left > 0 and now < _object_by(live)
    _need(not _answer_over(live, now) if live.state == CLAIMED else contestable)
    price = live.left if contestable else 0
    event = events.DisputeOpened(
        escrow=ESCROW,
        actor=PAYER,
        arbitrator=live.terms.arbitrator or b"",
        price=price,
        claim=live.claim,
        evidence=ZERO32,
        rule_by=now + live.terms.window_s,
    )
    return replace(live, state=DISPUTED, since=now, price_disputed=contestable), [*paid, event]


def _rule(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.state == DISPUTED and not _window_over(live, now))
    price = live.left if live.price_disputed else 0
    to_payee = min(to_payee, price + live.claim)
    ruled = events.DisputeRuled(
        escrow=ESCROW,
        actor=live.terms.ladder[live.rung][0],
        to_payer=price + live.claim - to_payee,
        to_payee=to_payee,
        fee=0,
        reasons=ZERO32,
    )
    emitted: list[Any] = [ruled]
    live = replace(live, state=FUNDED, since=now, outcome=5, rung=0)
    part = min(to_payee, price)
    if price:
        live, more = _close_price(live, part, price - part)
        emitted += more
    if live.claim:
        live, more = _close_deposit(live, live.terms.deposit - (to_payee - part), to_payee - part)
        emitted += more
    live, more = _close_due(live, now)
    return live, emitted + more


def _expire(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    before, terms = live, live.terms
    more: list[Any] = []
    live, emitted = _release_due(live, now)
    if live.state == CLAIMED and _answer_over(live, now):
        kept = live.claim * terms.silent_payer_bps // 10_000
        live, more = _close_deposit(replace(live, outcome=4), terms.deposit - kept, kept)
        emitted = emitted + more
    elif live.state == DISPUTED and _window_over(live, now) and live.rung + 1 < len(terms.ladder):
        arbitrator, window_s = terms.ladder[live.rung + 1]
        live = replace(live, rung=live.rung + 1, since=now)
        handed_on = events.DisputeEscalated(
            escrow=ESCROW, actor=STRANGER, arbitrator=arbitrator, rung=live.rung, rule_by=now + window_s
        )
        emitted = [*emitted, handed_on]
    elif live.state == DISPUTED and _window_over(live, now):
        claimed, contested = live.claim > 0, live.price_disputed
        live = replace(live, state=FUNDED, outcome=6, rung=0)
        if contested:
            paid = live.left * terms.silent_arbitrator_bps // 10_000
            live, more = _close_price(live, paid, live.left - paid)
            emitted = emitted + more
        if claimed:
            live, more = _close_deposit(live, terms.deposit, 0)
            emitted = emitted + more
    live, more = _close_due(live, now)
    _need(live != before)
    return live, emitted + more


def _rate(live: Live, side: int, now: int) -> tuple[Live, list[Any]]:
    _need(live.state == DONE and now < live.done_at + RATE_WITHIN_S and not live.rated[side])
    # where nothing came about nobody rates; the payer rates a payee who took part
    _need(live.outcome != 9)
    _need(side == 1 or (live.attended and live.outcome != 2))
    rated = (True, live.rated[1]) if side == 0 else (live.rated[0], True)
    rater, subject = (PAYER, PAYEE) if side == 0 else (PAYEE, PAYER)
    event = committed(CONTRACT, ESCROW, rater, subject, side=side)
    return replace(live, rated=rated), [event]


_ACTS = {
    "release": _release,
    "release_part": _part,
    "cancel": _cancel,
    "split": _split,
    "finish": _finish,
    "refund": _refund,
    "claim_damage": _claim_damage,
    "accept_claim": _accept_claim,
    "dispute": _dispute,
    "rule": _rule,
    "expire": _expire,
    "unwind": _unwind,
}
# what needs no booking that fell through
ACTS = (*(name for name in _ACTS if name != "unwind"), "rate_0", "rate_1")
