"""POST /relay: somebody else pays the gas. GET /relay, /relay/budget, /relay/sent/{transaction}."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from backend import db
from backend.auth import Member
from backend.context import Parts, Reading
from backend.envelope import Envelope, answer
from backend.kit.hexadecimal import Hash
from backend.relay import service
from backend.relay.repository import Relayed
from backend.relay.schemas import BudgetOut, BudgetQuery, RelayedOut, RelayIn, RelayOut

router = APIRouter(tags=["relay"])


@router.get("/relay")
def show_relay(parts: Parts, conn: Reading) -> Envelope[RelayOut]:
    """Whether this server pays for acts of members, for which and how much."""
    limits, relayer = service.limits_of(parts.settings), parts.relayer
    shown = RelayOut(
        relays=relayer is not None,
        relayer=None if relayer is None else relayer.address,
        low=service.is_low(parts),
        acts=service.relayed_acts(parts.deployment),
        max_gas=limits.max_gas,
        max_fee_wei=limits.max_fee_wei,
        member_wei=limits.member_wei,
    )
    return answer(conn, shown)


@router.post("/relay")
def relay(body: RelayIn, member: Member, parts: Parts) -> Envelope[RelayedOut]:
    """Send a signed act; the same call again gives the same transaction. It is paid from the budget of who
    is signed in, whoever signed the act."""
    sent = service.relay(parts, member.address, body.contract, body.function, body.arguments)
    with db.reading(parts.engine) as conn:
        return answer(conn, _shown(sent))


@router.get("/relay/budget")
def show_budget(query: Annotated[BudgetQuery, Query()], parts: Parts, conn: Reading) -> Envelope[BudgetOut]:
    """What is left of a member's budget."""
    spent, under_way = service.budget(conn, query.member, parts.wall_now())
    budget_wei = service.limits_of(parts.settings).member_wei
    shown = BudgetOut(
        member=query.member,
        budget_wei=budget_wei,
        spent_wei=spent.member_wei,
        left_wei=max(0, budget_wei - spent.member_wei),
        reverted=spent.reverted,
        under_way=under_way,
    )
    return answer(conn, shown)


@router.get("/relay/sent/{transaction}")
def show_sent(transaction: Annotated[Hash, Path()], conn: Reading) -> Envelope[RelayedOut]:
    """What became of a relayed transaction; known for a week."""
    return answer(conn, _shown(service.find(conn, transaction)))


def _shown(sent: Relayed) -> RelayedOut:
    return RelayedOut(
        transaction=sent.tx_hash,
        contract=sent.contract,
        function=sent.function,
        state=sent.state,  # type: ignore[arg-type]
        cost_wei=sent.cost_wei,
        sent_at_s=sent.sent_at_s,
    )
