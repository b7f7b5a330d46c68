"""Nothing personal can be on chain or in the chain tables: there is no place that would take a text."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from event_logs import DEPLOYMENT, History, header_of, log_of
from sqlalchemy import Boolean, CheckConstraint, Engine, Integer, LargeBinary, Text, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from indexer.chain import artefacts
from indexer.chain.decoder import catalogue
from indexer.reads.connection import open_chain
from indexer.store import journal
from indexer.store.rows import from_text
from indexer.store.tables import metadata, undo
from indexer.store.types import U256

STATES = {
    "resources": {"active", "paused", "retired"},
    "requests": {"pending", "granted", "denied", "cancelled"},
    "escrows": {"funded", "claimed", "disputed", "closed"},
    "ratings": {"committed", "revealed"},
}
# Before-images of rows, as JSON; what they may hold is tested below.
BEFORE_IMAGES = {("undo", "table_name"), ("undo", "key"), ("undo", "before")}
FIXED = re.compile(r"(u?int\d+|address|bool|bytes\d+)(\[\d*\])*")


def _leaves(inputs: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for item in inputs:
        if item["type"].startswith("tuple"):
            yield from _leaves(item["components"])
        else:
            yield item["name"], item["type"]


@pytest.mark.parametrize("name", ["Bookings", "Escrow", "Payments", "ReputationLedger", "Spaces"])
def test_events__carry__only_numbers_addresses_and_words_of_fixed_length(name: str) -> None:
    events = [item for item in artefacts.load(name).abi if item["type"] == "event"]
    assert events
    for item in events:
        for field, kind in _leaves(item["inputs"]):
            assert FIXED.fullmatch(kind), f"{name}.{item['name']}.{field} is {kind}"


def test_tables__have__no_text_column_but_closed_sets_of_states() -> None:
    found = set()
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Text):
                found.add((table.name, column.name))
            else:
                assert isinstance(column.type, Integer | LargeBinary | U256 | Boolean), column
    assert found == BEFORE_IMAGES | {(name, "state") for name in STATES}


@pytest.mark.parametrize("name", sorted(STATES))
def test_state__is__one_of_a_closed_set(name: str) -> None:
    table = metadata.tables[f"chain.{name}"]
    checks = [item for item in table.constraints if isinstance(item, CheckConstraint)]
    assert len(checks) == 1
    rule = str(CreateTable(table))
    assert set(re.findall(r"'(\w+)'", rule[rule.index("CHECK") :])) == STATES[name]


@pytest.fixture(scope="module")
def folded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A store after a random history."""
    engine = open_chain(tmp_path_factory.mktemp("store") / "chain.sqlite", writer=True)
    history = History(7)
    with engine.begin() as connection:
        for number in range(1, 80):
            logs = [log_of(said, number, i) for i, said in enumerate(history.block())]
            journal.append(connection, logs, [header_of(number)], catalogue(DEPLOYMENT), 0)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", sorted(STATES))
def test_state__any_other_word__is_refused_by_the_table(folded: Engine, name: str) -> None:
    with folded.connect() as connection, pytest.raises(IntegrityError, match="CHECK"):
        connection.execute(update(metadata.tables[f"chain.{name}"]).values(state="lives next door"))


def test_before_images__hold__only_what_rows_hold(folded: Engine) -> None:
    words = set().union(*STATES.values())
    with folded.connect() as connection:
        items = connection.execute(select(undo)).all()
    assert len(items) > 50
    for item in items:
        assert item.table_name in {kind.name for kind in metadata.tables.values()}
        for value in from_text(item.key) + ([] if item.before is None else from_text(item.before)):
            assert value is None or isinstance(value, int | bytes) or value in words
