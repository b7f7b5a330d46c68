"""`allmende demo`: the whole thing on this machine, and its two stories with --check."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts import _output
from scripts._errors import CommandError
from scripts._session import DEFAULT_HOME, Session

if TYPE_CHECKING:
    from scripts._demo.running import Running

WATCH_EVERY_S = 0.2


def demo(
    ctx: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Play two stories without a person, then leave.")
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the folder, and go on from it the next time.")
    ] = False,
    advance: Annotated[
        str | None, typer.Option(help="Start nothing: move the clock of the running demo on by 90m, 4h, 3d.")
    ] = None,
    api_port: Annotated[int | None, typer.Option(help="TCP port of the API; else a free one.")] = None,
    chain_port: Annotated[int | None, typer.Option(help="TCP port of the chain; else a free one.")] = None,
) -> None:
    """Start a lending library with six neighbours on a chain of your own. Ctrl-C ends all of it.

    Nothing needs the network, an account or a wallet, and nothing stays behind without --keep.

    [bold]Examples:[/bold]  allmende demo   ·   allmende demo --check   ·   allmende demo --keep --home
    my-library   ·   in another terminal, while it runs: allmende demo --advance 3d
    """
    from scripts._demo import clock, running, seed

    session: Session = ctx.obj
    if advance is not None:
        if check or keep:
            raise CommandError(
                "cli: start or advance",
                "--advance moves the clock of a demo that runs; it starts none.",
                "Leave --check and --keep out.",
            )
        clock.advance(session, advance)
        return
    home = None
    if keep:
        home = session.home if session.home_given else DEFAULT_HOME
    elif session.home_given and not check:  # the check always has a folder of its own
        home = session.home
    began = time.monotonic()

    def told(line: str) -> None:
        if not session.as_json:
            _output.done(f"{line}  [{time.monotonic() - began:.1f} s]")

    with (
        _stopped_by_signals(),
        running.home_folder(home, keep) as folder,
        running.running(folder, told, keep=keep, api_port=api_port, chain_port=chain_port) as up,
    ):
        things = seed.seed(up, told)
        if check:
            _check(session, up, things)
            return
        _welcome(session, up, things)
        while (ended := up.ended()) is None:
            up.fulfil_wish()
            time.sleep(WATCH_EVERY_S)
        raise CommandError("cli: part ended", f"The process {ended} has ended.", f"Look at {folder}/logs.")


def _check(session: Session, up: Running, things: dict[str, str]) -> None:
    """Play the stories; the failing step leaves as an error."""
    from scripts._demo.stage import Stage
    from scripts._demo.story_damage import play as play_damage
    from scripts._demo.story_drill import play as play_drill

    stage = Stage(up, things, silent=session.as_json)
    play_drill(stage)
    play_damage(stage)
    document = {"data": {"ok": True, "steps": stage.played}}
    _output.show(
        session.as_json, document, lambda: _output.done(f"both stories went well, {len(stage.played)} steps")
    )


def _welcome(session: Session, up: Running, things: dict[str, str]) -> None:
    """What runs and how to look around, as lines that work when pasted into another terminal."""
    from shlex import quote

    from scripts._demo.library import LENAS_DRILL, PROJECTOR

    if session.as_json:
        _output.show(True, {"data": up.described()}, lambda: None)
        sys.stdout.flush()
        return
    pending = up.api.requests(state="pending", resource=things[PROJECTOR]).data["items"]
    lines = [
        ("who has a drill, and why in this order", 'search drill --from "sat 10:00" --for 8h --why'),
        ("what Lena lends", "resource list --owner lena"),
        ("when her hammer drill is free", f"resource availability {things[LENAS_DRILL]}"),
        ("book it as Amir", f'book {things[LENAS_DRILL]} --from "sat 10:00" --for 8h --as amir'),
        ("what waits for Lena", "requests --owner lena --state pending"),
    ]
    if pending:
        lines.append(("say yes to Sofia, as Lena", f"grant {pending[0]['request']} --as lena"))
    lines += [("move its clock, so that nobody waits for Saturday", "demo --advance 3d")]
    lines += [("two stories from search to rating, on a chain of their own", "demo --check")]
    program = _program()
    _output.out.print()
    where = f"page: {up.api.url}   API: {up.api.url}/api/docs   chain: {up.anvil.rpc_url}"
    _output.out.print(f"[bold]The library is open.[/bold]  {where}", soft_wrap=True)
    who = (
        "Lena, Amir, Mira, Jonas, Sofia and the arbitrator Paula live here: be one of them in the browser,\n"
    )
    who += "or in another terminal:\n"
    _output.out.print(who, soft_wrap=True)
    # as they are, never folded: whoever copies a line gets all of it
    sys.stdout.write(f"  cd {quote(str(Path.cwd()))}\n  export ALLMENDE_HOME={quote(str(up.home))}\n")
    for meaning, line in lines:
        sys.stdout.write(f"\n  # {meaning}\n  {program} {line}\n")
    sys.stdout.write("\nCtrl-C ends it.\n")
    sys.stdout.flush()


def _program() -> str:
    """How to call this program from another terminal in the same folder."""
    if "VIRTUAL_ENV" in os.environ:
        return "allmende"
    script = Path(sys.executable).parent / "allmende"
    with suppress(ValueError):
        script = script.relative_to(Path.cwd())
    return str(script)


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end the block quietly, once; while it tidies up, further ones are not
    heard."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(*_: object) -> None:
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
