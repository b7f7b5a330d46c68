# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title A deal and its booking in one transaction, or neither
@license AGPL-3.0-only
@notice Who trusts whom. Nobody has to trust this contract: it has no rights and no state, gets no allowance, and passes signatures
        on that bind the terms of the deal and of the request. Whoever submits chooses which contracts are called, and the two
        signatures are valid one without the other as well; what happens to a deal whose booking never came is written in its
        terms. The deal comes first, so that a policy of the resource finds it funded.

        How funds leave if everybody else is gone: none are ever held; the token goes from the payer into the escrow.
        Native coin needs a payer who calls the escrow himself, so it cannot come this way.
"""

from ..interfaces import IAuthorization
from ..interfaces import IBookings
from ..interfaces import IEscrow
from ..shared import refusal


@external
def open_and_request(
    escrow: address,
    core: IEscrow.Core,
    rest: IEscrow.Rest,
    escrow_auth: IAuthorization.Auth,
    bookings: address,
    request: IBookings.Request,
    booking_auth: IAuthorization.Auth,
) -> (bytes32, bytes32):
    """
    @notice Fund a deal and ask for the booking that it belongs to
    @param escrow The contract for the deal
    @param core The terms; their `booking` is the request's id
    @param rest Their dynamic part
    @param escrow_auth The payer's `Open`
    @param bookings The contract for the booking
    @param request What is asked for
    @param booking_auth The requester's `Book`
    @return The ids of the escrow and of the request
    """
    deal: bytes32 = extcall IEscrow(escrow).open(core, rest, escrow_auth)
    asked: bytes32 = extcall IBookings(bookings).request(request, booking_auth)
    self._check_pair(core.booking, asked)
    return deal, asked


@external
def open_and_request_with(
    escrow: address,
    core: IEscrow.Core,
    rest: IEscrow.Rest,
    escrow_auth: IAuthorization.Auth,
    bookings: address,
    request: IBookings.Request,
    conditions: IBookings.Conditions,
    data: Bytes[2048],
    booking_auth: IAuthorization.Auth,
) -> (bytes32, bytes32):
    """
    @notice Fund a deal and ask for the booking of a gated resource that it belongs to; a policy that waits for the money
            grants at once
    @param escrow The contract for the deal
    @param core The terms; their `booking` is the request's id
    @param rest Their dynamic part
    @param escrow_auth The payer's `Open`
    @param bookings The contract for the booking
    @param request What is asked for
    @param conditions The resource's conditions
    @param data What the policy wants to see
    @param booking_auth The requester's `BookWith`
    @return The ids of the escrow and of the request
    """
    deal: bytes32 = extcall IEscrow(escrow).open(core, rest, escrow_auth)
    asked: bytes32 = extcall IBookings(bookings).request_with(request, conditions, data, booking_auth)
    self._check_pair(core.booking, asked)
    return deal, asked


@external
def open_funded_and_request(
    escrow: address,
    core: IEscrow.Core,
    rest: IEscrow.Rest,
    how: IEscrow.Funding,
    escrow_auth: IAuthorization.Auth,
    bookings: address,
    request: IBookings.Request,
    booking_auth: IAuthorization.Auth,
) -> (bytes32, bytes32):
    """
    @notice Fund a deal with a token that takes a signature instead of an allowance, and ask for the booking that it belongs to
    @param escrow The contract for the deal
    @param core The terms; their `booking` is the request's id
    @param rest Their dynamic part
    @param how The payer's signature for the token
    @param escrow_auth The payer's `Open`, for a permit; may be empty with ERC-3009
    @param bookings The contract for the booking
    @param request What is asked for
    @param booking_auth The requester's `Book`
    @return The ids of the escrow and of the request
    """
    deal: bytes32 = extcall IEscrow(escrow).open_funded(core, rest, how, escrow_auth)
    asked: bytes32 = extcall IBookings(bookings).request(request, booking_auth)
    self._check_pair(core.booking, asked)
    return deal, asked


@external
def open_funded_and_request_with(
    escrow: address,
    core: IEscrow.Core,
    rest: IEscrow.Rest,
    how: IEscrow.Funding,
    escrow_auth: IAuthorization.Auth,
    bookings: address,
    request: IBookings.Request,
    conditions: IBookings.Conditions,
    data: Bytes[2048],
    booking_auth: IAuthorization.Auth,
) -> (bytes32, bytes32):
    """
    @notice Fund a deal with a token that takes a signature instead of an allowance, and ask for the booking of a gated
            resource that it belongs to
    @param escrow The contract for the deal
    @param core The terms; their `booking` is the request's id
    @param rest Their dynamic part
    @param how The payer's signature for the token
    @param escrow_auth The payer's `Open`, for a permit; may be empty with ERC-3009
    @param bookings The contract for the booking
    @param request What is asked for
    @param conditions The resource's conditions
    @param data What the policy wants to see
    @param booking_auth The requester's `BookWith`
    @return The ids of the escrow and of the request
    """
    deal: bytes32 = extcall IEscrow(escrow).open_funded(core, rest, how, escrow_auth)
    asked: bytes32 = extcall IBookings(bookings).request_with(request, conditions, data, booking_auth)
    self._check_pair(core.booking, asked)
    return deal, asked


@internal
@pure
def _check_pair(booking: bytes32, asked: bytes32):
    if booking != asked:
        refusal._refuse("router: other booking")
