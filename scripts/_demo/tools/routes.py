"""The demo's tools over HTTP: what this demo is, its clock, its indexer, its faucet, its chain."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse

from backend import db
from backend.context import Parts, Runtime
from backend.envelope import Envelope, answer
from backend.errors import ERRORS
from backend.kit.hexadecimal import from_address, from_hex, to_address
from indexer.reads.freshness import freshness
from scripts._accounts import PERSONAS
from scripts._anvil import MNEMONIC
from scripts._chain_client.rpc import Rpc
from scripts._demo import clock, wish
from scripts._demo.library import HERE, TIME_ZONE
from scripts._demo.tools import faucet, refusals
from scripts._demo.tools.rpc_gate import MAX_BYTES, RpcGate
from scripts._demo.tools.schemas import (
    DemoOut,
    FaucetIn,
    FaucetOut,
    IndexerIn,
    IndexerOut,
    IndexerState,
    PersonaOut,
    PlaceOut,
    TimeIn,
    TimeOut,
)
from scripts._errors import CommandError
from scripts._quantities import parse_point

INDEXED_WITHIN_S = 30.0
REACTS_WITHIN_S = 15.0
LOOK_EVERY_S = 0.03
Data = TypeVar("Data")
SIMULATED = [f"demo.simulated.{what}" for what in ("chain", "money", "keys", "time")]


def router(home: Path, rpc_url: str) -> APIRouter:
    """The tools of the demo whose folder is `home` and whose chain answers at `rpc_url`. Nothing is read or
    asked before somebody calls."""
    routes = APIRouter(prefix="/demo", tags=["demo"], route_class=refusals.ToolRoute)
    gate = RpcGate(rpc_url)
    json_only = [Depends(refusals.json_only)]

    @routes.get("")
    def demo(parts: Parts) -> Envelope[DemoOut]:
        """What this demo is. Only a demo has this path: elsewhere it is an unknown route."""
        lat, lng = parse_point(HERE)
        head, now_s = _newest(rpc_url)
        deployed = parts.deployment
        if deployed.token is None or deployed.token_symbol is None or deployed.token_decimals is None:
            raise ValueError("a demo has a token that says its unit")
        found = DemoOut(
            chain_id=deployed.chain_id,
            rpc_url=rpc_url,
            personas=[
                PersonaOut(
                    name=someone.name,
                    title=someone.title,
                    address=from_address(someone.address),
                    index=someone.index,
                )
                for someone in PERSONAS
            ],
            mnemonic=MNEMONIC,
            near=PlaceOut(lat=lat, lng=lng),
            tz=TIME_ZONE,
            token=deployed.token,
            token_symbol=deployed.token_symbol,
            token_decimals=deployed.token_decimals,
            indexer=_state(home),
            head=head,
            now_s=now_s,
            simulated=SIMULATED,
        )
        return _answered(parts, found)

    @routes.post("/time", dependencies=json_only)
    def move_time(body: TimeIn, parts: Parts) -> Envelope[TimeOut]:
        """Move chain time forward, and answer when that is indexed; at once while the indexer is stopped."""
        rpc = Rpc(rpc_url)
        try:
            block, now_s = clock.move(rpc, body.seconds)
        finally:
            rpc.close()
        _await_indexed(parts, home, block)
        return _answered(parts, TimeOut(now_s=now_s, block=block))

    @routes.post("/indexer", dependencies=json_only)
    def run_indexer(body: IndexerIn, parts: Parts) -> Envelope[IndexerOut]:
        """Stop or start the indexer, and answer when that is done."""
        wish.wish(home, body.running)
        deadline = time.monotonic() + REACTS_WITHIN_S
        # whoever wishes last wins; the others are told how it is
        while wish.is_wished(home) == body.running and wish.is_running(home) != body.running:
            if time.monotonic() > deadline:
                raise refusals.no_answer()
            time.sleep(LOOK_EVERY_S)
        return _answered(parts, IndexerOut(indexer=_state(home)))

    @routes.post("/faucet", dependencies=json_only)
    def give(body: FaucetIn, parts: Parts) -> Envelope[FaucetOut]:
        """A coin for gas and 1,000 units of the demo's token for any address."""
        gift = faucet.give(rpc_url, parts.deployment, to_address(body.address))
        given = FaucetOut(
            coin_transaction=from_hex(gift.coin_transaction, 32),
            transaction=from_hex(gift.transaction, 32),
            block=gift.block,
        )
        return _answered(parts, given)

    @routes.post("/rpc", dependencies=[*json_only, Depends(_small)], response_model=None)
    def chain(body: Annotated[Any, Body()]) -> JSONResponse:
        """JSON-RPC of the demo's chain, one call or a batch of at most 50: reads and signed transactions."""
        status, reply = gate.answer(body)
        return JSONResponse(reply, status_code=status)

    return routes


async def _small(request: Request) -> None:
    if len(await request.body()) > MAX_BYTES:
        spec = ERRORS["request: body too large"]
        raise CommandError("request: body too large", spec.message, spec.next_step, {"max_bytes": MAX_BYTES})


def _answered(parts: Runtime, data: Data) -> Envelope[Data]:
    """In a transaction that begins only now, so that it sees what was waited for."""
    with db.reading(parts.engine) as conn:
        return answer(conn, data)


def _state(home: Path) -> IndexerState:
    return "running" if wish.is_running(home) else "stopped"


def _newest(rpc_url: str) -> tuple[int, int] | tuple[None, None]:
    """Number and time of the node's newest block, or nothing while it does not answer."""
    rpc = Rpc(rpc_url)
    try:
        block = rpc.call("eth_getBlockByNumber", "latest", False)
        return int(block["number"], 16), int(block["timestamp"], 16)
    except CommandError:
        return None, None
    finally:
        rpc.close()


def _await_indexed(parts: Runtime, home: Path, block: int) -> None:
    deadline = time.monotonic() + INDEXED_WITHIN_S
    while wish.is_running(home) and wish.is_wished(home):
        with db.reading(parts.engine) as conn:
            if freshness(conn).block >= block:
                return
        if time.monotonic() > deadline:
            raise refusals.index_behind(block)
        time.sleep(LOOK_EVERY_S)
