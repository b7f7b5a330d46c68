# pragma version ~=0.4.3
# pragma nonreentrancy off
"""
@title A source of rating rights that answers whatever it was told, for tests
@license AGPL-3.0-only
@notice Trusts everybody and holds no funds. It gives a right as often as it is asked, as a hostile source would, and can
        call back into the ledger.
"""

from ..interfaces import IAuthorization
from ..interfaces import IRatingSource

implements: IRatingSource


interface ILedger:
    def commit(
        source: address, terms: Bytes[1024], side: uint256, commitment: bytes32, auth: IAuthorization.Auth
    ) -> bytes32: nonpayable
    def reputation(source: address, subject: address, service: uint256) -> (uint256, uint256, uint256): view


# the two sides of every deal
sides: address[2]
# 24-bit id of the service
service: uint256
# amount of the deal, smallest unit
amount: uint256
# call the ledger's commit again from within consume
reenters: bool
# read the ledger's aggregate from within consume
reads: bool


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
def set_call_back(reenters: bool, reads: bool):
    """
    @notice Say what `consume` does to the ledger on the way
    @param reenters Commit again
    @param reads Read an aggregate
    """
    self.reenters = reenters
    self.reads = reads


@external
def consume(terms: Bytes[1024], side: uint256) -> (address, address, uint256, uint256):
    """
    @notice Give the right to rate, as often as asked
    @param terms Anything
    @param side 0 or 1
    @return rater, subject, service, amount
    """
    if self.reads:
        total: uint256 = 0
        weight: uint256 = 0
        count: uint256 = 0
        total, weight, count = staticcall ILedger(msg.sender).reputation(self, self.sides[0], self.service)
        assert count == 0
    if self.reenters:
        self.reenters = False
        extcall ILedger(msg.sender).commit(self, terms, side, empty(bytes32), empty(IAuthorization.Auth))
    return self.sides[side], self.sides[1 - side], self.service, self.amount
