"""`allmende attest`: whom a thing's owner trusts says yes or no to a request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts._errors import CommandError
from scripts._quantities import parse_duration
from scripts._session import Session


def attest(
    ctx: typer.Context,
    request: Annotated[str, typer.Argument(help="Id of the request, or the file of `book --draft`.")],
    to: Annotated[Path, typer.Option(help="The file to write; send it to who presents it.")],
    against: Annotated[bool, typer.Option("--against", help="Say no.")] = False,
    good_for: Annotated[str, typer.Option("--for", help="How long your word holds.")] = "7d",
) -> None:
    """Sign that a request is to be granted, or denied, for a thing whose policy takes your word. Nothing is
    sent: whoever has the file presents it with `allmende poke --with`.

    [bold]Example:[/bold]  allmende attest 0x7c…01 --to quiz-passed.json --as paula
    """
    from scripts._chain_client import policies
    from scripts._policy_data import ATTESTATION
    from scripts._statements import about, keep, require_policy

    session: Session = ctx.obj
    key, asked = about(session, request)
    thing = require_policy(session, asked, "AttestedByKey", "Attestations are for things that ask for one.")
    attester = policies.attested_by_key(session.chain.me)
    if "0x" + attester.hex() != thing["conditions"]["param"]:
        raise CommandError(
            "cli: not the attester", "The thing's policy takes the word of somebody else.", "Act as the one."
        )
    until_s = session.chain.now_s() + parse_duration(good_for)
    decision = policies.DENY if against else policies.GRANT
    message = policies.attest_message(session.chain, key, decision, until_s)
    signature = session.chain.sign_typed(message)
    said = {"grant": not against, "until_s": until_s, "signature": "0x" + signature.hex()}
    keep(session, ATTESTATION, key, asked, to, said)
