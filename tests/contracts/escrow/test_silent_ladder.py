"""Arbitrators who say nothing, one after the other, and whoever hands the dispute on as fast as he can."""

from typing import Any

import ape
import pytest
from contracts.escrow.deal import ARBITRATOR_SILENT, DAY_S, HOUR_S, Deal, live_of, receipt_of

WINDOWS_S = (5 * DAY_S, 2 * DAY_S, HOUR_S, DAY_S)


@pytest.fixture
def highest(deal: Deal, accounts: Any) -> Deal:
    """A ladder of four; only the price, so that the deal ends with the dispute."""
    rungs = tuple((accounts[5 + i].address, window_s, 100 * i) for i, window_s in enumerate(WINDOWS_S))
    return deal.but(ladder=rungs, deposit=0)


def test_expire__right_after_an_escalation__reverts_until_the_new_window_is_over(
    escrow: Any, highest: Deal, disputed: Any, stranger: Any, travel: Any
) -> None:
    found = disputed(highest)
    for rung, window_s in enumerate(WINDOWS_S[:-1]):
        since = live_of(escrow.word(found)).since
        for early in (since + 1, since + window_s - 1):
            travel(early)
            with ape.reverts("escrow: too early"):
                escrow.expire(highest.core, highest.rest, sender=stranger)
        travel(since + window_s)
        escrow.expire(highest.core, highest.rest, sender=stranger)
        live = live_of(escrow.word(found))
        assert (live.rung, live.since) == (rung + 1, since + window_s)


def test_expire__of_four_silent_rungs__ends_after_the_sum_of_their_windows(
    escrow: Any, highest: Deal, disputed: Any, stranger: Any, travel: Any
) -> None:
    found = disputed(highest)
    opened_at = live_of(escrow.word(found)).since
    for place in range(len(WINDOWS_S)):
        travel(opened_at + sum(WINDOWS_S[: place + 1]))
        escrow.expire(highest.core, highest.rest, sender=stranger)
    done = receipt_of(escrow.word(found))
    assert (done.outcome, done.paid) == (ARBITRATOR_SILENT, 666)
    assert done.done_at == opened_at + sum(WINDOWS_S)
