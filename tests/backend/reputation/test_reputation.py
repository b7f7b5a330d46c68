"""A member's reputation over HTTP, decayed to the block's time."""

from typing import Any

from chain_facts import DAY_S, committed, number, revealed

from backend.reputation.rules import decimal, rating_state

DEAL, OTHER_DEAL = number(51), number(52)
UNIT = 2**40


def show(installation: Any, role: str) -> Any:
    answer = installation.client.get(f"/api/members/{installation.member(role).address}/reputation")
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def rate(installation: Any, deal: bytes, score: int, source: bytes | None = None) -> None:
    rater, subject = installation.address("rater"), installation.address("subject")
    source = source or installation.deployed.escrow
    now_s = installation.rows.time_s
    installation.rows.block(now_s, [committed(source, deal, rater, subject)])
    installation.rows.block(now_s + 7 * DAY_S, [revealed(source, deal, rater, subject, score)])


def test_reputation__of_a_newcomer__is_empty_and_says_so(installation: Any) -> None:
    shown = show(installation, "subject")
    assert (shown["standings"], shown["ratings"]) == ([], [])
    assert [said["key"] for said in shown["explanation"]] == ["reputation.none", "reputation.decay"]


def test_reputation__after_ratings__is_the_ledgers_numbers(installation: Any) -> None:
    rate(installation, DEAL, 5)
    (standing,) = show(installation, "subject")["standings"]
    assert (standing["sum"], standing["weight"], standing["count"]) == (str(5 * UNIT), str(UNIT), 1)
    assert (standing["mean_ppm"], standing["source_name"]) == (5_000_000, "escrow")
    installation.rows.block(installation.rows.time_s + 180 * DAY_S)
    shown = show(installation, "subject")
    (standing,) = shown["standings"]
    assert abs(standing["weight_ppm"] - 500_000) <= 1
    assert abs(standing["mean_ppm"] - 5_000_000) <= 1
    assert standing["count"] == 1
    assert "counting as much as 0." in shown["explanation"][0]["text"]


def test_rating__is_sealed_then_open_or_forfeited(installation: Any) -> None:
    rater, subject = installation.address("rater"), installation.address("subject")
    now_s = installation.rows.time_s
    installation.rows.block(now_s, [committed(installation.deployed.escrow, DEAL, rater, subject)])

    def state() -> tuple[str, int | None]:
        (rating,) = show(installation, "subject")["ratings"]
        return rating["state"], rating["score"]

    assert state() == ("sealed", None)
    installation.rows.block(now_s + 7 * DAY_S)
    assert state() == ("can be opened", None)
    installation.rows.block(now_s + 14 * DAY_S)
    assert state() == ("forfeited", None)
    keys = [said["key"] for said in show(installation, "subject")["explanation"]]
    assert keys == ["reputation.none", "reputation.forfeited", "reputation.decay"]


def test_rating_state__changes_exactly_at_its_bounds() -> None:
    assert [rating_state(False, 10, 20, now_s) for now_s in (9, 10, 19, 20)] == [
        "sealed",
        "can be opened",
        "can be opened",
        "forfeited",
    ]
    assert rating_state(True, 10, 20, 99) == "open"


def test_ratings__through_a_foreign_contract__are_shown_as_such(installation: Any) -> None:
    rate(installation, OTHER_DEAL, 5, source=b"\x99" * 20)
    shown = show(installation, "subject")
    assert shown["standings"][0]["source_name"] == "other"
    keys = [said["key"] for said in shown["explanation"]]
    assert "reputation.other_sources" in keys
    assert "reputation.none" in keys


def test_decimal__is_rounded_down() -> None:
    assert [decimal(ppm) for ppm in (0, 4_999_999, 5_000_000, 10_000)] == ["0.00", "4.99", "5.00", "0.01"]
