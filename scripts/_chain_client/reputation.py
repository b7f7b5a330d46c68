"""`ReputationLedger` as Python: blind ratings of finished deals."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from scripts._chain_client.chain import NO_AUTH, ZERO_HASH, Chain, Receipt

# One fresh rating in the ledger's fixed-point sums
UNIT = 2**40
# A side alone waits this long for the other; then, or once both have committed, reveals within that
COMMIT_WINDOW_S = REVEAL_WINDOW_S = 7 * 86_400


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
