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
MILESTONE_TYPEHASH: constant(bytes32) = keccak256("Milestone(uint256 amount,uint256 due)")
CANCELLATION_TYPEHASH: constant(bytes32) = keccak256("Cancellation(uint256 before_s,uint256 refund_bps)")
RUNG_TYPEHASH: constant(bytes32) = keccak256("Rung(address arbitrator,uint256 window_s,uint256 fee_cap)")
RELEASE_TYPEHASH: constant(bytes32) = keccak256("Release(bytes32 escrow,uint256 word,uint256 deadline)")
RELEASE_PART_TYPEHASH: constant(bytes32) = keccak256("ReleasePart(bytes32 escrow,uint256 amount,uint256 word,uint256 deadline)")
SPLIT_TYPEHASH: constant(bytes32) = keccak256("Split(bytes32 escrow,uint256 to_payee,uint256 word,uint256 deadline)")
CANCEL_TYPEHASH: constant(bytes32) = keccak256("Cancel(bytes32 escrow,uint256 word,uint256 deadline)")
FINISH_TYPEHASH: constant(bytes32) = keccak256("Finish(bytes32 escrow,uint256 word,uint256 deadline)")
REFUND_TYPEHASH: constant(bytes32) = keccak256("Refund(bytes32 escrow,uint256 word,uint256 deadline)")
ACCEPT_CLAIM_TYPEHASH: constant(bytes32) = keccak256("AcceptClaim(bytes32 escrow,uint256 word,uint256 deadline)")
CLAIM_DAMAGE_TYPEHASH: constant(bytes32) = keccak256("ClaimDamage(bytes32 escrow,uint256 amount,bytes32 evidence,uint256 word,uint256 deadline)")
DISPUTE_TYPEHASH: constant(bytes32) = keccak256("Dispute(bytes32 escrow,bytes32 evidence,uint256 word,uint256 deadline)")
RULE_TYPEHASH: constant(bytes32) = keccak256("Rule(bytes32 escrow,uint256 to_payee,uint256 fee,bytes32 reasons,uint256 word,uint256 deadline)")
CLAIM_TYPEHASH: constant(bytes32) = keccak256("Claim(address token,address to,uint256 nonce,uint256 deadline)")


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
    # a list hashes as the concatenation of its members' hashes
    milestones: DynArray[bytes32, 12] = []
    for milestone: IEscrow.Milestone in rest.milestones:
        milestones.append(keccak256(abi_encode(MILESTONE_TYPEHASH, milestone)))
    cancellations: DynArray[bytes32, 12] = []
    for cancellation: IEscrow.Cancellation in rest.cancellations:
        cancellations.append(keccak256(abi_encode(CANCELLATION_TYPEHASH, cancellation)))
    ladder: DynArray[bytes32, 12] = []
    for rung: IEscrow.Rung in rest.ladder:
        ladder.append(keccak256(abi_encode(RUNG_TYPEHASH, rung)))
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
            self._list_hash(milestones),
            self._list_hash(cancellations),
            self._list_hash(ladder),
            core.salt,
            deadline,
        )
    )


@internal
@pure
def _list_hash(members: DynArray[bytes32, 12]) -> bytes32:
    # the encoding without its own length is the concatenation
    return keccak256(slice(abi_encode(members, ensure_tuple=False), 32, 32 * len(members)))
