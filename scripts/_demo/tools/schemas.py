"""What the demo's tools take and answer."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from backend.kit.hexadecimal import Address, Hash, TimeS
from scripts._demo.clock import MAX_ADVANCE_S

IndexerState = Literal["running", "stopped"]


def _somebody(address: bytes) -> bytes:
    if not any(address):
        raise ValueError("must not be the zero address")
    return address


class PersonaOut(BaseModel):
    """Somebody of the demo; `index` is the account of the mnemonic (m/44'/60'/0'/0/index)."""

    name: str
    title: str
    address: Address
    index: int


class PlaceOut(BaseModel):
    """A point, in degrees."""

    lat: float
    lng: float


class DemoOut(BaseModel):
    """What a demo is. `near` is where searches start, `tz` its time zone; `mnemonic` is public and holds the
    personas' keys. `head` and `now_s` (UTC seconds) are the newest block as the node itself says it now, null
    while it does not answer: with a stopped indexer they go on. `simulated` are keys of sentences that the
    page has.
    """

    chain_id: int
    rpc_url: str
    personas: list[PersonaOut]
    mnemonic: str
    near: PlaceOut
    tz: str
    token: Address
    token_symbol: str
    token_decimals: int
    indexer: IndexerState
    head: int | None
    now_s: TimeS | None
    simulated: list[str]


class TimeIn(BaseModel):
    """By how many seconds chain time moves forward."""

    model_config = ConfigDict(extra="forbid")
    seconds: Annotated[StrictInt, Field(ge=1, le=MAX_ADVANCE_S)]


class TimeOut(BaseModel):
    """The time of the chain afterwards, UTC seconds, and the block that shows it."""

    now_s: TimeS
    block: int


class IndexerIn(BaseModel):
    """Whether the indexer is to run."""

    model_config = ConfigDict(extra="forbid")
    running: StrictBool


class IndexerOut(BaseModel):
    """Whether it does."""

    indexer: IndexerState


class FaucetIn(BaseModel):
    """Who is given play money."""

    model_config = ConfigDict(extra="forbid")
    address: Annotated[Address, AfterValidator(_somebody)]


class FaucetOut(BaseModel):
    """The transaction that gave the token, that of the coin before it, and the block of the former."""

    coin_transaction: Hash
    transaction: Hash
    block: int
