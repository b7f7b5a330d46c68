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
from . import admission
from . import bundles
from . import calendar
from . import policy_call
from . import request_words
from . import resource_terms
from . import series
from . import signed_actions
from . import stored
from . import verdicts

implements: IBookings
implements: IRatingSource
initializes: authorization
initializes: admission
initializes: bundles
initializes: calendar
initializes: stored[admission := admission, calendar := calendar]

exports: authorization.eip712Domain
exports: bundles.together


# How long after its end a booking gives rights to rate
RATE_WITHIN_S: constant(uint256) = 60 * 86_400
MAX_ANNOUNCEMENTS: constant(uint256) = 500


@deploy
def __init__():
    authorization.__init__("Allmende Bookings")


@external
def announce(announcement: IBookings.Announcement, auth: IAuthorization.Auth) -> bytes32:
    """
    @notice Announce a resource without conditions; who acts becomes its owner
    @param announcement Packed terms, digest of the description, salt
    @param auth Empty, or the owner's `Announce`
    @return The resource's id
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._announce(announcement, auth.deadline))
    return self._announce(actor, announcement, False)


@external
def announce_gated(
    announcement: IBookings.Announcement,
    conditions: IBookings.Conditions,
    auth: IAuthorization.Auth,
) -> bytes32:
    """
    @notice Announce a resource with conditions; who acts becomes its owner
    @param announcement Packed terms that say "gated", digest of the description, salt
    @param conditions What the resource asks for beside its terms
    @param auth Empty, or the owner's `AnnounceGated`
    @return The resource's id
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        signed: bytes32 = signed_actions._announce_gated(announcement, conditions, auth.deadline)
        actor = authorization._actor(auth, signed)
    id: bytes32 = self._announce(actor, announcement, True)
    admission._gate(id, announcement.terms, conditions)
    log IBookings.ResourceGated(
        resource=id,
        policy=conditions.policy,
        param=conditions.param,
        quota=conditions.quota,
        opening=conditions.opening,
        requires=conditions.requires,
    )
    return id


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
        self._announce(actor, announcement, False)


@external
def set_resource_state(resource: bytes32, state: uint256, auth: IAuthorization.Auth):
    """
    @notice Pause a resource, take it up again, or retire it for ever. What is granted stays granted. While it is paused nobody asks for it;
            its owner still decides what was asked for, and blocks it
    @param resource Which resource
    @param state 1 active, 2 paused, 3 retired
    @param auth Empty, or the owner's `SetResourceState` over the resource's current word, good for one change
    """
    word: uint256 = stored.resources[resource]
    actor: address = msg.sender
    if auth.signer != empty(address):
        signed: bytes32 = signed_actions._set_resource_state(resource, state, word, auth.deadline)
        actor = authorization._actor(auth, signed)
        # The word may become what it was, so it does not outdate the signature
        authorization._use_nonce(actor, convert(signed, uint256))
    stored._owned(resource, actor)
    resource_terms._available(word, True)
    before: uint256 = resource_terms._state(word)
    if state == 0 or state > resource_terms.RETIRED or state == before:
        refusal._refuse("bookings: no such change")
    stored.resources[resource] = word ^ ((before ^ state) << resource_terms.STATE_AT)
    log IBookings.ResourceStateChanged(resource=resource, actor=actor, state=state)


@external
@reentrant
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
    self._asks(request.requester, actor)
    terms: uint256 = stored.resources[request.resource]
    own: bool = actor == resource_terms._owner(terms)
    # Here and not by a function, which would be given a copy
    id: bytes32 = keccak256(abi_encode(chain.id, self, request))
    if stored.requests[id] != 0:
        refusal._refuse("bookings: already requested")
    at_once: bool = own or terms & resource_terms.DECIDED_BY == resource_terms.AT_ONCE
    if not at_once and resource_terms._gated(terms):
        refusal._refuse("bookings: conditions missing")
    if request.bundle != empty(bytes32):
        self._keep(id, request, terms, self._whole(request, terms, own, 0, 0), actor, at_once)
        return id
    first: uint256 = admission._first(terms, request.start, request.quanta, request.units, own)
    expires_at: uint256 = 0
    if at_once:
        # The event below says so by `expires_at` 0; a second one would tell nothing more and cost 1,900 gas
        stored.requests[id] = request_words.GRANTED_AT_ONCE
        if terms & calendar.SPACING == calendar.PLAIN:
            calendar._occupy(request.resource, first, request.quanta)
        else:
            calendar._cover(request.resource, terms, first, request.quanta, request.units)
    else:
        # Asking occupies nothing and says nothing about others who ask
        expires_at = stored._expiry(terms, request.start)
        stored.requests[id] = request_words.PENDING | (expires_at << request_words.EXPIRES_AT)
    stored._tell(id, request, actor, expires_at)
    return id


