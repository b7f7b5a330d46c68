"""Relaying one signed act: read, try out, weigh, write down, send; and settling what was sent.

The node is asked outside any transaction, because it may be slow and others write meanwhile. A row is written
before its transaction is sent: whatever is interrupted is sent again by the next round of the worker, under
the same number, so nothing is paid twice.
"""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from backend import db
from backend.adapters.relayer import Refusal, Relayer
from backend.context import Runtime
from backend.errors import (
    ERRORS,
    AllmendeError,
    BadRequestError,
    ConflictError,
    NotFoundError,
    UnavailableError,
    error_of,
)
from backend.relay import acts, repository
from backend.relay.acts import SignedCall
from backend.relay.arguments import UnfitError
from backend.relay.repository import DONE, LOST, REVERTED, SENT, Relayed
from backend.relay.rules import (
    Limits,
    Price,
    Spent,
    auth_problem,
    budget_problem,
    gas_limit,
    price,
)
from backend.settings import Settings
from indexer.chain.deployment import Deployment

log = logging.getLogger(__name__)

# What is in no block by then is handed to the node again.
AGAIN_AFTER_S = 15
# A number that somebody else used is lost; a node may be a little behind itself.
LOST_AFTER_S = 60
KEEP_S = 7 * 86_400
# EIP-7825: no transaction may ask for more.
MAX_TRANSACTION_GAS = 16_777_216


def limits_of(settings: Settings) -> Limits:
    """What the operator pays for."""
    return Limits(
        member_wei=settings.relay_member_wei,
        all_wei=settings.relay_all_wei,
        max_fee_wei=settings.relay_max_fee_wei,
        max_gas=settings.relay_max_gas,
    )


def relayed_acts(deployment: Deployment) -> dict[str, list[str]]:
    """Contract → names of its functions that are relayed."""
    found = {contract: acts.relayed(contract) for contract in sorted(deployment.addresses)}
    return {contract: names for contract, names in found.items() if names}


def is_low(parts: Runtime) -> bool:
    """Whether the relayer held less than the operator's mark when it was last looked at."""
    held = None if parts.relayer is None else parts.relayer.balance_wei
    return held is not None and held < parts.settings.relay_alarm_wei


def relay(parts: Runtime, member: bytes, contract: str, function: str, given: Mapping[str, Any]) -> Relayed:
    """Send a call from the member's budget, once: again it gives what was sent before.

    Raises:
        BadRequestError, ConflictError, …: the contract's own refusal, found by trying the call out.
        BadRequestError: it is no act that is relayed, nobody signed it, its deadline is too near.
        ConflictError: the member's budget is spent, another call is under way, too many failed.
        UnavailableError: nothing is relayed here or now.
    """
    relayer = parts.relayer
    if relayer is None:
        raise UnavailableError("relay: off")
    call = _read(parts.deployment, contract, function, given)
    with db.reading(parts.engine) as conn:
        if sent := repository.find_call(conn, call.key):
            return sent
        waits = bool(repository.under_way(conn, member))
    if waits:  # perhaps it is in a block by now
        settle(parts, member)
    try:
        _weigh(parts, member, most_wei=0)
        with relayer.slot():
            cost = _try_out(relayer, call, limits_of(parts.settings))
    except AllmendeError:
        # what is refused may have been sent by another request of the same act in between
        with db.reading(parts.engine) as conn:
            if sent := repository.find_call(conn, call.key):
                return sent
        raise
    return _send(parts, relayer, member, call, cost)


def budget(conn: Connection, member: bytes, now_s: int) -> tuple[Spent, bytes | None]:
    """What a member's last 24 hours cost, and the transaction that is under way."""
    under_way = repository.under_way(conn, member)
    return repository.spent(conn, member, now_s), under_way[0].tx_hash if under_way else None


def find(conn: Connection, tx_hash: bytes) -> Relayed:
    """A relayed transaction. Raises NotFoundError."""
    sent = repository.find(conn, tx_hash)
    if sent is None:
        raise NotFoundError("relay: unknown transaction")
    return sent


def settle(parts: Runtime, member: bytes | None = None) -> None:
    """One round: what is in a block gets its real cost, what is not is sent again. Does nothing without a
    relayer or with nothing under way."""
    relayer, now_s = parts.relayer, parts.wall_now()
    if relayer is None:
        return
    with db.reading(parts.engine) as conn:
        waiting = repository.under_way(conn, member)
    if not waiting:
        return
    count, found = relayer.settled([sent.tx_hash for sent in waiting])
    outcomes: list[tuple[Relayed, str, int]] = []
    for sent, settled in zip(waiting, found, strict=True):
        if settled is not None:
            outcomes.append((sent, DONE if settled.well else REVERTED, settled.cost_wei))
        elif count > sent.nonce and now_s >= sent.sent_at_s + LOST_AFTER_S:
            outcomes.append((sent, LOST, 0))
        elif now_s >= sent.sent_at_s + AGAIN_AFTER_S:
            taken = relayer.send(sent.raw)
            if not taken and now_s >= sent.sent_at_s + LOST_AFTER_S:
                outcomes.append((sent, LOST, 0))
    with db.writing(parts.engine) as conn:
        for sent, state, cost_wei in outcomes:
            repository.settle(conn, sent.tx_hash, state, cost_wei)
        repository.forget_before(conn, now_s - KEEP_S)


