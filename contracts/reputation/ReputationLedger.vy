# pragma version ~=0.4.3
# pragma nonreentrancy on
"""
@title One rating per side of a finished deal, blind by commit and reveal
@license AGPL-3.0-only
@notice Trust: nobody owns the ledger, nothing can be changed or taken back, and it holds no funds. A right to rate comes from
        a deal: the ledger asks the deal's contract (the source) who may rate whom, and lets each side do so once: its word of the
        deal is never cleared. Any contract can be a source; aggregates are kept per source, and a reader chooses which sources to trust. The mean is no defence
        against somebody who deals with himself: deals cost gas, not honesty.

        Blind: a side commits to a hash first. Once both have committed, both reveal within `REVEAL_WINDOW`. A side alone
        waits `COMMIT_WINDOW` for the other and then has its `REVEAL_WINDOW`. Who does not reveal in time forfeits the rating; the
        other's counts. Anybody who knows the salt may submit a reveal.

        Limits: 111 bits of a commitment are kept, so that both fit in one word. Opening it in two ways takes about 2**56
        hashes, and the whole commitment stands in `RatingCommitted` for everybody to compare.
"""

from ..interfaces import IAuthorization
from ..interfaces import IRatingSource
from ..interfaces import IReputationLedger
from ..shared import authorization
from ..shared import refusal
from . import decay

initializes: authorization

exports: authorization.eip712Domain


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
MASK_32: constant(uint256) = 2**32 - 1
MASK_112: constant(uint256) = 2**112 - 1
SLOTS: constant(uint256) = 2**224 - 1
# the top bit of a slot: set in a commitment, clear in the receipt of a revealed rating
COMMITTED: constant(uint256) = 2**111
# a mean is given in millionths of a score
MILLION: constant(uint256) = 1_000_000


# source → deal → slot of side 0 112 | slot of side 1 112 | since 32 (UTC seconds of the last commit, modulo 2**32).
# A slot is zero, a commitment (top bit set, 111 bits of its hash) or a receipt (1 | score << 1). Never cleared.
commits: HashMap[address, HashMap[bytes32, uint256]]
# source → subject → service → sum 88 | weight 88 | count 40 | time 40, see `decay`
aggregates: HashMap[address, HashMap[address, HashMap[uint256, uint256]]]


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
    deal: bytes32 = empty(bytes32)
    rater: address = empty(address)
    subject: address = empty(address)
    service: uint256 = 0
    amount: uint256 = 0
    deal, rater, subject, service, amount = staticcall IRatingSource(source).right_to_rate(terms, side)
    actor: address = msg.sender
    if auth.signer != empty(address):
        actor = authorization._actor(
            auth, keccak256(abi_encode(COMMIT_TYPEHASH, source, deal, side, commitment, auth.deadline))
        )
    if actor != rater:
        refusal._refuse("reputation: not the rater")

    word: uint256 = self.commits[source][deal]
    place: uint256 = unsafe_mul(112, side)
    if (word >> place) & MASK_112 != 0:
        refusal._refuse("reputation: already committed")
    if word != 0:
        if self._elapsed(word) >= COMMIT_WINDOW:
            refusal._refuse("reputation: too late")
    slot: uint256 = self._bound(commitment, rater, subject, service, amount)
    self.commits[source][deal] = word & SLOTS | slot << place | block.timestamp << 224

    log IReputationLedger.RatingCommitted(
        source=source,
        deal=deal,
        actor=actor,
        subject=subject,
        side=side,
        service=service,
        amount=amount,
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
    if score == 0:
        refusal._refuse("reputation: score too low")
    if score > 5:
        refusal._refuse("reputation: score too high")
    word: uint256 = self.commits[source][deal]
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

    self.commits[source][deal] = word ^ ((slot ^ (1 | (score << 1))) << (112 * side))
    aggregate: uint256 = self.aggregates[source][subject][service]
    self.aggregates[source][subject][service] = decay._with_rating(aggregate, score, block.timestamp)
    log IReputationLedger.RatingRevealed(
        source=source,
        deal=deal,
        subject=subject,
        actor=msg.sender,
        rater=rater,
        side=side,
        service=service,
        amount=amount,
        score=score,
        evidence=evidence,
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
    @return sum of score * weight, sum of weights (`UNIT` = one fresh rating), number of ratings ever
    """
    return decay._decayed(self.aggregates[source][subject][service], block.timestamp)


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
    total, weight, count, time = decay._unpacked(self.aggregates[source][subject][service])
    if weight == 0:
        return 0
    return total * MILLION // weight


@external
@view
@reentrant
def commit_word(source: address, deal: bytes32) -> uint256:
    """
    @notice The stored word of a deal
    @param source The deal's contract
    @param deal The source's id of the deal
    @return slot of side 0 112 | slot of side 1 112 | since 32, from the lowest bit; a slot is zero, a commitment (top
            bit set) or a receipt (1 | score << 1)
    """
    return self.commits[source][deal]


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
