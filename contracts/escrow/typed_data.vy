# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title What members sign
@license AGPL-3.0-only
@notice EIP-712 type hashes of `typed_data.json`, and the struct hashes built from what is packed in calldata. Acts on a live
        escrow sign its current word: once it moved on, the signature is worthless, so no nonce is needed.
"""

from ..interfaces import IEscrow
from . import terms


OPEN_TYPEHASH: constant(bytes32) = keccak256("Open(address payer,address payee,address token,uint256 price,uint256 deposit,uint256 deliver_by,uint256 object_s,uint256 return_by,uint256 claim_s,uint256 answer_s,uint256 silent_payer_bps,uint256 silent_arbitrator_bps,uint256 service,bytes32 booking,Milestone[] milestones,Cancellation[] cancellations,Rung[] ladder,bytes32 salt,uint256 deadline)Cancellation(uint256 before_s,uint256 refund_bps)Milestone(uint256 amount,uint256 due)Rung(address arbitrator,uint256 window_s,uint256 fee_cap)")
RUNG_TYPEHASH: constant(bytes32) = keccak256("Rung(address arbitrator,uint256 window_s,uint256 fee_cap)")
RELEASE_TYPEHASH: constant(bytes32) = keccak256("Release(bytes32 escrow,uint256 word,uint256 deadline)")
FINISH_TYPEHASH: constant(bytes32) = keccak256("Finish(bytes32 escrow,uint256 word,uint256 deadline)")
REFUND_TYPEHASH: constant(bytes32) = keccak256("Refund(bytes32 escrow,uint256 word,uint256 deadline)")
ACCEPT_CLAIM_TYPEHASH: constant(bytes32) = keccak256("AcceptClaim(bytes32 escrow,uint256 word,uint256 deadline)")
CLAIM_DAMAGE_TYPEHASH: constant(bytes32) = keccak256("ClaimDamage(bytes32 escrow,uint256 amount,bytes32 evidence,uint256 word,uint256 deadline)")
DISPUTE_TYPEHASH: constant(bytes32) = keccak256("Dispute(bytes32 escrow,bytes32 evidence,uint256 word,uint256 deadline)")
RULE_TYPEHASH: constant(bytes32) = keccak256("Rule(bytes32 escrow,uint256 to_payee,uint256 fee,bytes32 reasons,uint256 word,uint256 deadline)")
CLAIM_TYPEHASH: constant(bytes32) = keccak256("Claim(address token,address to,uint256 nonce,uint256 deadline)")
# milestones and cancellations are empty in this version; so is the ladder of a deal without arbitrator
EMPTY_LIST: constant(bytes32) = keccak256(b"")


@internal
@pure
def _open_hash(core: IEscrow.Core, rest: IEscrow.Rest, deadline: uint256) -> bytes32:
    """
    @notice EIP-712 hash of `Open`, for terms that `terms._check` accepted
    @param core The terms
    @param rest Their dynamic part
    @param deadline The signature's own deadline
    @return The struct hash
    """
    ladder: bytes32 = EMPTY_LIST
    if len(rest.ladder) > 0:
        rung: IEscrow.Rung = rest.ladder[0]
        # a list hashes as the concatenation of its members' hashes
        ladder = keccak256(
            abi_encode(keccak256(abi_encode(RUNG_TYPEHASH, rung.arbitrator, rung.window_s, rung.fee_cap)))
        )
    schedule: uint256 = core.schedule
    return keccak256(
        abi_encode(
            OPEN_TYPEHASH,
            core.payer,
            core.payee,
            core.token,
            core.price,
            core.deposit,
            schedule & terms.U40,
            (schedule >> 40) & terms.U32,
            (schedule >> 72) & terms.U40,
            (schedule >> 112) & terms.U32,
            terms._answer_s(schedule),
            terms._silent_payer_bps(schedule),
            terms._silent_arbitrator_bps(schedule),
            terms._service(schedule),
            core.booking,
            EMPTY_LIST,
            EMPTY_LIST,
            ladder,
            core.salt,
            deadline,
        )
    )
