# pragma version ~=0.4.3
# pragma nonreentrancy off
"""
@title A source of rating rights that misbehaves in every way a static call allows, for tests
@license AGPL-3.0-only
@notice Trusts nobody, holds nothing. What `right_to_rate` does depends on `mode`.
"""

HONEST: constant(uint256) = 0
REVERTS: constant(uint256) = 1
REVERTS_LONG: constant(uint256) = 2
BURNS_GAS: constant(uint256) = 3
ANSWERS_SHORT: constant(uint256) = 4
ANSWERS_LONG: constant(uint256) = 5
DIRTY_ADDRESS: constant(uint256) = 6
TWO_DEALS: constant(uint256) = 7
WRITES: constant(uint256) = 8


# what it does
mode: uint256
# the two sides of every deal
sides: address[2]


@external
def set_mode(mode: uint256, sides: address[2]):
    """
    @notice Say how to misbehave
    @param mode One of the constants
    @param sides The two sides of every deal
    """
    self.mode = mode
    self.sides = sides


@external
@raw_return
def right_to_rate(terms: Bytes[384], side: uint256) -> Bytes[8192]:
    """
    @notice Answer as the mode says
    @param terms Anything
    @param side 0 or 1
    @return Raw words
    """
    mode: uint256 = self.mode
    if mode == REVERTS:
        raise "source: no"
    if mode == REVERTS_LONG:
        raw_revert(self._long(empty(bytes32)))
    if mode == BURNS_GAS:
        digest: bytes32 = empty(bytes32)
        for i: uint256 in range(max_value(uint256)):
            digest = keccak256(digest)
    if mode == WRITES:
        self.mode = HONEST
    deal: bytes32 = keccak256(terms)
    if mode == TWO_DEALS:
        deal = keccak256(concat(deal, convert(side, bytes32)))
    rater: bytes32 = convert(self.sides[side], bytes32)
    if mode == DIRTY_ADDRESS:
        rater = convert(convert(rater, uint256) | 1 << 200, bytes32)
    if mode == ANSWERS_SHORT:
        return concat(deal, rater, b"")
    words: Bytes[160] = concat(
        deal, rater, convert(self.sides[1 - side], bytes32), empty(bytes32), empty(bytes32)
    )
    if mode == ANSWERS_LONG:
        return concat(words, self._long(deal))
    return words


@internal
@pure
def _long(word: bytes32) -> Bytes[4096]:
    words: bytes32[128] = empty(bytes32[128])
    words[0] = word
    return abi_encode(words)