def _read(deployment: Deployment, contract: str, function: str, given: Mapping[str, Any]) -> SignedCall:
    if contract not in deployment.addresses or function not in acts.relayed(contract):
        raise BadRequestError("relay: not relayed", contract=contract, function=function)
    act = acts.find(contract, function, given)
    if act is None:
        raise BadRequestError("relay: unfit arguments", field="arguments", reason="has other names")
    try:
        return acts.call_of(act, deployment.addresses, given)
    except UnfitError as error:
        raise BadRequestError("relay: unfit arguments", field=error.place, reason=error.reason) from error
    except LookupError as error:
        raise BadRequestError("relay: foreign contract", field=str(error.args[0])) from error


def _try_out(relayer: Relayer, call: SignedCall, limits: Limits) -> Price:
    """The price of a call that goes well now, with exactly the gas that it will be given."""
    outlook = relayer.outlook()
    if problem := auth_problem(call.auths, outlook.now_s):
        raise BadRequestError(problem)
    refusal = relayer.try_out(call.to, call.data, limits.max_gas)
    # without a word it may be the gas that was too little
    if refusal is not None and (refusal.words or relayer.try_out(call.to, call.data, MAX_TRANSACTION_GAS)):
        _refuse(refusal)
    estimate = relayer.estimate(call.to, call.data, limits.max_gas)
    gas = None if estimate is None else gas_limit(estimate, limits.max_gas)
    if gas is None:
        raise BadRequestError("relay: too much gas", max_gas=limits.max_gas)
    _refuse(relayer.try_out(call.to, call.data, gas))
    cost = price(gas, outlook.base_fee_wei, outlook.tip_wei, limits.max_fee_wei)
    if cost is None:
        raise UnavailableError("relay: gas too dear")
    if outlook.balance_wei < cost.most_wei:
        log.error("the relayer cannot pay: it holds %d wei", outlook.balance_wei)
        raise UnavailableError("relay: out of money")
    return cost


def _send(parts: Runtime, relayer: Relayer, member: bytes, call: SignedCall, cost: Price) -> Relayed:
    with relayer.alone():
        nonce = relayer.next_nonce()
        with db.writing(parts.engine) as conn:
            if sent := repository.find_call(conn, call.key):
                return sent
            _check(repository.spent(conn, member, parts.wall_now()), cost.most_wei, limits_of(parts.settings))
            # what is written down has its number, whether it has reached the node or not
            taken = {sent.nonce for sent in repository.under_way(conn)}
            while nonce in taken:
                nonce += 1
            tx_hash, raw = relayer.sign(call.to, call.data, nonce, cost.gas, cost.max_fee_wei, cost.tip_wei)
            sent = Relayed(
                tx_hash=tx_hash,
                key=call.key,
                member=member,
                contract=call.act.contract,
                function=call.act.function,
                nonce=nonce,
                raw=raw,
                cost_wei=cost.most_wei,
                state=SENT,
                sent_at_s=parts.wall_now(),
            )
            repository.add(conn, sent)
        if not relayer.send(raw):
            with db.writing(parts.engine) as conn:
                repository.settle(conn, tx_hash, LOST, 0)
            raise UnavailableError("relay: node unreachable")
    if is_low(parts):
        log.warning("the relayer holds only %s wei", relayer.balance_wei)
    return sent


def _weigh(parts: Runtime, member: bytes, most_wei: int) -> None:
    """Refuse who has nothing left before the node is asked anything."""
    with db.reading(parts.engine) as conn:
        spent = repository.spent(conn, member, parts.wall_now())
    _check(spent, most_wei, limits_of(parts.settings))


def _check(spent: Spent, most_wei: int, limits: Limits) -> None:
    problem = budget_problem(spent, most_wei, limits)
    if problem == "relay: nothing left today":
        raise UnavailableError(problem)
    if problem is not None:
        raise ConflictError(problem, budget_wei=str(limits.member_wei), spent_wei=str(spent.member_wei))


def _refuse(refusal: Refusal | None) -> None:
    if refusal is None:
        return
    if refusal.words in ERRORS:
        raise error_of(refusal.words)
    raise BadRequestError("relay: refused", words=refusal.words or "")
