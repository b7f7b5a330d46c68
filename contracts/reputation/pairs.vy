# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title How often a member has rated another, so that the k-th rating weighs 1/k
@license AGPL-3.0-only
@notice Two who rate each other again and again say little more than the first time: k ratings weigh 1 + 1/2 + … + 1/k
        together. Counted per source, rater, subject and service; retracting a rating does not count it back.

        Both directions of a pair share one word. The first rater of an aggregate is counted in that aggregate's own word, by
        44 bits of the address, so that a member's first rating pays for one fresh word and not for two. Somebody else with
        the same 44 bits (by chance one in 1.7e13, on purpose after about 2**44 tries) shares that count. So both
        then weigh less than they would, never more, and nobody can leave a count behind.

        Beyond `MAX_ORDINAL` ratings of a pair, each weighs as much as that one.
"""


MAX_ORDINAL: constant(uint256) = 2**12 - 1
MASK_44: constant(uint256) = 2**44 - 1
MASK_128: constant(uint256) = 2**128 - 1


# keccak256(source, lower address, higher address, service) → ratings by the lower of the higher 128 | the other way
# round 128. Not used for the first rater of an aggregate.
counts: HashMap[bytes32, uint256]


@internal
@pure
def _first_of(rater: address) -> uint256:
    """
    @notice Count the first rating that a subject gets
    @param rater Who rates
    @return The subject's first rater, with one rating
    """
    return 1 | ((convert(rater, uint256) & MASK_44) << 12)


@internal
def _counted(
    first: uint256, source: address, rater: address, subject: address, service: uint256
) -> (uint256, uint256):
    """
    @notice Count one rating more
    @param first The subject's first rater: ordinal of the last rating 12 | low bits of the address 44
    @param source The deal's contract
    @param rater Who rates
    @param subject Who is rated
    @param service 24-bit id
    @return The first rater from now on, and k: this is the k-th rating of this pair
    """
    fingerprint: uint256 = convert(rater, uint256) & MASK_44
    if first >> 12 == fingerprint:
        ordinal: uint256 = min(unsafe_add(first & MAX_ORDINAL, 1), MAX_ORDINAL)
        return ordinal | (fingerprint << 12), ordinal
    key: bytes32 = self._key(source, rater, subject, service)
    place: uint256 = self._place(rater, subject)
    word: uint256 = self.counts[key]
    before: uint256 = (word >> place) & MASK_128
    if before == MAX_ORDINAL:
        return first, MAX_ORDINAL
    self.counts[key] = unsafe_add(word, 1 << place)
    return first, unsafe_add(before, 1)


@internal
@view
def _count(
    first: uint256, source: address, rater: address, subject: address, service: uint256
) -> uint256:
    """
    @notice How many ratings of a pair were counted
    @param first The subject's first rater, as in `_counted`
    @param source The deal's contract
    @param rater Who rates
    @param subject Who is rated
    @param service 24-bit id
    @return 0 to `MAX_ORDINAL`
    """
    if first >> 12 == convert(rater, uint256) & MASK_44:
        return first & MAX_ORDINAL
    word: uint256 = self.counts[self._key(source, rater, subject, service)]
    return (word >> self._place(rater, subject)) & MASK_128


@internal
@pure
def _key(source: address, rater: address, subject: address, service: uint256) -> bytes32:
    a: uint256 = convert(rater, uint256)
    b: uint256 = convert(subject, uint256)
    return keccak256(abi_encode(source, min(a, b), max(a, b), service))


@internal
@pure
def _place(rater: address, subject: address) -> uint256:
    if convert(rater, uint256) < convert(subject, uint256):
        return 0
    return 128
