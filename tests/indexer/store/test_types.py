"""U256 keeps every unsigned 256-bit integer and its order."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import StatementError

from indexer import facts
from indexer.store.tables import metadata
from indexer.store.types import U256, to_words

amounts = st.integers(0, 2**256 - 1) | st.sampled_from([0, 1, 2**63, 2**255, 2**255 + 1, 2**256 - 1])


@pytest.fixture(scope="module")
def numbers() -> tuple[Engine, Table]:
    table = Table("numbers", MetaData(), Column("id", Integer, primary_key=True), Column("amount", U256))
    engine = create_engine("sqlite://")
    table.metadata.create_all(engine)
    return engine, table


@given(st.lists(amounts, min_size=1, max_size=20))
def test_u256__any_numbers__come_back_exact_and_in_order(
    numbers: tuple[Engine, Table], values: list[int]
) -> None:
    engine, table = numbers
    with engine.connect() as conn:
        conn.execute(insert(table), [{"amount": value} for value in values])
        assert list(conn.scalars(select(table.c.amount).order_by(table.c.id))) == values
        assert list(conn.scalars(select(table.c.amount).order_by(table.c.amount))) == sorted(values)


@given(amounts, amounts)
def test_to_words__byte_order__is_number_order(left: int, right: int) -> None:
    assert (to_words(left) < to_words(right)) == (left < right)


def test_u256__2_to_255_plus_1__is_exact_in_sqlite(numbers: tuple[Engine, Table]) -> None:
    engine, table = numbers
    with engine.connect() as conn:
        conn.execute(insert(table).values(amount=2**255 + 1))
        assert conn.scalar(select(table.c.amount).where(table.c.amount == 2**255 + 1)) == 2**255 + 1


@pytest.mark.parametrize("value", [-1, 2**256])
def test_u256__out_of_range__is_refused(numbers: tuple[Engine, Table], value: int) -> None:
    engine, table = numbers
    with engine.connect() as conn, pytest.raises(StatementError, match="no unsigned"):
        conn.execute(insert(table).values(amount=value))


@pytest.mark.parametrize("kind", facts.ROWS, ids=lambda kind: kind.__name__)
def test_tables__columns__are_the_fields_of_the_fact(kind: type[facts.Row]) -> None:
    table = metadata.tables[f"chain.{kind.TABLE}"]
    assert [column.name for column in table.columns] == [field.name for field in fields(kind)]
    assert [column.name for column in table.primary_key] == [f.name for f in fields(kind)][: kind.KEY]
