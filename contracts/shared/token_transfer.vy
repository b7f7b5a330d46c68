# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Moving an ERC-20 or the native coin
@license AGPL-3.0-only
@notice The zero address stands for the native coin. Tokens that return nothing are accepted, those that return anything but
        True are not; a fee on transfer is refused when money comes in. Rebasing tokens, and tokens that debit the sender more
        than the amount, are not supported: only those who chose such a token are hurt.
"""

from ethereum.ercs import IERC20
from . import refusal


@internal
def _pull(token: address, owner: address, amount: uint256):
    """
    @notice Take exactly `amount` from an owner who gave an allowance
    @param token The ERC-20
    @param owner Whose units
    @param amount How many, smallest unit
    """
    self._move(
        token,
        self,
        amount,
        abi_encode(owner, self, amount, method_id=method_id("transferFrom(address,address,uint256)")),
    )


@internal
def _pass_on(token: address, owner: address, to: address, amount: uint256):
    """
    @notice Move exactly `amount` from an owner who gave an allowance straight to somebody else
    @param token The ERC-20
    @param owner Whose units
    @param to Who receives them; another than the owner
    @param amount How many, smallest unit
    """
    self._move(
        token,
        to,
        amount,
        abi_encode(owner, to, amount, method_id=method_id("transferFrom(address,address,uint256)")),
    )


@internal
def _move(token: address, to: address, amount: uint256, data: Bytes[292]):
    """
    @notice Tell a token something after which exactly `amount` has to have arrived
    @param token The ERC-20
    @param to Where it has to arrive
    @param amount How many, smallest unit
    @param data What the token is told
    """
    if not token.is_contract:
        refusal._refuse("token: no contract")
    # that it is a contract was seen; an answer shorter than a word reverts
    before: uint256 = staticcall IERC20(token).balanceOf(to, skip_contract_check=True)
    success: bool = False
    answer: Bytes[32] = b""
    success, answer = raw_call(token, data, max_outsize=32, revert_on_failure=False)
    if not success:
        refusal._refuse("token: transfer reverted")
    if not self._accepts(answer):
        refusal._refuse("token: transfer refused")
    arrived: uint256 = staticcall IERC20(token).balanceOf(to, skip_contract_check=True)
    if arrived != before + amount:
        refusal._refuse("token: wrong amount arrived")


@internal
def _send(token: address, to: address, amount: uint256, gas_cap: uint256) -> bool:
    """
    @notice Try to send; never reverts because of the receiver or the token, and copies at most one word of what they answer
    @param token The ERC-20, or the zero address for the native coin
    @param to Who receives
    @param amount How much, smallest unit
    @param gas_cap The most gas that the receiver or the token may use
    @return True when it was accepted
    """
    success: bool = False
    answer: Bytes[32] = b""
    if token == empty(address):
        success = raw_call(to, b"", value=amount, gas=gas_cap, revert_on_failure=False)
        return success
    success, answer = raw_call(
        token,
        abi_encode(to, amount, method_id=method_id("transfer(address,uint256)")),
        max_outsize=32,
        gas=gas_cap,
        revert_on_failure=False,
    )
    if len(answer) == 32:
        return success and convert(answer, uint256) == 1
    # a call to an address without code succeeds as well
    return success and len(answer) == 0 and token.is_contract


@internal
@pure
def _accepts(answer: Bytes[32]) -> bool:
    return len(answer) == 0 or (len(answer) == 32 and convert(answer, uint256) == 1)
