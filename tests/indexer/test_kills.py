"""A follower that is killed at any moment leaves a store that goes on to the same tables."""

import random
import signal
import threading
import time
from pathlib import Path

import pytest
from anvil_chain import AnvilChain, resource_terms
from follower_process import start_follower
from indexed import fresh_hash, hash_of, index, reading

from indexer.follower import StoreLockedError
from indexer.reads import booking

BATCHES, BATCH = 60, 25
KILLS = 10


def test_follow__killed_ten_times_during_an_import__equals_a_fresh_index(
    chain: AnvilChain, tmp_path: Path
) -> None:
    moments = random.Random(20)  # noqa: S311 - repeatable moments, no secret
    stopped = threading.Event()

    def announce_all() -> None:
        for batch in range(BATCHES):
            chain.announce(chain.members[0], range(batch * BATCH, (batch + 1) * BATCH), resource_terms())
            stopped.wait(0.25)

    importer = threading.Thread(target=announce_all)
    importer.start()
    blocks: list[int] = []
    try:
        for _ in range(KILLS):
            process, said = start_follower(chain.rpc_url, chain.deployment, tmp_path / "c.sqlite")
            blocks.append(said.recv())
            time.sleep(moments.uniform(0, 0.4))
            process.kill()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            said.close()
    finally:
        stopped.set()
        importer.join()
    index(chain, tmp_path / "c.sqlite")
    assert len(set(blocks)) > KILLS // 2  # the kills fell into different places of the import
    assert hash_of(tmp_path / "c.sqlite") == fresh_hash(chain, tmp_path / "fresh")
    with reading(tmp_path / "c.sqlite") as conn:
        assert len(booking.all_resources(conn)) == BATCHES * BATCH


def test_follow__second_follower__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    process, said = start_follower(chain.rpc_url, chain.deployment, tmp_path / "c.sqlite")
    try:
        said.recv()
        with pytest.raises(StoreLockedError, match="already writes"):
            index(chain, tmp_path / "c.sqlite")
    finally:
        process.kill()
        process.join()
        said.close()
