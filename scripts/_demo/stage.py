"""Where the stories play: personas with their keys, money read from the chain, time that can be moved, and
steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scripts import _output
from scripts._accounts import PERSONAS
from scripts._api_client import ApiClient
from scripts._chain_client import token
from scripts._chain_client.chain import Chain, Receipt
from scripts._demo.library import HERE, TIME_ZONE
from scripts._demo.running import Running
from scripts._errors import CommandError
from scripts._quantities import parse_moment, parse_point

ADDRESS = {persona.name: persona.address for persona in PERSONAS}


@dataclass
class Step:
    """A step as it is told; `words` may gain what was found."""

    words: str

    def adds(self, text: str) -> None:
        """Say what was found."""
        self.words += f": {text}"


@dataclass
class Stage:
    """A running demo as the stories see it.

    Args:
        up: The running demo.
        things: Title → resource id (hex).
        silent: Tell no lines.
    """

    up: Running
    things: dict[str, str]
    silent: bool = False
    played: list[dict[str, Any]] = field(default_factory=list)
    _chains: dict[str, Chain] = field(default_factory=dict)
    _story: str = ""

    def __post_init__(self) -> None:
        self.money = self.chain("lena").address("MockToken")
        self.symbol, self.decimals = token.unit(self.chain("lena"), self.money)

    @property
    def api(self) -> ApiClient:
        """The public HTTP API of the demo."""
        return self.up.api

    def story(self, title: str) -> None:
        """A new story begins."""
        self._story = title
        if not self.silent:
            _output.out.print(f"\n[bold]{title}[/bold]")

    @contextmanager
    def step(self, words: str) -> Iterator[Step]:
        """One line of a story; whatever goes wrong inside leaves as an error that names it.

        Raises:
            CommandError: "demo: step failed".
        """
        told, began = Step(words), time.monotonic()
        try:
            yield told
        except CommandError as error:
            raise CommandError(
                "demo: step failed",
                f"{self._story} — {told.words}: {error.message} ({error.code})",
                "Look at the logs with: allmende demo --check --keep --home check",
                error.details,
            ) from error
        took_s = round(time.monotonic() - began, 3)
        self.played.append({"story": self._story, "step": told.words, "seconds": took_s})
        if not self.silent:
            _output.done(told.words)

    def chain(self, persona: str) -> Chain:
        """The contracts with a persona's key."""
        if persona not in self._chains:
            self._chains[persona] = self.up.chain(persona)
        return self._chains[persona]

    def units(self, amount: int) -> int:
        """Smallest units of whole dEUR."""
        return amount * int(10**self.decimals)

    def shown(self, units: int) -> str:
        """An amount for the eye."""
        sign = "−" if units < 0 else ""
        return sign + _output.amount(abs(units), self.symbol, self.decimals)

    def balances(self) -> dict[str, int]:
        """What every persona and the escrow hold of the token, from the chain."""
        chain = self.chain("lena")
        held = {name: token.balance(chain, self.money, address) for name, address in ADDRESS.items()}
        return held | {"escrow": token.balance(chain, self.money, chain.address("Escrow"))}

    def settle(self, receipt: Receipt) -> None:
        """Wait until the API has read the block."""
        self.api.wait_for_block(receipt.block)

    def move_to(self, time_s: int) -> None:
        """Move chain time to a moment in the future and wait until the API has seen it."""
        chain = self.chain("lena")
        self.up.anvil.advance(max(1, time_s - chain.now_s()))
        self.api.wait_for_block(int(chain.rpc.call("eth_blockNumber"), 16))

    def saturday(self) -> int:
        """The next Saturday 10:00 in Vienna that is at least a day away, UTC seconds."""
        return parse_moment("sat 10:00", self.chain("lena").now_s() + 86_400, TIME_ZONE)

    def ranking(self, service: str, start_s: int, end_s: int) -> list[dict[str, Any]]:
        """What a search from the demo's middle finds for this time, best first."""
        lat, lng = parse_point(HERE)
        found = self.api.search(service=service, lat=lat, lng=lng, start_s=start_s, end_s=end_s)
        items: list[dict[str, Any]] = found.data["items"]
        return items


def expect(found: object, wanted: object, what: str) -> None:
    """The outcome a story promises.

    Raises:
        CommandError: "demo: not as expected" with both values.
    """
    if found != wanted:
        raise CommandError(
            "demo: not as expected", f"{what} is {found!r}, not {wanted!r}.", "This is a fault of ours."
        )


def expect_moves(before: dict[str, int], after: dict[str, int], moves: dict[str, int]) -> None:
    """Every balance moved by exactly so much; those not named not at all.

    Raises:
        CommandError: "demo: not as expected".
    """
    for name, held in before.items():
        expect(after[name] - held, moves.get(name, 0), f"What came to {name} (smallest units)")
