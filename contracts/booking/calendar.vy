# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Calendar: which quanta of a resource are granted, and how many units
@license AGPL-3.0-only
@notice Capacity 1: one bit per quantum, 256 quanta a word. More: lanes of eight bits, 32 quanta a word, see `lanes`.
        Quantum `i` of a resource begins at `phase + i * quantum`, which is the caller's arithmetic; here intervals are
        half-open `[first, first + quanta)` in quanta. A grant covers exactly its interval; a buffer only has to be free
        on both sides at the moment of the grant.
"""

from ..shared import refusal
from . import lanes
from . import resource_terms

# Words that the longest interval can touch: 4,095 quanta (12 bits) and 63 of buffer on both sides, from the last bit of a word
MAX_WORDS: constant(uint256) = 18
# The same in lanes, which have no buffer
MAX_LANE_WORDS: constant(uint256) = 129

# Capacity and buffer of a resource's word, and what they are where a grant is only a run of bits
SPACING: constant(uint256) = (resource_terms.MASK_8 << resource_terms.CAPACITY_AT) | (
    resource_terms.MASK_6 << resource_terms.BUFFER_AT
)
PLAIN: constant(uint256) = 1 << resource_terms.CAPACITY_AT


# resource + quantum // 256 → bit per quantum, lowest first; set while a grant covers the quantum. With a capacity above 1:
# resource + quantum // 32 → units granted, 8 bits per quantum, lowest first. The sum wraps; a resource is a hash and an index
# below 2**40, so the words of two resources meet as little as two hashes do
occupied: HashMap[uint256, uint256]


@internal
def _cover(resource: bytes32, terms: uint256, first: uint256, quanta: uint256, units: uint256):
    """
    @notice Cover an interval; the whole transaction reverts when any quantum or its buffer is taken
    @param resource Whose calendar
    @param terms The resource's word
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @param units How many, 1 up to the capacity
    """
    if terms & SPACING == PLAIN:
        self._occupy(resource, first, quanta)
        return
    if not self._has_room(resource, terms, first, quanta, units):
        refusal._refuse("bookings: not free")
    if resource_terms._capacity(terms) == 1:
        self._occupy(resource, first, quanta)
    else:
        self._change(resource, first, quanta, units, True)


@internal
def _uncover(resource: bytes32, terms: uint256, first: uint256, quanta: uint256, units: uint256):
    """
    @notice Uncover an interval that a grant covers
    @param resource Whose calendar
    @param terms The resource's word
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @param units How many the grant holds
    """
    if resource_terms._capacity(terms) == 1:
        self._release(resource, first, quanta)
    else:
        self._change(resource, first, quanta, units, False)


@internal
@view
def _has_room(resource: bytes32, terms: uint256, first: uint256, quanta: uint256, units: uint256) -> bool:
    """
    @notice Whether an interval can be covered
    @param resource Whose calendar
    @param terms The resource's word
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @param units How many, 1 up to the capacity
    @return True when `_cover` would accept
    """
    capacity: uint256 = resource_terms._capacity(terms)
    if capacity == 1:
        buffer: uint256 = (terms >> resource_terms.BUFFER_AT) & resource_terms.MASK_6
        return self._is_free(resource, first - buffer, quanta + 2 * buffer)
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_LANE_WORDS):
        more: uint256 = lanes._units(units, at & 31, left)
        if not lanes._fits(self.occupied[unsafe_add(base, at >> 5)], more, capacity):
            return False
        covered: uint256 = unsafe_sub(32, at & 31)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)
    return True


@internal
@view
def _is_free(resource: bytes32, first: uint256, quanta: uint256) -> bool:
    """
    @notice Whether no grant covers any quantum of an interval, capacity 1
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,221
    @return True when all are free
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        # Shifts drop what lies beyond the word, so the mask needs no upper bound
        if self.occupied[unsafe_add(base, at >> 8)] & (~(max_value(uint256) << left) << (at & 255)) != 0:
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
    @notice Cover an interval, capacity 1; the whole transaction reverts when any quantum is taken
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        mask: uint256 = ~(max_value(uint256) << left) << (at & 255)
        word: uint256 = self.occupied[unsafe_add(base, at >> 8)]
        if word & mask != 0:
            refusal._refuse("bookings: not free")
        self.occupied[unsafe_add(base, at >> 8)] = word | mask
        covered: uint256 = unsafe_sub(256, at & 255)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)


@internal
def _release(resource: bytes32, first: uint256, quanta: uint256):
    """
    @notice Uncover the interval of a grant, capacity 1
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_WORDS):
        self.occupied[unsafe_add(base, at >> 8)] &= ~(~(max_value(uint256) << left) << (at & 255))
        covered: uint256 = unsafe_sub(256, at & 255)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)


@internal
def _change(resource: bytes32, first: uint256, quanta: uint256, units: uint256, more: bool):
    """
    @notice Add units to the lanes of an interval where they fit, or take those of a grant away
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @param units How many
    @param more True adds
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_LANE_WORDS):
        # Nothing carries or borrows between lanes: the sum of each was checked, and what is taken was added before
        change: uint256 = lanes._units(units, at & 31, left)
        word: uint256 = self.occupied[unsafe_add(base, at >> 5)]
        self.occupied[unsafe_add(base, at >> 5)] = unsafe_add(word, change) if more else unsafe_sub(word, change)
        covered: uint256 = unsafe_sub(32, at & 31)
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)


@internal
@view
def _word(resource: bytes32, index: uint256) -> uint256:
    return self.occupied[unsafe_add(convert(resource, uint256), index)]
