"""The installation itself over HTTP: health, contracts, and the registry of errors and sentences."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from backend.context import Parts, Reading
from backend.envelope import Envelope, answer
from backend.errors import ERRORS
from backend.kit.hexadecimal import Address, Hash
from backend.messages import MESSAGES
from indexer.reads.freshness import block_hash, first_block_hash, freshness

router = APIRouter(tags=["system"])


class HealthOut(BaseModel):
    """Alive; behind means that more than a few blocks are not read yet."""

    status: Literal["ok", "behind"]


class ChainOut(BaseModel):
    """The chain and the contracts that are read here.

    `token` is the demo's, on local chains only, with its symbol and decimal places where they are known.
    `others` holds what stands beside the three of every deployment: contract name → address.
    `first_block_hash` is that of the lowest block kept, in front of the contracts' first: two chains with the
    same id (two demos) differ in it, and it stays the same while the chain does.
    """

    chain_id: int
    start_block: int
    ledger: Address
    bookings: Address
    escrow: Address
    token: Address | None
    token_symbol: str | None
    token_decimals: int | None
    others: dict[str, Address]
    first_block_hash: Hash
    indexed_chain_id: int


class BlockOut(BaseModel):
    """How far a block is: not read yet, read, or read and finalized by the node. `block_hash` is null where
    the header is not kept: headers of blocks without logs of ours are kept for the newest 512."""

    number: int
    state: Literal["ahead", "indexed", "final"]
    block_hash: Hash | None


class ErrorOut(BaseModel):
    """A registered error; `code` is also the revert word of a contract where it comes from one."""

    code: str
    status: int
    message: str
    next_step: str


class MessageOut(BaseModel):
    """A registered sentence; `params` are the names of its places."""

    key: str
    text: str
    params: list[str]


class RegistryOut(BaseModel):
    """Everything the project says in its own name."""

    errors: list[ErrorOut]
    messages: list[MessageOut]


# So many blocks behind the head are still the ordinary rhythm of polling.
ORDINARY_LAG_BLOCKS = 5
# the largest whole number that every JSON reader keeps
MAX_BLOCK = 2**53 - 1


@router.get("/health")
def health(conn: Reading) -> Envelope[HealthOut]:
    """Whether this works and keeps up."""
    behind = freshness(conn).lag_blocks > ORDINARY_LAG_BLOCKS
    return answer(conn, HealthOut(status="behind" if behind else "ok"))


@router.get("/chain")
def chain(parts: Parts, conn: Reading) -> Envelope[ChainOut]:
    """Which contracts on which chain are read here."""
    deployed = parts.deployment
    shown = ChainOut(
        chain_id=deployed.chain_id,
        start_block=deployed.start_block,
        ledger=deployed.ledger,
        bookings=deployed.bookings,
        escrow=deployed.escrow,
        token=deployed.token,
        token_symbol=deployed.token_symbol,
        token_decimals=deployed.token_decimals,
        others=deployed.others,
        first_block_hash=first_block_hash(conn),
        indexed_chain_id=freshness(conn).chain_id,
    )
    return answer(conn, shown)


@router.get("/blocks/{number}")
def block(conn: Reading, number: Annotated[int, Path(ge=0, le=MAX_BLOCK)]) -> Envelope[BlockOut]:
    """Whether a block is read and final, and which block it is on the chain as it was read."""
    fresh = freshness(conn)
    if number > fresh.block:
        return answer(conn, BlockOut(number=number, state="ahead", block_hash=None))
    state: Literal["indexed", "final"] = "final" if number <= fresh.final else "indexed"
    return answer(conn, BlockOut(number=number, state=state, block_hash=block_hash(conn, number)))


@router.get("/errors")
def registry(conn: Reading) -> Envelope[RegistryOut]:
    """The registry of error codes and message keys."""
    errors = [
        ErrorOut(code=code, status=spec.status, message=spec.message, next_step=spec.next_step)
        for code, spec in sorted(ERRORS.items())
    ]
    messages = [
        MessageOut(key=key, text=spec.text, params=sorted(spec.params))
        for key, spec in sorted(MESSAGES.items())
    ]
    return answer(conn, RegistryOut(errors=errors, messages=messages))
