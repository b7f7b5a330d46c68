# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Bookings: resources, requests for them and grants
@license AGPL-3.0-only
@notice Trust: nobody is trusted with anything but an owner with his own resource: he confirms or denies,
        or lets the first come be served. Only the requester, or who holds his signature, requests and
        cancels. There is no admin, and no funds are ever held, so none can be stuck. If an owner is gone,
        his resource grants nothing more under the manual rule, pending requests expire by themselves, and
        grants stay valid. Whoever keeps ratings may ask which booking gives a right to one.
        A request occupies nothing until it is granted. Ids are hashes over chain, contract and the
        defining values; the values are presented again at every action, so an object takes one word.
"""

from ..interfaces import IAuthorization
from ..interfaces import IBookings
from ..interfaces import IRatingSource
from ..shared import authorization
from ..shared import refusal
from . import calendar
from . import resource_terms
from . import signed_actions

implements: IRatingSource
initializes: authorization
initializes: calendar

exports: authorization.eip712Domain


# State of a request's word; 5, expired, is never stored but follows from the time
PENDING: constant(uint256) = 1
GRANTED: constant(uint256) = 2
DENIED: constant(uint256) = 3
CANCELLED: constant(uint256) = 4
EXPIRED: constant(uint256) = 5

STATE_MASK: constant(uint256) = 15
EXPIRES_AT_MASK: constant(uint256) = 2**40 - 1
# How long after its end a booking gives rights to rate
RATE_WITHIN_S: constant(uint256) = 60 * 86_400
MAX_ANNOUNCEMENTS: constant(uint256) = 500


# resource → packed terms with owner and state, see `resource_terms`; 0 = never announced, else kept for ever
resource_words: HashMap[bytes32, uint256]

# request → from the lowest bit: state 4 | expires_at 40 (seconds; 0 when granted at once); 0 = never requested, else
# kept for ever as the receipt
request_words: HashMap[bytes32, uint256]


@deploy
def __init__():
    authorization.__init__("Allmende Bookings")


@external
def announce(announcement: IBookings.Announcement, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Announce a resource; who acts becomes its owner
    @param announcement Packed terms, digest of the description, salt
    @param auth Empty, or the owner's `Announce`
    @return The resource's id
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._announce(announcement, auth.deadline))
    return self._announce(actor, announcement)


@external
def announce_many(
    announcements: DynArray[IBookings.Announcement, MAX_ANNOUNCEMENTS], auth: IAuthorization.Auth
):
    """
    @notice Announce several resources, all or none
    @param announcements Up to 500; each like in `announce`
    @param auth Empty, or the owner's `AnnounceMany`
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        hashes: DynArray[bytes32, MAX_ANNOUNCEMENTS] = []
        for announcement: IBookings.Announcement in announcements:
            hashes.append(signed_actions._announcement(announcement))
        actor = authorization._actor(auth, signed_actions._announce_many(hashes, auth.deadline))
    for announcement: IBookings.Announcement in announcements:
        self._announce(actor, announcement)


@external
def request(request: IBookings.Request, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Ask for an interval; under the first-come rule it is granted at once
    @param request What is asked for; its requester must act
    @param auth Empty, or the requester's `Book`
    @return The request's id
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._book(request, auth.deadline))
    # From here on the fields are read in place instead of by the functions of `resource_terms`: their calls
    # and the copies of the request would lift a first-come grant above its budget. Nothing unsafe can wrap:
    # the start is after now and at most a horizon away, a phase is less than a day.
    resource: uint256 = self.resource_words[request.resource]
    if resource == 0:
        refusal._refuse("bookings: unknown resource")
    if actor != request.requester:
        refusal._refuse("bookings: not the requester")
    if request.units != 1:
        refusal._refuse("bookings: units not supported")
    if request.gathering != empty(bytes32):
        refusal._refuse("bookings: no gathering")
    if request.bundle != empty(bytes32):
        refusal._refuse("bookings: bundle not supported")
    if request.quanta == 0:
        refusal._refuse("bookings: no quanta")
    max_quanta: uint256 = (resource >> resource_terms.MAX_QUANTA_AT) & resource_terms.MASK_12
    if request.quanta > max_quanta:
        refusal._refuse("bookings: too long")
    if request.start <= block.timestamp:
        refusal._refuse("bookings: start has passed")
    ahead_s: uint256 = unsafe_sub(request.start, block.timestamp)
    notice_h: uint256 = (resource >> resource_terms.NOTICE_AT) & resource_terms.MASK_10
    if ahead_s < unsafe_mul(notice_h, resource_terms.HOUR_S):
        refusal._refuse("bookings: notice too short")
    horizon_d: uint256 = (resource >> resource_terms.HORIZON_AT) & resource_terms.MASK_10
    if ahead_s > unsafe_mul(horizon_d, resource_terms.DAY_S):
        refusal._refuse("bookings: beyond the horizon")
    phase: uint256 = (resource >> resource_terms.PHASE_AT) & resource_terms.MASK_7
    since_s: uint256 = unsafe_sub(request.start, unsafe_mul(phase, resource_terms.PHASE_UNIT_S))
    code: uint256 = (resource >> resource_terms.QUANTUM_AT) & resource_terms.MASK_3
    quantum_s: uint256 = (
        resource_terms.QUANTA_S >> unsafe_mul(code, resource_terms.QUANTA_BITS)
    ) & resource_terms.MASK_QUANTA
    first: uint256 = unsafe_div(since_s, quantum_s)
    if unsafe_mul(first, quantum_s) != since_s:
        refusal._refuse("bookings: off the grid")
    id: bytes32 = keccak256(abi_encode(chain.id, self, request))
    if self.request_words[id] != 0:
        refusal._refuse("bookings: already requested")

    expires_at: uint256 = 0
    if (resource >> resource_terms.RULE_AT) & resource_terms.MASK_3 == resource_terms.FIRST_COME:
        # The event below says so by `expires_at` 0; a second one would tell nothing more and cost 1,900 gas
        self.request_words[id] = GRANTED
        calendar._occupy(request.resource, first, request.quanta)
    else:
        # Asking occupies nothing and says nothing about others who ask
        ttl_h: uint256 = (resource >> resource_terms.TTL_AT) & resource_terms.MASK_10
        expires_at = min(block.timestamp + ttl_h * resource_terms.HOUR_S, request.start)
        self.request_words[id] = PENDING | (expires_at << 4)
    log IBookings.BookingRequested(
        request=id,
        resource=request.resource,
        requester=actor,
        actor=actor,
        start=request.start,
        quanta=request.quanta,
        units=request.units,
        gathering=request.gathering,
        bundle=request.bundle,
        salt=request.salt,
        expires_at=expires_at,
    )
    return id


