# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Escrow funded: a resource is granted when its price and deposit are in escrow
@license AGPL-3.0-only
@notice Trust: who uses it as a policy trusts the escrow contract and the token that he names, and the arbitrators in the `rest` he
        asks for: a requester chooses no terms but the dates, and those in favour of the owner only. Nobody rules the policy, it
        keeps nothing and never holds funds; those in the escrow leave by its own rules if everybody else is gone.
        First the request, which waits; then the deal for it; then anybody asks again with the deal's terms. The policy
        never denies: a request without money waits for the owner, and expires by itself.
"""

from ...interfaces import IBookings
from ...interfaces import IEscrow
from ...interfaces import IPolicy
from .. import resource_terms
from .. import verdicts

implements: IPolicy


# What is read of the escrow.
interface IDeals:
    def escrow_id(core: IEscrow.Core) -> bytes32: view
    def word(escrow: bytes32) -> uint256: view


# What is read of the bookings contract that asks.
interface IResources:
    def resource(id: bytes32) -> uint256: view


# What an owner asks for; the resource's `param` is `keccak256(abi_encode(Demand))`.
# `price` and `deposit` are for the booking, `price_each` comes on top for each quantum of each unit; smallest units of `token`
# `windows` the deal's schedule without dates and service, in place: object_s, claim_s, answer_s and the shares of silent sides
# `rest`    the deal's `rest`: milestones, cancellations and arbitrators, or zero for none
struct Demand:
    escrow: address
    token: address
    price: uint256
    price_each: uint256
    deposit: uint256
    windows: uint256
    rest: bytes32


DEMAND_BYTES: constant(uint256) = 7 * 32
# state of a deal that is funded, and neither claimed from nor disputed
FUNDED: constant(uint256) = 1
U40: constant(uint256) = 2**40 - 1
RETURN_BY_AT: constant(uint256) = 72
# deliver_by 40 (lowest bits), return_by 40 and service 24, which `windows` leaves open
OPEN_FIELDS: constant(uint256) = U40 | (U40 << 72) | ((2**24 - 1) << 208)


@external
@view
@reentrant
def decide(
    id: bytes32, request: IBookings.Request, owner: address, param: bytes32, data: Bytes[2048]
) -> uint256:
    """
    @notice What becomes of a request
    @param id The request's id; the deal names it
    @param request What is asked for; its requester pays
    @param owner Who owns the resource; he is paid
    @param param keccak256 of the demand
    @param data The demand and the deal's `Core`, in ABI encoding
    @return 1 GRANT once such a deal is funded, 2 PENDING before
    """
    if len(data) == 0:
        return verdicts.PENDING
    demand: Demand = empty(Demand)
    core: IEscrow.Core = empty(IEscrow.Core)
    demand, core = abi_decode(data, (Demand, IEscrow.Core))
    if keccak256(abi_encode(demand)) != param:
        return verdicts.PENDING
    if core.booking != id or core.payer != request.requester or core.payee != owner:
        return verdicts.PENDING
    if core.token != demand.token or core.rest != demand.rest:
        return verdicts.PENDING
    if core.price < demand.price + demand.price_each * request.quanta * request.units:
        return verdicts.PENDING
    if core.deposit < demand.deposit:
        return verdicts.PENDING
    if core.schedule & ~OPEN_FIELDS != demand.windows:
        return verdicts.PENDING
    # the price falls due no later than if it were counted from the start, and the deposit stays until the end
    if core.price > 0 and core.schedule & U40 > request.start:
        return verdicts.PENDING
    terms: uint256 = staticcall IResources(msg.sender).resource(request.resource)
    end: uint256 = request.start + request.quanta * resource_terms._quantum_s(terms)
    if core.deposit > 0 and (core.schedule >> RETURN_BY_AT) & U40 < end:
        return verdicts.PENDING
    escrow: bytes32 = staticcall IDeals(demand.escrow).escrow_id(core)
    if staticcall IDeals(demand.escrow).word(escrow) & 15 != FUNDED:
        return verdicts.PENDING
    return verdicts.GRANT
