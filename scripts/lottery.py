"""`allmende lottery`: enter a request for a thing that is drawn, fix the block that decides, draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts import _output
from scripts._quantities import parse_id
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request

app = typer.Typer(no_args_is_help=True, help="Things that are drawn among those who asked.")

RequestArgument = Annotated[
    str, typer.Argument(help="Id of a request for the thing; all with its begin are drawn together.")
]


@app.command()
def enter(ctx: typer.Context, request: RequestArgument) -> None:
    """Enter a pending request, once a member; anybody may do it.

    [bold]Example:[/bold]  allmende lottery enter 0x7c…01 --as amir
    """
    from scripts._chain_client import policies

    session: Session = ctx.obj
    found, lead_s = _drawn(session, request)
    policies.enter(session.chain, found, lead_s)
    _show(session, found, lead_s, "The request takes part")


@app.command()
def fix(ctx: typer.Context, request: RequestArgument) -> None:
    """Once entries are closed, fix a coming block whose hash decides; again where the winner has withdrawn.

    [bold]Example:[/bold]  allmende lottery fix 0x7c…01 --as amir
    """
    from scripts._chain_client import policies

    session: Session = ctx.obj
    found, lead_s = _drawn(session, request)
    target = policies.fix(session.chain, found.resource, found.start_s, lead_s)
    _show(session, found, lead_s, f"Block {target} decides")


@app.command()
def draw(ctx: typer.Context, request: RequestArgument) -> None:
    """Draw the winner once that block is there, within 256 blocks. `allmende poke` then grants and denies.

    [bold]Example:[/bold]  allmende lottery draw 0x7c…01 --as amir
    """
    from scripts._chain_client import policies

    session: Session = ctx.obj
    found, lead_s = _drawn(session, request)
    policies.draw(session.chain, found.resource, found.start_s, lead_s)
    _show(session, found, lead_s, "The winner is drawn")


@app.command()
def status(ctx: typer.Context, request: RequestArgument) -> None:
    """Show how far the draw is that a request takes part in, from the contract.

    [bold]Example:[/bold]  allmende lottery status 0x7c…01
    """
    session: Session = ctx.obj
    found, lead_s = _drawn(session, request)
    _show(session, found, lead_s, None)


def _drawn(session: Session, request: str) -> tuple[Request, int]:
    """The values of a request for a thing with a lottery, and how long before the start entries close."""
    from scripts._chain_client import bookings
    from scripts._statements import require_policy

    found = bookings.find_request(session.chain, parse_id(request, "request"))
    thing = require_policy(session, found, "Lottery", "Wait for its owner or its policy to decide.")
    return found, int(thing["conditions"]["param"], 16)


def _show(session: Session, request: Request, lead_s: int, said: str | None) -> None:
    """The draw as the contract has it."""
    from scripts._chain_client import bookings

    chain = session.chain
    place = (chain.address("Bookings"), request.resource, request.start_s, lead_s)
    entries, target, won = chain.read("Lottery", "drawing", *place)
    own = chain.read("Lottery", "entry_of", *place, request.requester)
    key = bookings.request_id(chain, request)
    thing = session.thing("0x" + request.resource.hex())
    zone = (thing["description"] or {}).get("tz", session.tz)
    data: dict[str, Any] = {
        "request": "0x" + key.hex(),
        "entered": own == key,
        "entries": entries,
        "entries_close_at_s": max(0, request.start_s - lead_s),
        "block": target or None,
        "winner": "0x" + won.hex() if any(won) else None,
    }

    def readable() -> None:
        if said is not None:
            _output.done(said)
        _output.facts(
            [
                ("  request", data["request"] + ("" if data["entered"] else " (not entered)")),
                ("  entries", str(entries)),
                ("  close", _output.moment(data["entries_close_at_s"], zone)),
                ("  block", str(target) if target else "not fixed"),
                ("  winner", data["winner"] or "not drawn"),
            ]
        )
        if data["winner"]:
            _output.command(f"allmende poke {data['request']}")

    _output.show(session.as_json, {"data": data}, readable)
