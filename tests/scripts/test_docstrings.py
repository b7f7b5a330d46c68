"""The check that the contracts say what they do: as they are, and with one word of them taken away."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts._docstrings import CONTRACTS, main, problems

BOOKINGS, ESCROW = "booking/Bookings.vy", "escrow/Escrow.vy"


@pytest.fixture
def change(tmp_path: Path) -> Callable[[str, str, str], list[str]]:
    """What the check says of a copy of the sources in which a piece of one file is another."""

    def make(source: str, old: str, new: str) -> list[str]:
        copy = tmp_path / "contracts"
        shutil.copytree(CONTRACTS, copy, dirs_exist_ok=True)
        text = (copy / source).read_text()
        changed, count = re.subn(old, new, text, count=1)
        assert count == 1, f"{source} has no {old}"
        (copy / source).write_text(changed)
        return [str(problem) for problem in problems(copy)]

    return make


def test_problems__of_the_contracts__are_none() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (r"@notice The payer pays .*", "", "release: @notice"),
        (r"@notice The payer pays .*", "@notice", "release: @notice"),
        (r"@param core .*", "", "open: @param core"),
        (r"@param core .*", "@param core", "open: @param core"),
        (r"@param core ", "@param kernel ", "open: no parameter kernel"),
        (r"@return .*", "", "open: @return"),
    ],
)
def test_problems__a_part_of_a_docstring_taken_away__is_named(
    change: Callable[[str, str, str], list[str]], old: str, new: str, said: str
) -> None:
    assert any(f"{ESCROW} {said}" == found for found in change(ESCROW, old, new))


def test_problems__function_without_a_docstring__is_named(
    change: Callable[[str, str, str], list[str]],
) -> None:
    found = change(
        BOOKINGS,
        r"@external\n",
        "@external\ndef silent(x: uint256) -> uint256:\n    return x\n\n\n@external\n",
    )
    assert found == [f"{BOOKINGS} silent: {missing}" for missing in ("@notice", "@param x", "@return")]


def test_problems__return_of_nothing__is_named(change: Callable[[str, str, str], list[str]]) -> None:
    docstring = '    """\n    @notice Nothing\n    @return Nothing\n    """\n'
    quiet = f"@external\ndef quiet():\n{docstring}    pass\n\n\n@external\n"
    assert change(BOOKINGS, r"@external\n", quiet) == [f"{BOOKINGS} quiet: returns nothing, but says @return"]


@pytest.mark.parametrize(
    ("source", "phrase", "said"),
    [
        (ESCROW, r"Who trusts whom\.", "who trusts whom"),
        # the test says there that it holds none, which who moves money may not say
        (ESCROW, r"How funds leave if everybody else is gone:", "how funds leave"),
        (BOOKINGS, r"no funds are ever held", "how funds leave"),
        (BOOKINGS, r"@title", "@title"),
    ],
)
def test_problems__contract_that_does_not_say_who_trusts_whom_or_how_funds_leave__is_named(
    change: Callable[[str, str, str], list[str]], source: str, phrase: str, said: str
) -> None:
    [found] = change(source, phrase, "It holds no funds" if source == ESCROW and "funds" in phrase else "")
    assert found.startswith(f"{source}: {said}")


@pytest.mark.parametrize("broken", ["def (", "@external\ndef f(:\n    pass\n", "\x00"])
def test_problems__source_that_cannot_be_read__is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "Broken.vy").write_text(broken)
    [found] = problems(tmp_path)
    assert str(found).startswith("Broken.vy: cannot be read")


def test_problems__folder_without_contracts__is_one(tmp_path: Path) -> None:
    (tmp_path / "module.vy").write_text("")
    assert [problem.missing for problem in problems(tmp_path)] == ["no contracts are here"]


def test_main__exits_1_and_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert main(["--contracts", str(tmp_path)]) == 1
    assert "no contracts are here" in capsys.readouterr().out
