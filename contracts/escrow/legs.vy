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
def _disputed_price(core: IEscrow.Core, live: words.Live) -> uint256:
    if live.flags & words.PRICE_DISPUTED != 0:
        return core.price
    return 0


@internal
def _close_price(
    escrow: bytes32, actor: address, live: words.Live, amount: uint256, returned: uint256
) -> words.Live:
    closed: words.Live = live
    closed.flags = (live.flags | words.PRICE_CLOSED) & ~words.PRICE_DISPUTED
    closed.paid += amount
    # parts of one deal, which fits 96 bits
    closed.to_payee = unsafe_add(closed.to_payee, amount)
    closed.to_payer = unsafe_add(closed.to_payer, returned)
    log IEscrow.PricePaid(escrow=escrow, actor=actor, amount=amount, returned=returned)
    return closed


@internal
def _close_deposit(
    escrow: bytes32, actor: address, live: words.Live, returned: uint256, kept: uint256
) -> words.Live:
    closed: words.Live = live
    closed.flags |= words.DEPOSIT_CLOSED
    closed.claim = 0
    closed.paid += kept
    closed.to_payee = unsafe_add(closed.to_payee, kept)
    closed.to_payer = unsafe_add(closed.to_payer, returned)
    if live.state == words.CLAIMED:
        closed.state = words.FUNDED
    log IEscrow.DepositReturned(escrow=escrow, actor=actor, returned=returned, kept=kept)
    return closed


@internal
def _decide(
    escrow: bytes32,
    actor: address,
    core: IEscrow.Core,
    live: words.Live,
    outcome: uint256,
    to_payee: uint256,
    fee: uint256,
) -> words.Live:
    """
    @notice End a dispute: price first, then claim; the payee's part first, then the fee, the rest to the payer
    @param escrow The escrow's id
    @param actor Who acts
    @param core The terms
    @param live The state in dispute
    @param outcome What to remember of it
    @param to_payee The payee's part of what is in dispute, smallest unit
    @param fee The arbitrator's part of what is then left, smallest unit
    @return The state after it
    """
    decided: words.Live = live
    decided.state = words.FUNDED
    decided.since = block.timestamp
    decided.outcome = outcome
    price: uint256 = self._disputed_price(core, live)
    price_part: uint256 = min(to_payee, price)
    price_fee: uint256 = min(fee, price - price_part)
    if price > 0:
        decided = self._close_price(escrow, actor, decided, price_part, price - price_part - price_fee)
    if live.claim > 0:
        kept: uint256 = to_payee - price_part
        decided = self._close_deposit(escrow, actor, decided, core.deposit - kept - (fee - price_fee), kept)
    return decided


@internal
def _close_due(escrow: bytes32, actor: address, core: IEscrow.Core, live: words.Live) -> words.Live:
    # each leg by its own clock, unless it is contested
    closed: words.Live = live
    if live.flags & (words.PRICE_CLOSED | words.PRICE_DISPUTED) == 0:
        if block.timestamp >= terms._object_by(core.schedule):
            closed = self._close_price(escrow, actor, closed, core.price, 0)
    if live.flags & words.DEPOSIT_CLOSED == 0 and live.claim == 0:
        if block.timestamp >= terms._claim_by(core.schedule):
            closed = self._close_deposit(escrow, actor, closed, core.deposit, 0)
    return closed
