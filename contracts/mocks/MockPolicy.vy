# pragma version ~=0.4.3
"""
@title A policy that says what it is told to, or misbehaves
@license AGPL-3.0-only
@notice For tests: answers `decide` with a chosen word, or as a hostile policy would. Anybody may choose. It holds nothing, so no funds
        have to leave.
"""

from ..interfaces import IBookings

# 0 the chosen word | 1 revert | 2 burn all gas | 3 revert with 20,000 bytes | 4 answer with 20,000 bytes, the chosen word first |
# 5 answer with the first 31 bytes of the word | 6 answer with two words | 7 use 200,000 gas, then the chosen word |
# 8 call back with the chosen data, then GRANT where that went well and PENDING where not | 9 no answer at all
MODE_REVERT: constant(uint256) = 1
MODE_BURN: constant(uint256) = 2
MODE_REVERT_BOMB: constant(uint256) = 3
MODE_BOMB: constant(uint256) = 4
MODE_SHORT: constant(uint256) = 5
MODE_LONG: constant(uint256) = 6
MODE_HUNGRY: constant(uint256) = 7
MODE_REENTER: constant(uint256) = 8
MODE_SILENT: constant(uint256) = 9
HUNGER: constant(uint256) = 200_000
BOMB_WORDS: constant(uint256) = 625
BOMB_BYTES: constant(uint256) = 20_000


# how `decide` behaves (constants above)
mode: public(uint256)
# the word it answers with
word: public(uint256)
# what it calls back with
call_back: public(Bytes[4096])


@external
def set_answer(mode: uint256, word: uint256, call_back: Bytes[4096]):
    """
    @notice Choose how the policy behaves
    @param mode As listed above
    @param word What it answers
    @param call_back Data of a call back to who asks
    """
    self.mode = mode
    self.word = word
    self.call_back = call_back


@external
@view
@raw_return
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> Bytes[BOMB_BYTES]:
    """
    @notice What becomes of a request, or whatever the mode says
    @param id Not looked at
    @param request Not looked at
    @param owner Not looked at
    @param param Not looked at
    @param data Not looked at
    @return The chosen word, if the mode is honest
    """
    mode: uint256 = self.mode
    answer: Bytes[32] = abi_encode(self.word)
    assert mode != MODE_REVERT, "policy: refuses"
    if mode == MODE_BURN:
        for i: uint256 in range(max_value(uint256)):
            assert msg.gas > 0
    if mode == MODE_REVERT_BOMB:
        raw_revert(abi_encode(empty(uint256[BOMB_WORDS])))
    if mode == MODE_BOMB:
        return concat(answer, slice(abi_encode(empty(uint256[BOMB_WORDS])), 0, BOMB_BYTES - 32))
    if mode == MODE_SHORT:
        return slice(answer, 0, 31)
    if mode == MODE_LONG:
        return concat(answer, answer)
    if mode == MODE_HUNGRY:
        before: uint256 = msg.gas
        for i: uint256 in range(max_value(uint256)):
            if before - msg.gas >= HUNGER:
                break
    if mode == MODE_REENTER:
        success: bool = raw_call(msg.sender, self.call_back, is_static_call=True, revert_on_failure=False)
        if success:
            return abi_encode(convert(1, uint256))
        return abi_encode(convert(2, uint256))
    if mode == MODE_SILENT:
        return b""
    return answer
