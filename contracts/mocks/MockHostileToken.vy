# pragma version ~=0.4.3
"""
@title An ERC-20 that can be told to misbehave
@license AGPL-3.0-only
@notice For tests. Anybody mints and anybody chooses how `transferFrom` (pull) and `transfer` (push) behave; it trusts nobody
        and is worth nothing.
"""

# 0 honest | 1 takes a fee of one unit | 2 returns False | 3 returns nothing | 4 re-enters `target` first | 5 reverts |
# 6 burns all gas | 7 reverts with 20,000 bytes | 8 returns two | 9 answers True and moves nothing
MODE_FEE: constant(uint256) = 1
MODE_FALSE: constant(uint256) = 2
MODE_SILENT: constant(uint256) = 3
MODE_REENTER: constant(uint256) = 4
MODE_REVERT: constant(uint256) = 5
MODE_BURN: constant(uint256) = 6
MODE_BOMB: constant(uint256) = 7
MODE_TWO: constant(uint256) = 8
MODE_LIE: constant(uint256) = 9
BOMB_WORDS: constant(uint256) = 625


# holder → balance, smallest unit
balanceOf: public(HashMap[address, uint256])
# holder → spender → what the spender may still take, smallest unit
allowance: public(HashMap[address, HashMap[address, uint256]])
# how `transferFrom` behaves (constants above)
pull_mode: public(uint256)
# how `transfer` behaves (constants above)
push_mode: public(uint256)
# whom mode 4 calls, and with what
target: public(address)
payload: public(Bytes[4096])
# whether the last re-entrant call went through
reentered: public(bool)
# how often mode 4 called
attempts: public(uint256)


@external
def mint(to: address, amount: uint256):
    """
    @notice Make new units out of nothing
    @param to Who receives them
    @param amount How many, smallest unit
    """
    self.balanceOf[to] += amount


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Let somebody take units of the caller
    @param spender Who may take
    @param amount How many in sum, smallest unit
    @return True
    """
    self.allowance[msg.sender][spender] = amount
    return True


@external
def set_mode(pull_mode: uint256, push_mode: uint256):
    """
    @notice Choose how the token behaves
    @param pull_mode For `transferFrom`, as in the constants
    @param push_mode For `transfer`, as in the constants
    """
    self.pull_mode = pull_mode
    self.push_mode = push_mode


@external
def set_payload(target: address, payload: Bytes[4096]):
    """
    @notice Choose what mode 4 calls
    @param target Whom
    @param payload The call's data
    """
    self.target = target
    self.payload = payload


@external
@raw_return
def transfer(to: address, amount: uint256) -> Bytes[32]:
    """
    @notice Send units of the caller, as `push_mode` says
    @param to Who receives them
    @param amount How many, smallest unit
    @return Raw: one word, or nothing
    """
    return self._move(msg.sender, to, amount, self.push_mode)


@external
@raw_return
def transferFrom(owner: address, to: address, amount: uint256) -> Bytes[32]:
    """
    @notice Send units that the caller was allowed to take, as `pull_mode` says
    @param owner Whose units
    @param to Who receives them
    @param amount How many, smallest unit
    @return Raw: one word, or nothing
    """
    self.allowance[owner][msg.sender] -= amount
    return self._move(owner, to, amount, self.pull_mode)


@internal
def _move(owner: address, to: address, amount: uint256, mode: uint256) -> Bytes[32]:
    assert mode != MODE_REVERT, "token: hostile"
    if mode == MODE_BURN:
        for i: uint256 in range(max_value(uint256)):
            assert msg.gas > 0
    if mode == MODE_BOMB:
        raw_revert(abi_encode(empty(uint256[BOMB_WORDS])))
    if mode == MODE_REENTER:
        self.attempts += 1
        self.reentered = raw_call(self.target, self.payload, revert_on_failure=False)
    if mode == MODE_FALSE:
        return abi_encode(False)
    if mode == MODE_TWO:
        return abi_encode(convert(2, uint256))
    if mode == MODE_LIE:
        return abi_encode(True)
    self.balanceOf[owner] -= amount
    if mode == MODE_FEE:
        self.balanceOf[to] += amount - 1
    else:
        self.balanceOf[to] += amount
    if mode == MODE_SILENT:
        return b""
    return abi_encode(True)
