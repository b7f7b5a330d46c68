"""`ReputationLedger` as Python: ratings of finished deals, blind or both at once, answers, retractions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client import abi, typed_data
from scripts._chain_client.chain import NO_AUTH, ZERO_HASH, Chain, Receipt

# One fresh rating in the ledger's fixed-point sums
UNIT = 2**40
# A side alone waits this long for the other; then, or once both have committed, reveals within that
COMMIT_WINDOW_S = REVEAL_WINDOW_S = 7 * 86_400
# signer, deadline (UTC seconds), signature
Auth = tuple[str, int, bytes]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one side says when both rate at once; `evidence` is the digest of a document, or zero."""

    source: str
    deal: bytes
    side: int
    score: int
    evidence: bytes = ZERO_HASH


@dataclass(frozen=True, slots=True)
class Entry:
    """A rating that was counted, as it is presented again to answer or to retract it; the order is the
    contract's."""

    rater: str
    subject: str
    service: int
    weight: int
    revealed_at_s: int

    @property
    def values(self) -> tuple[str, str, int, int, int]:
        """As the contract takes it."""
        return self.rater, self.subject, self.service, self.weight, self.revealed_at_s


def commitment(
    chain: Chain, source: str, deal: bytes, side: int, score: int, evidence: bytes, salt: bytes
) -> bytes:
    """keccak256(abi_encode(chain id, ledger, source, deal, side, score, evidence, salt)), 32 bytes."""
    types = ["uint256", "address", "address", "bytes32", "uint256", "uint256", "bytes32", "bytes32"]
    values = [
        chain.deployment.chain_id,
        chain.address("ReputationLedger"),
        source,
        deal,
        side,
        score,
        evidence,
        salt,
    ]
    return keccak(encode(types, values))


def commit(chain: Chain, source: str, terms: bytes, side: int, sealed: bytes) -> Receipt:
    """Commit to a rating of the other side, as the rater."""
    return chain.send("ReputationLedger", "commit", source, terms, side, sealed, NO_AUTH)


def committed(chain: Chain, source: str, deal: bytes) -> dict[int, dict[str, Any]]:
    """Side → the values of its `RatingCommitted`, for the sides that have committed."""
    source_topic = bytes(12) + bytes.fromhex(source[2:])
    found = chain.logs("ReputationLedger", "RatingCommitted", [source_topic, deal])
    return {event["side"]: event for event in found}


def reveal(
    chain: Chain, committed_event: dict[str, Any], score: int, salt: bytes, evidence: bytes = ZERO_HASH
) -> Receipt:
    """Open a commitment and count the rating; anybody who knows the salt may."""
    event = committed_event
    return chain.send(
        "ReputationLedger",
        "reveal",
        event["source"],
        event["deal"],
        event["side"],
        event["actor"],
        event["subject"],
        event["service"],
        event["amount"],
        score,
        evidence,
        salt,
    )


def reputation(chain: Chain, source: str, subject: str, service: int) -> tuple[int, int, int]:
    """Decayed sum of score times weight, decayed weight (both in `UNIT`), number of ratings."""
    total, weight, count = chain.read("ReputationLedger", "reputation", source, subject, service)
    return total, weight, count


def sign_opinion(chain: Chain, opinion: Opinion, deadline_s: int) -> Auth:
    """The acting account's signature under its opinion: whoever has both sides' can count both.

    Raises:
        CommandError: "cli: who acts".
    """
    ledger = "ReputationLedger"
    signer = chain.me
    message = {
        "source": opinion.source,
        "deal": opinion.deal,
        "side": opinion.side,
        "score": opinion.score,
        "evidence": opinion.evidence,
        "deadline": deadline_s,
    }
    domain = typed_data.domain(ledger, chain.deployment.chain_id, chain.address(ledger))
    full = typed_data.full_message(typed_data.types_of(ledger), "Rate", domain, message)
    return signer, deadline_s, chain.sign_typed(full)


def rate_both(
    chain: Chain, terms: bytes, opinions: tuple[Opinion, Opinion], auths: tuple[Auth, Auth]
) -> Receipt:
    """Count what both sides say; the authorisation of whoever sends may be `NO_AUTH`."""
    said = [(opinion.score, opinion.evidence) for opinion in opinions]
    return chain.send("ReputationLedger", "rate_both", opinions[0].source, terms, said, list(auths))


def counted(chain: Chain, source: str, deal: bytes) -> dict[int, tuple[dict[str, Any], Entry]]:
    """Side → the values of its `RatingRevealed` and its entry, for the sides whose rating was counted."""
    source_topic = bytes(12) + bytes.fromhex(source[2:])
    found = {}
    for log in chain.raw_logs("ReputationLedger", "RatingRevealed", [source_topic, deal]):
        event = abi.decode_event("ReputationLedger", "RatingRevealed", log)
        block = chain.rpc.call("eth_getBlockByHash", log["blockHash"], False)
        entry = Entry(
            event["rater"], event["subject"], event["service"], event["weight"], int(block["timestamp"], 16)
        )
        found[event["side"]] = (event, entry)
    return found


def respond(chain: Chain, source: str, deal: bytes, side: int, entry: Entry, digest: bytes) -> Receipt:
    """Answer the rating that `side` gave, as the one who was rated."""
    place = (source, deal, side)
    return chain.send("ReputationLedger", "respond", *place, entry.values, digest, NO_AUTH)


def retract(chain: Chain, source: str, deal: bytes, side: int, entry: Entry) -> Receipt:
    """Take the rating that `side` gave out of the sums, as who gave it."""
    return chain.send("ReputationLedger", "retract", source, deal, side, entry.values, NO_AUTH)


def pair_count(chain: Chain, source: str, rater: str, subject: str, service: int) -> int:
    """How often a member has rated another; the next rating weighs `UNIT` // (this + 1)."""
    found: int = chain.read("ReputationLedger", "pair_count", source, rater, subject, service)
    return found
