# pragma version ~=0.4.3
"""
@title A contract wallet that acts while it is asked for its signature
@license AGPL-3.0-only
@notice For tests. It approves every digest, and calls somebody back before it answers. Anybody tells it what to call; it trusts
        nobody and is worth nothing.
"""

MAGIC_1271: constant(bytes4) = 0x1626BA7E
# what a call back may use, so that enough is left for the answer
GAS_BACK: constant(uint256) = 90_000


# whom it calls back, and with what
target: public(address)
payload: public(Bytes[4096])


@external
def set_payload(target: address, payload: Bytes[4096]):
    """
    @notice Choose what it calls back
    @param target Whom
    @param payload The call's data
    """
    self.target = target
    self.payload = payload


@external
@payable
def execute(target: address, data: Bytes[4096]):
    """
    @notice Call anything as this wallet
    @param target Whom to call
    @param data The call's data
    """
    raw_call(target, data, value=msg.value)


@external
def isValidSignature(digest: bytes32, signature: Bytes[1024]) -> bytes4:
    """
    @notice ERC-1271, not even a view: call back, then approve
    @param digest Not looked at
    @param signature Not looked at
    @return The magic value
    """
    called: bool = raw_call(self.target, self.payload, gas=GAS_BACK, revert_on_failure=False)
    return MAGIC_1271
