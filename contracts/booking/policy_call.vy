# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Policy call: asking a contract that nobody vouches for
@license AGPL-3.0-only
@notice A static call with a cap of gas. Whatever goes wrong in it counts as PENDING, so a policy can at most leave a request waiting;
        whoever submits cannot make it go wrong, because enough gas is asserted before.
"""

from ..interfaces import IBookings
from ..shared import refusal
from . import verdicts

GAS_POLICY: constant(uint256) = 300_000
# For what follows a verdict; a grant of many words needs more, and without it the whole transaction reverts
GAS_RESERVE: constant(uint256) = 60_000


@internal
@view
def _decide(
    policy: address,
    id: bytes32,
    request: IBookings.Request,
    owner: address,
    param: bytes32,
    data: Bytes[2048],
) -> uint256:
    """
    @notice What a policy says of a request
    @param policy Whom to ask
    @param id The request's id
    @param request What is asked for
    @param owner Who owns the resource
    @param param What the resource's conditions say to the policy
    @param data What whoever asks presents
    @return A verdict; PENDING for everything that is none
    """
    if msg.gas < GAS_POLICY * 64 // 63 + GAS_RESERVE:
        refusal._refuse("bookings: more gas needed")
    success: bool = False
    # One byte more than a word, so that a longer answer is seen to be longer
    answer: Bytes[33] = b""
    success, answer = raw_call(
        policy,
        abi_encode(
            id,
            request,
            owner,
            param,
            data,
            method_id=method_id(
                "decide(bytes32,(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32),address,bytes32,bytes)"
            ),
        ),
        max_outsize=33,
        gas=GAS_POLICY,
        is_static_call=True,
        revert_on_failure=False,
    )
    if not success or len(answer) != 32:
        return verdicts.PENDING
    verdict: uint256 = convert(slice(answer, 0, 32), uint256)
    if verdict == verdicts.GRANT or verdict == verdicts.DENY:
        return verdict
    return verdicts.PENDING
