# pragma version ~=0.4.3
"""
@title A plain ERC-20 for local chains and tests
@license AGPL-3.0-only
@notice Anybody mints, so it is worth nothing. Trusts nobody and holds no funds; never deploy it where people pay with it.
        It calls nobody, so it carries no lock and costs what plain tokens cost.
"""

from ethereum.ercs import IERC20

implements: IERC20


# human name of the token
name: public(String[32])
# short symbol of the token
symbol: public(String[16])
# decimal places that a wallet shows
decimals: public(uint8)
# sum of all balances, smallest unit
totalSupply: public(uint256)
# holder → balance, smallest unit
balanceOf: public(HashMap[address, uint256])
# holder → spender → what the spender may still take, smallest unit
allowance: public(HashMap[address, HashMap[address, uint256]])


@deploy
def __init__(name: String[32], symbol: String[16], decimals: uint8):
    """
    @param name Human name of the token
    @param symbol Short symbol of the token
    @param decimals Decimal places that a wallet shows
    """
    self.name = name
    self.symbol = symbol
    self.decimals = decimals


@external
def mint(to: address, amount: uint256) -> bool:
    """
    @notice Make new units out of nothing
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    self.totalSupply += amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    """
    @notice Send units of the caller
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    self._move(msg.sender, to, amount)
    return True


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    """
    @notice Send units that the caller was allowed to take
    @param owner Whose units
    @param to Who receives them
    @param amount How many, smallest unit
    @return True
    """
    allowed: uint256 = self.allowance[owner][msg.sender]
    if allowed != max_value(uint256):
        self.allowance[owner][msg.sender] = allowed - amount
    self._move(owner, to, amount)
    return True


@external
def approve(spender: address, amount: uint256) -> bool:
    """
    @notice Let somebody take units of the caller
    @param spender Who may take
    @param amount How many in sum, smallest unit; the greatest number means without end
    @return True
    """
    self.allowance[msg.sender][spender] = amount
    log IERC20.Approval(owner=msg.sender, spender=spender, value=amount)
    return True


@internal
def _move(owner: address, to: address, amount: uint256):
    self.balanceOf[owner] -= amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)
