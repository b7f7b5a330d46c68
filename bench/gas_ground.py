"""What all measured transactions stand on: the actors, times, terms, and the list of figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

# A fixed future keeps calldata, and with it gas, the same on every run
T0 = 2_000_000_000
HOUR, DAY = 3_600, 86_400
NO_AUTH = ("0x" + "00" * 20, 0, b"")
ZERO = bytes(32)
COIN = "0x" + "00" * 20
PRICE, DEPOSIT = 12_000_000, 50_000_000
CORE = "(address,address,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
REST = "((uint256,uint256)[],(uint256,uint256)[],(address,uint256,uint256)[])"
REQUEST = "(bytes32,address,uint256,uint256,uint256,bytes32,bytes32,bytes32)"
MANUAL, FIRST_COME, POLICY = 0, 1, 2
BUFFER_OF_TWO, GATED = 2 << 225, 1 << 231
# A contract that answers every call with the word 1, or 2: the smallest policy there is
SAYS_GRANT, SAYS_PENDING = "0x600160005260206000f3", "0x600260005260206000f3"
# enough for an expiry that no arbitrator has a part in
EMPTY_REST: tuple[Any, ...] = ((), (), ())


@dataclass(frozen=True, slots=True)
class Measured:
    """What one transaction of one case used; `function` is "Contract.function"."""

    function: str
    case: str
    gas: int
    unit: str = "gas"
    note: str = ""


@dataclass
class Bench:
    """The chain, its actors, and what was measured so far."""

    chains: dict[str, Any]
    progress: Callable[[str], None]
    figures: list[Measured] = field(default_factory=list)
    salts: int = 0

    def address(self, who: str) -> str:
        """The address of an actor."""
        return str(self.chains[who].me)

    def contract(self, name: str) -> str:
        """The address of a contract."""
        return str(self.chains["payer"].address(name))

    def send(self, who: str, function: str, *arguments: Any, **options: Any) -> Any:
        """A transaction that is not measured; the receipt."""
        contract, name = function.split(".")
        return self.chains[who].send(contract, name, *arguments, **options)

    def measure(self, who: str, function: str, label: str, *arguments: Any, **options: Any) -> Any:
        """A transaction whose gas is the figure of "function, label"; the receipt."""
        receipt = self.send(who, function, *arguments, **options)
        self.add(function, label, receipt.gas_used)
        return receipt

    def add(self, function: str, label: str, gas: int, unit: str = "gas", note: str = "") -> None:
        """Keep a figure."""
        case = f"{function}, {label}" if label else function
        self.figures.append(Measured(function, case, gas, unit, note))
        self.progress(f"{case}: {gas:,} {unit}")

    def salt(self) -> bytes:
        """32 bytes that nothing used yet, without a zero byte."""
        self.salts += 1
        return bytes(byte or 1 for byte in keccak(self.salts.to_bytes(4, "big")))

    def at(self, time_s: int) -> None:
        """Mine a block at a time not before."""
        rpc = self.chains["payer"].rpc
        if self.chains["payer"].now_s() < time_s:
            rpc.call("evm_setNextBlockTimestamp", time_s)
            rpc.call("evm_mine")


def resource_terms(rule: int, capacity: int = 1) -> int:
    """Hours, a year ahead, 72 hours to answer, up to two weeks."""
    code, horizon, ttl, max_quanta, service = 3, 1_000, 72, 336, 0xABCDEF
    word = code << 160 | rule << 163 | capacity << 168 | horizon << 183 | ttl << 193
    return word | max_quanta << 213 | service << 232


def announcement(bench: Bench, rule: int, capacity: int = 1, more_terms: int = 0) -> tuple[int, bytes, bytes]:
    """A resource nobody announced yet."""
    return resource_terms(rule, capacity) | more_terms, keccak(b"description"), bench.salt()


def request(bench: Bench, resource: bytes, hour: int, quanta: int = 3) -> tuple[Any, ...]:
    """A request of the payer from the given hour after a midnight 20 days after T0."""
    start = (T0 // DAY + 20) * DAY + hour * HOUR
    return resource, bench.address("payer"), start, quanta, 1, ZERO, ZERO, bench.salt()


def schedule(now_s: int, service: int = 0xABCDEF) -> int:
    """Deliver within 10 days, return within 20, a week to object and to claim, three days to answer."""
    fields = ((now_s + 10 * DAY, 40), (7 * DAY, 32), (now_s + 20 * DAY, 40), (7 * DAY, 32), (3 * DAY, 32))
    word = shift = 0
    for value, bits in (*fields, (10_000, 16), (5_000, 16), (service, 24)):
        word |= value << shift
        shift += bits
    return word


@dataclass(frozen=True, slots=True)
class Deal:
    """A funded escrow: its terms and their dynamic part."""

    core: tuple[Any, ...]
    rest: tuple[Any, ...]


def agreed(
    bench: Bench, now_s: int, rest: tuple[Any, ...], token: str | None = None, booking: bytes | None = None
) -> Deal:
    """The terms of an escrow, in the token unless another is named; nothing is opened yet."""
    core = (
        bench.address("payer"),
        bench.address("payee"),
        token or bench.contract("MockToken"),
        PRICE,
        DEPOSIT,
        schedule(now_s),
        booking or keccak(b"booking"),
        keccak(encode([REST], [rest])) if any(rest) else ZERO,
        bench.salt(),
    )
    return Deal(core, rest)
