"""What is relayed at what price, as plain values."""

import pytest

from backend.relay.rules import (
    LEAST_GAS,
    LEAST_TIME_S,
    MAX_REVERTED,
    Limits,
    Price,
    Spent,
    auth_problem,
    budget_problem,
    gas_limit,
    price,
)

NOW_S = 1_800_000_000
MEMBER, OTHER, NOBODY = b"\1" * 20, b"\2" * 20, bytes(20)
LIMITS = Limits(member_wei=100, all_wei=1_000, max_fee_wei=50, max_gas=2_000_000)
NOTHING = Spent(member_wei=0, all_wei=0, reverted=0, under_way=False)


def test_auth__signed_with_time_left__is_taken() -> None:
    assert auth_problem([(MEMBER, NOW_S + LEAST_TIME_S), (OTHER, 2**256 - 1)], NOW_S) is None
    assert auth_problem([], NOW_S) is None


@pytest.mark.parametrize("auths", [[NOBODY], [MEMBER, NOBODY], [NOBODY, MEMBER]])
def test_auth__with_an_empty_signer_anywhere__is_refused(auths: list[bytes]) -> None:
    assert auth_problem([(signer, NOW_S + 3_600) for signer in auths], NOW_S) == "relay: nobody signed"


@pytest.mark.parametrize("left_s", [LEAST_TIME_S - 1, 0, -1, -NOW_S])
def test_auth__about_to_end__is_refused(left_s: int) -> None:
    auths = [(MEMBER, NOW_S + 3_600), (OTHER, NOW_S + left_s)]
    assert auth_problem(auths, NOW_S) == "relay: deadline too near"


def test_gas__of_a_small_call__is_enough_for_every_capped_call() -> None:
    assert gas_limit(21_000, 2_000_000) == LEAST_GAS


def test_gas__of_a_large_call__has_a_margin() -> None:
    assert gas_limit(1_000_000, 2_000_000) == 1_250_000
    assert gas_limit(1_600_000, 2_000_000) == 2_000_000
    assert gas_limit(1_600_001, 2_000_000) is None


def test_price__covers_a_base_fee_that_doubles() -> None:
    assert price(10, 20, 5, 50) == Price(10, 45, 5)
    assert price(10, 45, 5, 50) == Price(10, 50, 5)
    assert Price(10, 45, 5).most_wei == 450


def test_price__above_the_highest_fee__is_none() -> None:
    assert price(10, 46, 5, 50) is None


def test_budget__within_all_limits__is_no_problem() -> None:
    assert budget_problem(NOTHING, 100, LIMITS) is None
    assert budget_problem(Spent(99, 999, MAX_REVERTED - 1, False), 1, LIMITS) is None


@pytest.mark.parametrize(
    ("spent", "most_wei", "expected"),
    [
        (Spent(0, 0, 0, True), 0, "relay: one at a time"),
        (Spent(0, 0, MAX_REVERTED, False), 0, "relay: failed too often"),
        (Spent(0, 0, 0, False), 101, "relay: budget spent"),
        (Spent(100, 100, 0, False), 1, "relay: budget spent"),
        (Spent(0, 1_000, 0, False), 1, "relay: nothing left today"),
        (Spent(0, 950, 0, False), 51, "relay: nothing left today"),
    ],
)
def test_budget__beyond_a_limit__is_refused(spent: Spent, most_wei: int, expected: str) -> None:
    assert budget_problem(spent, most_wei, LIMITS) == expected
