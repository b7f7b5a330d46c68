"""Who plays: personas in one browser with its switcher, or members with a browser and a wallet each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from page.acts import connect_wallet, kept_rows, switch_to
from page.sights import go, settled
from page.town import Town
from page.visit import Visit
from page.wallet import Wallet
from playwright.sync_api import Page


class Cast(Protocol):
    """Brings people before a page."""

    def at(self, name: str, path: str) -> Page:
        """Somebody looks at a page."""
        ...

    def sent(self) -> list[dict[str, Any]]:
        """The rows of all transactions that were sent from the browsers."""
        ...


@dataclass
class Personas:
    """One browser, and the demo's switcher."""

    visit: Visit
    now: str | None = None

    def at(self, name: str, path: str) -> Page:
        page = self.visit.page
        go(page, path)
        if self.now != name:
            switch_to(page, name)
            self.now = name
            settled(page)
        return page

    def sent(self) -> list[dict[str, Any]]:
        return kept_rows(self.visit.page)


@dataclass
class Wallets:
    """A browser and a wallet for everybody; connected once, then there after every load."""

    town: Town
    open_visit: Callable[..., Visit]
    wallet_of: Callable[[str], Wallet]
    size: tuple[int, int]
    visits: dict[str, Visit] = field(default_factory=dict)
    wallets: dict[str, Wallet] = field(default_factory=dict)

    def at(self, name: str, path: str) -> Page:
        if name in self.visits:
            page = self.visits[name].page
            go(page, path)
            return page
        visit, wallet = self.open_visit(*self.size), self.wallet_of(name)
        wallet.install(visit.context)
        self.visits[name], self.wallets[name] = visit, wallet
        go(visit.page, path)
        connect_wallet(visit.page)
        settled(visit.page)
        return visit.page

    def sent(self) -> list[dict[str, Any]]:
        rows = [row for visit in self.visits.values() for row in kept_rows(visit.page)]
        hashes = [sent for wallet in self.wallets.values() for sent in wallet.sent]
        assert sorted(row["hash"] for row in rows) == sorted(hashes), "every transaction has its row"
        return rows
