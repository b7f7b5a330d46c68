# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Signed actions: the EIP-712 struct hashes of what a member signs for `Bookings`
@license AGPL-3.0-only
@notice The types are those of `typed_data.json`. A wallet shows named fields; the hash is rebuilt from
        the packed terms. `word` is the request's current word, so an authorisation dies as soon as the
        request moves on and needs no nonce. A resource's word may come back (paused, active), so a signed
        change of its state is used up by its hash besides.
"""

from ..interfaces import IBookings
from . import resource_terms

ANNOUNCEMENT_TYPEHASH: constant(bytes32) = keccak256(
    "Announcement(uint256 quantum_s,uint256 rule,uint256 capacity,uint256 phase_s,uint256 horizon_days,uint256 ttl_hours,uint256 notice_hours,uint256 max_quanta,uint256 buffer_quanta,bool gated,uint256 service,bytes32 digest,bytes32 salt)"
)
REQUEST_TYPEHASH: constant(bytes32) = keccak256(
    "Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
ANNOUNCE_TYPEHASH: constant(bytes32) = keccak256(
    "Announce(Announcement announcement,uint256 deadline)Announcement(uint256 quantum_s,uint256 rule,uint256 capacity,uint256 phase_s,uint256 horizon_days,uint256 ttl_hours,uint256 notice_hours,uint256 max_quanta,uint256 buffer_quanta,bool gated,uint256 service,bytes32 digest,bytes32 salt)"
)
ANNOUNCE_MANY_TYPEHASH: constant(bytes32) = keccak256(
    "AnnounceMany(Announcement[] announcements,uint256 deadline)Announcement(uint256 quantum_s,uint256 rule,uint256 capacity,uint256 phase_s,uint256 horizon_days,uint256 ttl_hours,uint256 notice_hours,uint256 max_quanta,uint256 buffer_quanta,bool gated,uint256 service,bytes32 digest,bytes32 salt)"
)
ANNOUNCE_GATED_TYPEHASH: constant(bytes32) = keccak256(
    "AnnounceGated(Announcement announcement,Conditions conditions,uint256 deadline)Announcement(uint256 quantum_s,uint256 rule,uint256 capacity,uint256 phase_s,uint256 horizon_days,uint256 ttl_hours,uint256 notice_hours,uint256 max_quanta,uint256 buffer_quanta,bool gated,uint256 service,bytes32 digest,bytes32 salt)Conditions(address policy,bytes32 param,uint256 quota,uint256 opening,bytes32 requires)"
)
CONDITIONS_TYPEHASH: constant(bytes32) = keccak256(
    "Conditions(address policy,bytes32 param,uint256 quota,uint256 opening,bytes32 requires)"
)
SET_RESOURCE_STATE_TYPEHASH: constant(bytes32) = keccak256(
    "SetResourceState(bytes32 resource,uint256 state,uint256 word,uint256 deadline)"
)
BOOK_TYPEHASH: constant(bytes32) = keccak256(
    "Book(Request request,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
BOOK_WITH_TYPEHASH: constant(bytes32) = keccak256(
    "BookWith(Request request,bytes data,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
CONFIRM_TYPEHASH: constant(bytes32) = keccak256(
    "Confirm(Request request,uint256 word,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
DENY_TYPEHASH: constant(bytes32) = keccak256(
    "Deny(Request request,bytes32 reason,uint256 word,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
CANCEL_TYPEHASH: constant(bytes32) = keccak256(
    "Cancel(Request request,uint256 word,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
RETURN_EARLY_TYPEHASH: constant(bytes32) = keccak256(
    "ReturnEarly(Request request,uint256 end,uint256 word,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)
CANCEL_SERIES_TYPEHASH: constant(bytes32) = keccak256(
    "CancelSeries(Request request,uint256 which,uint256 word,uint256 deadline)Request(bytes32 resource,address requester,uint256 start,uint256 quanta,uint256 units,bytes32 gathering,bytes32 bundle,bytes32 salt)"
)


@internal
@pure
def _announcement(announcement: IBookings.Announcement) -> bytes32:
    terms: uint256 = announcement.terms
    return keccak256(
        abi_encode(
            ANNOUNCEMENT_TYPEHASH,
            resource_terms._quantum_s(terms),
            (terms >> resource_terms.RULE_AT) & resource_terms.MASK_3,
            (terms >> resource_terms.CAPACITY_AT) & 255,
            resource_terms._phase_s(terms),
            (terms >> resource_terms.HORIZON_AT) & resource_terms.MASK_10,
            (terms >> resource_terms.TTL_AT) & resource_terms.MASK_10,
            (terms >> resource_terms.NOTICE_AT) & resource_terms.MASK_10,
            resource_terms._max_quanta(terms),
            (terms >> resource_terms.BUFFER_AT) & 63,
            (terms >> resource_terms.GATED_AT) & 1,
            resource_terms._service(terms),
            announcement.digest,
            announcement.salt,
        )
    )


@internal
@pure
def _announce(announcement: IBookings.Announcement, deadline: uint256) -> bytes32:
    return keccak256(abi_encode(ANNOUNCE_TYPEHASH, self._announcement(announcement), deadline))


@internal
@pure
def _announce_many(hashes: DynArray[bytes32, 500], deadline: uint256) -> bytes32:
    """
    @notice Struct hash of a batch
    @param hashes The struct hash of each announcement
    @param deadline Until when the signature is valid
    @return The struct hash
    """
    # EIP-712 hashes the members alone, without the offset and length that precede them in the ABI encoding
    members: Bytes[16064] = slice(abi_encode(hashes), 64, 32 * len(hashes))
    return keccak256(abi_encode(ANNOUNCE_MANY_TYPEHASH, keccak256(members), deadline))


@internal
@pure
def _announce_gated(
    announcement: IBookings.Announcement, conditions: IBookings.Conditions, deadline: uint256
) -> bytes32:
    return keccak256(
        abi_encode(
            ANNOUNCE_GATED_TYPEHASH,
            self._announcement(announcement),
            keccak256(abi_encode(CONDITIONS_TYPEHASH, conditions)),
            deadline,
        )
    )


@internal
@pure
def _set_resource_state(resource: bytes32, state: uint256, word: uint256, deadline: uint256) -> bytes32:
    return keccak256(abi_encode(SET_RESOURCE_STATE_TYPEHASH, resource, state, word, deadline))


@internal
@pure
def _request(request: IBookings.Request) -> bytes32:
    return keccak256(abi_encode(REQUEST_TYPEHASH, request))


@internal
@pure
def _book(request: IBookings.Request, deadline: uint256) -> bytes32:
    return keccak256(abi_encode(BOOK_TYPEHASH, self._request(request), deadline))


@internal
@pure
def _book_with(request: IBookings.Request, data: Bytes[2048], deadline: uint256) -> bytes32:
    return keccak256(abi_encode(BOOK_WITH_TYPEHASH, self._request(request), keccak256(data), deadline))


@internal
@pure
def _move(
    typehash: bytes32, request: IBookings.Request, extra: bytes32, word: uint256, deadline: uint256
) -> bytes32:
    """
    @notice Struct hash of an action on a request that stands
    @param typehash `Confirm`, `Cancel`, or one that signs a value besides: `Deny`, `ReturnEarly`, `CancelSeries`
    @param request The request's values
    @param extra The value, unread where the type has none
    @param word The request's current word
    @param deadline Until when the signature is valid
    @return The struct hash
    """
    request_hash: bytes32 = self._request(request)
    if typehash == CONFIRM_TYPEHASH or typehash == CANCEL_TYPEHASH:
        return keccak256(abi_encode(typehash, request_hash, word, deadline))
    return keccak256(abi_encode(typehash, request_hash, extra, word, deadline))
