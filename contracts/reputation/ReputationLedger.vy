# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title One rating per side of a finished deal: blind by commit and reveal, or both at once
@license AGPL-3.0-only
@notice Trust: nobody owns the ledger, nothing that was said can be changed, and it holds no funds. A right to rate comes from
        a deal: the ledger asks the deal's contract (the source) who may rate whom, and lets each side do so once: its word of
        the deal is never cleared. Any contract can be a source; aggregates are kept per source, and a reader chooses which
        sources to trust: what a source says counts for that source alone. Nobody rates himself, whatever a source says, and the
        k-th rating of the same pair weighs 1/k; but the mean is no defence against somebody who deals with himself under many
        addresses: deals cost gas, not honesty.

        Blind: a side commits to a hash first. Once both have committed, both reveal within `REVEAL_WINDOW`. A side alone
        waits `COMMIT_WINDOW` for the other and then has its `REVEAL_WINDOW`. Who does not reveal in time forfeits the rating; the
        other's counts. Anybody who knows the salt may submit a reveal. Both at once: where both sides have signed their rating,
        one transaction counts both; who signs first gives up being blind, and a signature is worth nothing once its side has
        committed otherwise.

        A rating stays what it was. Its subject may answer it once; its rater may take it out of the sums once, and both is said in
        an event of its own.

        Limits: 111 bits of a commitment are kept, so that both fit in one word. Opening it in two ways takes about 2**56
        hashes, and the whole commitment stands in `RatingCommitted` for everybody to compare. A receipt keeps 105 bits of
        the facts of a rating, which are not the rater's to choose: presenting others takes about 2**105 hashes.
