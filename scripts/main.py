"""The console script `allmende`: global options, the list of commands, and how errors leave.

Only light modules are imported here; a command imports what is heavy when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from scripts import _output
from scripts._deploy_command import deploy
from scripts._errors import CommandError
from scripts._session import Session, found_home
from scripts.attest import attest
from scripts.bench import app as bench_app
from scripts.block import block
from scripts.book import book
from scripts.bundle import app as bundle_app
from scripts.cancel import cancel
from scripts.deal import app as deal_app
from scripts.demo import demo
from scripts.deny import deny
from scripts.doctor import doctor
from scripts.gathering import app as gathering_app
from scripts.grant import grant
from scripts.import_listings import import_listings
from scripts.index import app as index_app
from scripts.lottery import app as lottery_app
from scripts.pay import pay, payments
from scripts.poke import poke
from scripts.rate import app as rate_app
from scripts.requests import requests
from scripts.resource import app as resource_app
from scripts.return_early import return_early
from scripts.search import search
from scripts.serve import serve
from scripts.space import app as space_app
from scripts.ticket import app as ticket_app
from scripts.verify_deployment import verify_deployment
from scripts.vote import vote

# Global options may stand anywhere on the line; True: a value follows.
GLOBAL_OPTIONS = {
    "--home": True,
    "--api": True,
    "--rpc": True,
    "--as": True,
    "--keystore": True,
    "--relay": False,
    "--json": False,
}
EXIT_FAILED = 1

app = typer.Typer(
    name="allmende",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            envvar="ALLMENDE_HOME",
            help="The run's folder; else allmende-home, else that of the one demo that runs here.",
        ),
    ] = None,
    api: Annotated[
        str | None,
        typer.Option(envvar="ALLMENDE_API_URL", help="Origin of the API; else that of the run's folder."),
    ] = None,
    rpc: Annotated[
        str | None,
        typer.Option(envvar="ALLMENDE_RPC_URL", help="JSON-RPC of the chain; else that of the run's folder."),
    ] = None,
    acting: Annotated[
        str | None,
        typer.Option("--as", help="Who acts, on the demo's chain: lena, amir, mira, jonas, sofia, paula."),
    ] = None,
    keystore: Annotated[
        Path | None, typer.Option(help="Who acts: an encrypted keystore file; its passphrase is asked for.")
    ] = None,
    relay: Annotated[
        bool,
        typer.Option("--relay", help="Only sign what you do: the API's relayer sends it and pays the gas."),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")
    ] = False,
) -> None:
    """Share what you have: find who is near and free, book, pay through escrow, rate.

    The options below may stand anywhere on the line, also behind the command.

    [bold]First steps:[/bold]  allmende demo   ·   allmende search drill --as amir   ·   allmende deal list
    --as lena
    """
    ctx.obj = Session(
        home or found_home(), api, rpc, acting, keystore, as_json, relay, home_given=home is not None
    )


_LOOK, _ACT, _RUN = "Look around", "Act", "Run an installation"
app.command(rich_help_panel=_LOOK)(search)
app.add_typer(resource_app, name="resource", rich_help_panel=_LOOK)
app.command(rich_help_panel=_LOOK)(requests)
app.command(rich_help_panel=_LOOK)(payments)
app.add_typer(space_app, name="space", rich_help_panel=_ACT)
app.add_typer(ticket_app, name="ticket", rich_help_panel=_ACT)
app.add_typer(gathering_app, name="gathering", rich_help_panel=_ACT)
app.command(rich_help_panel=_ACT)(book)
app.command(rich_help_panel=_ACT)(grant)
app.command(rich_help_panel=_ACT)(deny)
app.command(rich_help_panel=_ACT)(cancel)
app.command("return", rich_help_panel=_ACT)(return_early)
app.command(rich_help_panel=_ACT)(block)
app.add_typer(bundle_app, name="bundle", rich_help_panel=_ACT)
app.command(rich_help_panel=_ACT)(poke)
app.command(rich_help_panel=_ACT)(vote)
app.command(rich_help_panel=_ACT)(attest)
app.add_typer(lottery_app, name="lottery", rich_help_panel=_ACT)
app.add_typer(deal_app, name="deal", rich_help_panel=_ACT)
app.command(rich_help_panel=_ACT)(pay)
app.add_typer(rate_app, name="rate", rich_help_panel=_ACT)
app.command("import", rich_help_panel=_ACT)(import_listings)
app.command(rich_help_panel=_RUN)(demo)
app.command(rich_help_panel=_RUN)(doctor)
app.command(rich_help_panel=_RUN)(deploy)
app.command("verify-deployment", rich_help_panel=_RUN)(verify_deployment)
app.add_typer(index_app, name="index", rich_help_panel=_RUN)
app.command(rich_help_panel=_RUN)(serve)
app.add_typer(bench_app, name="bench", rich_help_panel=_RUN)


def globals_first(arguments: Sequence[str]) -> list[str]:
    """The arguments with the global options moved to the front, so that they may stand anywhere before
    "--"."""
    front: list[str] = []
    rest: list[str] = []
    waiting = list(arguments)
    while waiting:
        part = waiting.pop(0)
        if part == "--":
            rest += [part, *waiting]
            break
        name, equals, _ = part.partition("=")
        if name not in GLOBAL_OPTIONS:
            rest.append(part)
            continue
        front.append(part)
        if GLOBAL_OPTIONS[name] and not equals and waiting:
            front.append(waiting.pop(0))
    return front + rest


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code: 0 done, 1 an error was shown, 2 the line was wrong."""
    line = globals_first(sys.argv[1:] if arguments is None else arguments)
    try:
        app(line, prog_name="allmende")
    except CommandError as error:
        _output.show_error(error, as_json="--json" in line)
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
