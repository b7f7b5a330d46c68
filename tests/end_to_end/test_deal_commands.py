"""Every act of `allmende deal` beyond the plain way: parts, cancelling, several arbitrators, dividing,
unwinding, and paying in without an allowance, with and without gas money."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_chain import ADDRESS, DEUR, UNKNOWN, contract_address, rpc
from demo_process import Demo, start_demo

from scripts._demo.library import LENAS_DRILL

pytestmark = pytest.mark.xdist_group("demo")

MILESTONE = "tomorrow 12:00"


def transactions(demo: Demo, member: str) -> int:
    """How many transactions a member has sent."""
    return int(rpc(demo, "eth_getTransactionCount", ADDRESS[member], "latest"), 16)


def allowance(demo: Demo, member: str) -> int:
    """What the escrow may still take of a member's."""
    places = [int(one, 16).to_bytes(32).hex() for one in (ADDRESS[member], contract_address(demo, "escrow"))]
    call = {"to": contract_address(demo, "token"), "data": "0xdd62ed3e" + "".join(places)}
    return int(rpc(demo, "eth_call", call, "latest"), 16)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo for all tests here."""
    started = start_demo(temporary=tmp_path_factory.mktemp("demo"))
    enough = int(ADDRESS["amir"], 16).to_bytes(32).hex() + (100_000 * DEUR).to_bytes(32).hex()
    mint = {"from": ADDRESS["amir"], "to": contract_address(started, "token"), "data": "0x40c10f19" + enough}
    rpc(started, "eth_sendTransaction", mint)
    yield started
    started.stop(signal.SIGTERM)


@pytest.fixture(scope="module")
def drill(demo: Demo) -> str:
    """Lena's drill."""
    found = demo.json("resource", "list", "--limit", "100")["data"]["items"]
    return next(item["resource"] for item in found if item["description"]["title"] == LENAS_DRILL)


