"""What a thing asks for beside a time: from the options of `resource announce` to what goes on chain, and
from what the API says back to what is presented with a request.

Some policies keep only the hash of what they want. What was hashed stands in the thing's public description
(`group`, `demand`), so that everybody who asks can present it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scripts import _money
from scripts._errors import CommandError
from scripts._opening import parse_opening
from scripts._quantities import parse_amount, parse_duration, parse_id

if TYPE_CHECKING:
    from scripts._chain_client.booking_acts import Conditions
    from scripts._chain_client.policies import Demand
    from scripts._session import Session

# Their answer comes after the request, so that they cannot only admit to it
DECIDING = ("EscrowFunded", "Lottery")
FEE_CAP_PERCENT = 5
RUNG_WINDOW_S = 14 * 86_400


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """The options that name a policy; at most one of the first seven."""

    members_only: str | None = None
    ticket: str | None = None
    reputation: str | None = None
    escrow: str | None = None
    group: str | None = None
    attested: str | None = None
    lottery: str | None = None
    arbitrator: str | None = None

    def chosen(self) -> str | None:
        """The option that was given.

        Raises:
            CommandError: "cli: one policy".
        """
        names = ("members_only", "ticket", "reputation", "escrow", "group", "attested", "lottery")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) > 1:
            options = " and ".join("--" + name.replace("_", "-") for name in given)
            raise CommandError("cli: one policy", f"{options} were given.", "A thing has one policy.")
        return given[0] if given else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The policy of a thing: contract, what it is told, and what the description says of it."""

    policy: str
    param: bytes
    described: dict[str, Any] = field(default_factory=dict)


def policy_of(session: Session, options: PolicyOptions, service: int, rule: str) -> Asked | None:
    """The policy that the options name.

    Raises:
        CommandError: "cli: one policy", "cli: policy and rule", or that of a malformed option.
    """
    name = options.chosen()
    if name is None:
        if rule == "policy":
            raise CommandError(
                "cli: policy and rule",
                "The rule says that a policy decides, and none is named.",
                "Add --members-only, --ticket, --reputation, --escrow, --group, --attested or --lottery.",
            )
        return None
    asked = _MAKERS[name](session, options, service)
    if asked.policy in DECIDING and rule != "policy":
        raise CommandError(
            "cli: policy and rule",
            f"--{name} cannot admit to a request, because its answer comes after it.",
            "Let it decide: --rule policy.",
        )
    return asked


def conditions(
    session: Session,
    asked: Asked | None,
    quota: str | None,
    opening: Sequence[str],
    requires: str | None,
    quantum_s: int,
    tz: str,
) -> Conditions | None:
    """What goes on chain beside the terms; None where the thing asks for nothing more.

    Raises:
        CommandError: that of a malformed option, "cli: impossible terms" for a quota of no quantum.
    """
    from scripts._chain_client.booking_acts import Conditions
    from scripts._chain_client.chain import ZERO_ADDRESS, ZERO_HASH

    most = 0
    if quota is not None:
        most, rest = divmod(parse_duration(quota), quantum_s)
        if rest or not 0 < most < 1 << 32:
            raise CommandError(
                "cli: impossible terms", "The quota does not fit.", "It must be a multiple of the --quantum."
            )
    found = Conditions(
        policy=ZERO_ADDRESS if asked is None else session.chain.address(asked.policy),
        param=ZERO_HASH if asked is None else asked.param,
        quota=most,
        opening=parse_opening(opening, tz, session.chain.now_s(), by_the_day=quantum_s == 86_400),
        requires=ZERO_HASH if requires is None else parse_id(requires, "resource"),
    )
    return None if found == Conditions() else found


def presented(thing: dict[str, Any]) -> Conditions | None:
    """The conditions of a thing as the API gives it, to be presented with a request; the contract compares
    them with their hash."""
    from scripts._chain_client.booking_acts import Conditions
    from scripts._chain_client.chain import ZERO_ADDRESS, ZERO_HASH

    said = thing["conditions"]
    if said is None:
        return None
    hours = said["open_hours"]
    return Conditions(
        policy=said["policy"] or ZERO_ADDRESS,
        param=parse_id(said["param"], "param") if said["param"] else ZERO_HASH,
        quota=said["quota"],
        opening=0 if hours is None else sum(1 << hour for hour in hours),
        requires=parse_id(said["requires"], "resource") if said["requires"] else ZERO_HASH,
    )


def demand_of(session: Session, thing: dict[str, Any]) -> Demand:
    """What a thing wants to see in escrow, from its description, held against the hash on chain.

    Raises:
        CommandError: "cli: terms unknown".
    """
    from scripts._chain_client import escrow, policies

    said = (thing["description"] or {}).get("demand")
    if said is None:
        raise terms_unknown()
    names = ("object_s", "claim_s", "answer_s", "silent_payer_bps", "silent_arbitrator_bps")
    schedule = escrow.Schedule(0, 0, **{name: said[name] for name in names})
    found = policies.Demand(
        escrow=session.chain.address("Escrow"),
        token=said["token"],
        price=said["price"],
        deposit=said["deposit"],
        windows=policies.windows_of(schedule),
        price_each=said["price_each"],
        rest=rest_of(said).digest(),
    )
    if "0x" + found.param().hex() != thing["conditions"]["param"]:
        raise terms_unknown()
    return found


