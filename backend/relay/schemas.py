"""What the relay takes and gives. Amounts are wei."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.kit.hexadecimal import Address, Amount, Hash


class RelayIn(BaseModel):
    """A call of a contract of ours: arguments by the names of its ABI, structs as objects, integers as whole
    numbers or decimal text, bytes as 0x and digits. Every `auth` in it is signed."""

    model_config = ConfigDict(extra="forbid")
    contract: str = Field(pattern="^[A-Za-z0-9]{1,32}$")
    function: str = Field(pattern="^[a-z0-9_]{1,64}$")
    arguments: dict[str, Any]


class BudgetQuery(BaseModel):
    """Whose budget."""

    model_config = ConfigDict(extra="forbid")
    member: Address


class RelayedOut(BaseModel):
    """A relayed transaction: `sent` and in no block yet, `done`, `reverted` in its block (the state had
    changed), or `lost`. `cost_wei` is the most it can cost until it is settled."""

    transaction: Hash
    contract: str
    function: str
    state: Literal["sent", "done", "reverted", "lost"]
    cost_wei: Amount
    sent_at_s: int


class BudgetOut(BaseModel):
    """What is paid for a member in 24 hours, what of it is spent, and what is under way."""

    member: Address
    budget_wei: Amount
    spent_wei: Amount
    left_wei: Amount
    reverted: int
    under_way: Hash | None


class RelayOut(BaseModel):
    """Whether this server relays, from which address, which functions of which contracts, and within which
    limits. `low`: it will soon be unable to pay."""

    relays: bool
    relayer: Address | None
    low: bool
    acts: dict[str, list[str]]
    max_gas: int
    max_fee_wei: Amount
    member_wei: Amount
