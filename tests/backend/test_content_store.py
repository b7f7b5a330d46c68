"""The local content store: the CIDs of IPFS, whole blocks or none, hashes checked."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.adapters.content_store import LocalContentStore, cid_of, digest_of_cid
from backend.errors import BadRequestError, NotFoundError, TooLargeError, UnavailableError


@pytest.fixture
def store(tmp_path: Path) -> LocalContentStore:
    return LocalContentStore(tmp_path, 1_000)


def test_cid__of_known_bytes__is_the_one_that_ipfs_gives() -> None:
    # what `ipfs add --cid-version 1 --raw-leaves` gives to these five bytes
    assert cid_of(b"hello") == "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"


def test_put__twice__keeps_one_block(store: LocalContentStore, tmp_path: Path) -> None:
    assert store.put(b"block") == store.put(b"block")
    assert len(list(tmp_path.iterdir())) == 1
    assert store.get(cid_of(b"block")) == b"block"


def test_put__above_the_limit__is_refused_and_keeps_nothing(store: LocalContentStore, tmp_path: Path) -> None:
    store.put(b"x" * 1_000)
    with pytest.raises(TooLargeError, match="descriptions: too large"):
        store.put(b"x" * 1_001)
    assert len(list(tmp_path.iterdir())) == 1


def test_get__of_a_damaged_block__is_refused(store: LocalContentStore, tmp_path: Path) -> None:
    cid = store.put(b"block")
    (tmp_path / cid).write_bytes(b"other")
    with pytest.raises(UnavailableError, match="content: damaged"):
        store.get(cid)


def test_put__of_a_damaged_block__mends_it(store: LocalContentStore, tmp_path: Path) -> None:
    cid = store.put(b"block")
    (tmp_path / cid).write_bytes(b"")
    assert store.put(b"block") == cid
    assert store.get(cid) == b"block"
    assert len(list(tmp_path.iterdir())) == 1


def test_get__of_an_unknown_block__is_refused(store: LocalContentStore) -> None:
    with pytest.raises(NotFoundError, match="descriptions: unknown"):
        store.get(cid_of(b"never stored"))


@pytest.mark.parametrize(
    "cid",
    [
        "",
        "../../../etc/passwd",
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG",
        "b" * 59,
        cid_of(b"hello").upper(),
        "é" * 59,
        # well-formed, but of hash functions that are not installed: blake3, keccak-256
        "bafkr4ia" + "a" * 51,
        "bafkrwia" + "a" * 51,
    ],
)
def test_get__by_a_malformed_cid__is_refused(store: LocalContentStore, cid: str) -> None:
    with pytest.raises(BadRequestError, match="descriptions: malformed cid"):
        store.get(cid)


@given(st.binary(max_size=200))
def test_digest__of_any_cid__is_the_hash_of_its_block(block: bytes) -> None:
    assert digest_of_cid(cid_of(block)) == sha256(block).digest()
