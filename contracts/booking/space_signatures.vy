# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Space signatures: what a member signs for `Spaces`
@license AGPL-3.0-only
@notice EIP-712 type hashes of `typed_data.Spaces.json`, and the struct hashes of those that sign a list. `word` is the current
        word of what is acted on, so an authorisation dies as soon as that moves on and needs no nonce; what is created by a
        signature is created once, because its id is the hash of its values.
"""

CREATE_TYPEHASH: constant(bytes32) = keccak256(
    "CreateSpace(bytes32 parent,bytes32 forked_from,bytes32 digest,bytes32 salt,uint256 deadline)"
)
CLOSE_TYPEHASH: constant(bytes32) = keccak256("CloseSpace(bytes32 space,uint256 word,uint256 deadline)")
HAND_OVER_TYPEHASH: constant(bytes32) = keccak256(
    "HandOverSpace(bytes32 space,address new_owner,uint256 word,uint256 deadline)"
)
SET_GATE_TYPEHASH: constant(bytes32) = keccak256(
    "SetGate(bytes32 space,bytes32 ticket,uint256 word,uint256 deadline)"
)
ISSUE_TYPEHASH: constant(bytes32) = keccak256(
    "IssueTicket(bytes32 space,uint256 capacity,bytes32 digest,bytes32 salt,uint256 deadline)"
)
GIVE_TYPEHASH: constant(bytes32) = keccak256(
    "GiveTicket(bytes32 ticket,address[] members,uint256 word,uint256 deadline)"
)
TAKE_BACK_TYPEHASH: constant(bytes32) = keccak256(
    "TakeBackTicket(bytes32 ticket,address member,uint256 word,uint256 deadline)"
)
RENOUNCE_TYPEHASH: constant(bytes32) = keccak256(
    "RenounceTicket(bytes32 ticket,uint256 word,uint256 deadline)"
)
HOST_TYPEHASH: constant(bytes32) = keccak256(
    "HostGathering(bytes32 space,uint256 start,uint256 end,bytes32 digest,bytes32 salt,uint256 deadline)"
)
CALL_OFF_TYPEHASH: constant(bytes32) = keccak256(
    "CallOffGathering(bytes32 gathering,uint256 word,uint256 deadline)"
)
LIST_TYPEHASH: constant(bytes32) = keccak256(
    "ListResources(bytes32 space,address bookings,bytes32[] resources,uint256 nonce,uint256 deadline)"
)


@internal
@pure
def _give(ticket: bytes32, members: DynArray[address, 64], word: uint256, deadline: uint256) -> bytes32:
    """
    @notice Struct hash of giving a ticket
    @param ticket Which ticket
    @param members To whom
    @param word The ticket's current word
    @param deadline Until when the signature is valid
    @return The struct hash
    """
    # EIP-712 hashes the members alone, without the offset and length that precede them in the ABI encoding
    listed: Bytes[2112] = slice(abi_encode(members), 64, 32 * len(members))
    return keccak256(abi_encode(GIVE_TYPEHASH, ticket, keccak256(listed), word, deadline))


@internal
@pure
def _list(
    space: bytes32, bookings: address, resources: DynArray[bytes32, 64], nonce: uint256, deadline: uint256
) -> bytes32:
    """
    @notice Struct hash of listing resources
    @param space Which space
    @param bookings The contract of the resources
    @param resources Their ids
    @param nonce An unused number
    @param deadline Until when the signature is valid
    @return The struct hash
    """
    listed: Bytes[2112] = slice(abi_encode(resources), 64, 32 * len(resources))
    return keccak256(abi_encode(LIST_TYPEHASH, space, bookings, keccak256(listed), nonce, deadline))
