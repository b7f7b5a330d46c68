# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Bundles: requests for several resources, granted all or none
@license AGPL-3.0-only
@notice `bundle` of each item is a hash chain over all of them, so a list is complete exactly when its chain arrives there. Items are asked for,
        and later granted, each by its own function and its own member's act or signature, but only in one call of `together`, in which the
        chain must arrive. What a member signs for one item binds all of them by their hash. Denying or cancelling one pending item needs
        nobody else and ends the bundle: the rest can never be granted.
"""

from ..interfaces import IBookings
from ..shared import refusal

# Sixteen calls grant eight items that the same transaction asks for. The longest call without a policy's `data` has 740 bytes.
MAX_CALLS: constant(uint256) = 16
MAX_CALL_BYTES: constant(uint256) = 1_600
ASKING: constant(uint256) = 1
GRANTING: constant(uint256) = 2


# Whether calls are being made together
gathering: transient(bool)

# The bundle whose items are being presented, what is done with them, and the chain over those seen; zero between bundles
presented: transient(bytes32)
doing: transient(uint256)
link: transient(bytes32)

# keccak256(bundle, resource) → start 128 | end 128 of an item seen, UTC seconds
spans: transient(HashMap[bytes32, uint256])


@external
@reentrant
def together(calls: DynArray[Bytes[MAX_CALL_BYTES], MAX_CALLS]):
    """
    @notice Make several calls of this contract as the caller, all or none; the only way to ask for a bundle or to grant it. Not locked, because each
            of the calls is
    @param calls Their data, up to 16
    """
    self.gathering = True
    for data: Bytes[MAX_CALL_BYTES] in calls:
        raw_call(self, data, is_delegate_call=True)
    self.gathering = False
    if self.link != empty(bytes32):
        refusal._refuse("bookings: bundle incomplete")


@internal
def _present(request: IBookings.Request, doing: uint256):
    """
    @notice Take an item as the next of its bundle
    @param request The item
    @param doing `ASKING` or `GRANTING`
    """
    if not self.gathering:
        refusal._refuse("bookings: part of a whole")
    if self.link == empty(bytes32):
        self.presented = request.bundle
        self.doing = doing
    elif request.bundle != self.presented or doing != self.doing:
        refusal._refuse("bookings: bundle incomplete")
    item: IBookings.Request = request
    item.bundle = empty(bytes32)
    link: bytes32 = keccak256(abi_encode(self.link, item))
    self.link = empty(bytes32) if link == request.bundle else link


@internal
def _span(request: IBookings.Request, end: uint256):
    """
    @notice Remember when an item's resource is booked, for those that require it
    @param request The item
    @param end When it ends
    """
    self.spans[keccak256(concat(request.bundle, request.resource))] = (request.start << 128) | end


@internal
@view
def _within(request: IBookings.Request, end: uint256, required: bytes32) -> bool:
    """
    @notice Whether an item lies within one for the resource that it requires
    @param request The item; the one that it requires stands before it
    @param end When it ends
    @param required The other resource
    @return True when it does
    """
    span: uint256 = self.spans[keccak256(concat(request.bundle, required))]
    return span >> 128 <= request.start and end <= span & (2**128 - 1)