"""

from ..interfaces import IAuthorization
from ..interfaces import IReputationLedger
from ..shared import authorization
from ..shared import refusal
from . import decay
from . import pairs

initializes: authorization
initializes: pairs

exports: authorization.eip712Domain


# What a source answers
struct Right:
    deal: bytes32
    rater: address
    subject: address
    service: uint256
    amount: uint256


interface Source:
    # `IRatingSource`, whose five words come as one value
    def right_to_rate(terms: Bytes[384], side: uint256) -> Right: view


# seconds the second side has to commit after the first
COMMIT_WINDOW: reentrant(public(constant(uint256))) = 7 * 86_400
# seconds to reveal
REVEAL_WINDOW: reentrant(public(constant(uint256))) = 7 * 86_400
# weight of a rating at the moment it is made, and the seconds after which it counts half
UNIT: reentrant(public(constant(uint256))) = decay.UNIT
HALF_LIFE_S: reentrant(public(constant(uint256))) = decay.HALF_LIFE_S

COMMIT_TYPEHASH: constant(bytes32) = keccak256(
    "Commit(address source,bytes32 deal,uint256 side,bytes32 commitment,uint256 deadline)"
)
RATE_TYPEHASH: constant(bytes32) = keccak256(
    "Rate(address source,bytes32 deal,uint256 side,uint256 score,bytes32 evidence,uint256 deadline)"
)
RESPOND_TYPEHASH: constant(bytes32) = keccak256(
    "Respond(address source,bytes32 deal,uint256 side,bytes32 digest,uint256 deadline)"
)
RETRACT_TYPEHASH: constant(bytes32) = keccak256("Retract(address source,bytes32 deal,uint256 side,uint256 deadline)")
MASK_32: constant(uint256) = 2**32 - 1
MASK_112: constant(uint256) = 2**112 - 1
SLOTS: constant(uint256) = 2**224 - 1
# the top bit of a slot: set in a commitment, clear in a receipt
COMMITTED: constant(uint256) = 2**111
# a receipt: 1 | score 3 << 1 | responded << 4 | retracted << 5 | hash of the `Entry` 105 << 6
RESPONDED: constant(uint256) = 2**4
RETRACTED: constant(uint256) = 2**5
MASK_105: constant(uint256) = 2**105 - 1
# a mean is given in millionths of a score
MILLION: constant(uint256) = 1_000_000


# keccak256(source, deal) → slot of side 0 112 | slot of side 1 112 | since 32 (UTC seconds of the last commit, modulo 2**32).
# A slot is zero, a commitment (top bit set, 111 bits of its hash) or the receipt of a rating. Never cleared.
commits: HashMap[bytes32, uint256]
# keccak256(source, subject, service) → sum 70 | weight 68 | count 28 | time 34 | first rater 56, see `decay` and `pairs`
aggregates: HashMap[bytes32, uint256]


@deploy
def __init__():
    authorization.__init__("Allmende Reputation")


@external
@reentrant
def commit(
    source: address, terms: Bytes[384], side: uint256, commitment: bytes32, auth: IAuthorization.Auth
):
    """
    @notice Commit to a rating of the other side of a finished deal, once
    @param source The deal's contract
    @param terms The ABI-encoded terms of the deal, as the source wants them
    @param side The rater's side, 0 or 1
    @param commitment `commitment_of` of what will be revealed
    @param auth Empty when the caller is the rater
    """
    if side > 1:
        refusal._refuse("reputation: no such side")
    # A static call, so foreign code changes nothing; whatever it answers counts for this source only.
    right: Right = staticcall Source(source).right_to_rate(
        terms, side, default_return_value=empty(Right), skip_contract_check=True
    )
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(
            auth, keccak256(abi_encode(COMMIT_TYPEHASH, source, right.deal, side, commitment, auth.deadline))
        )
    if actor != right.rater:
        # an account without code answers nothing, and nobody is the rater
        if right.rater == empty(address):
            refusal._refuse("reputation: no source")
        refusal._refuse("reputation: not the rater")
    if actor == right.subject:
        refusal._refuse("reputation: rater is rated")

    key: bytes32 = keccak256(abi_encode(source, right.deal))
    word: uint256 = self.commits[key]
    place: uint256 = unsafe_mul(112, side)
    if word != 0:
        if (word >> place) & MASK_112 != 0:
            refusal._refuse("reputation: already committed")
        if self._elapsed(word) >= COMMIT_WINDOW:
            refusal._refuse("reputation: too late")
    # what the source answered is bound in, so that a reveal needs no second call to it
    digest: bytes32 = keccak256(
        abi_encode(commitment, right.rater, right.subject, right.service, right.amount)
    )
    slot: uint256 = (convert(digest, uint256) & MASK_112) | COMMITTED
    self.commits[key] = word & SLOTS | slot << place | block.timestamp << 224

    log IReputationLedger.RatingCommitted(
        source=source,
        deal=right.deal,
        actor=actor,
        subject=right.subject,
        side=side,
        service=right.service,
        amount=right.amount,
        commitment=commitment,
    )


@external
def reveal(
    source: address,
    deal: bytes32,
    side: uint256,
    rater: address,
    subject: address,
    service: uint256,
    amount: uint256,
    score: uint256,
    evidence: bytes32,
    salt: bytes32,
):
    """
    @notice Open a commitment and count the rating. Anybody who knows the salt may submit it.
    @param source The deal's contract
    @param deal The source's id of the deal
    @param side The rater's side, 0 or 1
    @param rater As in `RatingCommitted`
    @param subject As in `RatingCommitted`
    @param service As in `RatingCommitted`
    @param amount As in `RatingCommitted`
    @param score 1 to 5
    @param evidence Digest of a document, or zero
    @param salt What made the commitment unguessable
    """
    if side > 1:
        refusal._refuse("reputation: no such side")
    self._require_score(score)
    key: bytes32 = keccak256(abi_encode(source, deal))
    word: uint256 = self.commits[key]
    slot: uint256 = self._slot(word, side)
    if slot == 0:
        refusal._refuse("reputation: not committed")
    if slot & COMMITTED == 0:
        refusal._refuse("reputation: already revealed")

    opens_after: uint256 = COMMIT_WINDOW
    if self._slot(word, 1 - side) != 0:
        opens_after = 0
    elapsed: uint256 = self._elapsed(word)
    if elapsed < opens_after:
        refusal._refuse("reputation: too early")
    if elapsed >= opens_after + REVEAL_WINDOW:
        refusal._refuse("reputation: too late")

    commitment: bytes32 = self._commitment(source, deal, side, score, evidence, salt)
    bound: uint256 = self._bound(commitment, rater, subject, service, amount)
    if slot != bound:
        refusal._refuse("reputation: wrong opening")

    right: Right = Right(deal=deal, rater=rater, subject=subject, service=service, amount=amount)
    receipt: uint256 = self._count(source, side, right, score, evidence)
    self.commits[key] = word ^ ((slot ^ receipt) << (112 * side))


@external
@reentrant
def rate_both(
    source: address,
    terms: Bytes[384],
    opinions: IReputationLedger.Opinion[2],
    auths: DynArray[IAuthorization.Auth, 2],
):
    """
    @notice Count what both sides of a finished deal say of each other, in one transaction. Uses up both rights to rate.
    @param source The deal's contract
    @param terms The ABI-encoded terms of the deal, as the source wants them
    @param opinions What side 0 says, and what side 1 says
    @param auths One of each side; empty for the side that is the caller
    """
    if len(auths) != 2:
        refusal._refuse("reputation: both sides sign")
    # First all checks, which call foreign code, then all that changes
    rights: Right[2] = empty(Right[2])
    key: bytes32 = empty(bytes32)
    word: uint256 = 0
    # A source may name two deals; each has a word of its own then
    other_key: bytes32 = empty(bytes32)
    other: uint256 = 0
    for side: uint256 in range(2):
        opinion: IReputationLedger.Opinion = opinions[side]
        # zero wraps to the largest number
        if unsafe_sub(opinion.score, 1) >= 5:
            self._require_score(opinion.score)
        right: Right = staticcall Source(source).right_to_rate(
            terms, side, default_return_value=empty(Right), skip_contract_check=True
        )
        if right.rater == empty(address):
            refusal._refuse("reputation: no source")
        actor: address = msg.sender
        if auths[side].signer != empty(address):
            said: bytes32 = keccak256(
                abi_encode(
                    RATE_TYPEHASH, source, right.deal, side, opinion.score, opinion.evidence, auths[side].deadline
                )
            )
            actor = authorization._actor(auths[side], said)
        if actor != right.rater:
            refusal._refuse("reputation: not the rater")
        if actor == right.subject:
            refusal._refuse("reputation: rater is rated")
        rights[side] = right
        if side == 0:
            key = keccak256(abi_encode(source, right.deal))
            word = self.commits[key]
            other_key = key
            other = word
        elif right.deal != rights[0].deal:
            other_key = keccak256(abi_encode(source, right.deal))
            other = self.commits[other_key]
        if (other >> unsafe_mul(112, side)) & MASK_112 != 0:
            refusal._refuse("reputation: already committed")

    # Both slots are free, so in one deal nothing but the time is left of its word
    first: uint256 = self._count(source, 0, rights[0], opinions[0].score, opinions[0].evidence)
    second: uint256 = self._count(source, 1, rights[1], opinions[1].score, opinions[1].evidence)
    first |= block.timestamp << 224
    second = second << 112
    if other_key == key:
        self.commits[key] = first | second
    else:
        self.commits[key] = word & SLOTS | first
        self.commits[other_key] = other & SLOTS | second | block.timestamp << 224


@external
@reentrant
def respond(
    source: address,
    deal: bytes32,
    side: uint256,
    entry: IReputationLedger.Entry,
    digest: bytes32,
    auth: IAuthorization.Auth,
):
    """
    @notice Answer a rating, once, as the one who was rated
    @param source The deal's contract
    @param deal The source's id of the deal
    @param side The rater's side, 0 or 1
    @param entry The rating as it was counted
    @param digest Digest of a document
    @param auth Empty when the caller is the subject
    """
    said: bytes32 = keccak256(abi_encode(RESPOND_TYPEHASH, source, deal, side, digest, auth.deadline))
    if authorization._actor(auth, said) != entry.subject:
        refusal._refuse("reputation: not the subject")
    if digest == empty(bytes32):
        refusal._refuse("reputation: empty answer")
    key: bytes32 = keccak256(abi_encode(source, deal))
    word: uint256 = self.commits[key]
    slot: uint256 = self._receipt_of(word, side, entry)
    if slot & RESPONDED != 0:
        refusal._refuse("reputation: already answered")
    self.commits[key] = word | RESPONDED << (112 * side)
    log IReputationLedger.RatingResponded(
        source=source, deal=deal, actor=entry.subject, side=side, digest=digest
    )


@external
@reentrant
def retract(
    source: address, deal: bytes32, side: uint256, entry: IReputationLedger.Entry, auth: IAuthorization.Auth
):
    """
    @notice Take a rating out of the sums, once, as the one who gave it. That it was given stays on record.
    @param source The deal's contract
    @param deal The source's id of the deal
    @param side The rater's side, 0 or 1
    @param entry The rating as it was counted
    @param auth Empty when the caller is the rater
    """
    said: bytes32 = keccak256(abi_encode(RETRACT_TYPEHASH, source, deal, side, auth.deadline))
    if authorization._actor(auth, said) != entry.rater:
        refusal._refuse("reputation: not the rater")
    key: bytes32 = keccak256(abi_encode(source, deal))
    word: uint256 = self.commits[key]
    slot: uint256 = self._receipt_of(word, side, entry)
    if slot & RETRACTED != 0:
        refusal._refuse("reputation: already retracted")
    self.commits[key] = word | RETRACTED << (112 * side)
    score: uint256 = (slot >> 1) & 7
    sums: bytes32 = self._sums_of(source, entry.subject, entry.service)
    aggregate: uint256 = self.aggregates[sums]
    weight: uint256 = 0
    aggregate, weight = decay._without_rating(
        aggregate, score, entry.weight, entry.revealed_at, block.timestamp
    )
    self.aggregates[sums] = aggregate
    log IReputationLedger.RatingRetracted(
        source=source,
        deal=deal,
        subject=entry.subject,
        actor=entry.rater,
        side=side,
        service=entry.service,
        score=score,
        weight=weight,
    )


@external
@view
@reentrant
def reputation(source: address, subject: address, service: uint256) -> (uint256, uint256, uint256):
    """
    @notice What the deals of one source say of a member in one service, decayed to now
    @param source The deals' contract
    @param subject Whose reputation
    @param service 24-bit id, 0 for deals without one
    @return sum of score * weight, sum of weights (`UNIT` = one fresh rating), number of ratings that stand
    """
    return decay._decayed(self.aggregates[self._sums_of(source, subject, service)], block.timestamp)


@external
@view
@reentrant
def mean(source: address, subject: address, service: uint256) -> uint256:
    """
    @notice The weighted mean score
    @param source The deals' contract
    @param subject Whose reputation
    @param service 24-bit id, 0 for deals without one
    @return Millionths of a score, rounded down: 1_000_000 to 5_000_000, or 0 when unrated
    """
    # Time since the last rating scales both sums alike, so the stored ones give the mean without rounding once more.
    total: uint256 = 0
    weight: uint256 = 0
    count: uint256 = 0
    time: uint256 = 0
    total, weight, count, time = decay._unpacked(self.aggregates[self._sums_of(source, subject, service)])
    if weight == 0:
        return 0
    # rounding may move the last units of sums that are nearly forgotten out of what scores can be
    return min(max(total * MILLION // weight, MILLION), 5 * MILLION)


@external
@view
@reentrant
def pair_count(source: address, rater: address, subject: address, service: uint256) -> uint256:
    """
    @notice How often a member has rated another; the next rating weighs `UNIT` // (this + 1)
    @param source The deals' contract
    @param rater Who rates
    @param subject Who is rated
    @param service 24-bit id, 0 for deals without one
    @return Number of ratings counted, retracted ones too; at most 4095
    """
    first: uint256 = self.aggregates[self._sums_of(source, subject, service)] >> decay.FIRST_RATER
    return pairs._count(first, source, rater, subject, service)


@external
@view
@reentrant
def commit_word(source: address, deal: bytes32) -> uint256:
    """
    @notice The stored word of a deal
    @param source The deal's contract
    @param deal The source's id of the deal
    @return slot of side 0 112 | slot of side 1 112 | since 32, from the lowest bit; a slot is zero, a commitment (top
            bit set) or a receipt (1 | score 3 << 1 | responded << 4 | retracted << 5 | hash of the entry 105 << 6)
    """
    return self.commits[keccak256(abi_encode(source, deal))]


@external
@view
@reentrant
def commitment_of(
    source: address, deal: bytes32, side: uint256, score: uint256, evidence: bytes32, salt: bytes32
) -> bytes32:
    """
    @notice The commitment to a rating. Asking a node that is not your own tells it your rating: compute it at home.
    @param source The deal's contract
    @param deal The source's id of the deal
    @param side The rater's side, 0 or 1
    @param score 1 to 5
    @param evidence Digest of a document, or zero
    @param salt 32 random bytes
    @return keccak256(abi_encode(chain.id, ledger, source, deal, side, score, evidence, salt))
    """
    return self._commitment(source, deal, side, score, evidence, salt)


@internal
@pure
def _require_score(score: uint256):
    if score == 0:
        refusal._refuse("reputation: score too low")
    if score > 5:
        refusal._refuse("reputation: score too high")


@internal
def _count(source: address, side: uint256, right: Right, score: uint256, evidence: bytes32) -> uint256:
    """
    @notice Add a rating to the subject's sums
    @param source The deal's contract
    @param side The rater's side
    @param right What the source says of this side
    @param score 1 to 5
    @param evidence Digest of a document, or zero
    @return The receipt for its slot
    """
    # here and not by `_sums_of`: the call costs more than the hash
    key: bytes32 = keccak256(abi_encode(source, right.subject, right.service))
    aggregate: uint256 = self.aggregates[key]
    first: uint256 = pairs._first_of(right.rater)
    weight: uint256 = decay.UNIT
    if aggregate != 0:
        ordinal: uint256 = 0
        first, ordinal = pairs._counted(
            aggregate >> decay.FIRST_RATER, source, right.rater, right.subject, right.service
        )
        weight = unsafe_div(decay.UNIT, ordinal)
    self.aggregates[key] = decay._with_rating(
        aggregate, first, score, weight, block.timestamp
    )
    log IReputationLedger.RatingRevealed(
        source=source,
        deal=right.deal,
        subject=right.subject,
        actor=msg.sender,
        rater=right.rater,
        side=side,
        service=right.service,
        amount=right.amount,
        score=score,
        evidence=evidence,
        weight=weight,
    )
    # the encoding of the `Entry`
    entry: bytes32 = keccak256(
        abi_encode(right.rater, right.subject, right.service, weight, block.timestamp)
    )
    return 1 | (score << 1) | (convert(entry, uint256) & MASK_105) << 6


@internal
@pure
def _sums_of(source: address, subject: address, service: uint256) -> bytes32:
    return keccak256(abi_encode(source, subject, service))


@internal
@pure
def _receipt_of(word: uint256, side: uint256, entry: IReputationLedger.Entry) -> uint256:
    """
    @notice The receipt of a rating that was counted, proven to be that of the entry
    @return Its slot
    """
    if side > 1:
        refusal._refuse("reputation: no such side")
    slot: uint256 = self._slot(word, side)
    if slot == 0 or slot & COMMITTED != 0:
        refusal._refuse("reputation: not revealed")
    if (slot >> 6) & MASK_105 != convert(keccak256(abi_encode(entry)), uint256) & MASK_105:
        refusal._refuse("reputation: other entry")
    return slot


@internal
@view
def _commitment(
    source: address, deal: bytes32, side: uint256, score: uint256, evidence: bytes32, salt: bytes32
) -> bytes32:
    return keccak256(abi_encode(chain.id, self, source, deal, side, score, evidence, salt))


@internal
@pure
def _bound(
    commitment: bytes32, rater: address, subject: address, service: uint256, amount: uint256
) -> uint256:
    # what the source answered is bound in, so that a reveal needs no second call to it
    digest: bytes32 = keccak256(abi_encode(commitment, rater, subject, service, amount))
    return (convert(digest, uint256) & MASK_112) | COMMITTED


@internal
@pure
def _slot(word: uint256, side: uint256) -> uint256:
    return (word >> (112 * side)) & MASK_112


@internal
@view
def _elapsed(word: uint256) -> uint256:
    # modulo 2**32, so that the 32-bit clock goes on after the year 2106
    return unsafe_sub(block.timestamp, word >> 224) & MASK_32
