"""The tool-library story, played by the personas of the demo in one browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page.cast import Personas
from page.tale import play_damage, play_drill
from page.town import Town
from page.visit import DESKTOP, PHONE, Visit

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])


@SIZES
def test_a_drill_is_lent__and_both_rate(
    town: Town, open_visit: Callable[..., Visit], size: tuple[int, int]
) -> None:
    play_drill(town, Personas(open_visit(*size)))


@SIZES
def test_a_cargo_bike_comes_back_damaged__and_the_arbitrator_splits(
    town: Town, open_visit: Callable[..., Visit], size: tuple[int, int]
) -> None:
    play_damage(town, Personas(open_visit(*size)))
