# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Calendar: which quanta of a resource are granted
@license AGPL-3.0-only
@notice Capacity 1: one bit per quantum, 256 quanta a word. Quantum `i` of a resource begins at
        `phase + i * quantum`, which is the caller's arithmetic; here intervals are half-open
        `[first, first + quanta)` in quanta.
"""

from ..shared import refusal

# Words that the longest interval can touch: 4,095 quanta (12 bits) that begin at the last bit of a word
MAX_WORDS: constant(uint256) = 17


# resource → quantum // 256 → bit per quantum, lowest first; set while a grant covers the quantum
occupied: HashMap[bytes32, HashMap[uint256, uint256]]


@internal
@view
def _is_free(resource: bytes32, first: uint256, quanta: uint256) -> bool:
    """
    @notice Whether no grant covers any quantum of an interval
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @return True when all are free
    """
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        # Shifts drop what lies beyond the word, so the mask needs no upper bound
        if self.occupied[resource][at >> 8] & (~(max_value(uint256) << left) << (at & 255)) != 0:
            return False
        covered: uint256 = unsafe_sub(256, at & 255)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)
    return True


@internal
def _occupy(resource: bytes32, first: uint256, quanta: uint256):
    """
    @notice Cover an interval; the whole transaction reverts when any quantum is taken
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    """
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        mask: uint256 = ~(max_value(uint256) << left) << (at & 255)
        word: uint256 = self.occupied[resource][at >> 8]
        if word & mask != 0:
            refusal._refuse("bookings: not free")
        self.occupied[resource][at >> 8] = word | mask
        covered: uint256 = unsafe_sub(256, at & 255)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)


@internal
def _release(resource: bytes32, first: uint256, quanta: uint256):
    """
    @notice Uncover the interval of a grant
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    """
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        self.occupied[resource][at >> 8] &= ~(~(max_value(uint256) << left) << (at & 255))
        covered: uint256 = unsafe_sub(256, at & 255)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)