@pytest.fixture(scope="module")
def granted(demo: Demo, drill: str) -> Callable[[], str]:
    """`granted()`: a request of Amir's that Lena granted, each for a day of its own."""
    days = iter(range(3, 60))

    def make() -> str:
        now_s = int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)
        start_s = (now_s // 86_400 + next(days)) * 86_400 + 10 * 3_600
        asked = demo.json("book", drill, "--from", f"@{start_s}", "--for", "8h", "--as", "amir")["data"]
        demo.json("grant", asked["request"], "--as", "lena")
        return str(asked["request"])

    return make


@pytest.fixture
def funded(demo: Demo, granted: Callable[[], str]) -> Callable[..., dict[str, Any]]:
    """`funded(options…)`: a deal over the drill between Amir, who pays, and Lena."""

    def make(*options: str) -> dict[str, Any]:
        found: dict[str, Any] = demo.json("deal", "fund", granted(), *options, "--as", "amir")
        return found

    return make


def test_fund__with_lists__is_shown_as_agreed(demo: Demo, funded: Callable[..., dict[str, Any]]) -> None:
    lists = ("--milestone", f"{MILESTONE}:1.50", "--cancel", "1d:50%", "--cancel", "2d:100%")
    ladder = ("--arbitrator", "paula:10d:2%", "--arbitrator", f"{ADDRESS['sofia']}:7d:1.25", "--fee-cap", "9")
    deal = funded(*lists, *ladder)["data"]
    agreed = deal["agreed"]
    assert [(part["amount"], part["held"]) for part in agreed["parts"]] == [
        (str(15 * DEUR // 10), str(15 * DEUR // 10)),
        (str(25 * DEUR // 10), str(25 * DEUR // 10)),
    ]
    assert agreed["parts"][-1]["due_s"] == deal["deliver_by_s"]
    assert [entry["refund_bps"] for entry in agreed["cancellations"]] == [10_000, 5_000]
    assert [entry["until_s"] for entry in agreed["cancellations"]] == [
        deal["deliver_by_s"] - 2 * 86_400,
        deal["deliver_by_s"] - 86_400,
    ]
    rungs = [(rung["arbitrator"], rung["window_s"], rung["fee_cap"]) for rung in agreed["ladder"]]
    assert rungs == [
        (ADDRESS["paula"], 10 * 86_400, str(54 * DEUR * 2 // 100)),
        (ADDRESS["sofia"], 7 * 86_400, str(125 * DEUR // 100)),
    ]
    shown = demo.call("deal", "show", deal["escrow"])[1]
    for words in ("part", "1.50 dEUR", "cancelled now", "arbitrator 2", "Sofia"):
        assert words in shown


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--milestone", "tomorrow 12:00:9"), "cli: malformed milestone"),
        (("--milestone", "20"), "cli: malformed milestone"),
        (("--milestone", "2020-01-01:1"), "cli: malformed milestone"),
        (("--milestone", f"{MILESTONE}:1", "--milestone", f"{MILESTONE}:1"), "cli: malformed milestone"),
        (("--milestone", "someday:1"), "request: impossible time"),
        (("--milestone", f"{MILESTONE}:much"), "cli: malformed amount"),
        (("--cancel", "7d"), "cli: malformed cancellation"),
        (("--cancel", "7d:101%"), "cli: malformed cancellation"),
        (("--cancel", "7d:50%", "--cancel", "1d:60%"), "cli: malformed cancellation"),
        (("--cancel", "soon:50%"), "cli: malformed duration"),
        (("--arbitrator", "paula:14d:5%:x"), "cli: malformed arbitrator"),
        (("--arbitrator", "paula:14d:500%"), "cli: malformed arbitrator"),
        (("--arbitrator", "paula", "--arbitrator", "paula:1d"), "cli: malformed arbitrator"),
        (("--arbitrator", "lena"), "escrow: unfit arbitrator"),
    ],
)
def test_fund__with_terms_that_cannot_be__changes_nothing(
    demo: Demo, granted: Callable[[], str], options: tuple[str, ...], code: str
) -> None:
    request = waiting(demo, granted)
    before = demo.facts()
    refusal = demo.refusal("deal", "fund", request, *options, "--as", "amir")
    assert refusal["code"] == code
    assert refusal["next_step"]
    assert demo.facts() == before


WAITING: list[str] = []


def waiting(demo: Demo, granted: Callable[[], str]) -> str:
    """One granted request that nobody pays for."""
    if not WAITING:
        WAITING.append(granted())
    return WAITING[0]


@pytest.mark.parametrize("relay", [(), ("--relay",)])
@pytest.mark.parametrize("by", ["auto", "authorization", "permit"])
def test_fund__by_a_signature__leaves_no_allowance_and_is_one_transaction(
    demo: Demo, granted: Callable[[], str], by: str, relay: tuple[str, ...]
) -> None:
    request, before = granted(), transactions(demo, "amir")
    deal = demo.json(*relay, "deal", "fund", request, "--by", by, "--as", "amir")["data"]
    assert (deal["payer"], deal["state"]) == (ADDRESS["amir"], "funded")
    assert transactions(demo, "amir") - before == (0 if relay else 1)
    assert allowance(demo, "amir") == 0


def test_fund__by_allowance__takes_two_transactions(demo: Demo, granted: Callable[[], str]) -> None:
    request, before = granted(), transactions(demo, "amir")
    demo.json("deal", "fund", request, "--by", "allowance", "--as", "amir")
    assert transactions(demo, "amir") - before == 2


def test_fund__in_coin_by_a_signature__is_refused(demo: Demo, granted: Callable[[], str]) -> None:
    paid = ("--token", "coin", "--price", "0.01", "--deposit", "0", "--by", "permit")
    refusal = demo.refusal("deal", "fund", waiting(demo, granted), *paid, "--as", "amir")
    assert refusal["code"] == "cli: no such signature"


def test_release__of_a_part__leaves_the_rest(demo: Demo, funded: Callable[..., dict[str, Any]]) -> None:
    deal = funded()["data"]["escrow"]
    part = demo.json("deal", "release", deal, "1.25", "--as", "amir")["data"]
    assert (part["money"]["price_paid"], part["money"]["price_closed"]) == (str(125 * DEUR // 100), False)
    for amount in ("2.76", "0"):
        assert demo.refusal("deal", "release", deal, amount, "--as", "amir")["code"] == "escrow: no such part"
    assert demo.refusal("deal", "release", deal, "x", "--as", "amir")["code"] == "cli: malformed amount"
    assert demo.refusal("deal", "release", deal, "1", "--as", "lena")["code"] == "escrow: not the payer"
    done = demo.json("--relay", "deal", "release", deal, "--as", "amir")["data"]
    assert (done["money"]["price_paid"], done["money"]["price_closed"]) == (str(4 * DEUR), True)


@pytest.mark.parametrize("relay", [(), ("--relay",)])
def test_cancel__shows_what_comes_back_and_then_brings_exactly_that(
    demo: Demo, funded: Callable[..., dict[str, Any]], relay: tuple[str, ...]
) -> None:
    deal = funded("--cancel", "1d:25%", "--arbitrator", "paula")["data"]["escrow"]
    before = demo.facts()
    gives = demo.json("deal", "cancel", deal, "--as", "amir")["data"]["cancelling"]
    assert (gives["to_payer"], gives["to_payee"]) == (str(51 * DEUR), str(3 * DEUR))
    shown = " ".join(demo.call("deal", "cancel", deal, "--as", "amir")[1].split())
    assert "51.00 dEUR come back to you, 3.00 dEUR go to the other side" in shown
    assert demo.facts() == before
    assert demo.refusal("deal", "cancel", deal, "--as", "lena")["code"] == "escrow: not the payer"
    done = demo.json(*relay, "deal", "cancel", deal, "--yes", "--as", "amir")["data"]
    assert (done["outcome"], done["paid"]) == (7, str(3 * DEUR))
    assert done["steps"][-1]["sentence"]["key"] == "step.closed_cancelled"
    assert demo.refusal("deal", "cancel", deal, "--as", "amir")["code"] == "escrow: closed"


def test_cancel__without_a_schedule__is_refused(demo: Demo, funded: Callable[..., dict[str, Any]]) -> None:
    deal = funded()["data"]["escrow"]
    assert demo.refusal("deal", "cancel", deal, "--as", "amir")["code"] == "escrow: too late to cancel"


@pytest.mark.parametrize("relay", [(), ("--relay",)])
@pytest.mark.parametrize(("first", "second"), [("amir", "lena"), ("lena", "amir")])
def test_split__signed_by_one_and_sent_by_the_other__divides_what_is_held(
    demo: Demo,
    funded: Callable[..., dict[str, Any]],
    tmp_path: Path,
    first: str,
    second: str,
    relay: tuple[str, ...],
) -> None:
    deal = funded()["data"]["escrow"]
    file = tmp_path / "split.json"
    say = ("deal", "split", deal, "--to-payee", "5.50")
    signed = demo.json(*say, "--to", str(file), "--as", first)["data"]
    assert json.loads(file.read_text()) == signed
    assert file.stat().st_mode & 0o077 == 0
    assert demo.refusal(*say, "--with", str(file), "--as", first)["code"] == "cli: other split"
    assert demo.refusal(*say, "--with", str(file), "--as", "sofia")["code"] == "cli: not a side"
    other = (*say[:-1], "5.51", "--with", str(file), "--as", second)
    assert demo.refusal(*other)["code"] == "cli: other split"
    done = demo.json(*relay, *say, "--with", json.dumps(signed), "--as", second)["data"]
    assert (done["outcome"], done["paid"]) == (8, str(55 * DEUR // 10))


def test_split__after_something_else_happened__is_worth_nothing(
    demo: Demo, funded: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    deal = funded()["data"]["escrow"]
    file = tmp_path / "split.json"
    demo.json("deal", "split", deal, "--to-payee", "1", "--to", str(file), "--as", "lena")
    demo.json("deal", "release", deal, "0.50", "--as", "amir")
    agreed = ("deal", "split", deal, "--to-payee", "1", "--with", str(file), "--as", "amir")
    assert demo.refusal(*agreed)["code"] == "auth: bad signature"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("nothing.json", "cli: no such file"),
        ("{}", "cli: no signed split"),
        ('{"kind": 1}', "cli: no signed split"),
    ],
)
def test_split__with_what_is_none__is_refused(
    demo: Demo, funded: Callable[..., dict[str, Any]], given: str, code: str
) -> None:
    deal = demo.json("deal", "list", "amir", "--open")["data"]["items"][0]["escrow"]
    refusal = demo.refusal("deal", "split", deal, "--to-payee", "1", "--with", given, "--as", "amir")
    assert refusal["code"] == code


def test_split__of_more_than_is_held__is_refused(demo: Demo, funded: Callable[..., dict[str, Any]]) -> None:
    deal = funded()["data"]["escrow"]
    more = ("deal", "split", deal, "--to-payee", "54.01", "--as", "amir")
    assert demo.refusal(*more)["code"] == "escrow: more than is left"


def test_unwind__of_a_booking_that_stands__is_refused(
    demo: Demo, funded: Callable[..., dict[str, Any]]
) -> None:
    deal = funded()["data"]["escrow"]
    assert demo.refusal("deal", "unwind", deal, "--as", "sofia")["code"] == "escrow: booking stands"
    assert demo.refusal("deal", "unwind", UNKNOWN, "--as", "sofia")["code"] == "escrow: unknown"
