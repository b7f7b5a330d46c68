"""The tool-library story, played by members with a browser and a wallet each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page.cast import Wallets
from page.tale import play_damage, play_drill
from page.town import Town
from page.visit import DESKTOP, PHONE, Visit
from page.wallet import Wallet

SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["360", "1280"])


@SIZES
def test_a_drill_is_lent__and_both_rate(
    town: Town, open_visit: Callable[..., Visit], wallet_of: Callable[[str], Wallet], size: tuple[int, int]
) -> None:
    play_drill(town, Wallets(town, open_visit, wallet_of, size))


@SIZES
def test_a_cargo_bike_comes_back_damaged__and_the_arbitrator_splits(
    town: Town, open_visit: Callable[..., Visit], wallet_of: Callable[[str], Wallet], size: tuple[int, int]
) -> None:
    play_damage(town, Wallets(town, open_visit, wallet_of, size))
