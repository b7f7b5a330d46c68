"""The clock of a running demo, which a person can move forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scripts import _output
from scripts._anvil import CHAIN_ID
from scripts._errors import CommandError
from scripts._quantities import parse_duration

if TYPE_CHECKING:
    from scripts._chain_client.rpc import Rpc
    from scripts._session import Session

MAX_ADVANCE_S = 366 * 86_400


def move(rpc: Rpc, seconds: int) -> tuple[int, int]:
    """Move the time of the demo's chain forward: number and time (UTC seconds) of the block that shows it.

    Args:
        rpc: The demo's chain.
        seconds: From 1 to `MAX_ADVANCE_S`.

    Raises:
        CommandError: "cli: wrong chain" where another chain answers, "cli: no chain" where none does.
    """
    if int(rpc.call("eth_chainId"), 16) != CHAIN_ID:
        raise CommandError("cli: wrong chain", f"{rpc.url} is not the demo's chain.", "Leave --rpc out.")
    rpc.call("evm_increaseTime", seconds)
    rpc.call("evm_mine")
    block = rpc.call("eth_getBlockByNumber", "latest", False)
    return int(block["number"], 16), int(block["timestamp"], 16)


def advance(session: Session, length: str) -> None:
    """Move the chain time of the demo that runs here forward, and say what time it is there.

    Raises:
        CommandError: "cli: malformed duration", "cli: no demo" where none runs, "cli: wrong chain" where
            `--rpc` leads to another chain.
    """
    from scripts._chain_client.rpc import Rpc

    seconds = parse_duration(length)
    if not 0 < seconds <= MAX_ADVANCE_S:
        raise CommandError(
            "cli: malformed duration", f"{length} is not between a minute and a year.", "Write 90m, 4h or 3d."
        )
    if not session.run:
        raise CommandError(
            "cli: no demo", "No demo runs here whose clock could be moved.", "Start one with `allmende demo`."
        )
    block, now_s = move(Rpc(session.rpc_url), seconds)
    session.api.wait_for_block(block)
    document = {"data": {"advanced_s": seconds, "now_s": now_s}}
    told = f"{_output.span(seconds)} later: it is {_output.moment(now_s, session.tz)} in the demo"
    _output.show(session.as_json, document, lambda: _output.done(told))
