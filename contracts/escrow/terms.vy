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
    return amount * bps // WHOLE_BPS


@internal
@view
def _check(core: IEscrow.Core, rest: IEscrow.Rest):
    """
    @notice Refuse terms that could not be carried out as they read
    @param core The terms
    @param rest Their dynamic part
    """
    if core.payee in [empty(address), self, core.payer]:
        refusal._refuse("escrow: unfit payee")
    # the live word keeps what was paid in 96 bits, so the sum of both has to fit
    if max(core.price, core.deposit) >= 2**95:
        refusal._refuse("escrow: amount too large")
    if core.price + core.deposit == 0:
        refusal._refuse("escrow: nothing to hold")
    self._check_schedule(core)
    self._check_rest(core, rest)


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
    if date_s > block.timestamp + MAX_AHEAD_S:
        refusal._refuse("escrow: date too far ahead")


@internal
@pure
def _check_window(window_s: uint256):
    if window_s < MIN_WINDOW_S or window_s > MAX_WINDOW_S:
        refusal._refuse("escrow: window out of range")


@internal
@pure
def _check_rest(core: IEscrow.Core, rest: IEscrow.Rest):
    if len(rest.milestones) != 0:
        refusal._refuse("escrow: no milestones yet")
    if len(rest.cancellations) != 0:
        refusal._refuse("escrow: no cancellations yet")
    if len(rest.ladder) > 1:
        refusal._refuse("escrow: one arbitrator only")
    if len(rest.ladder) == 0:
        if core.rest != empty(bytes32):
            refusal._refuse("escrow: rest without content")
        return
    rung: IEscrow.Rung = self._rung(core, rest)
    if rung.arbitrator in [empty(address), core.payer, core.payee]:
        refusal._refuse("escrow: unfit arbitrator")
    self._check_window(rung.window_s)
    if rung.fee_cap > core.price + core.deposit:
        refusal._refuse("escrow: fee cap too large")


@internal
@pure
def _rung(core: IEscrow.Core, rest: IEscrow.Rest) -> IEscrow.Rung:
    """
    @notice The arbitrator of a deal that has one
    @param core The terms
    @param rest Their dynamic part, refused when it is not the one agreed
    @return The rung
    """
    if keccak256(abi_encode(rest)) != core.rest:
        refusal._refuse("escrow: foreign rest")
    return rest.ladder[0]
