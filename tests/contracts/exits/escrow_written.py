"""What the terms write: who gets what of a deal in some state when others are silent. In plain Python.

Nothing here asks the contract; these are the numbers that its payments are compared with.
"""

from dataclasses import dataclass, replace

from contracts.escrow.deal import CLAIMED, DISPUTED, DONE, Deal

WHOLE_BPS = 10_000


@dataclass(frozen=True)
class Left:
    """What is left of a deal.

    `booking_lost`  the booking it belongs to did not come about
    `booking_may_be_lost`  it did not, or still may not
    `ruling`  what a court left to the payee of all that is contested, not carried out yet
    """

    deal: Deal
    state: int
    rung: int
    price: int
    price_disputed: bool
    deposit: int
    claim: int
    since: int
    now: int
    booking_lost: bool = False
    booking_may_be_lost: bool = False
    ruling: int | None = None

    @property
    def held(self) -> int:
        """All of it."""
        return self.price + self.deposit

    @property
    def contested(self) -> int:
        """What an arbitrator may divide."""
        return self.price * self.price_disputed + self.claim if self.state == DISPUTED else 0

    @property
    def done(self) -> bool:
        """Whether both legs are closed."""
        return self.state == DONE


def share(amount: int, bps: int) -> int:
    """A share, rounded down."""
    return amount * bps // WHOLE_BPS


def by_silence(left: Left) -> set[int]:
    """What the payee may get when nobody does anything any more; the rest goes to the payer. One amount,
    unless the booking falls through or a court has ruled, which anybody then may point out, or not."""
    found = {price + _claim_by_silence(left) for price in _prices_by_silence(left)}
    if left.ruling is not None and left.now < _window_end(left):
        found.add(left.ruling + (0 if left.price_disputed else left.price))
    return found


def least_by_payer(left: Left) -> int:
    """The least that the payer, doing all he can, leaves to a payee and arbitrators who are silent."""
    choices, kept = by_silence(left), _claim_by_silence(left)
    answer_by = left.since + left.deal.answer_s
    if left.state == CLAIMED and left.now < answer_by:
        # disputing a claim contests the price as well; where it cannot be contested any more, it is due
        kept = 0
        choices |= {max(_prices_by_silence(left))}
    if not left.price_disputed and left.now < left.deal.object_by:
        due, rest = _due(left), left.price - _due(left)
        if left.deal.ladder:
            choices.add(kept + due + share(rest, left.deal.silent_arbitrator_bps))
        choices |= _by_cancelling(left)
    return min(choices)


def _by_cancelling(left: Left) -> set[int]:
    """What a payer who cancels leaves to the payee, at once or when a claim is out of the way: accepted, or
    settled by his silence."""
    answer_by = left.since + left.deal.answer_s
    ways = [(left.now, 0)]
    if left.state == CLAIMED:
        ways = [(max(left.now, answer_by), _claim_by_silence(left))]
        ways += [(left.now, left.claim)] if left.now < answer_by else []
    found = set()
    for now, paid in ways:
        due = _due(replace(left, now=now))
        rest = left.price - due
        for before_s, bps in left.deal.cancellations:
            if now < left.deal.deliver_by and now + before_s <= left.deal.deliver_by:
                found.add(paid + due + rest - share(rest, bps))
    return found


def most_by_payee(left: Left) -> int:
    """The most that the payee, doing all he can, gets from a payer and arbitrators who are silent."""
    # a claim that joins a dispute is not worth a thing with silent arbitrators, so it has to come after
    earliest = left.now + (longest_dispute_s(left) if left.state == DISPUTED else 0)
    claims = left.deal.ladder and left.deposit and not left.claim and earliest < left.deal.claim_by
    cap = share(left.deposit, left.deal.silent_payer_bps) if claims else 0
    return max(by_silence(left)) + cap


def most_by_arbitrator(left: Left, rung: int) -> int:
    """The most that the arbitrator of a rung can keep, if the parties are silent from here on."""
    if left.state != DISPUTED:
        return 0
    over = left.rung == rung and left.now >= _window_end(left)
    if over or left.rung > rung:
        return 0
    return min(left.deal.ladder[rung][2], left.contested)


def longest_silence_s(left: Left) -> int:
    """When time has decided everything, in seconds from now, if somebody calls whenever something is due."""
    if left.done:
        return 0
    moments = [left.now]
    if left.price and not left.price_disputed:
        moments.append(left.deal.object_by)
    if left.deposit and not left.claim:
        moments.append(left.deal.claim_by)
    if left.state == CLAIMED:
        moments.append(left.since + left.deal.answer_s)
    if left.state == DISPUTED:
        moments.append(left.now + longest_dispute_s(left))
    return max(moments) - left.now


def longest_dispute_s(left: Left) -> int:
    """How long a dispute still lasts when every arbitrator is silent."""
    later = sum(window_s for _, window_s, _ in left.deal.ladder[left.rung + 1 :])
    return max(0, _window_end(left) - left.now) + later


def _window_end(left: Left) -> int:
    return left.since + left.deal.ladder[left.rung][1]


def _prices_by_silence(left: Left) -> set[int]:
    prices = {_price_by_silence(left)}
    if left.booking_may_be_lost and not left.price_disputed:
        prices.add(0)
    return prices


def _due(left: Left) -> int:
    """What of the price nobody can object to any more."""
    later = left.deal.price
    for amount, due in left.deal.milestones:
        if left.now >= due + left.deal.object_s:
            later -= amount
    return max(0, left.price - later) if left.deal.milestones else 0


def _price_by_silence(left: Left) -> int:
    return share(left.price, left.deal.silent_arbitrator_bps) if left.price_disputed else left.price


def _claim_by_silence(left: Left) -> int:
    return share(left.claim, left.deal.silent_payer_bps) if left.state == CLAIMED else 0
