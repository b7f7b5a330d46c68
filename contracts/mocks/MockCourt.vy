# pragma version ~=0.4.3
# pragma nonreentrancy off
"""
@title A court as ERC-792 knows it, which rules what it is told
@license AGPL-3.0-only
@notice For tests. Anybody rules; fees stay here for ever. `set_number` makes it give a number twice, `set_answer_at_once` makes it rule
        while it is being asked.
"""

from ..interfaces import IArbitrable
from ..interfaces import IArbitrator

implements: IArbitrator


# what a dispute costs, wei
cost: public(uint256)
# number of the next dispute
next_number: public(uint256)
# dispute → who asked
asker: public(HashMap[uint256, address])
# dispute → keccak256 of what it was told
told: public(HashMap[uint256, bytes32])
# whether it rules within `createDispute`
at_once: public(bool)


@deploy
def __init__(cost: uint256):
    """
    @param cost What a dispute costs, wei
    """
    self.cost = cost
    self.next_number = 7


@external
def set_number(number: uint256):
    """
    @notice Choose the number of the next dispute
    @param number Any, also one that was given
    """
    self.next_number = number


@external
def set_answer_at_once(at_once: bool):
    """
    @notice Choose whether it rules while it is being asked
    @param at_once True for that
    """
    self.at_once = at_once


@external
@payable
def createDispute(choices: uint256, extra_data: Bytes[1024]) -> uint256:
    """
    @notice See `IArbitrator`
    @param choices How many rulings there are beside 0
    @param extra_data What the asker says
    @return The number of the dispute
    """
    assert msg.value >= self.cost, "court: too little"
    assert choices == 2, "court: two choices"
    dispute: uint256 = self.next_number
    self.next_number = dispute + 1
    self.asker[dispute] = msg.sender
    self.told[dispute] = keccak256(extra_data)
    if self.at_once:
        extcall IArbitrable(msg.sender).rule(dispute, 2)
    return dispute


@external
@view
def arbitrationCost(extra_data: Bytes[1024]) -> uint256:
    """
    @notice See `IArbitrator`
    @param extra_data What the asker says
    @return Wei
    """
    return self.cost


@external
def give_ruling(dispute: uint256, ruling: uint256):
    """
    @notice Rule
    @param dispute Which
    @param ruling Anything
    """
    extcall IArbitrable(self.asker[dispute]).rule(dispute, ruling)


@external
def tell(asker: address, dispute: uint256, ruling: uint256):
    """
    @notice Rule for somebody who may never have asked
    @param asker Whom to tell
    @param dispute Any number
    @param ruling Anything
    """
    extcall IArbitrable(asker).rule(dispute, ruling)