@external
def confirm(request: IBookings.Request, auth: IAuthorization.Auth):
    """
    @notice Grant a pending request before it expires
    @param request The request's values
    @param auth Empty, or the owner's `Confirm` over the request's current word
    """
    id: bytes32 = self._request_id(request)
    word: uint256 = self.request_words[id]
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._confirm(request, word, auth.deadline))
    resource: uint256 = self._decidable(actor, request.resource, word)
    self.request_words[id] = word - PENDING + GRANTED
    calendar._occupy(request.resource, resource_terms._quantum_index(resource, request.start), request.quanta)
    log IBookings.BookingGranted(request=id, resource=request.resource, actor=actor)


@external
def deny(request: IBookings.Request, reason: bytes32, auth: IAuthorization.Auth):
    """
    @notice Refuse a pending request
    @param request The request's values
    @param reason Digest of a salted document that says why, or zero
    @param auth Empty, or the owner's `Deny` over the request's current word
    """
    id: bytes32 = self._request_id(request)
    word: uint256 = self.request_words[id]
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._deny(request, reason, word, auth.deadline))
    self._decidable(actor, request.resource, word)
    self.request_words[id] = word - PENDING + DENIED
    log IBookings.BookingDenied(request=id, resource=request.resource, actor=actor, reason=reason)


@external
def cancel(request: IBookings.Request, auth: IAuthorization.Auth):
    """
    @notice Withdraw a pending request, or give a grant back before it starts; the interval becomes free again
    @param request The request's values
    @param auth Empty, or the requester's `Cancel` over the request's current word
    """
    id: bytes32 = self._request_id(request)
    word: uint256 = self.request_words[id]
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._cancel(request, word, auth.deadline))
    if word == 0:
        refusal._refuse("bookings: unknown request")
    if actor != request.requester:
        refusal._refuse("bookings: not the requester")
    state: uint256 = word & STATE_MASK
    if state > GRANTED:
        refusal._refuse("bookings: already closed")
    if state == PENDING:
        if block.timestamp >= self._expires_at(word):
            refusal._refuse("bookings: expired")
    else:
        if block.timestamp >= request.start:
            refusal._refuse("bookings: already started")
        resource: uint256 = self.resource_words[request.resource]
        first: uint256 = resource_terms._quantum_index(resource, request.start)
        calendar._release(request.resource, first, request.quanta)
    self.request_words[id] = word - state + CANCELLED
    log IBookings.BookingCancelled(request=id, resource=request.resource, actor=actor)


