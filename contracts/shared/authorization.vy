# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Who acts: the caller, or the signer of an authorisation
@license AGPL-3.0-only
@notice A signature is checked as a plain key first and by ERC-1271 second, because keys with delegated code (EIP-7702) exist.
        The EIP-712 domain is published by EIP-5267 and recomputed when the chain id changes.
"""

from snekmate.utils import eip712_domain_separator
from ..interfaces import IAuthorization
from . import refusal

initializes: eip712_domain_separator

exports: eip712_domain_separator.eip712Domain


MALLEABILITY_THRESHOLD: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168
MAGIC_1271: constant(bytes4) = 0x1626BA7E
# Gas given to an ERC-1271 wallet, and what must remain for the action itself. Asserted before the call, so that
# whoever submits cannot turn a valid signature into an invalid one by the choice of the gas limit.
GAS_1271: constant(uint256) = 200_000
GAS_RESERVE: constant(uint256) = 60_000


# signer → nonce // 256 → bitmap of used or cancelled nonces
nonce_bitmap: HashMap[address, HashMap[uint256, uint256]]


@deploy
def __init__(name: String[50]):
    """
    @param name The EIP-712 domain name; the version is "1"
    """
    eip712_domain_separator.__init__(name, "1")


@external
def cancel_nonce(nonce: uint256):
    """
    @notice Make an authorisation of the caller with this nonce worthless
    @param nonce Any number; nonces are unordered
    """
    self._use_nonce(msg.sender, nonce)
    log IAuthorization.NonceCancelled(signer=msg.sender, nonce=nonce)


@external
@view
@reentrant
def nonce_used(signer: address, nonce: uint256) -> bool:
    """
    @notice Whether a nonce was used or cancelled
    @param signer Whose nonce
    @param nonce Which nonce
    @return True when an authorisation with it can no longer act
    """
    return (self.nonce_bitmap[signer][nonce >> 8] >> (nonce & 255)) & 1 == 1


@internal
def _use_nonce(signer: address, nonce: uint256):
    word: uint256 = self.nonce_bitmap[signer][nonce >> 8]
    bit: uint256 = 1 << (nonce & 255)
    if word & bit != 0:
        refusal._refuse("auth: nonce used")
    self.nonce_bitmap[signer][nonce >> 8] = word | bit


@internal
@view
def _actor(auth: IAuthorization.Auth, struct_hash: bytes32) -> address:
    """
    @notice Who acts
    @param auth The authorisation; an empty signer means the caller
    @param struct_hash EIP-712 hash of the action's struct (the deadline is its last field); unread for an empty signer
    @return The acting address
    """
    if auth.signer == empty(address):
        return msg.sender
    if block.timestamp >= auth.deadline:
        refusal._refuse("auth: expired")
    digest: bytes32 = keccak256(concat(0x1901, eip712_domain_separator._domain_separator_v4(), struct_hash))
    # Both checks stand here and not in functions, which would be given copies of the signature
    signed: bool = False
    if len(auth.signature) == 65:
        r: uint256 = extract32(auth.signature, 0, output_type=uint256)
        s: uint256 = extract32(auth.signature, 32, output_type=uint256)
        v: uint256 = convert(slice(auth.signature, 64, 1), uint256)
        if s <= MALLEABILITY_THRESHOLD:
            # `auth.signer` is not zero here, so a failed recovery (zero) never matches
            signed = ecrecover(digest, v, r, s) == auth.signer
    if not signed and auth.signer.is_contract:
        if msg.gas < GAS_1271 * 64 // 63 + GAS_RESERVE:
            refusal._refuse("auth: more gas needed")
        success: bool = False
        answer: Bytes[32] = b""
        success, answer = raw_call(
            auth.signer,
            abi_encode(digest, auth.signature, method_id=MAGIC_1271),
            max_outsize=32,
            gas=GAS_1271,
            is_static_call=True,
            revert_on_failure=False,
        )
        signed = success and len(answer) == 32 and convert(answer, bytes32) == convert(MAGIC_1271, bytes32)
    if not signed:
        refusal._refuse("auth: bad signature")
    return auth.signer
