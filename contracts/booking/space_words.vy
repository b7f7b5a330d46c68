# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title The words of spaces, tickets and gatherings
@license AGPL-3.0-only
@notice From the lowest bit. Space: owner 160 | depth 4 | closed 1 | gated 1 | changes 64. Ticket: issued 1 | capacity 32 |
        given 32 | changes 64. Gathering: host 160 | start 40 | end 40 | called off 1. The changes are counted so that no word
        comes twice: a signature over a word dies for good as soon as it moves on.
"""

# a space that lies in none has depth 1
MAX_DEPTH: constant(uint256) = 8

OWNER_MASK: constant(uint256) = 2**160 - 1
DEPTH_AT: constant(uint256) = 160
MASK_4: constant(uint256) = 15
CLOSED: constant(uint256) = 2**164
GATED: constant(uint256) = 2**165
CHANGE: constant(uint256) = 2**166

MASK_32: constant(uint256) = 2**32 - 1
GIVEN_AT: constant(uint256) = 33
ONE_GIVEN: constant(uint256) = 2**33
TICKET_CHANGE: constant(uint256) = 2**65

START_AT: constant(uint256) = 160
END_AT: constant(uint256) = 200
MASK_40: constant(uint256) = 2**40 - 1
CALLED_OFF: constant(uint256) = 2**240


@internal
@pure
def _owner(word: uint256) -> address:
    """
    @notice The owner of a space, or the host of a gathering
    @param word The word of either
    @return The address
    """
    return convert(word & OWNER_MASK, address)


@internal
@pure
def _depth(word: uint256) -> uint256:
    return (word >> DEPTH_AT) & MASK_4


@internal
@pure
def _created(owner: address, depth: uint256) -> uint256:
    return convert(owner, uint256) | (depth << DEPTH_AT)


@internal
@pure
def _handed_over(word: uint256, owner: address) -> uint256:
    return (word & ~OWNER_MASK | convert(owner, uint256)) + CHANGE


@internal
@pure
def _ungated(word: uint256) -> uint256:
    return word & ~GATED


@internal
@pure
def _issued(capacity: uint256) -> uint256:
    return 1 | (capacity << 1)


@internal
@pure
def _given(word: uint256) -> uint256:
    return (word >> GIVEN_AT) & MASK_32


@internal
@pure
def _hosted(host: address, start: uint256, end: uint256) -> uint256:
    return convert(host, uint256) | (start << START_AT) | (end << END_AT)


@internal
@pure
def _end(word: uint256) -> uint256:
    return (word >> END_AT) & MASK_40
