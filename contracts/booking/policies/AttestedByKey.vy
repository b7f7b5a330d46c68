# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Attested by a key: somebody named decides on a request, by signature
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the attester that he names, a person or a machine that has seen a quiz passed, a
        credential, or heard a voice. Nobody rules the policy, it keeps nothing and never holds funds, so none have to leave; if
        the attester is silent, requests wait for the resource's owner and expire by themselves.
"""

from ...interfaces import IBookings
from ...interfaces import IPolicy
from .. import verdicts
from . import policy_signatures

implements: IPolicy
initializes: policy_signatures

exports: policy_signatures.eip712Domain


ATTEST_TYPEHASH: constant(bytes32) = keccak256("Attest(bytes32 request,uint256 decision,uint256 deadline)")


@deploy
def __init__():
    policy_signatures.__init__("Allmende Attestation")


@external
@view
@reentrant
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> uint256:
    """
    @notice What becomes of a request
    @param id The request's id; the attester signs it
    @param request What is asked for, not looked at
    @param owner Who owns the resource, not looked at
    @param param The attester's address as a number
    @param data abi_encode(decision, deadline, signature): 1 GRANT or 3 DENY, and until when that holds
    @return The decision, or 2 PENDING without a valid one
    """
    if len(data) == 0:
        return verdicts.PENDING
    decision: uint256 = 0
    deadline: uint256 = 0
    signature: Bytes[1024] = b""
    decision, deadline, signature = abi_decode(data, (uint256, uint256, Bytes[1024]))
    if decision != verdicts.GRANT and decision != verdicts.DENY:
        return verdicts.PENDING
    if block.timestamp >= deadline:
        return verdicts.PENDING
    attester: address = convert(convert(param, uint256), address)
    attest: bytes32 = keccak256(abi_encode(ATTEST_TYPEHASH, id, decision, deadline))
    if not policy_signatures._is_signed(attester, attest, signature):
        return verdicts.PENDING
    return decision
