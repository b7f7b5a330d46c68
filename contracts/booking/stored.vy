# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Stored: the words of resources and requests, and how a request moves on
@license AGPL-3.0-only
@notice What single requests, series and bundles share. Every move writes the word before it covers the calendar and tells it by its event.
"""

from ..interfaces import IBookings
from ..shared import refusal
from . import admission
from . import calendar
from . import request_words
from . import resource_terms
from . import series

uses: admission
uses: calendar


# resource → packed terms with owner and state, see `resource_terms`; 0 = never announced, else kept for ever
resources: HashMap[bytes32, uint256]

# request → state, expiry and what became of it, see `request_words`; 0 = never requested, else kept for ever as the receipt
requests: HashMap[bytes32, uint256]


@internal
@view
def _id(request: IBookings.Request) -> bytes32:
    return keccak256(abi_encode(chain.id, self, request))


@internal
@view
def _new_id(request: IBookings.Request) -> bytes32:
    """
    @notice The id of a request that was never made; refuses one that was
    @param request What is asked for
    @return The request's id
    """
    id: bytes32 = self._id(request)
    if self.requests[id] != 0:
        refusal._refuse("bookings: already requested")
    return id


@internal
@view
def _expiry(terms: uint256, start: uint256) -> uint256:
    """
    @notice Until when a request made now may be decided
    @param terms The resource's word
    @param start When the interval begins
    @return UTC seconds, never after the start
    """
    ttl_h: uint256 = (terms >> resource_terms.TTL_AT) & resource_terms.MASK_10
    return min(unsafe_add(block.timestamp, unsafe_mul(ttl_h, resource_terms.HOUR_S)), start)


@internal
@view
def _pending(id: bytes32) -> uint256:
    """
    @notice Refuses unless a request is pending
    @param id Which request
    @return The request's word
    """
    word: uint256 = self.requests[id]
    if word == 0:
        refusal._refuse("bookings: unknown request")
    if word & request_words.STATE_MASK != request_words.PENDING:
        refusal._refuse("bookings: not pending")
    # The expiry is never after the start, so this also refuses a decision that comes when the time has begun
    if block.timestamp >= request_words._expires_at(word):
        refusal._refuse("bookings: expired")
    return word


@internal
@view
def _owned(resource: bytes32, actor: address) -> uint256:
    """
    @notice Refuses unless the actor owns a resource
    @param resource Which resource
    @param actor Who acts
    @return The resource's word
    """
    terms: uint256 = self.resources[resource]
    if actor != resource_terms._owner(terms):
        refusal._refuse("bookings: not the owner")
    return terms


@internal
def _tell(id: bytes32, request: IBookings.Request, actor: address, expires_at: uint256):
    """
    @notice The event of a new request
    @param id The request's id
    @param request What is asked for
    @param actor Who asked
    @param expires_at UTC seconds, 0 = granted with it
    """
    log IBookings.BookingRequested(
        request=id,
        resource=request.resource,
        requester=request.requester,
        actor=actor,
        start=request.start,
        quanta=request.quanta,
        units=request.units,
        gathering=request.gathering,
        bundle=request.bundle,
        salt=request.salt,
        expires_at=expires_at,
    )


@internal
def _cover(request: IBookings.Request, terms: uint256):
    """
    @notice Cover all that a request asks for
    @param request What was asked for
    @param terms The resource's word
    """
    if not series._is_one(request.bundle):
        index: uint256 = resource_terms._quantum_index(terms, request.start)
        calendar._cover(request.resource, terms, index, request.quanta, request.units)
        return
    starts: DynArray[uint256, series.MAX_STARTS] = series._starts(request, terms)
    for start: uint256 in starts:
        first: uint256 = resource_terms._quantum_index(terms, start)
        calendar._cover(request.resource, terms, first, request.quanta, request.units)


@internal
def _grant(id: bytes32, request: IBookings.Request, word: uint256, terms: uint256, actor: address):
    """
    @notice Grant a pending request
    @param id The request's id
    @param request What was asked for
    @param word Its word
    @param terms The resource's word
    @param actor Who granted
    """
    self.requests[id] = request_words._with_state(word, request_words.GRANTED)
    self._cover(request, terms)
    log IBookings.BookingGranted(request=id, resource=request.resource, actor=actor)


@internal
def _deny(id: bytes32, request: IBookings.Request, word: uint256, actor: address, reason: bytes32):
    """
    @notice Deny a pending request
    @param id The request's id
    @param request What was asked for
    @param word Its word
    @param actor Who denied
    @param reason Digest of a document, or zero
    """
    self.requests[id] = request_words._with_state(word, request_words.DENIED)
    if word & request_words.COUNTED != 0:
        self._uncount(request)
    log IBookings.BookingDenied(request=id, resource=request.resource, actor=actor, reason=reason)


@internal
def _cancel(id: bytes32, resource: bytes32, word: uint256, actor: address):
    """
    @notice Cancel a request whose calendar and count are in order
    @param id The request's id
    @param resource Its resource
    @param word Its word
    @param actor Who cancelled
    """
    self.requests[id] = request_words._with_state(word, request_words.CANCELLED)
    log IBookings.BookingCancelled(request=id, resource=resource, actor=actor)


@internal
def _uncount(request: IBookings.Request):
    """
    @notice Give back what a counted request takes of the quota, all of it
    @param request What was asked for
    """
    starts: DynArray[uint256, series.MAX_STARTS] = series._starts(request, self.resources[request.resource])
    for start: uint256 in starts:
        admission._give_back(request, start)
