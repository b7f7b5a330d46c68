# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title A mean that forgets: exponentially decaying sums in one word
@license AGPL-3.0-only
@notice A rating counts fully when it is made and half as much after every `HALF_LIFE_S`. The sums are decayed lazily, when a
        rating is added or read, so every operation is O(1).

        The factor for an age of t seconds is f(t) = 2**(-t / HALF_LIFE_S) = e**(-x), x = t * ln 2 / HALF_LIFE_S, computed
        with 18 decimals. Its absolute error is at most EPSILON = 2e-18:
        - x is rounded down twice. ln 2 is cut to 18 decimals, a relative error below 0.61e-18, so e**(-x) grows by at most
          x * e**(-x) * 0.61e-18 <= 0.23e-18 (x * e**(-x) peaks at 1/e); the division cuts less than 1e-18 off x, so
          e**(-x) grows by less than 1e-18. Together: too high by less than 1.23e-18.
        - `_wad_exp` (Remco Bloemen's rational approximation, as in snekmate and solmate) rounds its result down to 18
          decimals: too low by less than 1e-18. The approximation itself is within 2e-20 of the result (against
          60-digit decimals).
        The two errors have opposite signs, hence |f' - f| <= 1.25e-18 < EPSILON. f'(0) = 1 exactly, and f' <= 1.

        Let A be an exact sum (of weights, or of score * weight), A' the stored one, M a bound of A', e_k = |A' - A| after the
        k-th update. An update computes A'_k = floor(A'_(k-1) * f') + w, so
            e_k <= 1 + A'_(k-1) * |f' - f| + f * e_(k-1) <= 1 + M * EPSILON + e_(k-1),
        hence after n updates |A' - A| <= n * (1 + M * EPSILON), and one more term for a read at a later time. Taking a rating out
        again is an update that subtracts floor(w * f'(its age)), off by less than 1 + w * EPSILON itself: it counts as two. One
        rating weighs at most `UNIT` = 2**40, so 1,000 of them (M <= 5,000 * UNIT < 5.5e15) are exact to 1,011 / 2**40 < 1e-9 of
        one rating, and all of them retracted to twice that; with the last one gone the sums are zero, exactly.

        Nothing here reverts: sums, count and time saturate at the width of their fields. The sums would need more than
        2e8 fresh ratings to get there.
"""

from snekmate.utils import math


# seconds after which a rating counts half: 180 days
HALF_LIFE_S: constant(uint256) = 15_552_000
# weight of a rating at the moment it is made
UNIT: constant(uint256) = 2**40
# ln 2 with 18 decimals, rounded down
LN_2_WAD: constant(uint256) = 693_147_180_559_945_309
WAD: constant(uint256) = 10**18
# an aggregate: sum 70 | weight 68 | count 28 | time 34 | first rater 56 (see `pairs`), from the lowest bit
MAX_70: constant(uint256) = 2**70 - 1
MAX_68: constant(uint256) = 2**68 - 1
MAX_28: constant(uint256) = 2**28 - 1
MAX_34: constant(uint256) = 2**34 - 1
FIRST_RATER: constant(uint256) = 200


@internal
@pure
def _factor(age_s: uint256) -> uint256:
    """
    @notice What is left of a weight of one after some time
    @param age_s Seconds
    @return 2**(-age_s / HALF_LIFE_S) with 18 decimals, absolute error below 2e-18
    """
    # anything above 60 half-lives is zero with 18 decimals; the cap keeps the product inside the word
    capped: uint256 = min(age_s, MAX_34)
    return convert(math._wad_exp(-convert(LN_2_WAD * capped // HALF_LIFE_S, int256)), uint256)


@internal
@pure
def _unpacked(word: uint256) -> (uint256, uint256, uint256, uint256):
    """
    @notice The fields of an aggregate, as they were when it was written
    @param word The aggregate
    @return sum of score * weight, sum of weights, number of ratings that stand, UTC seconds of the last change
    """
    return word & MAX_70, (word >> 70) & MAX_68, (word >> 138) & MAX_28, (word >> 166) & MAX_34


@internal
@pure
def _packed(total: uint256, weight: uint256, count: uint256, now_s: uint256, first: uint256) -> uint256:
    return (
        min(total, MAX_70)
        | (min(weight, MAX_68) << 70)
        | (min(count, MAX_28) << 138)
        | (min(now_s, MAX_34) << 166)
        | (first << FIRST_RATER)
    )


@internal
@pure
def _decayed(word: uint256, now_s: uint256) -> (uint256, uint256, uint256):
    """
    @notice The fields of an aggregate at a later time
    @param word The aggregate
    @param now_s UTC seconds; a time before the last change counts as that of the last change
    @return sum of score * weight, sum of weights (both decayed), number of ratings that stand (never decayed)
    """
    total: uint256 = 0
    weight: uint256 = 0
    count: uint256 = 0
    time: uint256 = 0
    total, weight, count, time = self._unpacked(word)
    factor: uint256 = self._factor(now_s - min(now_s, time))
    return total * factor // WAD, weight * factor // WAD, count


@internal
@pure
def _with_rating(word: uint256, first: uint256, score: uint256, weight: uint256, now_s: uint256) -> uint256:
    """
    @notice An aggregate with one rating more
    @param word The aggregate
    @param first Its field of the first rater from now on
    @param score 1 to 5
    @param weight At most `UNIT`
    @param now_s UTC seconds
    @return The new aggregate
    """
    # a score and a weight in their ranges fit their fields, and so do these products
    added: uint256 = unsafe_mul(score, weight)
    if word == 0:
        return added | (weight << 70) | (1 << 138) | (min(now_s, MAX_34) << 166) | (first << FIRST_RATER)
    total: uint256 = 0
    weights: uint256 = 0
    count: uint256 = 0
    total, weights, count = self._decayed(word, now_s)
    return self._packed(unsafe_add(total, added), unsafe_add(weights, weight), unsafe_add(count, 1), now_s, first)


@internal
@pure
def _without_rating(
    word: uint256, score: uint256, weight: uint256, rated_at_s: uint256, now_s: uint256
) -> (uint256, uint256):
    """
    @notice An aggregate with one rating less: what that rating still weighs is taken out
    @param word The aggregate
    @param score 1 to 5, as it was counted
    @param weight As it was counted
    @param rated_at_s UTC seconds when it was counted
    @param now_s UTC seconds
    @return The new aggregate, and the weight that was taken out
    """
    total: uint256 = 0
    weights: uint256 = 0
    count: uint256 = 0
    total, weights, count = self._decayed(word, now_s)
    factor: uint256 = self._factor(now_s - rated_at_s)
    left: uint256 = weight * factor // WAD
    count -= min(count, 1)
    if count == 0:
        # nothing stands, so nothing is left of earlier roundings either
        return self._packed(0, 0, 0, now_s, word >> FIRST_RATER), left
    # the stored sums are rounded down more often than this part of them
    total -= min(total, score * weight * factor // WAD)
    return self._packed(total, weights - min(weights, left), count, now_s, word >> FIRST_RATER), left