@external
def request_with(
    request: IBookings.Request,
    conditions: IBookings.Conditions,
    data: Bytes[2048],
    auth: IAuthorization.Auth,
) -> bytes32:
    """
    @notice Ask for an interval of a gated resource; its opening and quota are kept, its policy is asked
    @param request What is asked for; its requester must act
    @param conditions The resource's conditions
    @param data What the policy wants to see; empty where there is none
    @param auth Empty, or the requester's `BookWith`
    @return The request's id
    """
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(auth, signed_actions._book_with(request, data, auth.deadline))
    self._asks(request.requester, actor)
    terms: uint256 = stored.resources[request.resource]
    owner: address = resource_terms._owner(terms)
    own: bool = actor == owner
    admission._known(request.resource, conditions)
    id: bytes32 = stored._new_id(request)
    flags: uint256 = self._whole(request, terms, own, conditions.opening, conditions.quota)
    rule: uint256 = resource_terms._rule(terms)
    at_once: bool = own or rule == resource_terms.FIRST_COME
    if not own:
        if conditions.requires != empty(bytes32):
            end: uint256 = self._end(flags, terms, request.start, request.quanta)
            if series._is_one(request.bundle) or not bundles._within(request, end, conditions.requires):
                refusal._refuse("bookings: needs another resource")
        if conditions.policy != empty(address):
            # Written before the call: the policy reads of a pending request here, as at a later `poke`
            stored.requests[id] = flags | self._pending_until(terms, request)
            verdict: uint256 = policy_call._decide(conditions.policy, id, request, owner, conditions.param, data)
            if rule == resource_terms.POLICY:
                if verdict == verdicts.DENY:
                    refusal._refuse("bookings: policy denies")
                at_once = verdict == verdicts.GRANT
            elif verdict != verdicts.GRANT:
                refusal._refuse("bookings: not admitted")
    self._keep(id, request, terms, flags, actor, at_once)
    return id


@external
def poke(request: IBookings.Request, conditions: IBookings.Conditions, data: Bytes[2048]):
    """
    @notice Have the policy asked again about a pending request; anybody may
    @param request The request's values
    @param conditions The resource's conditions
    @param data What the policy wants to see
    """
    id: bytes32 = stored._id(request)
    word: uint256 = stored._pending(id)
    terms: uint256 = stored.resources[request.resource]
    if resource_terms._rule(terms) != resource_terms.POLICY:
        refusal._refuse("bookings: no policy")
    resource_terms._available(terms, False)
    admission._known(request.resource, conditions)
    verdict: uint256 = policy_call._decide(
        conditions.policy, id, request, resource_terms._owner(terms), conditions.param, data
    )
    if verdict == verdicts.PENDING:
        refusal._refuse("bookings: still pending")
    if verdict == verdicts.GRANT:
        self._grant(id, request, word, terms, msg.sender)
    else:
        stored._deny(id, request, word, msg.sender, empty(bytes32))


