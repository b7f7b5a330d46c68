# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Group signatures: k members of a group decide on a request
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts any k of the members that he names; fewer decide nothing. Votes are signed off chain,
        collected by anybody and presented together: the first k that agree decide. Nobody rules the policy, it keeps nothing and
        never holds funds, so none have to leave; if the group is silent, requests wait for the resource's owner and expire by
        themselves.
        A vote names the request, and with it contract, chain, resource, requester and time, so it fits no other.
"""

from ...interfaces import IBookings
from ...interfaces import IPolicy
from .. import verdicts
from . import policy_signatures

implements: IPolicy
initializes: policy_signatures

exports: policy_signatures.eip712Domain


VOTE_TYPEHASH: constant(bytes32) = keccak256("Vote(bytes32 request,bool grant)")
MAX_MEMBERS: constant(uint256) = 16
MAX_VOTE_BYTES: constant(uint256) = 1_280
# of one vote in the list: seat 1 byte, length of the signature 2 bytes
VOTE_HEAD: constant(uint256) = 3


@deploy
def __init__():
    policy_signatures.__init__("Allmende Group")


@external
@view
@reentrant
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> uint256:
    """
    @notice What becomes of a request
    @param id The request's id; votes name it
    @param request What is asked for, not looked at
    @param owner Who owns the resource, not looked at
    @param param keccak256(abi_encode(k, members)): how many have to agree, and up to 16 members in ascending order
    @param data abi_encode(k, members, grant, votes); `votes` is a list of seat (1 byte, from 0) | length (2 bytes) | signature
           by ascending seats
    @return 1 GRANT or 3 DENY when k members signed so, 2 PENDING otherwise
    """
    if len(data) == 0:
        return verdicts.PENDING
    k: uint256 = 0
    members: DynArray[address, MAX_MEMBERS] = []
    grant: bool = False
    votes: Bytes[MAX_VOTE_BYTES] = b""
    k, members, grant, votes = abi_decode(data, (uint256, DynArray[address, MAX_MEMBERS], bool, Bytes[MAX_VOTE_BYTES]))
    if keccak256(abi_encode(k, members)) != param or k == 0:
        return verdicts.PENDING
    # who were named twice would vote twice
    last: address = empty(address)
    for member: address in members:
        if convert(member, uint256) <= convert(last, uint256):
            return verdicts.PENDING
        last = member

    vote: bytes32 = keccak256(abi_encode(VOTE_TYPEHASH, id, grant))
    agreed: uint256 = 0
    at: uint256 = 0
    next_seat: uint256 = 0
    for _: uint256 in range(MAX_MEMBERS):
        if at + VOTE_HEAD > len(votes):
            break
        seat: uint256 = convert(slice(votes, at, 1), uint256)
        length: uint256 = convert(slice(votes, at + 1, 2), uint256)
        if seat < next_seat or seat >= len(members):
            break
        # a signature that reaches beyond the end reverts, and so leaves the request waiting
        signature: Bytes[1024] = self._part(votes, at + VOTE_HEAD, length)
        if policy_signatures._is_signed(members[seat], vote, signature):
            agreed += 1
        next_seat = seat + 1
        at += VOTE_HEAD + length
    if agreed < k:
        return verdicts.PENDING
    if grant:
        return verdicts.GRANT
    return verdicts.DENY


@internal
@pure
def _part(votes: Bytes[MAX_VOTE_BYTES], start: uint256, length: uint256) -> Bytes[1024]:
    return convert(slice(votes, start, length), Bytes[1024])
