"""A signed rating as one JSON document that a member hands to the other side, who sends it with its own.

The document says what was signed, so that whoever gets it can read it; the ledger checks the signature
against its own chain, contract and deal.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts._chain_client.reputation import Auth, Opinion
from scripts._errors import CommandError

if TYPE_CHECKING:
    from scripts._chain_client.chain import Chain

KIND = "allmende: signed rating"


@dataclass(frozen=True, slots=True)
class SignedRating:
    """What one side says of a deal on one chain, and its signature."""

    chain_id: int
    ledger: str
    opinion: Opinion
    auth: Auth

    @property
    def document(self) -> dict[str, Any]:
        """As JSON: hex for bytes, numbers for small integers."""
        signer, deadline_s, signature = self.auth
        return {
            "kind": KIND,
            "chain_id": self.chain_id,
            "ledger": self.ledger,
            "source": self.opinion.source,
            "deal": "0x" + self.opinion.deal.hex(),
            "side": self.opinion.side,
            "score": self.opinion.score,
            "evidence": "0x" + self.opinion.evidence.hex(),
            "signer": signer,
            "deadline_s": deadline_s,
            "signature": "0x" + signature.hex(),
        }


def of(chain: Chain, opinion: Opinion, auth: Auth) -> SignedRating:
    """A rating signed for the ledger of a chain."""
    return SignedRating(chain.deployment.chain_id, chain.address("ReputationLedger"), opinion, auth)


def text(signed: SignedRating) -> str:
    """The document as it is handed over."""
    return json.dumps(signed.document, indent=1) + "\n"


def write(path: Path, signed: SignedRating) -> None:
    """Write a file that only its owner reads; handing it over is a decision.

    Raises:
        CommandError: "cli: cannot write".
    """
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text(signed))
    except OSError:
        raise CommandError(
            "cli: cannot write", f"{path} cannot be written.", "Name another file with --to."
        ) from None


def read(path: Path, chain: Chain, source: str, deal: bytes) -> SignedRating:
    """A signed rating of a deal on this chain.

    Raises:
        CommandError: "cli: no such file", "cli: no signed rating", or "cli: other rating" where it is of
            another deal, ledger or chain.
    """
    try:
        signed = parsed(path.read_text())
    except OSError:
        raise CommandError(
            "cli: no such file", f"{path} cannot be read.", "Name the file that the other side gave you."
        ) from None
    except (ValueError, KeyError, TypeError, UnicodeDecodeError):
        raise CommandError(
            "cli: no signed rating",
            f"{path} is no signed rating.",
            "Ask the other side for the file that `allmende rate sign` has written.",
        ) from None
    expected = (chain.deployment.chain_id, chain.address("ReputationLedger").lower(), source.lower(), deal)
    opinion = signed.opinion
    if (signed.chain_id, signed.ledger.lower(), opinion.source.lower(), opinion.deal) != expected:
        raise CommandError(
            "cli: other rating",
            f"{path} rates another deal, or one on another chain.",
            "Ask the other side to sign a rating of this deal.",
        )
    return signed


def parsed(content: str) -> SignedRating:
    """The document of `text`.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    found = json.loads(content)
    if found["kind"] != KIND:
        raise ValueError("another kind of document")
    side, score, chain_id, deadline_s = (found[key] for key in ("side", "score", "chain_id", "deadline_s"))
    if any(type(value) is not int for value in (side, score, chain_id, deadline_s)):
        raise ValueError("a number is none")
    if side not in (0, 1) or not 0 < deadline_s < 2**64:
        raise ValueError("a number is out of its range")
    opinion = Opinion(
        source=_hex(found["source"], 20),
        deal=bytes.fromhex(_hex(found["deal"], 32)[2:]),
        side=side,
        score=score,
        evidence=bytes.fromhex(_hex(found["evidence"], 32)[2:]),
    )
    signature = str(found["signature"])
    if not signature.startswith("0x") or not 2 <= len(signature) <= 2 + 2 * 1024:
        raise ValueError("no signature")
    auth = (_hex(found["signer"], 20), deadline_s, bytes.fromhex(signature[2:]))
    return SignedRating(chain_id, _hex(found["ledger"], 20), opinion, auth)


def _hex(value: Any, length: int) -> str:
    """`0x` and the digits of so many bytes.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(value, str) or not value.startswith("0x") or len(value) != 2 + 2 * length:
        raise ValueError("not of this length")
    bytes.fromhex(value[2:])
    return value
