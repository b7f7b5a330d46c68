# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Paying out, and keeping what could not be paid out
@license AGPL-3.0-only
@notice A push that fails becomes a balance that only its owner withdraws, to wherever he likes: one party that cannot receive
        never blocks the other. How much gas a push gets is fixed, and more than enough must be left before it, so that
        whoever submits cannot turn a payment into a deferred one by the choice of the gas limit.
"""

from ..interfaces import IAuthorization
from ..interfaces import IEscrow
from ..shared import authorization
from ..shared import token_transfer
from ..shared import refusal
from . import typed_data

uses: authorization


# The most gas that a token's `transfer`, or a receiver of native coin, may use.
TOKEN_GAS: constant(uint256) = 150_000
NATIVE_GAS: constant(uint256) = 50_000
# What must remain beside it: a value transfer to a new account (36,600), then a deferral in a fresh slot and its log.
GAS_RESERVE: constant(uint256) = 80_000


# member → token (zero: native coin) → smallest units that wait for the member's `claim`
deferred: HashMap[address, HashMap[address, uint256]]


@external
def claim(token: address, to: address, nonce: uint256, auth: IAuthorization.Auth) -> uint256:
    """
    @notice Withdraw everything that could not be pushed to the acting member
    @param token The ERC-20, or the zero address for the native coin
    @param to Where it goes; only its owner chooses
    @param nonce An unused number; read only when `auth` has a signer
    @param auth Who acts; the zero address as signer means the caller
    @return How much, smallest unit
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(
            auth, keccak256(abi_encode(typed_data.CLAIM_TYPEHASH, token, to, nonce, auth.deadline))
        )
        authorization._use_nonce(actor, nonce)
    if to in [empty(address), self]:
        refusal._refuse("escrow: unfit receiver")
    amount: uint256 = self.deferred[actor][token]
    if amount == 0:
        refusal._refuse("escrow: nothing to claim")
    self.deferred[actor][token] = 0
    log IEscrow.ClaimableWithdrawn(member=actor, token=token, actor=actor, to=to, amount=amount)
    sent: bool = token_transfer._send(token, to, amount, msg.gas)
    if not sent:
        refusal._refuse("escrow: payout refused")
    return amount


@external
@view
@reentrant
def claimable(member: address, token: address) -> uint256:
    """
    @notice What waits for a member's `claim`
    @param member Whose balance
    @param token The ERC-20, or the zero address for the native coin
    @return Smallest units
    """
    return self.deferred[member][token]


@internal
def _pay(escrow: bytes32, token: address, member: address, amount: uint256):
    """
    @notice Push an amount to a member, or keep it for his `claim`. Call it last: it hands over control.
    @param escrow The deal that it comes from
    @param token The ERC-20, or the zero address for the native coin
    @param member Who is owed
    @param amount How much, smallest unit; zero does nothing
    """
    if amount == 0:
        return
    gas_cap: uint256 = TOKEN_GAS
    if token == empty(address):
        gas_cap = NATIVE_GAS
    # constants: no overflow
    if msg.gas < unsafe_add(unsafe_div(unsafe_mul(gas_cap, 64), 63), GAS_RESERVE):
        refusal._refuse("escrow: more gas needed")
    if not token_transfer._send(token, member, amount, gas_cap):
        self.deferred[member][token] += amount
        log IEscrow.PayoutDeferred(escrow=escrow, member=member, token=token, amount=amount)
