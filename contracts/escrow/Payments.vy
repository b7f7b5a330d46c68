# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Paying a member directly, with a receipt
@license AGPL-3.0-only
@notice Money moves from the payer straight to the payee within one transaction, and an event says what for.

        Who trusts whom. Nobody trusts the deployer, no key rules here. A payer trusts this contract with an allowance: it takes
        only what he himself sends or signed, and each signature once. Who chooses a token trusts that token. What is
        paid is paid: there is no dispute, and coming back is up to the payee (`refund_after` for closed deals).

        How funds leave if everybody else is gone: none are ever held, so none can be stuck. Native coin that comes without a
        payment is refused.
"""

from ..interfaces import IAuthorization
from ..interfaces import IEscrow
from ..interfaces import IPayments
from ..shared import authorization
from ..shared import refusal
from ..shared import token_transfer
from . import words

initializes: authorization

exports: (
    authorization.eip712Domain,
    authorization.cancel_nonce,
    authorization.nonce_used,
)


PAY_TYPEHASH: constant(bytes32) = keccak256(
    "Pay(address payee,address token,uint256 amount,bytes32 reference,uint256 nonce,uint256 deadline)"
)
REFUND_AFTER_TYPEHASH: constant(bytes32) = keccak256(
    "RefundAfter(address escrow,bytes32 deal,address payer,address token,uint256 amount,uint256 nonce,uint256 deadline)"
)


# escrow contract → escrow id → how much of what the deal brought the payee he gave back here, smallest unit
given_back: HashMap[address, HashMap[bytes32, uint256]]


@deploy
def __init__():
    authorization.__init__("Allmende Payments")


@external
@payable
def pay(
    payee: address,
    token: address,
    amount: uint256,
    reference: bytes32,
    nonce: uint256,
    auth: IAuthorization.Auth,
):
    """
    @notice Pay somebody. Native coin cannot be pulled, so its payer calls himself.
    @param payee Who receives; another than the payer
    @param token The ERC-20, of which the payer allowed this contract enough, or the zero address for the native coin
    @param amount How much, smallest unit
    @param reference What it is for: an id or a digest that both know, or zero
    @param nonce An unused number; read only when `auth` has a signer
    @param auth Who acts and pays
    """
    payer: address = msg.sender
    if auth.signer != empty(address):
        payer = self._signer(
            auth,
            keccak256(abi_encode(PAY_TYPEHASH, payee, token, amount, reference, nonce, auth.deadline)),
            nonce,
        )
    log IPayments.Paid(
        payer=payer, payee=payee, reference=reference, token=token, amount=amount, actor=payer
    )
    self._move(payer, payee, token, amount)


@external
@payable
def refund_after(
    escrow: address, core: IEscrow.Core, amount: uint256, nonce: uint256, auth: IAuthorization.Auth
):
    """
    @notice The payee of a closed deal gives the payer back some or all of what it brought him, in one go or in several
    @param escrow The contract that the deal was on
    @param core The deal's terms
    @param amount How much, smallest unit of the deal's token; in sum at most what the payee got
    @param nonce An unused number; read only when `auth` has a signer
    @param auth Who acts and pays; has to be the payee
    """
    if not escrow.is_contract:
        refusal._refuse("payments: no escrow there")
    deal: bytes32 = staticcall IEscrow(escrow).escrow_id(core)
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = self._signer(
            auth,
            keccak256(
                abi_encode(
                    REFUND_AFTER_TYPEHASH,
                    escrow,
                    deal,
                    core.payer,
                    core.token,
                    amount,
                    nonce,
                    auth.deadline,
                )
            ),
            nonce,
        )
    if actor != core.payee:
        refusal._refuse("payments: not the payee")
    word: uint256 = staticcall IEscrow(escrow).word(deal)
    if word & 15 != words.DONE:
        refusal._refuse("payments: deal not closed")
    before: uint256 = self.given_back[escrow][deal]
    if amount > words._done_paid(word) - before:
        refusal._refuse("payments: more than was paid")
    self.given_back[escrow][deal] = before + amount
    log IPayments.RefundedAfter(
        escrow_id=deal,
        payee=actor,
        payer=core.payer,
        escrow=escrow,
        token=core.token,
        amount=amount,
        actor=actor,
    )
    self._move(actor, core.payer, core.token, amount)


@external
@view
@reentrant
def refunded(escrow: address, deal: bytes32) -> uint256:
    """
    @notice How much of a closed deal was given back here
    @param escrow The contract that the deal was on
    @param deal The deal's id
    @return Smallest unit of the deal's token
    """
    return self.given_back[escrow][deal]


@internal
def _signer(auth: IAuthorization.Auth, struct_hash: bytes32, nonce: uint256) -> address:
    actor: address = authorization._actor(auth, struct_hash)
    authorization._use_nonce(actor, nonce)
    return actor


@internal
@payable
def _move(payer: address, payee: address, token: address, amount: uint256):
    """
    @notice Move an amount straight from one to the other. Call it last: it hands over control.
    @param payer Who pays
    @param payee Who receives
    @param token The ERC-20, or the zero address for the native coin
    @param amount How much, smallest unit
    """
    if payee in [empty(address), self, payer]:
        refusal._refuse("payments: unfit payee")
    if amount == 0:
        refusal._refuse("payments: nothing to pay")
    if token != empty(address):
        if msg.value != 0:
            refusal._refuse("payments: wrong value")
        token_transfer._pass_on(token, payer, payee, amount)
        return
    if msg.sender != payer:
        refusal._refuse("payments: payer must call")
    if msg.value != amount:
        refusal._refuse("payments: wrong value")
    # all gas: whom a receiver who wastes it hurts is only the payer who chose him
    if not token_transfer._send(token, payee, amount, msg.gas):
        refusal._refuse("payments: payee refuses")