@external
def confirm(request: IBookings.Request, auth: IAuthorization.Auth):
    """
    @notice Grant a pending request before it expires. An item of a bundle is granted `together` with the others; where its rule is first-come, or
            its requester is the owner, anybody may see to that
    @param request The request's values
    @param auth Empty, or the owner's `Confirm` over the request's current word
    """
    # Here and not by `_moved_by`, which would be given copies
    id: bytes32 = stored._id(request)
    word: uint256 = stored.requests[id]
    actor: address = msg.sender
    if auth.signer != empty(address):
        typehash: bytes32 = signed_actions.CONFIRM_TYPEHASH
        actor = authorization._actor(
            auth, signed_actions._move(typehash, request, empty(bytes32), word, auth.deadline)
        )
    terms: uint256 = stored.resources[request.resource]
    owner: address = resource_terms._owner(terms)
    if actor != owner:
        by_rule: bool = request.requester == owner or resource_terms._rule(terms) == resource_terms.FIRST_COME
        # Only items of bundles ever wait under such a rule
        if not by_rule or resource_terms._state(terms) != resource_terms.ACTIVE:
            refusal._refuse("bookings: not the owner")
    stored._pending(id)
    resource_terms._available(terms, True)
    self._grant(id, request, word, terms, actor)


@external
def deny(request: IBookings.Request, reason: bytes32, auth: IAuthorization.Auth):
    """
    @notice Refuse a pending request, a pending series as a whole, or an item of a bundle, which ends the bundle
    @param request The request's values
    @param reason Digest of a salted document that says why, or zero
    @param auth Empty, or the owner's `Deny` over the request's current word
    """
    id: bytes32 = empty(bytes32)
    word: uint256 = 0
    actor: address = empty(address)
    id, word, actor = self._moved_by(request, auth, signed_actions.DENY_TYPEHASH, reason)
    stored._owned(request.resource, actor)
    stored._pending(id)
    stored._deny(id, request, word, actor, reason)


@external
def cancel(request: IBookings.Request, auth: IAuthorization.Auth):
    """
    @notice Withdraw a pending request, or give a grant back before it starts; the interval becomes free again. Of a granted series, what is left of it
    @param request The request's values
    @param auth Empty, or the requester's `Cancel` over the request's current word
    """
    id: bytes32 = empty(bytes32)
    word: uint256 = 0
    actor: address = empty(address)
    id, word, actor = self._moved_by(request, auth, signed_actions.CANCEL_TYPEHASH, empty(bytes32))
    state: uint256 = word & request_words.STATE_MASK
    if state > request_words.GRANTED:
        refusal._refuse("bookings: already closed")
    if state == request_words.PENDING:
        stored._pending(id)
        if word & request_words.COUNTED != 0:
            stored._uncount(request)
    elif word & request_words.SERIES != 0:
        self._return_occurrences(id, request, word, ~request_words._returned(word), actor)
        return
    else:
        if block.timestamp >= request.start:
            refusal._refuse("bookings: already started")
        terms: uint256 = stored.resources[request.resource]
        self._uncover_until_end(request, word, terms, request.start)
        if word & request_words.COUNTED != 0:
            stored._uncount(request)
    stored._cancel(id, request.resource, word, actor)


@external
def cancel_series(request: IBookings.Request, which: uint256, auth: IAuthorization.Auth):
    """
    @notice Give occurrences of a granted series back before they begin
    @param request The request's values
    @param which Bit i for the start i
    @param auth Empty, or the requester's `CancelSeries` over the request's current word
    """
    id: bytes32 = empty(bytes32)
    word: uint256 = 0
    actor: address = empty(address)
    id, word, actor = self._moved_by(
        request, auth, signed_actions.CANCEL_SERIES_TYPEHASH, convert(which, bytes32)
    )
    self._granted(word)
    if word & request_words.SERIES == 0 or which == 0 or which & request_words._returned(word) != 0:
        refusal._refuse("bookings: no such occurrence")
    self._return_occurrences(id, request, word, which, actor)


