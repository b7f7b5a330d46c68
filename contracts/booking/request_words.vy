# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Request words: the packed word of a request, field by field
@license AGPL-3.0-only
@notice From the lowest bit: state 4 | expires_at 40 (seconds; 0 when granted at once) | was_granted 1 | until 40 (seconds; 0 = as asked) |
        returned 12 | counted 1 | series 1. What each says is told in `IBookings`.
"""

# State; 5, expired, is never stored but follows from the time
PENDING: constant(uint256) = 1
GRANTED: constant(uint256) = 2
DENIED: constant(uint256) = 3
CANCELLED: constant(uint256) = 4
EXPIRED: constant(uint256) = 5

STATE_MASK: constant(uint256) = 15
EXPIRES_AT: constant(uint256) = 4
UNTIL_AT: constant(uint256) = 45
RETURNED_AT: constant(uint256) = 85
MASK_12: constant(uint256) = 2**12 - 1
MASK_40: constant(uint256) = 2**40 - 1
WAS_GRANTED: constant(uint256) = 2**44
COUNTED: constant(uint256) = 2**97
SERIES: constant(uint256) = 2**98
# What a request that is granted at once begins with
GRANTED_AT_ONCE: constant(uint256) = 2 + 2**44


@internal
@pure
def _expires_at(word: uint256) -> uint256:
    return (word >> EXPIRES_AT) & MASK_40


@internal
@pure
def _returned(word: uint256) -> uint256:
    return (word >> RETURNED_AT) & MASK_12


@internal
@pure
def _with_state(word: uint256, state: uint256) -> uint256:
    """
    @notice The word in another state
    @param word The word as it is
    @param state The new state
    @return The new word; one that is or was granted says so
    """
    moved: uint256 = (word & ~STATE_MASK) | state
    return moved | WAS_GRANTED if state == GRANTED else moved
