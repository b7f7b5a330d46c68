# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Admission: what may be asked of a resource
@license AGPL-3.0-only
@notice One predicate for every way to ask, alone, in a series or in a bundle, whoever decides later: state, units, length,
        start, notice, horizon and grid from the resource's word, and opening and quota from its conditions. A gated resource keeps
        only the hash of its conditions; they are presented again.
"""

from ..interfaces import IBookings
from ..shared import refusal
from . import resource_terms

# Thursday 1970-01-01 00:00 UTC in hours after a Monday 00:00
EPOCH_HOUR: constant(uint256) = 72
WEEK_H: constant(uint256) = 168
PERIOD_S: constant(uint256) = 30 * 86_400
# Eight periods share a word of counts; a quota has 32 bits, so a count that is never above it does too
COUNT_BITS: constant(uint256) = 32
COUNT_MASK: constant(uint256) = 2**32 - 1


# gated resource → keccak256(abi_encode(Conditions)); 0 = not gated
condition_hashes: HashMap[bytes32, bytes32]

# resource → member → period // 8 → units × quanta asked for, 32 bits per period of 30 days, lowest first; kept only where there is a quota
counts: HashMap[bytes32, HashMap[address, HashMap[uint256, uint256]]]


@internal
@view
def _first(terms: uint256, start: uint256, quanta: uint256, units: uint256, own: bool) -> uint256:
    """
    @notice The first quantum of an interval; refuses what the resource's word does not offer
    @param terms The resource's word; 0 = unknown
    @param start First second, UTC
    @param quanta Length
    @param units How many
    @param own True for an owner's block, which needs no notice and is possible while paused
    @return Index of the quantum
    """
    # Fields are read in place: calls would lift a first-come grant above its budget. Nothing unsafe can wrap: the start is after
    # now and at most a horizon away, a phase is less than a day.
    if terms == 0:
        refusal._refuse("bookings: unknown resource")
    if (terms >> resource_terms.STATE_AT) & resource_terms.MASK_2 != resource_terms.ACTIVE:
        resource_terms._available(terms, own)
    # Zero wraps to the largest number
    if unsafe_sub(units, 1) >= (terms >> resource_terms.CAPACITY_AT) & resource_terms.MASK_8:
        refusal._refuse("bookings: units out of range")
    if quanta == 0:
        refusal._refuse("bookings: no quanta")
    if quanta > (terms >> resource_terms.MAX_QUANTA_AT) & resource_terms.MASK_12:
        refusal._refuse("bookings: too long")
    if start <= block.timestamp:
        refusal._refuse("bookings: start has passed")
    ahead_s: uint256 = unsafe_sub(start, block.timestamp)
    notice_h: uint256 = (terms >> resource_terms.NOTICE_AT) & resource_terms.MASK_10
    if ahead_s < unsafe_mul(notice_h, resource_terms.HOUR_S):
        if not own:
            refusal._refuse("bookings: notice too short")
    horizon_d: uint256 = (terms >> resource_terms.HORIZON_AT) & resource_terms.MASK_10
    if ahead_s > unsafe_mul(horizon_d, resource_terms.DAY_S):
        refusal._refuse("bookings: beyond the horizon")
    phase: uint256 = (terms >> resource_terms.PHASE_AT) & resource_terms.MASK_7
    since_s: uint256 = unsafe_sub(start, unsafe_mul(phase, resource_terms.PHASE_UNIT_S))
    code: uint256 = (terms >> resource_terms.QUANTUM_AT) & resource_terms.MASK_3
    quantum_s: uint256 = (
        resource_terms.QUANTA_S >> unsafe_mul(code, resource_terms.QUANTA_BITS)
    ) & resource_terms.MASK_QUANTA
    first: uint256 = unsafe_div(since_s, quantum_s)
    if unsafe_mul(first, quantum_s) != since_s:
        refusal._refuse("bookings: off the grid")
    return first


@internal
def _gate(resource: bytes32, terms: uint256, conditions: IBookings.Conditions):
    """
    @notice Keep the hash of a newly announced resource's conditions; impossible ones are refused
    @param resource Which resource
    @param terms Its word
    @param conditions What it asks for
    """
    undecided: bool = conditions.policy == empty(address) and resource_terms._rule(terms) == resource_terms.POLICY
    if undecided or conditions.quota > COUNT_MASK or conditions.opening >> WEEK_H != 0:
        refusal._refuse("bookings: impossible conditions")
    self.condition_hashes[resource] = keccak256(abi_encode(conditions))


@internal
@view
def _known(resource: bytes32, conditions: IBookings.Conditions):
    """
    @notice Refuses unless these are the resource's conditions
    @param resource Which resource
    @param conditions What is presented
    """
    if keccak256(abi_encode(conditions)) != self.condition_hashes[resource]:
        refusal._refuse("bookings: foreign conditions")


@internal
def _meet(
    request: IBookings.Request, start: uint256, terms: uint256, opening: uint256, quota: uint256
) -> bool:
    """
    @notice Refuses outside the opening hours and above the quota, and counts what is asked for
    @param request What is asked for; the resource's word offers it
    @param start When it begins, or one of the starts of a series
    @param terms The resource's word
    @param opening Hours of the week, 0 = always
    @param quota Most units × quanta in a period, 0 = no limit
    @return True when it was counted
    """
    if opening != 0:
        if not self._is_open(terms, opening, start, request.quanta):
            refusal._refuse("bookings: closed at that time")
    if quota == 0:
        return False
    # At most 2**12 quanta of 2**8 units
    amount: uint256 = unsafe_mul(request.quanta, request.units)
    if unsafe_add(self._counted(request.resource, request.requester, start // PERIOD_S), amount) > quota:
        refusal._refuse("bookings: quota used up")
    self.counts[request.resource][request.requester][start // PERIOD_S >> 3] += self._lane(start, amount)
    return True


@internal
@view
def _counted(resource: bytes32, member: address, period: uint256) -> uint256:
    return (self.counts[resource][member][period >> 3] >> unsafe_mul(period & 7, COUNT_BITS)) & COUNT_MASK


@internal
def _give_back(request: IBookings.Request, start: uint256):
    """
    @notice Take what was counted out of its period's count
    @param request What was asked for
    @param start When it begins, or one of the starts of a series
    """
    amount: uint256 = self._lane(start, unsafe_mul(request.quanta, request.units))
    self.counts[request.resource][request.requester][start // PERIOD_S >> 3] -= amount


@internal
@pure
def _lane(start: uint256, amount: uint256) -> uint256:
    return amount << unsafe_mul(start // PERIOD_S & 7, COUNT_BITS)


@internal
@pure
def _is_open(terms: uint256, opening: uint256, start: uint256, quanta: uint256) -> bool:
    """
    @notice Whether an interval lies in the opening hours
    @param terms The resource's word
    @param opening Hours of the week, the lowest bit for Monday 00:00 UTC
    @param start First second, UTC
    @param quanta Length
    @return True when every hour it touches is open; of civil days, the hour in which each begins
    """
    # Nothing unsafe can wrap: the predicate has accepted start and quanta
    quantum_s: uint256 = resource_terms._quantum_s(terms)
    first_h: uint256 = start // resource_terms.HOUR_S
    hour: uint256 = unsafe_add(first_h, EPOCH_HOUR) % WEEK_H
    # The opening seen from the interval's first hour on, a week at least
    turned: uint256 = (opening >> hour) | (opening << unsafe_sub(WEEK_H, hour))
    if quantum_s == resource_terms.DAY_S:
        for day: uint256 in range(7):
            if day == quanta:
                break
            if (turned >> unsafe_mul(24, day)) & 1 == 0:
                return False
        return True
    last_h: uint256 = unsafe_sub(unsafe_add(start, unsafe_mul(quanta, quantum_s)), 1) // resource_terms.HOUR_S
    hours: uint256 = min(unsafe_add(unsafe_sub(last_h, first_h), 1), WEEK_H)
    wanted: uint256 = ~(max_value(uint256) << hours)
    return turned & wanted == wanted
