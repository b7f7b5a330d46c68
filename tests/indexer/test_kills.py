"""A follower that is killed at any moment leaves a store that goes on to the same tables."""

import random
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from anvil_chain import AnvilChain, resource_terms
from indexed import fresh_hash, hash_of, index, reading

from indexer.chain.deployment import save
from indexer.follower import StoreLockedError
from indexer.reads import booking

ROOT = Path(__file__).resolve().parents[2]
BATCHES, BATCH = 60, 100
KILLS = 10

# Reports every turn on its output, so that a kill can be timed into the middle of the work.
FOLLOWER = textwrap.dedent(
    """
    import sys, threading
    from pathlib import Path
    from indexer import follower
    from indexer.chain.deployment import load

    follower.FIRST_SPAN = follower.MAX_SPAN = 2  # many small transactions: more moments to be killed in
    rpc_url, deployment, store = sys.argv[1:]
    follower.follow(
        rpc_url,
        load(Path(deployment)),
        store,
        threading.Event(),
        lambda progress: print(progress.block, flush=True),
        poll_s=0.01,
    )
    """
)


def _start(chain: AnvilChain, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            FOLLOWER,
            chain.rpc_url,
            str(folder / "deployment.json"),
            str(folder / "c.sqlite"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )


def test_follow__killed_ten_times_during_an_import__equals_a_fresh_index(
    chain: AnvilChain, tmp_path: Path
) -> None:
    save(chain.deployment, tmp_path / "deployment.json")
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
            process = _start(chain, tmp_path)
            assert process.stdout is not None
            blocks.append(int(process.stdout.readline()))
            time.sleep(moments.uniform(0, 0.4))
            process.kill()
            assert process.wait() == -9
            process.stdout.close()
    finally:
        stopped.set()
        importer.join()
    index(chain, tmp_path / "c.sqlite")
    assert len(set(blocks)) > KILLS // 2  # the kills fell into different places of the import
    assert hash_of(tmp_path / "c.sqlite") == fresh_hash(chain, tmp_path / "fresh")
    with reading(tmp_path / "c.sqlite") as conn:
        assert len(booking.all_resources(conn)) == BATCHES * BATCH


def test_follow__second_follower__is_refused(chain: AnvilChain, tmp_path: Path) -> None:
    save(chain.deployment, tmp_path / "deployment.json")
    process = _start(chain, tmp_path)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(StoreLockedError, match="already writes"):
            index(chain, tmp_path / "c.sqlite")
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
