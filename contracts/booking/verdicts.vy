# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Verdicts: what a policy may answer
@license AGPL-3.0-only
@notice Shared by `Bookings`, which asks, and by the policies, which answer; see `IPolicy`.
"""

GRANT: constant(uint256) = 1
PENDING: constant(uint256) = 2
DENY: constant(uint256) = 3
