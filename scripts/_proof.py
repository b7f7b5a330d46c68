"""What the API says of a booking, held against the chain before money follows it.

The API is somebody else's machine. Whoever runs it, or breaks into it, must not be able to name another
payee, price or time than those that the owner announced and the member asked for.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from scripts._errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scripts._chain_client.chain import Chain


def prove_contracts(chain: Chain, names: Sequence[str] = ("Bookings", "Escrow")) -> None:
    """Hold the code where money would go against that of this program: a folder without a deployment takes
    the addresses from the API.

    Raises:
        CommandError: "cli: foreign contracts".
    """
    from indexer.chain import artefacts

    for name in names:
        artefact = artefacts.load(name)
        code = bytes.fromhex(chain.rpc.call("eth_getCode", chain.address(name), "latest")[2:])
        # immutables stand behind the code, so the artefact holds only the part in front of them
        if len(code) < artefact.runtime_size or code[: artefact.runtime_size] not in artefact.bytecode:
            raise CommandError(
                "cli: foreign contracts",
                f"What is at {chain.address(name)} is not the {name} of this program; nothing was sent.",
                "Look where the addresses come from: --home, or the --api.",
            )


def prove_booking(chain: Chain, request_id: bytes, booked: dict[str, Any], thing: dict[str, Any]) -> None:
    """Hold a request and its thing, as the API gave them, against their logs, and those against the ids.

    Raises:
        CommandError: "cli: forged answer", "cli: forged log", "bookings: unknown request" or
            "bookings: unknown resource".
    """
    from backend.kit.canonical_json import canonical_json
    from scripts._chain_client import bookings

    asked = bookings.find_request(chain, request_id)
    owner, announced = bookings.find_resource(chain, asked.resource)
    quantum_s = bookings.QUANTA_S[announced.terms >> 160 & 7]
    word = chain.read("Bookings", "request_word", request_id)
    description = thing["description"]
    digest = hashlib.sha256(canonical_json(description)).digest() if description else announced.digest
    proved = {
        "request": request_id.hex(),
        "thing": asked.resource.hex(),
        "owner": owner[2:].lower(),
        "begin": asked.start_s,
        # a series, and what was given back early, keeps its end in its word
        "end": word >> 45 & (1 << 40) - 1 or asked.start_s + asked.quanta * quantum_s,
        "service": announced.terms >> 232,
        "description": announced.digest,
    }
    said = {
        "request": booked["request"][2:].lower(),
        "thing": thing["resource"][2:].lower(),
        "owner": thing["owner"][2:].lower(),
        "begin": booked["start_s"],
        "end": booked["end_s"],
        "service": thing["service"],
        "description": digest,
    }
    for name, value in proved.items():
        if said[name] != value:
            raise CommandError(
                "cli: forged answer",
                f"The API names another {name} than the chain; nothing was sent.",
                "Use another --api, and tell its operator.",
            )
