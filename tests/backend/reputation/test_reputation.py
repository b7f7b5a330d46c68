"""A member's reputation over HTTP, decayed to the block's time."""

from typing import Any

from chain_facts import DAY_S, committed, number, responded, retracted, revealed

from backend.reputation.rules import Standing, decimal, rating_state

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
    assert [rating_state(False, False, 10, 20, now_s) for now_s in (9, 10, 19, 20)] == [
        "sealed",
        "can be opened",
        "can be opened",
        "forfeited",
    ]
    assert rating_state(True, False, 10, 20, 99) == "open"
    assert rating_state(True, True, 10, 20, 99) == "retracted"


def test_rating__says_what_it_weighs_and_that_both_were_given_at_once(installation: Any) -> None:
    rater, subject = installation.address("rater"), installation.address("subject")
    escrow, now_s = installation.deployed.escrow, installation.rows.time_s
    rate(installation, DEAL, 5)
    second = [
        revealed(escrow, OTHER_DEAL, rater, subject, 1, weight=UNIT // 2),
        revealed(escrow, OTHER_DEAL, subject, rater, 4, side=1),
    ]
    installation.rows.block(now_s + 7 * DAY_S, second)
    shown = show(installation, "subject")
    ratings = {rating["deal"]: rating for rating in shown["ratings"]}
    first, later = ratings["0x" + DEAL.hex()], ratings["0x" + OTHER_DEAL.hex()]
    assert (first["weight"], first["weight_ppm"], first["at_once"]) == (str(UNIT), 1_000_000, False)
    assert (later["weight"], later["weight_ppm"], later["at_once"]) == (str(UNIT // 2), 500_000, True)
    assert (later["state"], later["score"], later["committed_at_s"]) == ("open", 1, now_s + 7 * DAY_S)
    # (5 + 1/2) / (1 + 1/2)
    assert shown["standings"][0]["mean_ppm"] == 3_666_666
    assert "reputation.pairs" in [said["key"] for said in shown["explanation"]]
    (back,) = show(installation, "rater")["ratings"]
    assert (back["side"], back["score"]) == ("payee", 4)


def test_rating__answered__shows_the_digest(installation: Any) -> None:
    rate(installation, DEAL, 2)
    escrow, at_s = installation.deployed.escrow, installation.rows.time_s + DAY_S
    installation.rows.block(at_s, [responded(escrow, DEAL, installation.address("subject"))])
    (rating,) = show(installation, "subject")["ratings"]
    assert (rating["state"], rating["response"], rating["responded_at_s"]) == ("open", "0x" + "0d" * 32, at_s)


def test_rating__retracted__counts_nothing_and_stays_on_record(installation: Any) -> None:
    rate(installation, DEAL, 2)
    rater, subject = installation.address("rater"), installation.address("subject")
    event = retracted(installation.deployed.escrow, DEAL, rater, subject, 2)
    installation.rows.block(installation.rows.time_s + DAY_S, [event])
    shown = show(installation, "subject")
    (rating,), (standing,) = shown["ratings"], shown["standings"]
    assert (rating["state"], rating["score"]) == ("retracted", 2)
    assert rating["retracted_at_s"] == installation.rows.time_s
    assert (standing["sum"], standing["weight"], standing["count"], standing["mean_ppm"]) == ("0", "0", 0, 0)
    keys = [said["key"] for said in shown["explanation"]]
    assert "reputation.none" in keys
    assert "reputation.retracted" in keys


def test_standing__of_sums_that_are_nearly_forgotten__has_a_mean_that_is_a_score() -> None:
    means = [Standing(b"", "escrow", 1, sum_, 1, 1).mean_ppm for sum_ in (0, 3, 9)]
    assert means == [1_000_000, 3_000_000, 5_000_000]


def test_ratings__through_a_foreign_contract__are_shown_as_such(installation: Any) -> None:
    rate(installation, OTHER_DEAL, 5, source=b"\x99" * 20)
    shown = show(installation, "subject")
    assert shown["standings"][0]["source_name"] == "other"
    keys = [said["key"] for said in shown["explanation"]]
    assert "reputation.other_sources" in keys
    assert "reputation.none" in keys


def test_decimal__is_rounded_down() -> None:
    assert [decimal(ppm) for ppm in (0, 4_999_999, 5_000_000, 10_000)] == ["0.00", "4.99", "5.00", "0.01"]
