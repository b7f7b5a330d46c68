# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Members only: a resource for the members of a space
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the owner of the space, who decides who its members are. Nobody rules the policy, it
        keeps nothing and never holds funds, so none have to leave; if everybody else is gone, its requests wait for the
        resource's owner and expire by themselves.
        A member is granted, anybody else is denied. While the space is closed, or where there is none, requests wait.
"""

from ...interfaces import IBookings
from ...interfaces import IPolicy
from ...interfaces import ISpaces
from .. import verdicts

implements: IPolicy


# the contract of the spaces
SPACES: reentrant(public(immutable(address)))


@deploy
def __init__(spaces: address):
    """
    @param spaces The contract of the spaces
    """
    SPACES = spaces


@external
@view
@reentrant
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> uint256:
    """
    @notice What becomes of a request
    @param id The request's id, not looked at
    @param request What is asked for; its requester counts
    @param owner Who owns the resource, not looked at
    @param param The space
    @param data Not looked at
    @return 1 GRANT for a member, 3 DENY for anybody else, 2 PENDING while the space is closed
    """
    if not staticcall ISpaces(SPACES).is_open(param):
        return verdicts.PENDING
    if staticcall ISpaces(SPACES).is_member(param, request.requester):
        return verdicts.GRANT
    return verdicts.DENY
