# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title Resource terms: the packed word of a resource, field by field
@license AGPL-3.0-only
@notice From the lowest bit: owner 160 | quantum 3 | rule 3 | state 2 | capacity 8 |
        phase 7 (quarter hours) | horizon 10 (days) | request time-to-live 10 (hours) |
        notice 10 (hours) | max length 12 (quanta) | buffer 6 (quanta) | gated 1 | service 24.
"""

from ..shared import refusal

MANUAL: constant(uint256) = 0
FIRST_COME: constant(uint256) = 1
POLICY: constant(uint256) = 2
ACTIVE: constant(uint256) = 1
PAUSED: constant(uint256) = 2
RETIRED: constant(uint256) = 3

OWNER_MASK: constant(uint256) = 2**160 - 1
# Lowest bit of each field, and the masks by width
QUANTUM_AT: constant(uint256) = 160
RULE_AT: constant(uint256) = 163
STATE_AT: constant(uint256) = 166
CAPACITY_AT: constant(uint256) = 168
PHASE_AT: constant(uint256) = 176
HORIZON_AT: constant(uint256) = 183
TTL_AT: constant(uint256) = 193
NOTICE_AT: constant(uint256) = 203
MAX_QUANTA_AT: constant(uint256) = 213
BUFFER_AT: constant(uint256) = 225
GATED_AT: constant(uint256) = 231
SERVICE_AT: constant(uint256) = 232
MASK_2: constant(uint256) = 3
MASK_3: constant(uint256) = 7
MASK_6: constant(uint256) = 63
MASK_7: constant(uint256) = 127
MASK_8: constant(uint256) = 255
MASK_10: constant(uint256) = 1023
MASK_12: constant(uint256) = 4095

# Where a stranger's request is granted in the same transaction and nothing else is asked: first-come and not gated
DECIDED_BY: constant(uint256) = (MASK_3 << RULE_AT) | (1 << GATED_AT)
AT_ONCE: constant(uint256) = FIRST_COME << RULE_AT

HOUR_S: constant(uint256) = 3_600
DAY_S: constant(uint256) = 86_400
PHASE_UNIT_S: constant(uint256) = 900
# Quarter hours in a day: a phase of a day or more would only rename the quanta
PHASES: constant(uint256) = 96
# Seconds of the quantum codes 0 to 4, 17 bits each from the lowest: a word of lookup costs less than ifs
QUANTA_S: constant(uint256) = 300 + 900 * 2**17 + 1_800 * 2**34 + 3_600 * 2**51 + 86_400 * 2**68
QUANTA_BITS: constant(uint256) = 17
MASK_QUANTA: constant(uint256) = 2**17 - 1
LAST_QUANTUM: constant(uint256) = 4


@internal
@pure
def _owner(word: uint256) -> address:
    return convert(word & OWNER_MASK, address)


@internal
@pure
def _service(word: uint256) -> uint256:
    return word >> SERVICE_AT


@internal
@pure
def _rule(word: uint256) -> uint256:
    return (word >> RULE_AT) & MASK_3


@internal
@pure
def _state(word: uint256) -> uint256:
    return (word >> STATE_AT) & MASK_2


@internal
@pure
def _available(word: uint256, own: bool):
    """
    @notice Refuses what is retired, and for others than its owner what is paused
    @param word The resource's word
    @param own Whether the owner acts
    """
    state: uint256 = self._state(word)
    if state == RETIRED:
        refusal._refuse("bookings: retired")
    if state == PAUSED and not own:
        refusal._refuse("bookings: paused")


@internal
@pure
def _capacity(word: uint256) -> uint256:
    return (word >> CAPACITY_AT) & MASK_8


@internal
@pure
def _gated(word: uint256) -> bool:
    return (word >> GATED_AT) & 1 == 1


@internal
@pure
def _max_quanta(word: uint256) -> uint256:
    return (word >> MAX_QUANTA_AT) & MASK_12


@internal
@pure
def _quantum_s(word: uint256) -> uint256:
    """
    @notice Length of a quantum
    @param word The resource's word
    @return Seconds: 5, 15, 30 minutes, an hour or a day
    """
    return (QUANTA_S >> unsafe_mul((word >> QUANTUM_AT) & MASK_3, QUANTA_BITS)) & MASK_QUANTA


@internal
@pure
def _phase_s(word: uint256) -> uint256:
    """
    @notice When quantum 0 begins
    @param word The resource's word
    @return Seconds after 1970-01-01 00:00 UTC, less than a day
    """
    return unsafe_mul((word >> PHASE_AT) & MASK_7, PHASE_UNIT_S)


@internal
@pure
def _on_grid(word: uint256, start: uint256) -> bool:
    """
    @notice Whether a quantum begins at a second
    @param word The resource's word
    @param start The second, UTC
    @return True when one does
    """
    phase_s: uint256 = self._phase_s(word)
    return start >= phase_s and unsafe_sub(start, phase_s) % self._quantum_s(word) == 0


@internal
@pure
def _quantum_index(word: uint256, start: uint256) -> uint256:
    """
    @notice Which quantum a second lies in
    @param word The resource's word
    @param start The second, UTC, not before the phase
    @return Index of the quantum
    """
    return unsafe_div(unsafe_sub(start, self._phase_s(word)), self._quantum_s(word))


@internal
@pure
def _announced(owner: address, terms: uint256, gated: bool) -> uint256:
    """
    @notice The word of a newly announced resource; terms that cannot be kept are refused
    @param owner Who announces
    @param terms The fields, with owner and state left zero
    @param gated Whether conditions are announced with it
    @return The word to store, never zero
    """
    if terms & OWNER_MASK != 0:
        refusal._refuse("bookings: terms name an owner")
    if self._state(terms) != 0:
        refusal._refuse("bookings: terms carry a state")
    if (terms >> QUANTUM_AT) & MASK_3 > LAST_QUANTUM:
        refusal._refuse("bookings: unknown quantum")
    if self._gated(terms) != gated:
        refusal._refuse("bookings: gate and terms differ")
    # The policy that decides is named in conditions
    if self._rule(terms) > (POLICY if gated else FIRST_COME):
        refusal._refuse("bookings: unknown rule")
    if self._capacity(terms) == 0:
        refusal._refuse("bookings: no capacity")
    if (terms >> PHASE_AT) & MASK_7 >= PHASES:
        refusal._refuse("bookings: phase too large")
    # Zero would have to mean "never" or "without end"; the owner says which by a number
    if (terms >> HORIZON_AT) & MASK_10 == 0:
        refusal._refuse("bookings: no horizon")
    if (terms >> TTL_AT) & MASK_10 == 0:
        refusal._refuse("bookings: no time to live")
    if self._max_quanta(terms) == 0:
        refusal._refuse("bookings: no maximum length")
    if (terms >> BUFFER_AT) & MASK_6 != 0 and self._capacity(terms) != 1:
        refusal._refuse("bookings: buffer needs one unit")
    return terms | convert(owner, uint256) | (ACTIVE << STATE_AT)
