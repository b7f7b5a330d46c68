# pragma version ~=0.4.3
# pragma nonreentrancy off
"""
@title The functions of `decay`, callable one by one, for tests
@license AGPL-3.0-only
@notice Trusts nobody, holds nothing.
"""

from ..reputation import decay


@external
@pure
def factor(age_s: uint256) -> uint256:
    """
    @notice See `decay._factor`
    @param age_s Seconds
    @return Factor with 18 decimals
    """
    return decay._factor(age_s)


@external
@pure
def decayed(word: uint256, now_s: uint256) -> (uint256, uint256, uint256):
    """
    @notice See `decay._decayed`
    @param word The aggregate
    @param now_s UTC seconds
    @return sum, weight, count
    """
    return decay._decayed(word, now_s)


@external
@pure
def with_rating(word: uint256, first: uint256, score: uint256, weight: uint256, now_s: uint256) -> uint256:
    """
    @notice See `decay._with_rating`
    @param word The aggregate
    @param first Its field of the first rater
    @param score 1 to 5
    @param weight At most `UNIT`
    @param now_s UTC seconds
    @return The new aggregate
    """
    return decay._with_rating(word, first, score, weight, now_s)


@external
@pure
def without_rating(
    word: uint256, score: uint256, weight: uint256, rated_at_s: uint256, now_s: uint256
) -> (uint256, uint256):
    """
    @notice See `decay._without_rating`
    @param word The aggregate
    @param score 1 to 5
    @param weight As it was counted
    @param rated_at_s UTC seconds
    @param now_s UTC seconds
    @return The new aggregate, the weight taken out
    """
    return decay._without_rating(word, score, weight, rated_at_s, now_s)
