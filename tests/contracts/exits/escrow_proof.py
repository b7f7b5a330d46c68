"""What has to follow from all that can happen with a small deal: else `FindingError`."""

from collections.abc import Callable

from contracts.exits.escrow_written import (
    Left,
    by_silence,
    least_by_payer,
    longest_silence_s,
    most_by_arbitrator,
    most_by_payee,
)
from contracts.exits.proof import demand, longest_wait, totals, waits
from contracts.exits.search import ANYBODY, Found


def exits(found: Found) -> None:
    """Each party alone reaches the end from every state."""
    for party in found.world.parties:
        longest_wait(found, party)


def exits_in_time(found: Found) -> None:
    """With nobody but a caller of what is due, everything is over when the terms say."""
    for index, seconds in enumerate(waits(found, ANYBODY)):
        written = longest_silence_s(_left(found, index))
        in_time = seconds is not None and seconds <= written
        demand(in_time, found, index, f"over after {seconds} s, by the terms after {written} s")


def silence_pays(found: Found) -> None:
    """Where everybody is silent, the legs go where the terms write, and there is no fee."""
    for index, sums in enumerate(totals(found, ANYBODY)):
        left = _left(found, index)
        for total in map(dict, sums):
            to_payee = total.get("payee", 0)
            demand(to_payee in by_silence(left), found, index, f"silence pays the payee {to_payee}")
            whole = total.get("payer", 0) + to_payee
            demand(whole == left.held, found, index, f"of {left.held} silence pays {whole}")


def silent_payee_is_safe(found: Found) -> None:
    """The payer alone leaves a silent payee what the terms write, at least."""
    for index, sums in enumerate(totals(found, "payer")):
        least = min((dict(total).get("payee", 0) for total in sums), default=-1)
        written = least_by_payer(_left(found, index))
        demand(least == written, found, index, f"the payer alone leaves {least}, by the terms {written}")


def silent_payer_is_safe(found: Found) -> None:
    """The payee alone takes of a silent payer no more than the agreed cap."""
    for index, sums in enumerate(totals(found, "payee")):
        most = max((dict(total).get("payee", 0) for total in sums), default=-1)
        written = most_by_payee(_left(found, index))
        demand(most == written, found, index, f"the payee alone takes {most}, by the terms {written}")


def arbitrator_is_bounded(found: Found) -> None:
    """An arbitrator alone keeps the fee of one ruling at most, and reaches nothing that is not in dispute."""
    for rung, (role, _, _) in enumerate(found.world.arbitrators):
        for index, sums in enumerate(totals(found, role)):
            left = _left(found, index)
            most = max((dict(total).get(role, 0) for total in sums), default=-1)
            written = most_by_arbitrator(left, rung)
            demand(most == written, found, index, f"{role} alone keeps {most}, by the terms {written}")
            least = min((dict(total).get("payer", 0) for total in sums), default=-1)
            demand(least >= left.deposit - left.claim, found, index, f"{role} alone leaves the payer {least}")


def owed_is_withdrawn(found: Found) -> None:
    """Who could not be paid withdraws it, in every state."""
    leaving = found.leaving()
    for index, state in enumerate(found.states):
        owed = state.view.facts[6]  # type: ignore[index]
        for role, amount in zip(found.world.payable, owed, strict=True):
            withdraws = any(step.by == role and step.name == "claim" for step in leaving[index])
            demand(
                withdraws == bool(amount), found, index, f"{role} is owed {amount}, withdrawing: {withdraws}"
            )


def closed_is_closed(found: Found) -> None:
    """After the end nothing moves."""
    for step in found.steps:
        if found.states[step.source].view.done:
            stays = found.states[step.target].view.done and not step.paid
            demand(stays, found, step.source, f"{step.by}: {step.name} moves what is closed")


PROOFS: tuple[Callable[[Found], None], ...] = (
    exits,
    exits_in_time,
    silence_pays,
    silent_payee_is_safe,
    silent_payer_is_safe,
    arbitrator_is_bounded,
    owed_is_withdrawn,
    closed_is_closed,
)


def _left(found: Found, index: int) -> Left:
    left: Left = found.states[index].view.detail
    return left
