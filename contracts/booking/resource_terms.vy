# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Resource terms: the packed word of a resource, field by field
@license AGPL-3.0-only
@notice From the lowest bit: owner 160 | quantum 3 | rule 3 | state 2 | capacity 8 | phase 7 (quarter hours) | horizon 10 (days) |
        request time-to-live 10 (hours) | notice 10 (hours) | max length 12 (quanta) | buffer 6 (quanta) | gated 1 | service 24.
"""

MANUAL: constant(uint256) = 0
FIRST_COME: constant(uint256) = 1
ACTIVE: constant(uint256) = 1
OWNER_MASK: constant(uint256) = 2**160 - 1
# Quarter hours in a day: a phase of a day or more would only rename the quanta
PHASES: constant(uint256) = 96


@internal
@pure
def _owner(word: uint256) -> address:
    return convert(word & OWNER_MASK, address)


@internal
@pure
def _quantum_s(word: uint256) -> uint256:
    """
    @notice Length of a quantum
    @param word The resource's word
    @return Seconds: 5, 15, 30 minutes, an hour or a day
    """
    code: uint256 = (word >> 160) & 7
    if code == 3:
        return 3_600
    if code == 2:
        return 1_800
    if code == 1:
        return 900
    if code == 0:
        return 300
    return 86_400


@internal
@pure
def _rule(word: uint256) -> uint256:
    return (word >> 163) & 7


@internal
@pure
def _capacity(word: uint256) -> uint256:
    return (word >> 168) & 255


@internal
@pure
def _phase_s(word: uint256) -> uint256:
    return ((word >> 176) & 127) * 900


@internal
@pure
def _horizon_days(word: uint256) -> uint256:
    return (word >> 183) & 1023


@internal
@pure
def _ttl_hours(word: uint256) -> uint256:
    return (word >> 193) & 1023


@internal
@pure
def _notice_hours(word: uint256) -> uint256:
    return (word >> 203) & 1023


@internal
@pure
def _max_quanta(word: uint256) -> uint256:
    return (word >> 213) & 4095


@internal
@pure
def _buffer_quanta(word: uint256) -> uint256:
    return (word >> 225) & 63


@internal
@pure
def _gated(word: uint256) -> uint256:
    return (word >> 231) & 1


@internal
@pure
def _service(word: uint256) -> uint256:
    return word >> 232


@internal
@pure
def _announced(owner: address, terms: uint256) -> uint256:
    """
    @notice The word of a newly announced resource; terms that this version does not keep are refused
    @param owner Who announces
    @param terms The fields, with owner and state left zero
    @return The word to store, never zero
    """
    assert terms & OWNER_MASK == 0, "bookings: terms name an owner"
    assert (terms >> 166) & 3 == 0, "bookings: terms carry a state"
    assert (terms >> 160) & 7 <= 4, "bookings: unknown quantum"
    assert self._rule(terms) <= FIRST_COME, "bookings: unknown rule"
    assert self._capacity(terms) == 1, "bookings: capacity not supported"
    assert (terms >> 176) & 127 < PHASES, "bookings: phase too large"
    # Zero would have to mean "never" or "without end"; the owner says which by a number
    assert self._horizon_days(terms) != 0, "bookings: no horizon"
    assert self._ttl_hours(terms) != 0, "bookings: no time to live"
    assert self._max_quanta(terms) != 0, "bookings: no maximum length"
    assert self._buffer_quanta(terms) == 0, "bookings: buffer not supported"
    assert self._gated(terms) == 0, "bookings: gate not supported"
    return terms | convert(owner, uint256) | (ACTIVE << 166)