@external
def return_early(request: IBookings.Request, end: uint256, auth: IAuthorization.Auth):
    """
    @notice Give the rest of a grant back; `[end, old end)` becomes free again. A series gives whole occurrences back instead
    @param request The request's values
    @param end New end, UTC seconds: on the grid, not before now, after the start, before the old end
    @param auth Empty, or the requester's `ReturnEarly` over the request's current word
    """
    id: bytes32 = empty(bytes32)
    word: uint256 = 0
    actor: address = empty(address)
    id, word, actor = self._moved_by(
        request, auth, signed_actions.RETURN_EARLY_TYPEHASH, convert(end, bytes32)
    )
    self._granted(word)
    if word & request_words.SERIES != 0:
        refusal._refuse("bookings: part of a whole")
    terms: uint256 = stored.resources[request.resource]
    # On the grid and not before now is not before now rounded up to the grid
    least: uint256 = max(unsafe_add(request.start, 1), block.timestamp)
    if end < least or end >= self._end(word, terms, request.start, request.quanta):
        refusal._refuse("bookings: end out of range")
    if not resource_terms._on_grid(terms, end):
        refusal._refuse("bookings: off the grid")
    self._uncover_until_end(request, word, terms, end)
    until: uint256 = request_words.MASK_40 << request_words.UNTIL_AT
    stored.requests[id] = (word & ~until) | (end << request_words.UNTIL_AT)
    log IBookings.BookingReturned(request=id, resource=request.resource, actor=actor, end=end)


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
    # A static struct is encoded in place, so this is what `request_id` gives; any other bytes are the terms of no
    # request. The hash vouches for the encoding, so only the words that matter are read, and in place: calls would lift a
    # commitment to a rating above its budget.
    id: bytes32 = keccak256(concat(convert(chain.id, bytes32), convert(self, bytes32), terms))
    word: uint256 = stored.requests[id]
    if word & request_words.STATE_MASK != request_words.GRANTED:
        refusal._refuse("bookings: not granted")
    resource: uint256 = stored.resources[extract32(terms, 0)]
    owner: address = convert(resource & resource_terms.OWNER_MASK, address)
    requester: address = extract32(terms, 32, output_type=address)
    if requester == owner:
        refusal._refuse("bookings: own booking")
    end: uint256 = (word >> request_words.UNTIL_AT) & request_words.MASK_40
    if end == 0:
        # Cannot wrap: the request was accepted by the predicate
        code: uint256 = (resource >> resource_terms.QUANTUM_AT) & resource_terms.MASK_3
        quantum_s: uint256 = (
            resource_terms.QUANTA_S >> unsafe_mul(code, resource_terms.QUANTA_BITS)
        ) & resource_terms.MASK_QUANTA
        quanta: uint256 = extract32(terms, 96, output_type=uint256)
        end = unsafe_add(extract32(terms, 64, output_type=uint256), unsafe_mul(quanta, quantum_s))
    if block.timestamp < end:
        refusal._refuse("bookings: not over yet")
    if unsafe_sub(block.timestamp, end) >= RATE_WITHIN_S:
        refusal._refuse("bookings: too late to rate")
    service: uint256 = resource >> resource_terms.SERVICE_AT
    if side == 0:
        return id, requester, owner, service, 0
    if side != 1:
        refusal._refuse("bookings: unknown side")
    return id, owner, requester, service, 0


@external
@view
@reentrant
def resource(id: bytes32) -> uint256:
    """
    @notice The word of a resource
    @param id Which resource
    @return Packed terms with owner and state; 0 = unknown
    """
    return stored.resources[id]


@external
@view
@reentrant
def request_word(id: bytes32) -> uint256:
    """
    @notice The word of a request
    @param id Which request
    @return State, expiry and what became of it, packed as `IBookings` says; 0 = unknown
    """
    return stored.requests[id]


@external
@view
@reentrant
def request_state(id: bytes32) -> uint256:
    """
    @notice The state of a request now
    @param id Which request
    @return 0 unknown, 1 pending, 2 granted, 3 denied, 4 cancelled, 5 expired
    """
    word: uint256 = stored.requests[id]
    state: uint256 = word & request_words.STATE_MASK
    if state == request_words.PENDING and block.timestamp >= request_words._expires_at(word):
        return request_words.EXPIRED
    return state


@external
@view
@reentrant
def is_free(resource: bytes32, start: uint256, quanta: uint256) -> bool:
    """
    @notice Whether one unit can be granted for an interval
    @param resource Which resource
    @param start First second, on the resource's grid
    @param quanta Length, 1 up to the resource's maximum
    @return True when free, the buffer on both sides included; False also for an unknown resource and an interval it does not offer
    """
    return self._is_free_for(resource, start, quanta, 1)


@external
@view
@reentrant
def is_free_for(resource: bytes32, start: uint256, quanta: uint256, units: uint256) -> bool:
    """
    @notice Whether so many units can be granted for an interval
    @param resource Which resource
    @param start First second, on the resource's grid
    @param quanta Length, 1 up to the resource's maximum
    @param units How many, 1 up to the capacity
    @return True when free; False also for an unknown resource and what it does not offer
    """
    return self._is_free_for(resource, start, quanta, units)


