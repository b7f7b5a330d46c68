# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Series: one request for up to twelve starts
@license AGPL-3.0-only
@notice `bundle` of a series says the starts themselves: 1 in the highest 36 bits, below them eleven gaps of 20 bits, in quanta from
        one start to the next, the first gap lowest; a gap of zero ends the list. They are explicit, because a week has an hour more or less
        when the clocks change. A series is asked for, granted and denied as a whole and takes one word.
"""

from ..interfaces import IBookings
from . import resource_terms

MAX_STARTS: constant(uint256) = 12
MARK_AT: constant(uint256) = 220
GAP_BITS: constant(uint256) = 20
GAP_MASK: constant(uint256) = 2**20 - 1


@internal
@pure
def _is_one(bundle: bytes32) -> bool:
    return convert(bundle, uint256) >> MARK_AT == 1


@internal
@pure
def _starts(request: IBookings.Request, terms: uint256) -> DynArray[uint256, MAX_STARTS]:
    """
    @notice When a request begins, each time
    @param request Its values
    @param terms The resource's word
    @return UTC seconds, ascending; one of them unless it is a series
    """
    starts: DynArray[uint256, MAX_STARTS] = [request.start]
    if not self._is_one(request.bundle):
        return starts
    quantum_s: uint256 = resource_terms._quantum_s(terms)
    gaps: uint256 = convert(request.bundle, uint256)
    start: uint256 = request.start
    for _: uint256 in range(MAX_STARTS - 1):
        gap: uint256 = gaps & GAP_MASK
        if gap == 0:
            break
        # Wraps only after a start that is beyond every horizon
        start = unsafe_add(start, unsafe_mul(gap, quantum_s))
        starts.append(start)
        gaps = gaps >> GAP_BITS
    return starts
