# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Lanes: how many units of a resource are granted, quantum by quantum
@license AGPL-3.0-only
@notice Capacity 2 and more: eight bits per quantum, 32 quanta a word, lowest first. Lanes are added all at once and compared each by itself:
        even and odd ones apart, so that each has 16 bits and nothing carries over into a neighbour.
"""

# A one in every lane
ONES: constant(uint256) = max_value(uint256) // 255
# In every 16 bits: a one, an even lane, the highest bit
EVEN_ONES: constant(uint256) = max_value(uint256) // 65_535
EVEN: constant(uint256) = EVEN_ONES * 255
EVEN_TOPS: constant(uint256) = EVEN_ONES * 2**15
TOP_LESS_ONE: constant(uint256) = 2**15 - 1


@internal
@pure
def _units(units: uint256, lane: uint256, quanta: uint256) -> uint256:
    """
    @notice A word with `units` in the lanes of an interval
    @param units 1 to 255
    @param lane First lane, 0 to 31
    @param quanta Length; what lies beyond the word is dropped
    @return The word to add
    """
    if quanta >= 32:
        return unsafe_mul(units, ONES) << unsafe_mul(lane, 8)
    mask: uint256 = ~(max_value(uint256) << unsafe_mul(quanta, 8))
    return unsafe_mul(units, ONES & mask) << unsafe_mul(lane, 8)


@internal
@pure
def _fits(word: uint256, more: uint256, capacity: uint256) -> bool:
    """
    @notice Whether no lane of a sum is above the capacity
    @param word What is granted, each lane at most the capacity
    @param more What is asked for, each lane at most the capacity
    @param capacity 1 to 255
    @return True when all lanes fit, and then the words can be added as they are
    """
    # A lane's sum is at most 510. What is added to it reaches the highest of 16 bits exactly when the sum is above the capacity.
    room: uint256 = unsafe_mul(unsafe_sub(TOP_LESS_ONE, capacity), EVEN_ONES)
    even: uint256 = unsafe_add(word & EVEN, more & EVEN)
    odd: uint256 = unsafe_add((word >> 8) & EVEN, (more >> 8) & EVEN)
    return (unsafe_add(even, room) | unsafe_add(odd, room)) & EVEN_TOPS == 0