@external
@view
@reentrant
def calendar_word(resource: bytes32, index: uint256) -> uint256:
    """
    @notice A word of a resource's calendar
    @param resource Which resource
    @param index Quantum index // 256; with a capacity above 1, // 32
    @return One bit per quantum, lowest first, set = granted; with a capacity above 1, eight bits: the units granted
    """
    return calendar._word(resource, index)


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
    return stored._id(request)


@internal
def _announce(actor: address, announcement: IBookings.Announcement, gated: bool) -> bytes32:
    id: bytes32 = self._resource_id(actor, announcement)
    word: uint256 = resource_terms._announced(actor, announcement.terms, gated)
    if stored.resources[id] != 0:
        refusal._refuse("bookings: already announced")
    stored.resources[id] = word
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
def _moved_by(
    request: IBookings.Request, auth: IAuthorization.Auth, typehash: bytes32, extra: bytes32
) -> (bytes32, uint256, address):
    """
    @notice What an action on a request that stands begins with; refuses an unknown one, and for all but the owner's `Deny` whoever is not its requester
    @param request The request's values
    @param auth Empty, or what the actor signed over the request's current word
    @param typehash Of which type
    @param extra What else the type signs
    @return The request's id, its word, and who acts
    """
    id: bytes32 = stored._id(request)
    word: uint256 = stored.requests[id]
    actor: address = msg.sender
    if auth.signer != empty(address):
        signed: bytes32 = signed_actions._move(typehash, request, extra, word, auth.deadline)
        actor = authorization._actor(auth, signed)
    if word == 0:
        refusal._refuse("bookings: unknown request")
    if typehash != signed_actions.DENY_TYPEHASH:
        self._asks(request.requester, actor)
    return id, word, actor


@internal
@pure
def _asks(requester: address, actor: address):
    if actor != requester:
        refusal._refuse("bookings: not the requester")


@internal
@pure
def _granted(word: uint256):
    if word & request_words.STATE_MASK != request_words.GRANTED:
        refusal._refuse("bookings: not granted")


@internal
def _whole(
    request: IBookings.Request, terms: uint256, own: bool, opening: uint256, quota: uint256
) -> uint256:
    """
    @notice Refuses what the resource does not offer, at every start; takes an item as the next of its bundle
    @param request What is asked for
    @param terms The resource's word
    @param own True for an owner's block
    @param opening Hours of the week, 0 = always; not for an owner's block
    @param quota Most units × quanta in a period, 0 = no limit; not for an owner's block
    @return What the request's word says besides its state
    """
    flags: uint256 = 0
    end: uint256 = 0
    # Cannot wrap where it is used: the predicate has accepted the quanta and the start by then
    length_s: uint256 = unsafe_mul(request.quanta, resource_terms._quantum_s(terms))
    starts: DynArray[uint256, series.MAX_STARTS] = series._starts(request, terms)
    for start: uint256 in starts:
        if start < end:
            refusal._refuse("bookings: starts overlap")
        admission._first(terms, start, request.quanta, request.units, own)
        if not own:
            if admission._meet(request, start, terms, opening, quota):
                flags = request_words.COUNTED
        end = unsafe_add(start, length_s)
    if series._is_one(request.bundle):
        return flags | request_words.SERIES | (end << request_words.UNTIL_AT)
    if request.bundle != empty(bytes32):
        bundles._present(request, bundles.ASKING)
        bundles._span(request, end)
    return flags


@internal
def _keep(
    id: bytes32, request: IBookings.Request, terms: uint256, flags: uint256, actor: address, at_once: bool
):
    """
    @notice Write a new request down, granted or pending, and tell it
    @param id The request's id
    @param request What is asked for
    @param terms The resource's word
    @param flags What its word says besides its state
    @param actor Who asks
    @param at_once Whether it is granted; an item of a bundle waits for the others
    """
    word: uint256 = request_words.GRANTED_AT_ONCE
    if at_once and (flags & request_words.SERIES != 0 or request.bundle == empty(bytes32)):
        stored.requests[id] = flags | word
        stored._cover(request, terms)
    else:
        word = self._pending_until(terms, request)
        stored.requests[id] = flags | word
    stored._tell(id, request, actor, request_words._expires_at(word))


