"""One side's rating of a deal and the calls around it, as the tests of the ledger need them."""

from dataclasses import dataclass
from typing import Any

from contracts.signing import EMPTY_AUTH
from eth_abi import encode
from eth_utils import keccak

WEEK_S = 7 * 86_400
HALF_LIFE_S = 180 * 86_400
UNIT = 2**40
RESPONDED, RETRACTED = 1 << 4, 1 << 5
MASK_105 = 2**105 - 1


@dataclass(frozen=True)
class Rating:
    """What one side says of a deal; `subject`, `service` and `amount` are what the source will answer."""

    ledger: Any
    source: Any
    rater: Any
    subject: Any
    side: int
    score: int
    terms: bytes = b"terms of a deal"
    service: int = 0xABCDEF
    amount: int = 12_000_000
    evidence: bytes = b"\7" * 32
    salt: bytes = b"\x51" * 32

    @property
    def deal(self) -> bytes:
        """The source's id: of an escrow or a request the hash over chain, contract and terms."""
        where = encode(["uint256", "address"], [self.ledger.provider.chain_id, self.source.address])
        return keccak(where + self.terms)

    def commitment(self) -> bytes:
        """The documented hash, computed without the contract."""
        kinds = ["uint256", "address", "address", "bytes32", "uint256", "uint256", "bytes32", "bytes32"]
        values = [self.ledger.provider.chain_id, self.ledger.address, self.source.address, self.deal]
        return keccak(encode(kinds, [*values, self.side, self.score, self.evidence, self.salt]))


def commit(rating: Rating, sender: Any, auth: tuple[str, int, bytes] = EMPTY_AUTH) -> Any:
    """Commit to the rating; the receipt."""
    return rating.ledger.commit(
        rating.source, rating.terms, rating.side, rating.commitment(), auth, sender=sender
    )


def reveal(rating: Rating, sender: Any, **changed: Any) -> Any:
    """Open the commitment, with some of the arguments changed; the receipt."""
    arguments = {
        "source": rating.source,
        "deal": rating.deal,
        "side": rating.side,
        "rater": rating.rater,
        "subject": rating.subject,
        "service": rating.service,
        "amount": rating.amount,
        "score": rating.score,
        "evidence": rating.evidence,
        "salt": rating.salt,
    }
    return rating.ledger.reveal(*(arguments | changed).values(), sender=sender)


def rate_both(
    rating: Rating, answer: Rating, sender: Any, auths: tuple[Any, ...] = (EMPTY_AUTH, EMPTY_AUTH)
) -> Any:
    """Both sides' ratings in one transaction; the receipt."""
    opinions = [(one.score, one.evidence) for one in (rating, answer)]
    return rating.ledger.rate_both(rating.source, rating.terms, opinions, list(auths), sender=sender)


def rate_message(rating: Rating, deadline: int) -> dict[str, Any]:
    """What the rater signs for `rate_both`."""
    return {
        "source": rating.source.address,
        "deal": rating.deal,
        "side": rating.side,
        "score": rating.score,
        "evidence": rating.evidence,
        "deadline": deadline,
    }


def entry_of(rating: Rating, revealed_at: int, weight: int = UNIT) -> tuple[str, str, int, int, int]:
    """The rating as it was counted, to be presented again."""
    return str(rating.rater), str(rating.subject), rating.service, weight, revealed_at


def receipt_slot(score: int, entry: tuple[str, str, int, int, int]) -> int:
    """The documented receipt of a rating that was counted."""
    digest = keccak(encode(["address", "address", "uint256", "uint256", "uint256"], list(entry)))
    return 1 | score << 1 | (int.from_bytes(digest, "big") & MASK_105) << 6


def slots(ledger: Any, rating: Rating) -> tuple[int, int, int]:
    """Slot of side 0, slot of side 1, time of the last commit."""
    word = int(ledger.commit_word(rating.source, rating.deal))
    return word % 2**112, (word >> 112) % 2**112, word >> 224


def reputation(rating: Rating, subject: Any) -> tuple[int, int, int]:
    """The subject's sum, weight and count, from the rating's source and service."""
    total, weight, count = rating.ledger.reputation(rating.source, subject, rating.service)
    return int(total), int(weight), int(count)
