# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Policy signatures: whether a member signed what is presented to a policy
@license AGPL-3.0-only
@notice A plain key first, ERC-1271 second, as everywhere; but a wallet gets less gas here, because a policy itself has a cap of
        300,000. Whatever is no signature counts as none, so what is lacking can at most leave a request waiting.
        The EIP-712 domain is published by EIP-5267 and recomputed when the chain id changes.
"""

from snekmate.utils import eip712_domain_separator

initializes: eip712_domain_separator

exports: eip712_domain_separator.eip712Domain


MALLEABILITY_THRESHOLD: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168
MAGIC_1271: constant(bytes4) = 0x1626BA7E
# what a wallet may use
GAS_1271: constant(uint256) = 50_000


@deploy
def __init__(name: String[50]):
    """
    @param name The EIP-712 domain name; the version is "1"
    """
    eip712_domain_separator.__init__(name, "1")


@internal
@view
def _is_signed(signer: address, struct_hash: bytes32, signature: Bytes[1024]) -> bool:
    """
    @notice Whether somebody signed a struct for this contract on this chain
    @param signer Who should have
    @param struct_hash EIP-712 hash of the struct
    @param signature 65 bytes r, s, v, or what a contract wallet understands
    @return False for anything that is no valid signature
    """
    if signer == empty(address):
        return False
    digest: bytes32 = eip712_domain_separator._hash_typed_data_v4(struct_hash)
    if len(signature) == 65:
        r: uint256 = extract32(signature, 0, output_type=uint256)
        s: uint256 = extract32(signature, 32, output_type=uint256)
        v: uint256 = convert(slice(signature, 64, 1), uint256)
        if s <= MALLEABILITY_THRESHOLD and ecrecover(digest, v, r, s) == signer:
            return True
    if not signer.is_contract:
        return False
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(
        signer,
        abi_encode(digest, signature, method_id=MAGIC_1271),
        max_outsize=32,
        gas=GAS_1271,
        is_static_call=True,
        revert_on_failure=False,
    )
    return success and len(answer) == 32 and convert(answer, bytes32) == convert(MAGIC_1271, bytes32)
