# pragma version ~=0.4.3
"""
@title A contract wallet of three owners, of whom two decide
@license AGPL-3.0-only
@notice For tests, in the manner of the wallets that groups use. Who signs, signs for this wallet on this chain only: a digest of
        somebody else is wrapped before it is signed (ERC-1271), so a signature for another wallet of the same owners is worth
        nothing here. Anybody submits what two owners signed; funds leave only that way.
"""

MAGIC_1271: constant(bytes4) = 0x1626BA7E
OWNERS: constant(uint256) = 3
NEEDED: constant(uint256) = 2
SIGNATURE_BYTES: constant(uint256) = 65


# who may sign
is_owner: public(HashMap[address, bool])
# how many calls were executed; binds the signatures of the next one
nonce: public(uint256)
# whether native coin is refused
is_shut: public(bool)


@deploy
def __init__(owners: address[OWNERS]):
    """
    @param owners Three different addresses
    """
    for owner: address in owners:
        assert owner != empty(address) and not self.is_owner[owner], "wallet: unfit owner"
        self.is_owner[owner] = True


@external
@payable
def execute(target: address, data: Bytes[8192], amount: uint256, signatures: Bytes[1024]) -> Bytes[8192]:
    """
    @notice Call anything as this wallet
    @param target Whom to call
    @param data The call's data
    @param amount Native coin to send along, wei
    @param signatures Of `execution_hash` by two owners
    @return What the call returned
    """
    digest: bytes32 = self._execution_hash(target, data, amount)
    self.nonce += 1
    assert self._signed(digest, signatures), "wallet: too few signatures"
    return raw_call(target, data, max_outsize=8192, value=amount)


@external
def rotate(old: address, new: address):
    """
    @notice Replace an owner; only by `execute`
    @param old Who leaves
    @param new Who comes
    """
    assert msg.sender == self, "wallet: not the wallet"
    assert self.is_owner[old] and not self.is_owner[new], "wallet: unfit owner"
    assert new != empty(address), "wallet: unfit owner"
    self.is_owner[old] = False
    self.is_owner[new] = True


@external
def shut():
    """
    @notice Refuse native coin from now on; only by `execute`
    """
    assert msg.sender == self, "wallet: not the wallet"
    self.is_shut = True


@external
@view
def isValidSignature(digest: bytes32, signatures: Bytes[1024]) -> bytes4:
    """
    @notice ERC-1271: whether two owners signed a digest for this wallet
    @param digest What was signed
    @param signatures 65 bytes r, s, v each of `message_hash`, in ascending order of the signers
    @return The magic value, or zero
    """
    if self._signed(self._message_hash(digest), signatures):
        return MAGIC_1271
    return empty(bytes4)


@external
@view
def message_hash(digest: bytes32) -> bytes32:
    """
    @notice What the owners sign so that the wallet has signed a digest
    @param digest Somebody else's
    @return The digest wrapped for this wallet
    """
    return self._message_hash(digest)


@external
@view
def execution_hash(target: address, data: Bytes[8192], amount: uint256) -> bytes32:
    """
    @notice What the owners sign so that the wallet makes a call next
    @param target Whom to call
    @param data The call's data
    @param amount Wei
    @return The hash
    """
    return self._execution_hash(target, data, amount)


@external
@payable
def __default__():
    """
    @notice Receive native coin, unless the wallet is shut
    """
    assert not self.is_shut, "wallet: shut"


@internal
@view
def _message_hash(digest: bytes32) -> bytes32:
    return keccak256(abi_encode("message", chain.id, self, digest))


@internal
@view
def _execution_hash(target: address, data: Bytes[8192], amount: uint256) -> bytes32:
    return keccak256(abi_encode("execution", chain.id, self, self.nonce, target, keccak256(data), amount))


@internal
@view
def _signed(digest: bytes32, signatures: Bytes[1024]) -> bool:
    """
    @notice Whether two different owners signed
    @param digest What was signed
    @param signatures One behind the other, the signers in ascending order
    @return True for that
    """
    if len(signatures) != NEEDED * SIGNATURE_BYTES:
        return False
    last: uint256 = 0
    for i: uint256 in range(NEEDED):
        start: uint256 = i * SIGNATURE_BYTES
        signer: address = ecrecover(
            digest,
            convert(slice(signatures, start + 64, 1), uint256),
            extract32(signatures, start, output_type=uint256),
            extract32(signatures, start + 32, output_type=uint256),
        )
        number: uint256 = convert(signer, uint256)
        # ascending, so nobody counts twice; a failed recovery is zero and never above
        if number <= last or not self.is_owner[signer]:
            return False
        last = number
    return True
