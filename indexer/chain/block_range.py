"""A range of blocks, read and checked: what the node says must fit together before a byte of it is stored.

Checked: every log lies in the range and its block hash is the header's; the range starts on the block the
store ends with; consecutive headers are linked by their parent hashes; the last block is the same before
and after the logs were read (so no reorganisation went through the middle); the bloom filter of every
header that was read agrees with the logs (so none were left out or made up).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from eth_hash.auto import keccak

from .errors import InconsistentNodeError, ReorganisedError
from .rpc import Header, Log, Node


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
    node: Node, addresses: Sequence[bytes], parent: BlockRef, last: int, every_header_from: int
) -> BlockRange:
    """Read the blocks above `parent` up to `last`; from `every_header_from` on with all headers, below
    only with those of blocks with logs.

    Raises:
        ReorganisedError: `parent` is not on the node's chain any more.
        InconsistentNodeError: the answers contradict each other; reading again may help.
        NodeUnreachableError, RpcError: see `Node`.
    """
    first = parent.number + 1
    before = node.headers([last]).get(last)
    logs = sorted(node.logs(addresses, first, last), key=lambda log: (log.block_number, log.log_index))
    numbers = {log.block_number for log in logs} | {parent.number, last}
    numbers.update(range(max(first, every_header_from), last + 1))
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


def bloom_mask(value: bytes) -> int:
    """The three bits that a value sets in a block's bloom filter (yellow paper, section 4.3.1)."""
    digest = keccak(value)
    mask = 0
    for i in (0, 2, 4):
        mask |= 1 << (int.from_bytes(digest[i : i + 2], "big") & 2047)
    return mask
