"""The list of guards, and that removing one is really noticed or really survives."""

from pathlib import Path

import pytest

from scripts import _guards

SOURCE = """# pragma version ~=0.4.3
from ..shared import authorization
from ..shared import refusal


@external
def pay(amount: uint256):
    if amount == 0:
        refusal._refuse("demo: nothing")  # why
    if amount > 5:
        refusal._refuse(
            "demo: too much"
        )
    x: uint256 = amount


@internal
def _check():
    assert True
"""


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """Sources with three guards, one over several lines and one without words."""
    (tmp_path / "demo").mkdir()
    (tmp_path / "mocks").mkdir()
    (tmp_path / "demo" / "Demo.vy").write_text(SOURCE)
    (tmp_path / "mocks" / "Mock.vy").write_text(SOURCE)
    return tmp_path


def test_guards__of_a_source__are_found_with_function_lines_and_words(contracts: Path) -> None:
    path = Path("demo/Demo.vy")
    assert _guards.guards(contracts) == [
        _guards.Guard(path, "pay", 9, 9, "demo: nothing"),
        _guards.Guard(path, "pay", 11, 13, "demo: too much"),
        _guards.Guard(path, "_check", 19, 19, None),
    ]


def test_without__guard_over_several_lines__leaves_pass_and_every_other_line(contracts: Path) -> None:
    _guards.without(_guards.guards(contracts)[1], contracts)
    lines = (contracts / "demo" / "Demo.vy").read_text().splitlines()
    assert lines[10:13] == ["        pass", "", ""]
    assert [line for i, line in enumerate(lines) if not 10 <= i < 13] == [
        line for i, line in enumerate(SOURCE.splitlines()) if not 10 <= i < 13
    ]


def test_slices_using__shared_module__are_those_that_import_it(contracts: Path) -> None:
    guard = _guards.Guard(Path("shared/authorization.vy"), "_actor", 1, 1, "auth: expired")
    assert _guards.slices_using(guard, contracts) == ["demo"]
    assert _guards.slices_using(_guards.guards(contracts)[0], contracts) == ["demo"]


def test_check__list_of_the_repository__is_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert _guards.main(["--check"]) == 0, capsys.readouterr().out


def test_trial__guard_that_a_test_covers__is_noticed() -> None:
    [guard] = [g for g in _guards.guards() if g.words == "reputation: wrong opening"]
    assert _guards.trial(guard).outcome == "noticed"


def test_trial__no_test_that_could_notice__survives(monkeypatch: pytest.MonkeyPatch) -> None:
    [guard] = [g for g in _guards.guards() if g.words == "reputation: wrong opening"]
    harmless = _guards.TESTS / "test_typed_data.py"
    monkeypatch.setattr(_guards, "selections", lambda _: [[harmless]])
    assert _guards.trial(guard).outcome == "survived"
