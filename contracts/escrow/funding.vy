# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Asking a token for the money with a signature of the payer
@license AGPL-3.0-only
@notice Either way spares the transaction for an allowance. A permit is public before it is used, so anybody can use it up first:
        then the allowance that it gave is there. An ERC-3009 authorisation can be used by nobody but its receiver; the payer
        is read from its signature here as well, because a token made for it could say that anybody had signed.
"""

from ..interfaces import IEscrow
from ..shared import token_transfer


interface Token:
    def DOMAIN_SEPARATOR() -> bytes32: view


PERMIT: constant(uint256) = 1
ERC_3009: constant(uint256) = 2
# the type of what the token checks, by ERC-3009
RECEIVE: constant(bytes32) = keccak256("ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)")


@internal
@view
def _signer(core: IEscrow.Core, funding: IEscrow.Funding, escrow: bytes32) -> address:
    """
    @notice Who signed the ERC-3009 authorisation whose nonce is the escrow's id
    @param core The terms
    @param funding The signature
    @param escrow The deal's id
    @return The signer; the zero address where the signature is none
    """
    # an account without code answers nothing, which reverts
    domain: bytes32 = staticcall Token(core.token).DOMAIN_SEPARATOR(skip_contract_check=True)
    message: bytes32 = keccak256(
        abi_encode(
            RECEIVE,
            core.payer,
            self,
            unsafe_add(core.price, core.deposit),
            empty(uint256),
            funding.deadline,
            escrow,
        )
    )
    digest: bytes32 = keccak256(concat(0x1901, domain, message))
    return ecrecover(digest, funding.v, funding.r, funding.s)


@internal
def _collect(core: IEscrow.Core, funding: IEscrow.Funding, escrow: bytes32):
    """
    @notice Take price and deposit
    @param core The terms
    @param funding How, and the payer's signature
    @param escrow The deal's id
    """
    amount: uint256 = unsafe_add(core.price, core.deposit)
    if funding.kind == ERC_3009:
        token_transfer._move(
            core.token,
            self,
            amount,
            abi_encode(
                core.payer,
                self,
                amount,
                empty(uint256),
                funding.deadline,
                escrow,
                funding.v,
                funding.r,
                funding.s,
                method_id=method_id(
                    "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)"
                ),
            ),
        )
        return
    if funding.kind == PERMIT:
        # whether it worked is seen by the allowance
        success: bool = raw_call(
            core.token,
            abi_encode(
                core.payer,
                self,
                amount,
                funding.deadline,
                funding.v,
                funding.r,
                funding.s,
                method_id=method_id("permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"),
            ),
            revert_on_failure=False,
        )
    token_transfer._pull(core.token, core.payer, amount)
