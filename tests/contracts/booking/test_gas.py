"""Gas of whole transactions (receipt `gasUsed`, the 21,000 base included) stays within the budgets."""

from collections.abc import Callable
from typing import Any

import pytest
from contracts.booking_values import HOUR_S, announcement, announcement_message, number, request_of
from contracts.compiling import compiled
from contracts.signing import EMPTY_AUTH

RUNTIME_BYTES = 23_000
ANNOUNCE = 62_000
ANNOUNCE_MANY_EACH = 32_000
REQUEST = 55_000
CONFIRM_USED_WORD, CONFIRM_NEW_WORD = 42_000, 59_000
FIRST_COME_USED_WORD, FIRST_COME_NEW_WORD = 60_000, 78_000
DENY = 42_000
CANCEL = 42_000
CONSUME = 42_000


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Any, int], None]:
    """Prints the figure and fails above the budget."""

    def check(what: str, receipt: Any, budget: int, each: int = 1) -> None:
        used = receipt.gas_used // each
        with capsys.disabled():
            print(f"\n  {what}: {used:,} of {budget:,}", end="")
        assert used <= budget, f"{what} used {used}, budget {budget}"

    return check


def test_runtime__of_bookings__fits_the_size_gate() -> None:
    assert (len(compiled("Bookings")["runtime"]) - 2) // 2 < RUNTIME_BYTES


def test_announce__plain__within_budget(bookings: Any, owner: Any, report: Any) -> None:
    report("announce", bookings.announce(announcement(), EMPTY_AUTH, sender=owner), ANNOUNCE)


def test_announce_many__fifty__within_budget_each(bookings: Any, owner: Any, report: Any) -> None:
    many = [announcement(f"thing {i}") for i in range(50)]
    receipt = bookings.announce_many(many, EMPTY_AUTH, sender=owner)
    report("announce_many, each of 50", receipt, ANNOUNCE_MANY_EACH, each=50)


def test_announce_many__signed__within_budget_each(
    bookings: Any, owner: Any, relayer: Any, now: Any, sign: Any, report: Any
) -> None:
    many = [announcement(f"thing {i}") for i in range(50)]
    message = {"announcements": [announcement_message(a) for a in many], "deadline": now() + HOUR_S}
    auth = sign(owner, bookings, "AnnounceMany", message)
    receipt = bookings.announce_many(many, auth, sender=relayer)
    report("announce_many signed, each of 50", receipt, ANNOUNCE_MANY_EACH + 3_000, each=50)


def test_request__manual__within_budget(bookings: Any, wanted: Any, requester: Any, report: Any) -> None:
    report("request", bookings.request(wanted, EMPTY_AUTH, sender=requester), REQUEST)


def test_confirm__new_and_used_word__within_budget(
    bookings: Any, pending: Any, drill: bytes, start: int, requester: Any, owner: Any, report: Any
) -> None:
    # a neighbour in the same calendar word of 256 hours
    neighbour_start = start + 2 * HOUR_S if (start // HOUR_S) % 256 < 254 else start - HOUR_S
    neighbour = request_of(drill, requester.address, neighbour_start, 1, salt=number("neighbour"))
    bookings.request(neighbour, EMPTY_AUTH, sender=requester)
    report("confirm, new word", bookings.confirm(pending, EMPTY_AUTH, sender=owner), CONFIRM_NEW_WORD)
    report("confirm, used word", bookings.confirm(neighbour, EMPTY_AUTH, sender=owner), CONFIRM_USED_WORD)


def test_request__first_come__within_budget(
    bookings: Any, first_come: bytes, start: int, requester: Any, report: Any
) -> None:
    first = request_of(first_come, requester.address, start)
    neighbour_start = start + 2 * HOUR_S if (start // HOUR_S) % 256 < 254 else start - HOUR_S
    neighbour = request_of(first_come, requester.address, neighbour_start, 1, salt=number("neighbour"))
    report("first-come, new word", bookings.request(first, EMPTY_AUTH, sender=requester), FIRST_COME_NEW_WORD)
    report(
        "first-come, used word",
        bookings.request(neighbour, EMPTY_AUTH, sender=requester),
        FIRST_COME_USED_WORD,
    )


def test_deny__pending__within_budget(bookings: Any, pending: Any, owner: Any, report: Any) -> None:
    report("deny", bookings.deny(pending, number("why"), EMPTY_AUTH, sender=owner), DENY)


def test_cancel__pending__within_budget(bookings: Any, pending: Any, requester: Any, report: Any) -> None:
    report("cancel, pending", bookings.cancel(pending, EMPTY_AUTH, sender=requester), CANCEL)


def test_cancel__granted__within_budget(bookings: Any, granted: Any, requester: Any, report: Any) -> None:
    report("cancel, granted", bookings.cancel(granted, EMPTY_AUTH, sender=requester), CANCEL)
