"""One side's signature of a split, as one line of JSON that is handed to the other side, who sends it.

The line says what was signed, so that whoever gets it can read it; the contract checks the signature against
its own chain, deal and the deal's current state.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts._errors import CommandError

KIND = "allmende: signed split"
# As much as the contract takes
MOST_SIGNATURE = 1024


@dataclass(frozen=True, slots=True)
class SignedSplit:
    """So much of what a deal holds to the payee, the rest to the payer; `auth` is `(signer, deadline_s,
    signature)`."""

    chain_id: int
    contract: str
    deal: bytes
    to_payee: int
    auth: tuple[str, int, bytes]

    @property
    def document(self) -> dict[str, Any]:
        """As JSON: hex for bytes, decimal text for the amount."""
        signer, deadline_s, signature = self.auth
        return {
            "kind": KIND,
            "chain_id": self.chain_id,
            "contract": self.contract,
            "deal": "0x" + self.deal.hex(),
            "to_payee": str(self.to_payee),
            "signer": signer,
            "deadline_s": deadline_s,
            "signature": "0x" + signature.hex(),
        }


def text(signed: SignedSplit) -> str:
    """The line that is handed over."""
    return json.dumps(signed.document, separators=(",", ":"))


def read(given: str) -> SignedSplit:
    """A split from a file, or from the line itself.

    Raises:
        CommandError: "cli: no such file" or "cli: no signed split".
    """
    try:
        content = given if given.lstrip().startswith("{") else Path(given).read_text()
    except (OSError, UnicodeDecodeError):
        raise CommandError(
            "cli: no such file", f"{given} cannot be read.", "Name the file, or paste the line in quotes."
        ) from None
    try:
        return _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            "cli: no signed split",
            "This is no signed split.",
            "Ask the other side for what `allmende deal split` has written.",
        ) from None


def _parsed(found: dict[str, Any]) -> SignedSplit:
    if found["kind"] != KIND:
        raise ValueError("another kind of document")
    chain_id, deadline_s, amount = found["chain_id"], found["deadline_s"], found["to_payee"]
    if type(chain_id) is not int or type(deadline_s) is not int or not 0 < deadline_s < 2**64:
        raise ValueError("a number is none")
    if not isinstance(amount, str) or not amount.isascii() or not amount.isdecimal() or len(amount) > 78:
        raise ValueError("no amount")
    signature = _bytes(found["signature"])
    if not 0 < len(signature) <= MOST_SIGNATURE:
        raise ValueError("no signature")
    return SignedSplit(
        chain_id=chain_id,
        contract="0x" + _bytes(found["contract"], 20).hex(),
        deal=_bytes(found["deal"], 32),
        to_payee=int(amount),
        auth=("0x" + _bytes(found["signer"], 20).hex(), deadline_s, signature),
    )


def _bytes(value: Any, length: int | None = None) -> bytes:
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ValueError("no hexadecimal digits")
    found = bytes.fromhex(value[2:])
    if length is not None and len(found) != length:
        raise ValueError("not of this length")
    return found
