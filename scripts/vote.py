"""`allmende vote`: a member of a group says yes or no to a request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts._errors import CommandError
from scripts._session import Session


def vote(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of the request, or the file of `book --draft`.")],
    to: Annotated[Path, typer.Option(help="The file to write; send it to who presents the votes.")],
    against: Annotated[bool, typer.Option("--against", help="Vote against it.")] = False,
) -> None:
    """Sign a vote on a request for a thing whose group you are a member of. Nothing is sent: whoever has
    enough votes presents them with `allmende poke --with`.

    [bold]Example:[/bold]  allmende vote 0x7c…01 --to mira.json --as mira
    """
    from scripts._chain_client import policies
    from scripts._policy_data import VOTE
    from scripts._statements import about, keep, require_policy

    session: Session = ctx.obj
    key, asked = about(session, request)
    thing = require_policy(session, asked, "GroupSignatures", "Votes are for things that a group decides on.")
    members = ((thing["description"] or {}).get("group") or {}).get("members", [])
    if session.chain.me not in members:
        raise CommandError(
            "cli: not in the group",
            "You are not one of those who vote on this thing.",
            "Act as one of them: " + ", ".join(session.name(member) for member in members) + ".",
        )
    signature = session.chain.sign_typed(policies.vote_message(session.chain, key, not against))
    said = {"grant": not against, "until_s": 0, "signature": "0x" + signature.hex()}
    keep(session, VOTE, key, asked, to, said)
