"""`allmende serve`: the HTTP API."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _output
from scripts._anvil import CHAIN_ID
from scripts._errors import CommandError
from scripts._session import Session

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount
    from fastapi import APIRouter

INDEX_WITHIN_S = 10.0


def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Interface to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65_535, help="TCP port.")] = 8000,
    relayer: Annotated[
        Path | None,
        typer.Option(help="Pay the gas of members' signed acts from this encrypted keystore file."),
    ] = None,
    demo_tools: Annotated[bool, typer.Option("--demo-tools", hidden=True)] = False,
) -> None:
    """Answer the HTTP API from the run's folder until stopped. `allmende index` must have read a block.

    [bold]Examples:[/bold]  allmende serve --home allmende-home --port 8000   ·   allmende serve --relayer
    gas-money.json
    """
    from scripts._processes import port_is_free

    session: Session = ctx.obj
    if host == "127.0.0.1" and not port_is_free(port):
        raise CommandError("cli: port taken", f"Port {port} is in use.", "Choose another with --port.")
    from backend.errors import AllmendeError
    from backend.main import serve as serve_api
    from backend.settings import Settings

    session.operated()
    paying = _relayer(session, relayer, demo_tools)
    _await_index(session.home / "chain.sqlite")
    if not session.as_json:
        _output.err.print(f"API on http://{host}:{port}/api  (docs: http://{host}:{port}/api/docs)")
    try:
        settings = Settings(home=session.home, api_host=host, api_port=port, rpc_url=session.rpc_url)
        serve_api(settings, [_tools(session)] if demo_tools else [], paying)
    except AllmendeError as error:
        raise CommandError(
            error.code, error.spec.message, error.spec.next_step, error.details or None
        ) from None


def _relayer(session: Session, keystore: Path | None, demo_tools: bool) -> LocalAccount | None:
    """The account that pays for signed acts: the operator's, or in a demo that of the demo."""
    from scripts._accounts import RELAYER, keystore_account, persona_account

    if keystore is not None:
        return keystore_account(keystore)
    return persona_account(RELAYER.name, session.deployment.chain_id) if demo_tools else None


def _tools(session: Session) -> APIRouter:
    """What the page of `allmende demo` may do, and no other."""
    from scripts._demo.tools.routes import router

    if session.deployment.chain_id != CHAIN_ID:
        raise CommandError(
            "cli: wrong chain", "The demo's tools are for the demo's chain.", "Start `allmende demo`."
        )
    return router(session.home.absolute(), session.rpc_url)


def _await_index(database: Path) -> None:
    """An indexer that was started together with this one needs a moment to make its file."""
    deadline = time.monotonic() + INDEX_WITHIN_S
    while not database.is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
