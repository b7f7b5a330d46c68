"""Stores of the chain tables for tests: fill one, hash one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anvil_chain import AnvilChain
from sqlalchemy import Connection

from indexer.follower import Progress, follow, table_hash
from indexer.reads.connection import open_chain


def index(chain: AnvilChain, path: Path, rpc_url: str | None = None) -> list[Progress]:
    """Follow up to the head; what was reported on the way."""
    reports: list[Progress] = []
    url = rpc_url or chain.rpc_url
    follow(url, chain.deployment, path, threading.Event(), reports.append, until_head=True, poll_s=0.02)
    return reports


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A connection to the chain tables."""
    engine = open_chain(path)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def hash_of(path: Path) -> str:
    """The table hash of a store."""
    with reading(path) as connection:
        return table_hash(connection)


def fresh_hash(chain: AnvilChain, folder: Path) -> str:
    """The table hash of an index made from nothing."""
    folder.mkdir(exist_ok=True)
    path = folder / f"fresh-{len(list(folder.iterdir()))}.sqlite"
    index(chain, path)
    return hash_of(path)
