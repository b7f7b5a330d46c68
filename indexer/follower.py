"""The one loop: fetch → check → decode → fold → commit.

Each turn reads a stretch of blocks, checks that the node's answers fit together
(`indexer.chain.block_range`), and stores raw logs, folded rows, the way back and the cursor in one
transaction. Whatever happens between two turns, the store stands at one block of one chain; a block that
is no longer on the node's chain is taken back first.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from indexer.chain.block_range import BlockRef, read_range
from indexer.chain.decoder import catalogue
from indexer.chain.deployment import Deployment
from indexer.chain.errors import (
    InconsistentNodeError,
    NodeUnreachableError,
    ReorganisedError,
    RpcError,
    WrongChainError,
)
from indexer.chain.rpc import Header, Node
from indexer.projections.fold import MissingRowError
from indexer.store import journal
from indexer.store.engine import open_chain
from indexer.store.fingerprint import table_hash
from indexer.store.lock import StoreLockedError, writer_lock
from indexer.store.tables import raw_logs

__all__ = [
    "InconsistentNodeError",
    "MissingRowError",
    "NodeUnreachableError",
    "Progress",
    "StoreLockedError",
    "WrongChainError",
    "follow",
    "rebuild",
    "table_hash",
]

POLL_S = 0.2
FIRST_SPAN = 500  # blocks in the first range; grows and shrinks with what they hold
MAX_SPAN = 20_000
WANTED_LOGS = 5_000  # logs a range should hold, which bounds the memory of a turn
PATIENCE = 5  # times that answers may contradict each other at one place, as they do during a reorganisation
LONGEST_PAUSE_S = 10.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the follower stands after a turn; `logs` and `undecodable` count since the start of the
    process."""

    block: int
    head: int
    logs: int
    undecodable: int
    requests: int


OnProgress = Callable[[Progress], None]


