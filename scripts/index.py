"""`allmende index`: follow the chain into the tables, make them anew, or say how far they are."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import Session

if TYPE_CHECKING:
    from indexer.follower import Progress

app = typer.Typer(help="Follow the chain into the tables of the run's folder.")


@app.callback(invoke_without_command=True)
def follow(
    ctx: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="First make every row again from the stored logs.")
    ] = False,
    from_node: Annotated[
        bool, typer.Option("--from-node", help="With --rebuild: read the logs again too.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Check old blocks as strictly as the newest 512 (slower).")
    ] = False,
    until_head: Annotated[bool, typer.Option("--until-head", help="Stop when the head is reached.")] = False,
) -> None:
    """Follow the chain into the tables until stopped. Survives kill -9 and reorganisations; goes on where it
    was.

    [bold]Examples:[/bold]  allmende index   ·   allmende index --rebuild   ·   allmende index status
    """
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    from indexer import follower

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    deployed, database = session.operated(), session.home / "chain.sqlite"
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    report, last = _reporting(session.as_json)

    def work() -> None:
        if rebuild:
            source = session.rpc_url if from_node else None
            follower.rebuild(database, deployed, report, rpc_url=source, thorough=thorough)
        if not rebuild or until_head:
            follower.follow(
                session.rpc_url, deployed, database, stop, report, until_head=until_head, thorough=thorough
            )

    _explained(work)
    document = {"data": {"rebuilt": rebuild, "block": last[-1].block if last else None}}
    where = f"block {last[-1].block}" if last else "nothing to read"
    _output.show(session.as_json, document, lambda: _output.done(f"Stopped at {where}"))


@app.command()
def status(ctx: typer.Context) -> None:
    """Say how far the tables are, and the hash that a fresh index would have as well.

    [bold]Example:[/bold]  allmende index status --json
    """
    session: Session = ctx.obj
    from indexer.follower import table_hash
    from indexer.reads.connection import open_chain
    from indexer.reads.freshness import NotReadyError, freshness

    database = session.home / "chain.sqlite"
    if not database.is_file():
        raise CommandError("chain: not indexed", "No block has been read yet.", "Start `allmende index`.")
    engine = open_chain(database, writer=False)
    try:
        with engine.connect() as connection:
            fresh, digest = freshness(connection), table_hash(connection)
    except NotReadyError:
        raise CommandError(
            "chain: not indexed", "No block has been read yet.", "Start `allmende index`."
        ) from None
    finally:
        engine.dispose()
    document = {
        "data": {
            "chain_id": fresh.chain_id,
            "block": fresh.block,
            "block_hash": "0x" + fresh.block_hash.hex(),
            "block_time_s": fresh.block_time_s,
            "head": fresh.head,
            "lag_blocks": fresh.lag_blocks,
            "lag_s": fresh.lag_s,
            "table_hash": digest if isinstance(digest, str) else digest.hex(),
        }
    }

    def readable() -> None:
        _output.facts(
            [
                ("chain", str(fresh.chain_id)),
                ("block", f"{fresh.block} of {fresh.head}, {_output.moment(fresh.block_time_s, session.tz)}"),
                ("behind", f"{fresh.lag_blocks} blocks, {_output.span(fresh.lag_s)}"),
                ("tables", str(document["data"]["table_hash"])),
            ]
        )

    _output.show(session.as_json, document, readable)


def _reporting(silent: bool) -> tuple[Callable[[Progress], None], list[Progress]]:
    """A function that shows progress on a terminal, and the list in which it leaves the last one."""
    last: list[Progress] = []

    def report(progress: Progress) -> None:
        moved = not last or last[-1].block != progress.block
        last[:] = [progress]
        if moved and not silent and _output.err.is_terminal:
            line = f"block {progress.block} of {progress.head}, {progress.logs} logs"
            _output.err.print(line, end="\r")

    return report, last


def _explained(work: Callable[[], None]) -> None:
    """Run it, with the indexer's errors as ours."""
    from indexer import follower
    from indexer.chain.errors import RpcError

    try:
        with suppress(KeyboardInterrupt):
            work()
    except follower.StoreLockedError as error:
        raise CommandError(
            "cli: already indexing", f"{error}.", "Stop that one first, or index into another --home."
        ) from None
    except follower.WrongChainError as error:
        raise CommandError("cli: wrong chain", f"{error}.", "Name the right --home or --rpc.") from None
    except follower.NodeUnreachableError as error:
        raise CommandError(
            "cli: no chain", f"{error}.", "Start the node or name another with --rpc."
        ) from None
    except follower.MissingRowError as error:
        raise CommandError(
            "cli: logs missing",
            f"A node left out logs: {error}.",
            "Read the chain again from another node: `allmende --rpc URL index --rebuild --from-node`.",
        ) from None
    except (follower.InconsistentNodeError, RpcError) as error:
        raise CommandError("cli: chain refused", f"{error}.", "Use another node with --rpc.") from None
