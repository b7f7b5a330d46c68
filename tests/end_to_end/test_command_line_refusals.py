"""What the command line refuses: each with its code, and nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_chain import UNKNOWN, rpc, state
from demo_process import Demo, allmende

from scripts._demo.library import JONAS_CARGO_BIKE, JONAS_DRILL, LENAS_DRILL

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def open_deal(demo: Demo, things: dict[str, str]) -> str:
    """Another funded deal of Amir and Lena that stays open."""
    when = ("--from", "sun 10:00", "--for", "4h")
    booked = demo.json("book", things[LENAS_DRILL], *when, "--as", "amir")["data"]["request"]
    demo.json("grant", booked, "--as", "lena")
    return str(demo.json("deal", "fund", booked, "--arbitrator", "paula", "--as", "amir")["data"]["escrow"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("grant SOFIAS --as mira", "bookings: not the owner"),
        ("deny SOFIAS --as sofia", "bookings: not the owner"),
        ("cancel SOFIAS --as lena", "bookings: not the requester"),
        ("grant SOFIAS", "cli: who acts"),
        ("grant SOFIAS --as nobody", "cli: unknown persona"),
        (f"grant {UNKNOWN} --as lena", "bookings: unknown request"),
        ("grant 0x12 --as lena", "cli: malformed id"),
        (f"book {UNKNOWN} --from @4000000000 --for 2h --as amir", "booking: unknown resource"),
        ("book BIKE --from @1600000200 --for 2h --as amir", "bookings: start has passed"),
        ("book BIKE --from @4000000200 --for 2h --as amir", "bookings: beyond the horizon"),
        ("book BIKE --from sat_25:99 --for 2h --as amir", "request: impossible time"),
        ("book BIKE --from 2027-02-30_10:00 --for 2h --as amir", "request: impossible time"),
        ("book BIKE --from sat_10:00 --to sat_09:00 --as amir", "request: impossible time"),
        ("book BIKE --from sat_10:00 --for 2h --tz Europe/Nowhere --as amir", "cli: unknown time zone"),
        ("book BIKE --from sat_10:07 --for 2h --as amir", "bookings: off the grid"),
        ("book BIKE --from sat_10:00 --for 3w --as amir", "bookings: too long"),
        ("book BIKE --from sat_10:00 --for some --as amir", "cli: malformed duration"),
        ("deal fund SOFIAS --as sofia", "cli: not granted yet"),
        ("deal fund PAID --as mira", "cli: not your request"),
        ("deal fund PAID --arbitrator paula --as amir", "cli: paid already"),
        (f"deal release {UNKNOWN} --as amir", "escrow: unknown"),
        (f"deal show {UNKNOWN}", "escrow: unknown deal"),
        ("deal release DEAL --as jonas", "escrow: not the payer"),
        ("deal finish DEAL --as amir", "escrow: not the payee"),
        ("deal rule DEAL --to-payee 1 --as jonas", "escrow: not in dispute"),
        ("deal expire DEAL --as jonas", "escrow: too early"),
        ("deal claim-damage DEAL 51 --as lena", "escrow: more than the deposit"),
        ("deal claim-damage DEAL 0 --as lena", "escrow: nothing claimed"),
        ("deal claim-damage DEAL 0.0000001 --as lena", "cli: malformed amount"),
        ("deal claim-damage DEAL -- -5 --as lena", "usage"),
        ("rate commit DEAL --score 5 --as amir", "escrow: not closed"),
        ("rate commit DEAL --score 5 --as jonas", "reputation: not the rater"),
        ("rate commit DEAL --score 6 --as amir", "usage"),
        (f"rate reveal {UNKNOWN} --as amir", "cli: no sealed rating"),
        ("search drill --near 95,16", "cli: malformed point"),
        ("search drill --radius 0", "matching: impossible radius"),
        ("search drill --from @1600000000 --for 2h", "matching: time is past"),
        ("search drill --api RPC", "cli: no api"),
        ("requests --rpc API --as amir --owner 0x12", "cli: malformed address"),
        ("deal release DEAL --rpc API --as amir", "cli: no chain"),
        ("search drill --to sat_10:00", "matching: half a time"),
        ("resource list --service No_Such", "request: invalid"),
        ("import no-such.csv --as jonas", "cli: no such file"),
        ("nonsense", "usage"),
    ],
)
def test_refusal__has_a_code_and_changes_nothing(
    demo: Demo, things: dict[str, str], request_of_sofia: str, open_deal: str, line: str, code: str
) -> None:
    names = {"SOFIAS": request_of_sofia, "BIKE": things[JONAS_CARGO_BIKE], "DEAL": open_deal}
    names["PAID"] = demo.json("deal", "show", open_deal)["data"]["booking"]
    names |= {"RPC": demo.run["rpc_url"], "API": demo.run["api_url"]}
    parts = [names.get(part, part.replace("_", " ") if ":" in part else part) for part in line.split()]
    before = state(demo)
    if code == "usage":
        assert demo.call(*parts)[0] == 2
    else:
        assert demo.refusal(*parts)["code"] == code
    assert state(demo) == before


def test_book__over_a_taken_slot__is_refused_under_both_rules(demo: Demo, things: dict[str, str]) -> None:
    bike, when = things[JONAS_CARGO_BIKE], ("--from", "mon 10:00", "--for", "4h")
    demo.json("book", bike, *when, "--as", "amir")
    drill = things[JONAS_DRILL]
    asked = demo.json("book", drill, *when, "--as", "amir")["data"]["request"]
    demo.json("grant", asked, "--as", "jonas")
    before = state(demo)
    for thing in (bike, drill):
        overlapping = ("--from", "mon 12:00", "--for", "4h")
        assert demo.refusal("book", thing, *overlapping, "--as", "sofia")["code"] == "bookings: not free"
    assert state(demo) == before


def test_fund__without_the_money__is_refused(demo: Demo, things: dict[str, str]) -> None:
    when = ("--from", "tue 10:00", "--for", "1h")
    booked = demo.json("book", things[JONAS_CARGO_BIKE], *when, "--as", "sofia")["data"]["request"]
    before = state(demo)
    wanted = ("deal", "fund", booked, "--as", "sofia")
    assert demo.refusal(*wanted, "--price", "5000")["code"] == "cli: not enough money"
    assert demo.refusal(*wanted, "--price", "0", "--deposit", "0")["code"] == "escrow: nothing to hold"
    assert state(demo) == before


def test_error__in_readable_form__says_code_sentence_and_next_step(demo: Demo, request_of_sofia: str) -> None:
    done = allmende("--home", str(demo.home), "grant", request_of_sofia, "--as", "mira")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("✗ bookings: not the owner — ")
    assert "\n  → " in done.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("demo --advance soon", "cli: malformed duration"),
        ("demo --advance 0d", "cli: malformed duration"),
        ("demo --advance 99999w", "cli: malformed duration"),
        ("demo --advance 3d --check", "cli: start or advance"),
        ("demo --advance 3d --rpc API", "cli: no chain"),
    ],
)
def test_advance__by_a_wrong_line__moves_nothing(demo: Demo, line: str, code: str) -> None:
    before = int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    assert demo.refusal(*line.replace("API", demo.run["api_url"]).split())["code"] == code
    assert int(rpc(demo, "eth_getBlockByNumber", "latest", False)["timestamp"], 16) < before + 60


def test_advance__without_a_demo__is_refused(tmp_path: Path) -> None:
    done = allmende("--home", str(tmp_path), "demo", "--advance", "3d")
    assert done.returncode == 1
    assert "cli: no demo" in done.stderr


def test_relay__what_the_contract_refuses__is_told_in_its_words_and_changes_nothing(
    demo: Demo, request_of_sofia: str
) -> None:
    before = state(demo)
    refusal = demo.refusal("cancel", request_of_sofia, "--as", "mira", "--relay")
    assert refusal["code"] == "bookings: not the requester"
    assert state(demo) == before


def test_relay__step_that_cannot_be_signed__says_to_do_it_oneself(demo: Demo, things: dict[str, str]) -> None:
    """An allowance is given by who gives it, where no signature for the token is asked for."""
    line = (
        "book",
        things[JONAS_CARGO_BIKE],
        "--from",
        "sun 14:00",
        "--for",
        "2h",
        "--as",
        "sofia",
        "--relay",
    )
    booked = demo.json(*line)["data"]["request"]
    before = state(demo)
    refusal = demo.refusal("deal", "fund", booked, "--by", "allowance", "--as", "sofia", "--relay")
    assert refusal["code"] == "cli: not signable"
    assert state(demo) == before
