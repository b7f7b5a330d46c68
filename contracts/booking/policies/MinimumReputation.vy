# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Minimum reputation: a resource for members whom enough others rated well
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the source of the ratings that he names, and the deals made there. A mean is no
        defence against somebody who deals with himself. Nobody rules the policy, it keeps nothing and never holds funds, so
        none have to leave; if everybody else is gone, ratings stay, and requests that wait expire by themselves.
        Whose mean is too low is denied. Whoever has too few ratings yet waits for the owner, who may give him a chance.
"""

from ...interfaces import IBookings
from ...interfaces import IPolicy
from .. import verdicts

implements: IPolicy


# What is read of the ledger.
interface IRatings:
    def reputation(source: address, subject: address, service: uint256) -> (uint256, uint256, uint256): view


MASK_16: constant(uint256) = 2**16 - 1
MASK_24: constant(uint256) = 2**24 - 1
# a mean is compared in thousandths of a score
THOUSAND: constant(uint256) = 1_000


# the ledger of the ratings
LEDGER: reentrant(public(immutable(address)))


@deploy
def __init__(ledger: address):
    """
    @param ledger The ledger of the ratings
    """
    LEDGER = ledger


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
    @param param From the lowest bit: least mean 16 (thousandths of a score) | least count of ratings 16 | service 24 |
           source 160 (whose deals count)
    @param data Not looked at
    @return 1 GRANT, 2 PENDING for too few ratings, 3 DENY for too low a mean
    """
    wanted: uint256 = convert(param, uint256)
    source: address = convert(wanted >> 56, address)
    service: uint256 = (wanted >> 32) & MASK_24
    total: uint256 = 0
    weight: uint256 = 0
    count: uint256 = 0
    total, weight, count = staticcall IRatings(LEDGER).reputation(source, request.requester, service)
    # a weight fades, and what has faded altogether says nothing any more
    if weight == 0 or count < (wanted >> 16) & MASK_16:
        return verdicts.PENDING
    if total * THOUSAND < weight * (wanted & MASK_16):
        return verdicts.DENY
    return verdicts.GRANT
