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
        hence after n updates |A' - A| <= n * (1 + M * EPSILON), and one more term for a read at a later time. One rating weighs
        `UNIT` = 2**40, so 1,000 ratings (M <= 5,000 * UNIT < 5.5e15) are exact to 1,011 / 2**40 < 1e-9 of one rating.

        Nothing here reverts: sums, count and time saturate at the width of their fields. The sum would need more than
        5e13 fresh ratings to get there.
"""

from snekmate.utils import math


# seconds after which a rating counts half: 180 days
HALF_LIFE_S: constant(uint256) = 15_552_000
# weight of a rating at the moment it is made
UNIT: constant(uint256) = 2**40
# ln 2 with 18 decimals, rounded down
LN_2_WAD: constant(uint256) = 693_147_180_559_945_309
WAD: constant(uint256) = 10**18
MAX_88: constant(uint256) = 2**88 - 1
MAX_40: constant(uint256) = 2**40 - 1


@internal
@pure
def _factor(age_s: uint256) -> uint256:
    """
    @notice What is left of a weight of one after some time
    @param age_s Seconds
    @return 2**(-age_s / HALF_LIFE_S) with 18 decimals, absolute error below 2e-18
    """
    # anything above 60 half-lives is zero with 18 decimals; the cap keeps the product inside the word
    capped: uint256 = min(age_s, MAX_40)
    return convert(math._wad_exp(-convert(LN_2_WAD * capped // HALF_LIFE_S, int256)), uint256)


@internal
@pure
def _unpacked(word: uint256) -> (uint256, uint256, uint256, uint256):
    """
    @notice The fields of an aggregate, as they were when it was written
    @param word sum 88 | weight 88 | count 40 | time 40, from the lowest bit
    @return sum of score * weight, sum of weights, number of ratings, UTC seconds of the last one
    """
    return word & MAX_88, (word >> 88) & MAX_88, (word >> 176) & MAX_40, word >> 216


@internal
@pure
def _decayed(word: uint256, now_s: uint256) -> (uint256, uint256, uint256):
    """
    @notice The fields of an aggregate at a later time
    @param word The aggregate
    @param now_s UTC seconds; a time before the last rating counts as that of the last rating
    @return sum of score * weight, sum of weights (both decayed), number of ratings (never decayed)
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
def _with_rating(word: uint256, score: uint256, now_s: uint256) -> uint256:
    """
    @notice An aggregate with one rating more
    @param word The aggregate
    @param score 1 to 5
    @param now_s UTC seconds
    @return The new aggregate
    """
    total: uint256 = 0
    weight: uint256 = 0
    count: uint256 = 0
    total, weight, count = self._decayed(word, now_s)
    total = min(total + score * UNIT, MAX_88)
    weight = min(weight + UNIT, MAX_88)
    count = min(count + 1, MAX_40)
    return total | (weight << 88) | (count << 176) | (min(now_s, MAX_40) << 216)
