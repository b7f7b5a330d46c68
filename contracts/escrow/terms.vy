# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title What a deal says: reading and checking `Core` and `Rest`
@license AGPL-3.0-only
@notice A leg whose amount is zero does not exist, and its part of the schedule is not looked at.
"""

from ..interfaces import IEscrow
from ..shared import refusal


MAX_AHEAD_S: constant(uint256) = 1830 * 86_400
MIN_WINDOW_S: constant(uint256) = 3600
MAX_WINDOW_S: constant(uint256) = 180 * 86_400
WHOLE_BPS: constant(uint256) = 10_000
# keccak256(abi_encode(Rest)) of empty lists, which `Core` writes as zero
NOTHING: constant(bytes32) = 0x1fbc131f4eafcddc650de1519b37f71f6b9a864523c83f16392f4798cc2eb919
# more rungs than a ladder has
NO_RUNG: constant(uint256) = 15
U32: constant(uint256) = 2**32 - 1
U40: constant(uint256) = 2**40 - 1


@internal
@pure
def _object_by(schedule: uint256) -> uint256:
    """
    @notice When the price leg can no longer be disputed and is due to the payee
    @param schedule The packed schedule
    @return UTC seconds
    """
    # 40 and 32 bits: no overflow
    return unsafe_add(schedule & U40, (schedule >> 40) & U32)


@internal
@pure
def _object_s(schedule: uint256) -> uint256:
    return (schedule >> 40) & U32


@internal
@pure
def _claim_by(schedule: uint256) -> uint256:
    """
    @notice When damage can no longer be claimed and the deposit is due to the payer
    @param schedule The packed schedule
    @return UTC seconds
    """
    return unsafe_add((schedule >> 72) & U40, (schedule >> 112) & U32)


@internal
@pure
def _answer_s(schedule: uint256) -> uint256:
    return (schedule >> 144) & U32


@internal
@pure
def _silent_payer_bps(schedule: uint256) -> uint256:
    return (schedule >> 176) & (2**16 - 1)


@internal
@pure
def _silent_arbitrator_bps(schedule: uint256) -> uint256:
    return (schedule >> 192) & (2**16 - 1)


@internal
@pure
def _service(schedule: uint256) -> uint256:
    return (schedule >> 208) & (2**24 - 1)


@internal
@pure
def _share(amount: uint256, bps: uint256) -> uint256:
    """
    @notice A share of an amount, rounded down; the rest stays with the other side, so no unit is lost
    @param amount Smallest unit
    @param bps Hundredths of a per cent
    @return Smallest unit
    """
    # amounts fit 95 bits
    return unsafe_mul(amount, bps) // WHOLE_BPS


@internal
@view
def _check_core(core: IEscrow.Core):
    """
    @notice Refuse terms that could not be carried out as they read
    @param core The terms
    """
    if core.payee in [empty(address), self, core.payer]:
        refusal._refuse("escrow: unfit payee")
    # the live word keeps what was paid in 96 bits, so the sum of both has to fit
    if max(core.price, core.deposit) >= 2**95:
        refusal._refuse("escrow: amount too large")
    if core.price | core.deposit == 0:
        refusal._refuse("escrow: nothing to hold")
    self._check_schedule(core)


@internal
@view
def _check_schedule(core: IEscrow.Core):
    schedule: uint256 = core.schedule
    if schedule >> 232 != 0:
        refusal._refuse("escrow: malformed schedule")
    silent_bps: uint256 = max(self._silent_payer_bps(schedule), self._silent_arbitrator_bps(schedule))
    if silent_bps > WHOLE_BPS:
        refusal._refuse("escrow: silent share too large")
    if core.price > 0:
        self._check_date(schedule & U40)
        self._check_window((schedule >> 40) & U32)
    if core.deposit > 0:
        self._check_date((schedule >> 72) & U40)
        self._check_window((schedule >> 112) & U32)
        self._check_window(self._answer_s(schedule))


@internal
@view
def _check_date(date_s: uint256):
    if date_s <= block.timestamp:
        refusal._refuse("escrow: date in the past")
    if date_s > unsafe_add(block.timestamp, MAX_AHEAD_S):
        refusal._refuse("escrow: date too far ahead")


@internal
@pure
def _check_window(window_s: uint256):
    # one below the least wraps to more than the most
    if unsafe_sub(window_s, MIN_WINDOW_S) > MAX_WINDOW_S - MIN_WINDOW_S:
        refusal._refuse("escrow: window out of range")


@internal
@view
def _check_rest(core: IEscrow.Core, rest: IEscrow.Rest):
    """
    @notice Refuse a dynamic part that could not be carried out as it reads
    @param core The terms, checked before
    @param rest Their dynamic part, agreed
    """
    left: uint256 = core.price
    before: uint256 = block.timestamp
    fits: bool = True
    for milestone: IEscrow.Milestone in rest.milestones:
        fits = fits and milestone.amount != 0 and milestone.amount <= left and milestone.due > before
        left = unsafe_sub(left, milestone.amount)
        before = milestone.due
    if len(rest.milestones) != 0 and not (fits and left == 0 and before == core.schedule & U40):
        refusal._refuse("escrow: malformed milestones")

    before = MAX_AHEAD_S + 1
    # without a price there is nothing to cancel
    bps: uint256 = WHOLE_BPS
    for cancellation: IEscrow.Cancellation in rest.cancellations:
        if core.price == 0 or cancellation.before_s >= before or cancellation.refund_bps > bps:
            refusal._refuse("escrow: malformed cancellations")
        before = cancellation.before_s
        bps = cancellation.refund_bps

    unfit: DynArray[address, 7] = [empty(address), core.payer, core.payee]
    for rung: IEscrow.Rung in rest.ladder:
        if rung.arbitrator in unfit:
            refusal._refuse("escrow: unfit arbitrator")
        unfit.append(rung.arbitrator)
        self._check_window(rung.window_s)
        if rung.fee_cap > unsafe_add(core.price, core.deposit):
            refusal._refuse("escrow: fee cap too large")


@internal
@pure
def _agreed(digest: bytes32, rest: IEscrow.Rest, index: uint256) -> IEscrow.Rung:
    """
    @notice Refuse any dynamic part but the one agreed
    @param digest What the terms say of it
    @param rest The dynamic part presented
    @param index Which rung of the ladder is wanted, or `NO_RUNG`
    @return That rung; empty for `NO_RUNG`
    """
    if keccak256(abi_encode(rest)) != (digest if digest != empty(bytes32) else NOTHING):
        refusal._refuse("escrow: foreign rest")
    if index < len(rest.ladder):
        return rest.ladder[index]
    if index != NO_RUNG:
        refusal._refuse("escrow: no arbitrator")
    return empty(IEscrow.Rung)


@internal
@view
def _refund_bps(schedule: uint256, cancellations: DynArray[IEscrow.Cancellation, 8]) -> uint256:
    """
    @notice What the payer gets back who cancels now
    @param schedule The packed schedule
    @param cancellations Those agreed
    @return Hundredths of a per cent of what is left of the price
    """
    deliver_by: uint256 = schedule & U40
    if block.timestamp < deliver_by:
        for cancellation: IEscrow.Cancellation in cancellations:
            if unsafe_add(block.timestamp, cancellation.before_s) <= deliver_by:
                return cancellation.refund_bps
    refusal._refuse("escrow: too late to cancel")
    return 0
