# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title The check of an authorisation, callable by itself, for tests
@license AGPL-3.0-only
@notice Trusts nobody, holds nothing.
"""

from ..interfaces import IAuthorization
from ..shared import authorization

initializes: authorization

exports: authorization.eip712Domain


@deploy
def __init__(name: String[50]):
    """
    @param name The EIP-712 domain name
    """
    authorization.__init__(name)


@external
@view
def actor(auth: IAuthorization.Auth, struct_hash: bytes32) -> address:
    """
    @notice See `authorization._actor`
    @param auth The authorisation
    @param struct_hash EIP-712 hash of the action's struct
    @return Who acts
    """
    return authorization._actor(auth, struct_hash)
