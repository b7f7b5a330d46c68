"""`allmende return`: the requester gives the rest of a grant back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scripts._decision import decide
from scripts._errors import CommandError
from scripts._quantities import parse_moment
from scripts._session import Session

if TYPE_CHECKING:
    from scripts._chain_client.bookings import Request
    from scripts._chain_client.chain import Chain, Receipt


def return_early(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of your request, as `allmende requests` shows it.")],
    end: Annotated[
        str | None, typer.Option("--at", help='From when on it is free: "sat 14:00"; else as soon as can be.')
    ] = None,
    tz: Annotated[
        str | None, typer.Option(help="Time zone of what you typed; else that of the thing.")
    ] = None,
) -> None:
    """Give the rest of a time back that you no longer need. What you had stays yours, the rest becomes free.

    A deal about it keeps its own terms. Of a series give whole times back: `allmende cancel --only`.

    [bold]Example:[/bold]  allmende return 0x7c…01 --at "sat 14:00" --as amir
    """
    session: Session = ctx.obj

    def act(chain: Chain, found: Request) -> Receipt:
        from scripts._chain_client.booking_acts import return_early as give_back

        thing = session.thing("0x" + found.resource.hex())
        now_s = chain.now_s()
        if end is not None:
            zone = tz or (thing["description"] or {}).get("tz", session.tz)
            return give_back(chain, found, parse_moment(end, now_s, zone))
        # the first boundary that lies after now when the transaction is in a block, and after the begin
        quantum_s, phase_s = int(thing["quantum_s"]), int(thing["phase_s"])
        least_s = max(found.start_s + 1, now_s + SOON_S)
        end_s = least_s + (phase_s - least_s) % quantum_s
        if end_s >= found.start_s + found.quanta * quantum_s:
            raise CommandError(
                "cli: nothing to give back",
                "The last time unit of it has begun.",
                "It ends by itself; nothing needs to be done.",
            )
        return give_back(chain, found, end_s)

    decide(session, request, act, "shorter; the rest is free again")


# A block may come this much later than the newest one
SOON_S = 60
