# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Ticket holder: a resource for who holds a ticket
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the owner of the ticket's space, who gives tickets and takes them back. Nobody rules
        the policy, it keeps nothing and never holds funds, so none have to leave; if everybody else is gone, holders are still
        granted, and other requests expire by themselves.
        A holder is granted, anybody else is denied. Where there is no such ticket, requests wait.
"""

from ...interfaces import IBookings
from ...interfaces import IPolicy
from ...interfaces import ISpaces
from .. import verdicts

implements: IPolicy


# the contract of the tickets
SPACES: reentrant(public(immutable(address)))


@deploy
def __init__(spaces: address):
    """
    @param spaces The contract of the tickets
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
    @param param The ticket
    @param data Not looked at
    @return 1 GRANT for a holder, 3 DENY for anybody else, 2 PENDING where there is no such ticket
    """
    if staticcall ISpaces(SPACES).holds(param, request.requester):
        return verdicts.GRANT
    if staticcall ISpaces(SPACES).ticket_word(param) == 0:
        return verdicts.PENDING
    return verdicts.DENY
