# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Closing the legs of a deal
@license AGPL-3.0-only
@notice Pure bookkeeping on a live word taken apart, and the logs of it: who gets what of which leg. Nothing is stored and
        nothing is sent here; `Escrow` writes the word and pays.
"""

from ..interfaces import IEscrow
from . import terms
from . import words


@internal
@pure
def _disputed_price(live: words.Live) -> uint256:
    if live.flags & words.PRICE_DISPUTED != 0:
        return live.price
    return 0


@internal
def _release(live: words.Live, amount: uint256) -> words.Live:
    """
    @notice Pay a part of the price, or all that is left of it, which closes the leg
    @param live The state; the price is open
    @param amount How much, at most what is left, smallest unit
    @return The state after it
    """
    if amount == live.price:
        return self._close(live, words.PRICE_CLOSED, amount, 0)
    released: words.Live = live
    # parts of one deal, which fits 96 bits
    released.price = unsafe_sub(live.price, amount)
    released.paid = unsafe_add(live.paid, amount)
    released.to_payee = unsafe_add(live.to_payee, amount)
    log IEscrow.PriceReleased(escrow=live.escrow, actor=live.actor, amount=amount, left=released.price)
    return released


@internal
def _release_due(
    core: IEscrow.Core, milestones: DynArray[IEscrow.Milestone, 12], live: words.Live
) -> words.Live:
    """
    @notice Pay the milestones that nobody can object to any more, as far as they are not released
    @param core The terms
    @param milestones Those agreed
    @param live The state
    @return The state after it
    """
    if live.flags & words.PRICE_DISPUTED != 0:
        return live
    later: uint256 = core.price
    for milestone: IEscrow.Milestone in milestones:
        # dates and windows were checked at opening, and the amounts add up to the price
        if block.timestamp < unsafe_add(milestone.due, terms._object_s(core.schedule)):
            break
        later = unsafe_sub(later, milestone.amount)
    if later >= live.price:
        return live
    return self._release(live, unsafe_sub(live.price, later))


@internal
def _close(live: words.Live, legs: uint256, to_payee: uint256, fee: uint256) -> words.Live:
    """
    @notice Close one leg or both: the payee's part is taken from the price first and then from the deposit, the fee from what
            is then left in the same order, the rest goes to the payer. A leg that is closed already is left alone.
    @param live The state before
    @param legs The flags to set
    @param to_payee The payee's part of these legs, smallest unit
    @param fee The arbitrator's part, smallest unit; with the payee's at most all of it
    @return The state after it
    """
    closed: words.Live = live
    closed.paid = unsafe_add(live.paid, to_payee)
    closed.to_payee = unsafe_add(live.to_payee, to_payee)
    from_deposit: uint256 = to_payee
    fee_left: uint256 = fee
    if legs & words.PRICE_CLOSED != 0 and live.price != 0:
        # parts of one deal, which fits 96 bits
        part: uint256 = min(to_payee, live.price)
        from_deposit = unsafe_sub(to_payee, part)
        returned: uint256 = unsafe_sub(live.price, part)
        part_fee: uint256 = min(fee, returned)
        fee_left = unsafe_sub(fee, part_fee)
        returned = unsafe_sub(returned, part_fee)
        closed.flags = (live.flags | words.PRICE_CLOSED) & (255 ^ words.PRICE_DISPUTED)
        closed.price = 0
        closed.to_payer = unsafe_add(live.to_payer, returned)
        log IEscrow.PricePaid(escrow=live.escrow, actor=live.actor, amount=part, returned=returned)
    if legs & words.DEPOSIT_CLOSED != 0 and live.deposit != 0:
        closed.flags |= words.DEPOSIT_CLOSED
        closed.deposit = 0
        closed.claim = 0
        closed.kept = from_deposit
        if live.state == words.CLAIMED:
            closed.state = words.FUNDED
        returned: uint256 = live.deposit - from_deposit - fee_left
        closed.to_payer = unsafe_add(closed.to_payer, returned)
        log IEscrow.DepositReturned(
            escrow=live.escrow, actor=live.actor, returned=returned, kept=from_deposit
        )
    return closed


@internal
def _decide(live: words.Live, outcome: uint256, to_payee: uint256, fee: uint256) -> words.Live:
    """
    @notice End a dispute
    @param live The state in dispute
    @param outcome What to remember of it
    @param to_payee The payee's part of what is in dispute, smallest unit
    @param fee The arbitrator's part of what is then left, smallest unit
    @return The state after it
    """
    decided: words.Live = live
    decided.state = words.FUNDED
    decided.rung = 0
    decided.since = block.timestamp
    decided.outcome = outcome
    legs: uint256 = 0
    if live.flags & words.PRICE_DISPUTED != 0:
        legs = words.PRICE_CLOSED
    if live.claim != 0:
        legs |= words.DEPOSIT_CLOSED
    return self._close(decided, legs, to_payee, fee)


@internal
def _close_due(schedule: uint256, live: words.Live) -> words.Live:
    # each leg by its own clock, unless it is contested
    legs: uint256 = 0
    price: uint256 = 0
    if live.flags & words.PRICE_DISPUTED == 0 and block.timestamp >= terms._object_by(schedule):
        legs = words.PRICE_CLOSED
        price = live.price
    if live.claim == 0 and block.timestamp >= terms._claim_by(schedule):
        legs |= words.DEPOSIT_CLOSED
    return self._close(live, legs, price, 0)