@external
@view
@reentrant
def right_to_rate(terms: Bytes[384], side: uint256) -> (bytes32, address, address, uint256, uint256):
    """
    @notice Who may rate whom for a booking that is over, within 60 days
    @param terms The `Request` in ABI encoding, 256 bytes
    @param side 0 when the requester rates the owner, 1 the other way round
    @return request, rater, subject, service (24-bit id), amount (0: a booking moves no money)
    """
    # A static struct is encoded in place, so this is what `_request_id` gives; any other bytes are the terms of no
    # request. The hash vouches for the encoding, so only the words that matter are read.
    id: bytes32 = keccak256(concat(convert(chain.id, bytes32), convert(self, bytes32), terms))
    if self.request_words[id] & STATE_MASK != GRANTED:
        refusal._refuse("bookings: not granted")
    resource: uint256 = self.resource_words[extract32(terms, 0)]
    requester: address = extract32(terms, 32, output_type=address)
    owner: address = resource_terms._owner(resource)
    if requester == owner:
        refusal._refuse("bookings: own booking")
    quanta: uint256 = extract32(terms, 96, output_type=uint256)
    end: uint256 = extract32(terms, 64, output_type=uint256) + quanta * resource_terms._quantum_s(resource)
    if block.timestamp < end:
        refusal._refuse("bookings: not over yet")
    if block.timestamp >= end + RATE_WITHIN_S:
        refusal._refuse("bookings: too late to rate")
    if side == 0:
        return id, requester, owner, resource_terms._service(resource), 0
    if side != 1:
        refusal._refuse("bookings: unknown side")
    return id, owner, requester, resource_terms._service(resource), 0


@external
@view
@reentrant
def resource(id: bytes32) -> uint256:
    """
    @notice The word of a resource
    @param id Which resource
    @return Packed terms with owner and state; 0 = unknown
    """
    return self.resource_words[id]


@external
@view
@reentrant
def request_word(id: bytes32) -> uint256:
    """
    @notice The word of a request
    @param id Which request
    @return State and expiry; 0 = unknown
    """
    return self.request_words[id]


@external
@view
@reentrant
def request_state(id: bytes32) -> uint256:
    """
    @notice The state of a request now
    @param id Which request
    @return 0 unknown, 1 pending, 2 granted, 3 denied, 4 cancelled, 5 expired
    """
    word: uint256 = self.request_words[id]
    state: uint256 = word & STATE_MASK
    if state == PENDING and block.timestamp >= self._expires_at(word):
        return EXPIRED
    return state


@external
@view
@reentrant
def is_free(resource: bytes32, start: uint256, quanta: uint256) -> bool:
    """
    @notice Whether no grant covers an interval
    @param resource Which resource
    @param start First second, on the resource's grid
    @param quanta Length, 1 up to the resource's maximum
    @return True when free; False also for an unknown resource and an interval it does not offer
    """
    word: uint256 = self.resource_words[resource]
    if word == 0 or quanta == 0 or quanta > resource_terms._max_quanta(word):
        return False
    if not resource_terms._on_grid(word, start):
        return False
    return calendar._is_free(resource, resource_terms._quantum_index(word, start), quanta)


@external
@view
@reentrant
def calendar_word(resource: bytes32, index: uint256) -> uint256:
    """
    @notice 256 quanta of a resource's calendar
    @param resource Which resource
    @param index Quantum index // 256
    @return One bit per quantum, lowest first; set = granted
    """
    return calendar.occupied[resource][index]


@external
@view
@reentrant
def resource_id(owner: address, announcement: IBookings.Announcement) -> bytes32:
    """
    @notice The id that an announcement gets
    @param owner Who announces
    @param announcement What is announced
    @return The resource's id
    """
    return self._resource_id(owner, announcement)


@external
@view
@reentrant
def request_id(request: IBookings.Request) -> bytes32:
    """
    @notice The id that a request gets
    @param request What is asked for
    @return The request's id
    """
    return self._request_id(request)


@internal
def _announce(actor: address, announcement: IBookings.Announcement) -> bytes32:
    id: bytes32 = self._resource_id(actor, announcement)
    word: uint256 = resource_terms._announced(actor, announcement.terms)
    if self.resource_words[id] != 0:
        refusal._refuse("bookings: already announced")
    self.resource_words[id] = word
    log IBookings.ResourceAnnounced(
        resource=id,
        owner=actor,
        actor=actor,
        terms=announcement.terms,
        digest=announcement.digest,
        salt=announcement.salt,
    )
    return id


@internal
@view
def _decidable(actor: address, resource: bytes32, word: uint256) -> uint256:
    """
    @notice Refuses unless the actor owns the resource and the request is still pending
    @param actor Who decides
    @param resource Which resource
    @param word The request's word
    @return The resource's word
    """
    if word == 0:
        refusal._refuse("bookings: unknown request")
    resource_word: uint256 = self.resource_words[resource]
    if actor != resource_terms._owner(resource_word):
        refusal._refuse("bookings: not the owner")
    if word & STATE_MASK != PENDING:
        refusal._refuse("bookings: not pending")
    # The expiry is never after the start, so this also refuses a decision that comes when the time has begun
    if block.timestamp >= self._expires_at(word):
        refusal._refuse("bookings: expired")
    return resource_word


@internal
@view
def _resource_id(owner: address, announcement: IBookings.Announcement) -> bytes32:
    return keccak256(abi_encode(chain.id, self, owner, announcement))


@internal
@view
def _request_id(request: IBookings.Request) -> bytes32:
    return keccak256(abi_encode(chain.id, self, request))


@internal
@pure
def _expires_at(word: uint256) -> uint256:
    return (word >> 4) & EXPIRES_AT_MASK
