"""The gas bench: a row for every function, within budget, and the committed page says the same."""

import pytest

from bench import gas


@pytest.fixture(scope="module")
def rows() -> list[gas.Row]:
    """Everything measured once."""
    return gas.run()


def test_run__every_function_and_size__is_within_its_budget(rows: list[gas.Row]) -> None:
    assert [row.case for row in rows if not row.ok] == []


def test_run__every_function_of_the_abis__has_a_row(rows: list[gas.Row]) -> None:
    cases = {row.case.split(",")[0] for row in rows}
    assert set(gas.functions()) <= cases


def test_table__committed_page__is_fresh(rows: list[gas.Row]) -> None:
    assert not gas.stale(rows)


def test_rows__function_without_scenario_and_case_without_budget__fail() -> None:
    found = {
        row.case: row for row in gas.rows([gas.Measured("Escrow.release", "Escrow.release, new case", 1)])
    }
    assert not found["Escrow.release, new case"].ok
    assert not found["Escrow.rule"].ok
    assert found["Escrow.rule"].value is None


def test_row__more_than_its_budget__fails_and_says_so() -> None:
    row = gas.Row("Escrow.release", 55_001, "gas", 55_000, "")
    assert not row.ok
    assert row.record()["ok"] is False
    assert "not within budget" in gas.table([row])