@internal
@view
def _pending_until(terms: uint256, request: IBookings.Request) -> uint256:
    return request_words.PENDING | (stored._expiry(terms, request.start) << request_words.EXPIRES_AT)


@internal
def _grant(id: bytes32, request: IBookings.Request, word: uint256, terms: uint256, actor: address):
    """
    @notice Grant a pending request; an item of a bundle as the next of it
    @param id The request's id
    @param request What was asked for
    @param word Its word
    @param terms The resource's word
    @param actor Who grants
    """
    if request.bundle != empty(bytes32) and word & request_words.SERIES == 0:
        bundles._present(request, bundles.GRANTING)
    stored._grant(id, request, word, terms, actor)


@internal
def _return_occurrences(
    id: bytes32, request: IBookings.Request, word: uint256, which: uint256, actor: address
):
    """
    @notice Free occurrences of a granted series; one of which none is left is cancelled
    @param id The request's id
    @param request What was asked for
    @param word Its word
    @param which Bit i for the start i, none that was returned before; bits beyond the starts are not read
    @param actor Who gives them back
    """
    terms: uint256 = stored.resources[request.resource]
    every: uint256 = 0
    bit: uint256 = 1
    starts: DynArray[uint256, series.MAX_STARTS] = series._starts(request, terms)
    for start: uint256 in starts:
        every |= bit
        if which & bit != 0:
            if block.timestamp >= start:
                refusal._refuse("bookings: already started")
            first: uint256 = resource_terms._quantum_index(terms, start)
            calendar._change(request.resource, terms, first, request.quanta, request.units, False)
            if word & request_words.COUNTED != 0:
                admission._give_back(request, start)
        bit = bit << 1
    if which & every == 0:
        refusal._refuse("bookings: no such occurrence")
    now: uint256 = word | ((which & every) << request_words.RETURNED_AT)
    log IBookings.SeriesReturned(request=id, actor=actor, which=which & every)
    if request_words._returned(now) == every:
        stored._cancel(id, request.resource, now, actor)
    else:
        stored.requests[id] = now


@internal
@view
def _is_free_for(resource: bytes32, start: uint256, quanta: uint256, units: uint256) -> bool:
    terms: uint256 = stored.resources[resource]
    if terms == 0 or quanta == 0 or quanta > resource_terms._max_quanta(terms):
        return False
    if units == 0 or units > resource_terms._capacity(terms) or not resource_terms._on_grid(terms, start):
        return False
    first: uint256 = resource_terms._quantum_index(terms, start)
    return calendar._has_room(resource, terms, first, quanta, units)


@internal
def _uncover_until_end(request: IBookings.Request, word: uint256, terms: uint256, start: uint256):
    """
    @notice Free what a grant covers from a second on
    @param request The request's values
    @param word Its word
    @param terms The resource's word
    @param start The second, on the grid, before the grant's end
    """
    end: uint256 = self._end(word, terms, request.start, request.quanta)
    quanta: uint256 = unsafe_div(unsafe_sub(end, start), resource_terms._quantum_s(terms))
    first: uint256 = resource_terms._quantum_index(terms, start)
    calendar._change(request.resource, terms, first, quanta, request.units, False)


@internal
@pure
def _end(word: uint256, terms: uint256, start: uint256, quanta: uint256) -> uint256:
    """
    @notice When a grant ends
    @param word The request's word
    @param terms The resource's word
    @param start When it begins
    @param quanta The length that was asked for
    @return UTC seconds
    """
    until: uint256 = (word >> request_words.UNTIL_AT) & request_words.MASK_40
    if until != 0:
        return until
    # Cannot wrap: the request was accepted by the predicate
    return unsafe_add(start, unsafe_mul(quanta, resource_terms._quantum_s(terms)))


@internal
@view
def _resource_id(owner: address, announcement: IBookings.Announcement) -> bytes32:
    return keccak256(abi_encode(chain.id, self, owner, announcement))
