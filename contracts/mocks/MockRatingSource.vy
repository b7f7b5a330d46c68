# pragma version ~=0.4.3
# pragma nonreentrancy off
"""
@title A source of rating rights that answers whatever it was told, for tests
@license AGPL-3.0-only
@notice Trusts everybody and holds no funds. It gives a right as often as it is asked, as a hostile source would.
"""

from ..interfaces import IRatingSource

implements: IRatingSource


# the two sides of every deal
sides: address[2]
# 24-bit id of the service
service: uint256
# amount of the deal, smallest unit
amount: uint256


@external
def set_deal(sides: address[2], service: uint256, amount: uint256):
    """
    @notice Say what every deal looks like
    @param sides The two sides
    @param service 24-bit id
    @param amount Smallest unit
    """
    self.sides = sides
    self.service = service
    self.amount = amount


@external
@view
def right_to_rate(terms: Bytes[384], side: uint256) -> (bytes32, address, address, uint256, uint256):
    """
    @notice Give the right to rate, as often as asked
    @param terms Anything
    @param side 0 or 1
    @return keccak256(chain, self, terms), rater, subject, service, amount
    """
    deal: bytes32 = keccak256(concat(convert(chain.id, bytes32), convert(self, bytes32), terms))
    return deal, self.sides[side], self.sides[1 - side], self.service, self.amount