def follow(
    rpc_url: str,
    deployment: Deployment,
    db_path: Path | str,
    stop: threading.Event,
    on_progress: OnProgress | None = None,
    *,
    until_head: bool = False,
    thorough: bool = False,
    poll_s: float = POLL_S,
) -> None:
    """Follow the chain into the store until `stop` is set (or, with `until_head`, until the head is reached).

    A node that cannot be reached is waited for; nothing is lost meanwhile. With `thorough` the whole history
    is read as closely as the newest blocks: every header, and receipts.

    Raises:
        StoreLockedError: another process writes this store.
        WrongChainError: the node or the store belongs to another chain or deployment.
        InconsistentNodeError: the node's answers keep contradicting each other.
        MissingRowError: an event stands on one that was never seen: a node left out logs, now or earlier.
        RpcError: the node refuses a call it has to answer.
    """
    with writer_lock(db_path), _opened(db_path) as engine, Node(rpc_url) as node:
        follower: _Follower | None = None
        pause_s, doubts = poll_s, 0
        while not stop.is_set():
            try:
                if follower is None:
                    follower = _Follower(engine, node, deployment, thorough=thorough)
                at_head = follower.turn()
                doubts, pause_s = 0, poll_s
            except NodeUnreachableError as error:
                log.warning("%s", error)
                stop.wait(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
                continue
            except (InconsistentNodeError, MissingRowError) as error:
                doubts += 1
                log.warning("doubtful answers (%d of %d): %s", doubts, PATIENCE, error)
                if doubts >= PATIENCE:
                    raise
                stop.wait(poll_s)
                continue
            if on_progress is not None:
                on_progress(follower.progress())
            if at_head and until_head:
                return
            if at_head:
                stop.wait(poll_s)


def rebuild(
    db_path: Path | str,
    deployment: Deployment,
    on_progress: OnProgress | None = None,
    *,
    rpc_url: str | None = None,
    thorough: bool = False,
) -> None:
    """Make every row again: from the raw logs in the store, or with `rpc_url` from the node (`thorough`: as
    in `follow`).

    Without a node one transaction replaces the rows, so readers see the old ones or the new ones.

    Raises:
        StoreLockedError: another process writes this store.
        WrongChainError: the store or the node belongs to another chain or deployment.
        MissingRowError: the stored logs have a gap.
        InconsistentNodeError, NodeUnreachableError, RpcError: as `follow`, with `rpc_url` only.
    """
    if rpc_url is not None:
        with writer_lock(db_path), _opened(db_path) as engine, Node(rpc_url) as node:
            _Follower(engine, node, deployment, forget=True)
        follow(
            rpc_url, deployment, db_path, threading.Event(), on_progress, until_head=True, thorough=thorough
        )
        return
    with writer_lock(db_path), _opened(db_path) as engine, engine.begin() as connection:
        _check_store(connection, deployment)
        here = journal.read_cursor(connection)
        if here is None:
            return

        def report(block: int, logs: int) -> None:
            if on_progress is not None:
                on_progress(Progress(block, here[1].number, logs, 0, 0))

        journal.refold(connection, catalogue(deployment), report)


@contextmanager
def _opened(db_path: Path | str) -> Iterator[Engine]:
    engine = open_chain(db_path, writer=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _check_store(connection: Connection, deployment: Deployment) -> None:
    here = journal.read_cursor(connection)
    if here is not None and here[0] != deployment.chain_id:
        raise WrongChainError(f"indexer: the store holds chain {here[0]}, not {deployment.chain_id}")
    address = connection.scalar(select(raw_logs.c.address).limit(1))
    if address is not None and address not in catalogue(deployment):
        raise WrongChainError(f"indexer: the store holds another deployment (0x{address.hex()})")


class _Follower:
    """The state of the loop between two turns: where the store stands and how long a range to ask for."""

    def __init__(
        self,
        engine: Engine,
        node: Node,
        deployment: Deployment,
        *,
        forget: bool = False,
        thorough: bool = False,
    ) -> None:
        self._engine = engine
        self._node = node
        self._chain_id = deployment.chain_id
        self._events = catalogue(deployment)
        self._addresses = list(self._events)
        self._anchor = max(deployment.start_block, 1) - 1  # the block before the first with a log of ours
        self._thorough = thorough
        self._span = FIRST_SPAN
        self._logs = self._undecodable = 0
        self._head: BlockRef | Header | None = None
        found = self._node.chain_id()
        if found != self._chain_id:
            raise WrongChainError(f"indexer: the node follows chain {found}, not {self._chain_id}")
        with engine.begin() as connection:
            if not forget:
                _check_store(connection, deployment)
            here = journal.read_cursor(connection)
            if here is None or forget:
                self._cursor = self._reset(connection)
            else:
                self._cursor = here[1]

    @property
    def at_head(self) -> bool:
        """Whether the store stands at the last head that was seen."""
        return self._head is not None and self._head.hash == self._cursor.hash

    def progress(self) -> Progress:
        """Where the loop stands."""
        head = self._cursor.number if self._head is None else self._head.number
        return Progress(self._cursor.number, head, self._logs, self._undecodable, self._node.requests)

    def turn(self) -> bool:
        """Read and commit one range, or take back what is no longer there. True when the head is reached."""
        head = self._node.head()
        if self._head is None or head.hash != self._head.hash:
            if head.number <= self._cursor.number and head.hash != self._cursor.hash:
                self._take_back()
                return False
            self._head = head
        if self.at_head:
            return True
        last = min(head.number, self._cursor.number + self._span)
        try:
            self._advance(head, last)
        except ReorganisedError as error:
            log.info("reorganisation: %s", error)
            self._take_back()
            return False
        except RpcError:
            # Nodes limit logs in blocks or in bytes, each with its own words; a shorter range is asked
            # before giving up.
            if self._span == 1:
                raise
            self._span = max(1, self._span // 4)
            return False
        return self.at_head

    def _advance(self, head: Header, last: int) -> None:
        # Headers are read without gaps where a reorganisation may still come.
        recent = head.number - journal.KEEP_UNDO + 1
        closely_from = 0 if self._thorough else recent
        blocks = read_range(self._node, self._addresses, self._cursor, last, closely_from)
        final = min(self._node.final() or 0, head.number)
        end = BlockRef(blocks.last.number, blocks.last.hash, blocks.last.timestamp_s)
        with self._engine.begin() as connection:
            undo_from = max(journal.undo_from(connection), recent)
            self._undecodable += journal.append(
                connection, blocks.logs, blocks.headers.values(), self._events, undo_from
            )
            journal.prune(connection, undo_from, self._anchor)
            # nodes behind one address may differ by some blocks; what was final stays so
            journal.write_head(connection, head, undo_from, max(final, journal.final(connection)))
            journal.write_cursor(connection, self._chain_id, end)
        self._cursor = end
        self._logs += len(blocks.logs)
        if len(blocks.logs) > WANTED_LOGS:
            self._span = max(1, self._span * WANTED_LOGS // len(blocks.logs))
        elif 2 * len(blocks.logs) < WANTED_LOGS:
            self._span = min(MAX_SPAN, self._span * 2)

    def _take_back(self) -> None:
        """Go back to the highest stored block that is still on the node's chain."""
        with self._engine.begin() as connection:
            ancestor = self._common_ancestor(connection)
            if ancestor is None:
                log.warning("not even the first stored block is on the node's chain: starting anew")
                self._cursor = self._reset(connection)
                return
            undo_from, final = journal.undo_from(connection), journal.final(connection)
            log.info("taking back blocks %d to %d", ancestor.number + 1, self._cursor.number)
            journal.unwind(connection, self._chain_id, ancestor, self._events)
            # local chains replace blocks that they had called finalized
            journal.write_head(
                connection, ancestor, min(undo_from, ancestor.number + 1), min(final, ancestor.number)
            )
        self._cursor = ancestor
        self._head = None

    def _common_ancestor(self, connection: Connection) -> BlockRef | None:
        below, limit = self._cursor.number + 1, 8
        while known := journal.known_blocks(connection, below, limit):
            headers = self._node.headers([block.number for block in known])
            for block in known:
                header = headers.get(block.number)
                if header is not None and header.hash == block.hash:
                    return block
            below, limit = known[-1].number, min(limit * 4, 500)
        return None

    def _reset(self, connection: Connection) -> BlockRef:
        header = self._node.headers([self._anchor]).get(self._anchor)
        if header is None:
            raise WrongChainError(f"indexer: the node has no block {self._anchor}: nothing is deployed there")
        anchor = BlockRef(header.number, header.hash, header.timestamp_s)
        journal.reset(connection, self._chain_id, anchor)
        journal.write_head(connection, anchor, 0)
        return anchor
