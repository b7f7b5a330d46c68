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

# Words that the longest interval can touch: 4,095 quanta (12 bits) that begin at the last bit of a word, or in the last lane. A buffer of 63 quanta
# on both sides goes with bits only, and needs fewer words than lanes.
MAX_BIT_WORDS: constant(uint256) = 17
MAX_WORDS: constant(uint256) = 129

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
    self._change(resource, terms, first, quanta, units, True)


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
    buffer: uint256 = (terms >> resource_terms.BUFFER_AT) & resource_terms.MASK_6
    base: uint256 = convert(resource, uint256)
    at: uint256 = unsafe_sub(first, buffer)
    left: uint256 = unsafe_add(quanta, unsafe_mul(2, buffer))
    bits: uint256 = 5 if capacity != 1 else 8
    size: uint256 = 1 << bits
    for _: uint256 in range(MAX_WORDS):
        word: uint256 = self.occupied[unsafe_add(base, at >> bits)]
        more: uint256 = self._piece(bits, at, left, units)
        if bits == 8:
            if word & more != 0:
                return False
        elif not lanes._fits(word, more, capacity):
            return False
        covered: uint256 = unsafe_sub(size, at & unsafe_sub(size, 1))
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)
    return True


@internal
def _occupy(resource: bytes32, first: uint256, quanta: uint256):
    """
    @notice Cover an interval, capacity 1 and no buffer; the whole transaction reverts when any quantum is taken
    @param resource Whose calendar
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    for _: uint256 in range(MAX_BIT_WORDS):
        # Shifts drop what lies beyond the word, so the mask needs no upper bound
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
def _change(
    resource: bytes32, terms: uint256, first: uint256, quanta: uint256, units: uint256, more: bool
):
    """
    @notice Add units to an interval that has room for them, or take those of a grant away
    @param resource Whose calendar
    @param terms The resource's word
    @param first First quantum
    @param quanta Length, 1 up to 4,095
    @param units How many
    @param more True adds
    """
    base: uint256 = convert(resource, uint256)
    at: uint256 = first
    left: uint256 = quanta
    bits: uint256 = 5 if resource_terms._capacity(terms) != 1 else 8
    size: uint256 = 1 << bits
    for _: uint256 in range(MAX_WORDS):
        # Nothing carries or borrows between quanta: the sum of each was checked, and what is taken was added before
        change: uint256 = self._piece(bits, at, left, units)
        if not more:
            change = unsafe_sub(0, change)
        self.occupied[unsafe_add(base, at >> bits)] = unsafe_add(self.occupied[unsafe_add(base, at >> bits)], change)
        covered: uint256 = unsafe_sub(size, at & unsafe_sub(size, 1))
        if left <= covered:
            break
        at = unsafe_add(at, covered)
        left = unsafe_sub(left, covered)


@internal
@pure
def _piece(bits: uint256, at: uint256, left: uint256, units: uint256) -> uint256:
    """
    @notice What an interval adds to the word in which a quantum lies
    @param bits 8 for a bit per quantum, 5 for a lane
    @param at The quantum
    @param left How many quanta from there
    @param units How many of each
    @return The word to add
    """
    if bits == 8:
        return ~(max_value(uint256) << left) << (at & 255)
    return lanes._units(units, at & 31, left)


@internal
@view
def _word(resource: bytes32, index: uint256) -> uint256:
    return self.occupied[unsafe_add(convert(resource, uint256), index)]
