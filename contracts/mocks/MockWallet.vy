# pragma version ~=0.4.3
"""
@title A contract wallet with one key, which can be told to misbehave
@license AGPL-3.0-only
@notice ERC-1271: a digest is signed when the owner's key signed it. Only the owner executes, so funds leave only by the
        owner's `execute`. `set_mode` makes `isValidSignature` and the receipt of native coin honest or hostile.
"""

# 0 honest | 1 revert | 2 burn all gas | 3 revert with 20,000 bytes | 4 wrong answer
MODE_HONEST: constant(uint256) = 0
MODE_REVERT: constant(uint256) = 1
MODE_BURN: constant(uint256) = 2
MODE_BOMB: constant(uint256) = 3
MODE_WRONG: constant(uint256) = 4
MAGIC_1271: constant(bytes4) = 0x1626BA7E
BOMB_WORDS: constant(uint256) = 625


# whose key signs and executes
owner: public(address)
# how `isValidSignature` behaves (constants above)
signature_mode: public(uint256)
# how the receipt of native coin behaves (constants above)
receive_mode: public(uint256)


@deploy
def __init__(owner: address):
    """
    @param owner Whose key signs and executes
    """
    self.owner = owner


@external
def set_mode(signature_mode: uint256, receive_mode: uint256):
    """
    @notice Choose how the wallet behaves
    @param signature_mode 0 honest, 1 revert, 2 burn all gas, 3 revert with 20,000 bytes, 4 wrong answer
    @param receive_mode 0 honest, 1 revert, 2 burn all gas, 3 revert with 20,000 bytes
    """
    assert msg.sender == self.owner, "wallet: not the owner"
    self.signature_mode = signature_mode
    self.receive_mode = receive_mode


@external
@payable
def execute(target: address, data: Bytes[8192], amount: uint256) -> Bytes[8192]:
    """
    @notice Call anything as this wallet
    @param target Whom to call
    @param data The call's data
    @param amount Native coin to send along, wei
    @return What the call returned
    """
    assert msg.sender == self.owner, "wallet: not the owner"
    return raw_call(target, data, max_outsize=8192, value=amount)


@external
@view
def isValidSignature(digest: bytes32, signature: Bytes[1024]) -> bytes4:
    """
    @notice ERC-1271: whether the owner's key signed a digest
    @param digest What was signed
    @param signature 65 bytes r, s, v
    @return The magic value, or zero
    """
    self._misbehave(self.signature_mode)
    if self.signature_mode == MODE_WRONG or len(signature) != 65:
        return empty(bytes4)
    r: uint256 = extract32(signature, 0, output_type=uint256)
    s: uint256 = extract32(signature, 32, output_type=uint256)
    v: uint256 = convert(slice(signature, 64, 1), uint256)
    if ecrecover(digest, v, r, s) == self.owner:
        return MAGIC_1271
    return empty(bytes4)


@external
@payable
def __default__():
    """
    @notice Receive native coin, as `receive_mode` says
    """
    self._misbehave(self.receive_mode)


@internal
@view
def _misbehave(mode: uint256):
    assert mode != MODE_REVERT, "wallet: refuses"
    if mode == MODE_BURN:
        for i: uint256 in range(max_value(uint256)):
            assert msg.gas > 0
    if mode == MODE_BOMB:
        raw_revert(abi_encode(empty(uint256[BOMB_WORDS])))
