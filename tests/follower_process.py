"""Followers as processes that can be killed; each is forked from one that has done the importing."""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from indexer import follower
from indexer.chain.deployment import Deployment

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["indexer.follower"])


def start_follower(rpc_url: str, deployment: Deployment, store: Path) -> tuple[ForkServerProcess, Connection]:
    """A follower, and where it says the block of each turn, so that a kill can be timed into the work."""
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_follow, args=(rpc_url, deployment, store, there))
    process.start()
    there.close()
    return process, here


def _follow(rpc_url: str, deployment: Deployment, store: Path, said: Connection) -> None:
    follower.FIRST_SPAN = follower.MAX_SPAN = 2  # many small transactions: more moments to be killed in
    follower.follow(
        rpc_url, deployment, store, threading.Event(), lambda progress: said.send(progress.block), poll_s=0.01
    )
