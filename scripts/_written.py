"""The small document behind the digest of a space, a ticket or a gathering: a title, more text, a salt.

Its canonical JSON is hashed; only the digest goes on chain. Who made it keeps the document.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any


def written(title: str, text: str) -> tuple[dict[str, Any], bytes]:
    """A document and its sha2-256; the salt keeps equal texts from being recognised by their hash."""
    from backend.kit.canonical_json import canonical_json

    document = {"v": 1, "title": title, "text": text, "salt": secrets.token_hex(16)}
    return document, hashlib.sha256(canonical_json(document)).digest()
