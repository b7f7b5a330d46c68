"""A range of blocks, read and checked: what the node says must fit together before a byte of it is stored.

Checked: every log lies in the range and its block hash is the header's; the range starts on the block the
store ends with; consecutive headers are linked by their parent hashes; the last block is the same before
and after the logs were read (so no reorganisation went through the middle); the bloom filter of every
header that was read agrees with the logs (so no contract that spoke was left out or made up).

Where blocks are read closely, the logs of each block that holds some are compared with its receipts as
well, and every bit of its bloom filter has to come from a log in them: a node's index of logs may have
gaps, and that is where they show.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eth_hash.auto import keccak

from .errors import InconsistentNodeError, ReorganisedError, RpcError
from .rpc import Header, Log, Node

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block by number and hash."""

    number: int
    hash: bytes
    timestamp_s: int


@dataclass(frozen=True, slots=True)
class BlockRange:
    """Logs in chain order, the headers that were read (by number), and the last block."""

    logs: tuple[Log, ...]
    headers: dict[int, Header]
    last: Header


def read_range(
    node: Node, addresses: Sequence[bytes], parent: BlockRef, last: int, closely_from: int
) -> BlockRange:
    """Read the blocks above `parent` up to `last`; from `closely_from` on with all headers and receipts,
    below only with the headers of blocks with logs.

    Raises:
        ReorganisedError: `parent` is not on the node's chain any more.
        InconsistentNodeError: the answers contradict each other; reading again may help.
        NodeUnreachableError, RpcError: see `Node`.
    """
    first = parent.number + 1
    before = node.headers([last]).get(last)
    logs = sorted(node.logs(addresses, first, last), key=lambda log: (log.block_number, log.log_index))
    numbers = {log.block_number for log in logs} | {parent.number, last}
    numbers.update(range(max(first, closely_from), last + 1))
    headers = node.headers(sorted(numbers))

    here = headers.pop(parent.number, None) if parent.number >= 0 else None
    if here is None or here.hash != parent.hash:
        raise ReorganisedError(f"block {parent.number} was replaced")
    _check_logs(logs, headers, frozenset(addresses), first, last)
    missing = numbers - headers.keys() - {parent.number}
    if missing:
        raise InconsistentNodeError(f"no header for block {min(missing)}")
    if before is None or headers[last].hash != before.hash:
        raise InconsistentNodeError(f"block {last} changed while it was read")
    for below, above in pairwise([here, *(headers[number] for number in sorted(headers))]):
        if above.number == below.number + 1 and above.parent_hash != below.hash:
            raise InconsistentNodeError(f"block {above.number} does not stand on block {below.number}")
    _check_blooms(node, addresses, logs, headers)
    _check_receipts(node, addresses, [log for log in logs if log.block_number >= closely_from], headers)
    return BlockRange(tuple(logs), headers, headers[last])


def _check_logs(
    logs: Sequence[Log], headers: dict[int, Header], addresses: frozenset[bytes], first: int, last: int
) -> None:
    for log in logs:
        if not first <= log.block_number <= last or log.address not in addresses:
            raise InconsistentNodeError(f"a log of block {log.block_number} that was not asked for")
        header = headers.get(log.block_number)
        if header is None or header.hash != log.block_hash:
            raise InconsistentNodeError(
                f"log {log.log_index} of block {log.block_number} names a block hash that is not the header's"
            )
    for left, right in pairwise(logs):
        if (left.block_number, left.log_index) == (right.block_number, right.log_index):
            raise InconsistentNodeError(f"two logs {left.log_index} in block {left.block_number}")


def _check_blooms(
    node: Node, addresses: Sequence[bytes], logs: Sequence[Log], headers: dict[int, Header]
) -> None:
    masks = {address: bloom_mask(address) for address in addresses}
    speaking: dict[int, set[bytes]] = {}
    for log in logs:
        speaking.setdefault(log.block_number, set()).add(log.address)
    for number, header in headers.items():
        said = speaking.get(number, set())
        for address, mask in masks.items():
            possible = header.bloom & mask == mask
            if address in said and not possible:
                raise InconsistentNodeError(f"block {number} cannot hold a log of 0x{address.hex()}")
            # The filter has false positives, so silence is only doubted, and asked again by block hash.
            if possible and address not in said and node.logs_of_block([address], header.hash):
                raise InconsistentNodeError(f"logs of block {number} were left out")


def _check_receipts(
    node: Node, addresses: Sequence[bytes], logs: Sequence[Log], headers: dict[int, Header]
) -> None:
    held: dict[int, list[Log]] = {}
    for log in logs:
        held.setdefault(log.block_number, []).append(log)
    hashes = [headers[number].hash for number in held]
    try:
        answers = node.logs_in_receipts(hashes)
    except RpcError as error:
        # Not every node offers receipts by block, and each says so in its own words. The logs of a block
        # by its hash are the next best: many nodes take them from the block and not from their index.
        level = logging.DEBUG if node.receipts_refused else logging.WARNING
        logger.log(level, "no receipts from the node (%s): asking for the logs of each block instead", error)
        node.receipts_refused = True
        answers = node.logs_of_blocks(addresses, hashes)
    else:
        for number, every in zip(held, answers, strict=True):
            _check_explained(headers[number], every)
    for (number, mine), answer in zip(held.items(), answers, strict=True):
        ours = sorted((log for log in answer if log.address in addresses), key=lambda log: log.log_index)
        if ours != mine:
            raise InconsistentNodeError(f"the logs of block {number} are not those of the block itself")


def _check_explained(header: Header, logs: Sequence[Log]) -> None:
    unexplained = header.bloom
    for value in {value for log in logs for value in (log.address, *log.topics)}:
        unexplained &= ~bloom_mask(value)
    if unexplained:
        raise InconsistentNodeError(f"logs were left out of the receipts of block {header.number}")


def bloom_mask(value: bytes) -> int:
    """The three bits that a value sets in a block's bloom filter (yellow paper, section 4.3.1)."""
    digest = keccak(value)
    mask = 0
    for i in (0, 2, 4):
        mask |= 1 << (int.from_bytes(digest[i : i + 2], "big") & 2047)
    return mask
