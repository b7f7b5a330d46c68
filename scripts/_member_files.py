"""What only a member may know, in files of their own below the run's folder: salts of sealed ratings and of
evidence.

Whoever reads these files learns a rating before it is revealed, so they are readable by their owner only.
Whoever loses them can no longer reveal. They are written before anything is sent.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts._errors import CommandError
from scripts._quantities import parse_id

RATINGS = "ratings.json"
EVIDENCE = "evidence.json"


@dataclass(frozen=True, slots=True)
class SealedRating:
    """A rating as committed. `deal` is the id of an escrow or of a request; all ids are hex."""

    source: str
    deal: str
    side: int
    score: int
    salt: str
    commitment: str


def folder(home: Path, member: str) -> Path:
    """The folder of one member."""
    return home / "members" / member.lower()


def keep_rating(home: Path, member: str, rating: SealedRating) -> None:
    """Remember a rating before it is committed."""
    _append(folder(home, member) / RATINGS, asdict(rating))


def ratings(home: Path, member: str) -> list[SealedRating]:
    """Every rating this member has sealed here, oldest first."""
    return [SealedRating(**item) for item in _read(folder(home, member) / RATINGS)]


def digest_of_evidence(home: Path, member: str, evidence: str | None) -> bytes:
    """The 32 bytes that go on chain for a document: zero for none, a digest as given, or for a file the
    sha2-256 of a fresh salt and its content, so that a guessable document cannot be recognised. The salt is
    kept.

    Raises:
        CommandError: "cli: no such file" or "cli: malformed id".
    """
    if evidence is None:
        return bytes(32)
    if evidence.startswith("0x"):
        return parse_id(evidence, "document")
    try:
        content = Path(evidence).read_bytes()
    except OSError:
        raise CommandError(
            "cli: no such file", f"{evidence} cannot be read.", "Name a file, or a digest: 0x and 64 digits."
        ) from None
    salt = secrets.token_bytes(16)
    digest = hashlib.sha256(salt + content).digest()
    entry = {"file": evidence, "salt": salt.hex(), "digest": "0x" + digest.hex()}
    _append(folder(home, member) / EVIDENCE, entry)
    return digest


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(path.read_text())
    except FileNotFoundError:
        return []
    return found


def _append(path: Path, item: dict[str, Any]) -> None:
    """Add an item; commands at the same time wait for each other, or one's salt would be lost."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        items = [*_read(path), item]
        partial = path.with_suffix(".partial")
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(items, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
