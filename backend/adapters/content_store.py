"""Documents by the hash of their bytes. The local store gives the CIDs that IPFS would give to the same
bytes.

CIDv1, codec raw, multihash sha2-256, base32: a document below one chunk has this CID under every UnixFS v1
profile. The digest inside is what a contract stores.
"""

import os
import secrets
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from multiformats import CID

from backend.errors import BadRequestError, NotFoundError, TooLargeError, UnavailableError

# "b", then 36 bytes (version, codec, hash function, length, digest) in base32
CID_LENGTH = 59
# what all but the digest comes to
CID_PREFIX = "bafkrei"


class ContentStore(Protocol):
    """Where blocks live."""

    def put(self, block: bytes) -> str:
        """Keep the block (again: no change) and return its CID. Raises TooLargeError."""

    def get(self, cid: str) -> bytes:
        """The block behind a CID. Raises BadRequestError for a malformed CID, NotFoundError,
        UnavailableError when damaged.
        """


def cid_of_digest(digest: bytes) -> str:
    """The CID of the block with this sha2-256 digest (32 bytes)."""
    return str(CID("base32", 1, "raw", ("sha2-256", digest)))


def cid_of(block: bytes) -> str:
    """The CID of a block."""
    return cid_of_digest(sha256(block).digest())


def digest_of_cid(cid: str) -> bytes:
    """The sha2-256 digest (32 bytes) inside a CID. Raises BadRequestError for any but CIDv1 raw sha2-256
    base32.
    """
    # the library would look for the module of any other hash function, and not find it
    if len(cid) != CID_LENGTH or not cid.startswith(CID_PREFIX):
        raise BadRequestError("descriptions: malformed cid")
    try:
        decoded = CID.decode(cid)
        digest = bytes(decoded.raw_digest)
        canonical = decoded.codec.name == "raw" and len(digest) == 32 and cid_of_digest(digest) == cid
    except (ValueError, KeyError) as error:
        raise BadRequestError("descriptions: malformed cid") from error
    if not canonical:
        raise BadRequestError("descriptions: malformed cid")
    return digest


class LocalContentStore:
    """Blocks as files named by CID in one folder."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._max_bytes = max_bytes

    def put(self, block: bytes) -> str:
        """Keep a block; a reader never sees half of it, and a damaged one is replaced. Raises TooLargeError
        above `max_bytes`.
        """
        if len(block) > self._max_bytes:
            raise TooLargeError("descriptions: too large", max_bytes=self._max_bytes)
        cid = cid_of(block)
        target = self._folder / cid
        if not target.exists() or target.read_bytes() != block:
            # renamed into place, so that a crash leaves a stray temporary file and never a torn block
            temporary = self._folder / f".{cid}.{secrets.token_hex(8)}"
            temporary.write_bytes(block)
            os.replace(temporary, target)
        return cid

    def get(self, cid: str) -> bytes:
        """The block, its hash checked. Raises BadRequestError, NotFoundError, UnavailableError."""
        digest = digest_of_cid(cid)
        try:
            block = (self._folder / cid).read_bytes()
        except FileNotFoundError:
            raise NotFoundError("descriptions: unknown", cid=cid) from None
        if sha256(block).digest() != digest:
            raise UnavailableError("content: damaged", cid=cid)
        return block
