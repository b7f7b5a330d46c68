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
PAYEE_ACTS = ("finish", "refund", "claim_damage")
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
        window_s=terms.window_s,
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
    return now >= live.since + live.terms.window_s


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
        live, emitted = _close_price(live, live.terms.price, 0)
    if not live.deposit_closed and live.claim == 0 and now >= _claim_by(live):
        live, more = _close_deposit(live, live.terms.deposit, 0)
        emitted = emitted + more
    return live, emitted


def _release(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.price_closed and not live.price_disputed)
    return _close_price(live, live.terms.price, 0)


def _finish(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(not live.deposit_closed)
    _need(live.state != DISPUTED or live.claim == 0)
    return _close_deposit(live, live.terms.deposit, 0)


def _refund(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    if live.outcome == 0 and live.paid == 0:
        live = replace(live, outcome=2)
    emitted: list[Any] = []
    if not live.price_closed:
        live, emitted = _close_price(live, 0, live.terms.price)
    if not live.deposit_closed:
        live, more = _close_deposit(live, live.terms.deposit, 0)
        emitted = emitted + more
    return live, emitted


def _claim_damage(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.terms.arbitrator is not None and not live.deposit_closed and live.claim == 0)
    _need(now < _claim_by(live))
    answer_by = now + live.terms.answer_s
    state = CLAIMED
    if live.state == DISPUTED:
        _need(not _window_over(live, now))
        answer_by, state = now + live.terms.window_s, DISPUTED
    event = events.DamageClaimed(
        escrow=ESCROW, actor=PAYEE, amount=claim, evidence=ZERO32, answer_by=answer_by
    )
    return replace(live, state=state, claim=claim, since=now), [event]


def _accept_claim(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.state == CLAIMED and not _answer_over(live, now))
    return _close_deposit(replace(live, outcome=3), live.terms.deposit - live.claim, live.claim)


def _dispute(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.terms.arbitrator is not None and live.state != DISPUTED)
    contestable = not live.price_closed and now < _object_by(live)
    _need(not _answer_over(live, now) if live.state == CLAIMED else contestable)
    price = live.terms.price if contestable else 0
    event = events.DisputeOpened(
        escrow=ESCROW,
        actor=PAYER,
        arbitrator=live.terms.arbitrator or b"",
        price=price,
        claim=live.claim,
        evidence=ZERO32,
        rule_by=now + live.terms.window_s,
    )
    return replace(live, state=DISPUTED, since=now, price_disputed=contestable), [event]


def _rule(live: Live, now: int, claim: int, to_payee: int) -> tuple[Live, list[Any]]:
    _need(live.state == DISPUTED and not _window_over(live, now))
    price = live.terms.price if live.price_disputed else 0
    to_payee = min(to_payee, price + live.claim)
    ruled = events.DisputeRuled(
        escrow=ESCROW,
        actor=ARBITRATOR,
        to_payer=price + live.claim - to_payee,
        to_payee=to_payee,
        fee=0,
        reasons=ZERO32,
    )
    emitted: list[Any] = [ruled]
    live = replace(live, state=FUNDED, since=now, outcome=5)
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
    before, emitted, terms = live, [], live.terms
    more: list[Any] = []
    if live.state == CLAIMED and _answer_over(live, now):
        kept = live.claim * terms.silent_payer_bps // 10_000
        live, emitted = _close_deposit(replace(live, outcome=4), terms.deposit - kept, kept)
    elif live.state == DISPUTED and _window_over(live, now):
        claimed, contested = live.claim > 0, live.price_disputed
        live = replace(live, state=FUNDED, outcome=6)
        if contested:
            paid = terms.price * terms.silent_arbitrator_bps // 10_000
            live, emitted = _close_price(live, paid, terms.price - paid)
        if claimed:
            live, more = _close_deposit(live, terms.deposit, 0)
            emitted = emitted + more
    live, more = _close_due(live, now)
    _need(live != before)
    return live, emitted + more


def _rate(live: Live, side: int, now: int) -> tuple[Live, list[Any]]:
    _need(live.state == DONE and now < live.done_at + RATE_WITHIN_S and not live.rated[side])
    # the payer rates a payee who took part
    _need(side == 1 or (live.attended and live.outcome != 2))
    rated = (True, live.rated[1]) if side == 0 else (live.rated[0], True)
    rater, subject = (PAYER, PAYEE) if side == 0 else (PAYEE, PAYER)
    event = committed(CONTRACT, ESCROW, rater, subject, side=side)
    return replace(live, rated=rated), [event]


_ACTS = {
    "release": _release,
    "finish": _finish,
    "refund": _refund,
    "claim_damage": _claim_damage,
    "accept_claim": _accept_claim,
    "dispute": _dispute,
    "rule": _rule,
    "expire": _expire,
}
ACTS = (*_ACTS, "rate_0", "rate_1")