def rest_of(demand: dict[str, Any]) -> Any:
    """The lists of a deal that a described demand asks for."""
    from scripts._chain_client import escrow

    ladder = ((rung["arbitrator"], rung["window_s"], rung["fee_cap"]) for rung in demand["ladder"])
    return escrow.Rest(ladder=tuple(ladder))


def terms_unknown() -> CommandError:
    """What a policy keeps the hash of is not in the description, or is something else."""
    return CommandError(
        "cli: terms unknown",
        "The thing's description does not say what its policy wants to see.",
        "Ask the owner, or present it yourself with --data.",
    )


def _members_only(session: Session, options: PolicyOptions, service: int) -> Asked:
    return Asked("MembersOnly", parse_id(options.members_only or "", "space"))


def _ticket(session: Session, options: PolicyOptions, service: int) -> Asked:
    return Asked("TicketHolder", parse_id(options.ticket or "", "ticket"))


def _reputation(session: Session, options: PolicyOptions, service: int) -> Asked:
    from scripts._chain_client import policies

    found = re.fullmatch(r"(\d)(?:\.(\d{1,3}))?\s+(\d{1,5})", (options.reputation or "").strip())
    if found is None:
        raise CommandError(
            "cli: malformed reputation",
            f"{options.reputation!r} is no reputation.",
            'Write the least mean and the least number of ratings: --reputation "4.5 3".',
        )
    mean = int(found[1]) * 1_000 + int((found[2] or "").ljust(3, "0"))
    source = session.chain.address("Escrow")
    return Asked("MinimumReputation", policies.minimum_reputation(source, service, mean, int(found[3])))


def _escrow(session: Session, options: PolicyOptions, service: int) -> Asked:
    from backend.kit.hexadecimal import to_address
    from scripts._chain_client import escrow, policies

    amounts = (options.escrow or "").split()
    token = session.deployment.token
    if len(amounts) != 2 or token is None:
        raise CommandError(
            "cli: malformed amount",
            f"{options.escrow!r} are not a price and a deposit in the run's token.",
            'Write both: --escrow "12.50 50".',
        )
    unit = _money.of_token(session, to_address(token))
    price, deposit = (parse_amount(amount, unit.decimals) for amount in amounts)
    if price + deposit == 0:
        raise CommandError("cli: malformed amount", "Nothing would be held.", "Name a price or a deposit.")
    schedule = escrow.Schedule(0, 0)
    rungs = []
    if options.arbitrator is not None:
        fee_cap = (price + deposit) * FEE_CAP_PERCENT // 100
        arbitrator = session.address(options.arbitrator)
        rungs.append({"arbitrator": arbitrator, "window_s": RUNG_WINDOW_S, "fee_cap": fee_cap})
    described = {
        "token": to_address(token),
        "price": price,
        "price_each": 0,
        "deposit": deposit,
        "object_s": schedule.object_s,
        "claim_s": schedule.claim_s,
        "answer_s": schedule.answer_s,
        "silent_payer_bps": schedule.silent_payer_bps,
        "silent_arbitrator_bps": schedule.silent_arbitrator_bps,
        "ladder": rungs,
    }
    demand = policies.Demand(
        escrow=session.chain.address("Escrow"),
        token=to_address(token),
        price=price,
        deposit=deposit,
        windows=policies.windows_of(schedule),
        rest=rest_of(described).digest(),
    )
    return Asked("EscrowFunded", demand.param(), {"demand": described})


def _group(session: Session, options: PolicyOptions, service: int) -> Asked:
    from scripts._chain_client import policies

    found = re.fullmatch(r"(\d{1,2})\s+(.+)", (options.group or "").strip())
    if found is None:
        raise CommandError(
            "cli: malformed group",
            f"{options.group!r} is no group.",
            'Write how many have to agree, and who votes: --group "2 lena mira jonas".',
        )
    members = tuple(session.address(name) for name in found[2].split())
    group = policies.Group(int(found[1]), members)
    described = {"group": {"k": group.k, "members": list(group.members)}}
    return Asked("GroupSignatures", group.param(), described)


def _attested(session: Session, options: PolicyOptions, service: int) -> Asked:
    from scripts._chain_client import policies

    attester = session.address(options.attested or "")
    return Asked("AttestedByKey", policies.attested_by_key(attester))


def _lottery(session: Session, options: PolicyOptions, service: int) -> Asked:
    from scripts._chain_client import policies

    return Asked("Lottery", policies.lottery(parse_duration(options.lottery or "")))


_MAKERS = {
    "members_only": _members_only,
    "ticket": _ticket,
    "reputation": _reputation,
    "escrow": _escrow,
    "group": _group,
    "attested": _attested,
    "lottery": _lottery,
}
