"""The committed artefacts and typed events: fresh, loadable, and true to what a chain really says."""

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from contracts.reputation.rating import Rating
from contracts.signing import EMPTY_AUTH
from eth_abi import decode
from eth_utils import keccak

from indexer.chain import artefacts, deployment
from indexer.chain.generated import booking, escrow, reputation, spaces
from scripts._generate import api_types, command, page
from scripts._generate.contracts import DEPLOYABLES

EVENTS = {
    "Bookings": booking.EVENTS,
    "Escrow": escrow.EVENTS,
    "ReputationLedger": reputation.EVENTS,
    "Spaces": spaces.EVENTS,
}
LIMIT = 23_000


def test_generate__check__finds_nothing_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--check"]) == 0, capsys.readouterr().out


def test_generate__changed_file__is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CHAIN", tmp_path)
    monkeypatch.setattr(command, "PAGE", tmp_path / "page")
    changed, missing, foreign = (tmp_path / "abi" / name for name in ("A.json", "B.json", "C.json"))
    changed.parent.mkdir()
    changed.write_text("old")
    foreign.write_text("nobody made this")
    assert command.stale({changed: "new", missing: "new"}) == [changed, missing, foreign]
    changed.write_text("new")
    missing.write_text("new")
    assert command.stale({changed: "new", missing: "new"}) == [foreign]


def test_generate__where_the_types_cannot_be_looked_at__fails_under_ci_only() -> None:
    assert [command.verdict([], unknown=True, under_ci=ci) for ci in (True, False)] == [1, 0]
    assert [command.verdict([], unknown=False, under_ci=ci) for ci in (True, False)] == [0, 0]
    assert [command.verdict([Path("a.ts")], unknown=False, under_ci=ci) for ci in (True, False)] == [1, 1]


def test_api_types__where_the_tool_is_not_installed__says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(api_types, "TOOL", tmp_path / "cli.js")
    assert api_types.is_missing()


def test_abi_text__is_a_constant_with_every_entry_of_the_abi() -> None:
    for path in sorted((page.PAGE / "chain" / "generated").glob("*.ts")):
        text = path.read_text()
        literal = text[text.index("[") : text.rindex(",\n] as const;")] + "]"
        name = next(contract for contract, (module, _) in page.MODULES.items() if module == path.stem)
        assert json.loads(literal) == list(artefacts.load(name).abi)


@pytest.mark.parametrize("name", DEPLOYABLES)
def test_load__every_deployable__has_code_below_the_size_limit(name: str) -> None:
    artefact = artefacts.load(name)
    assert artefact.name == name
    assert 0 < artefact.runtime_size < LIMIT
    assert artefact.runtime_size < len(artefact.bytecode)


def test_load__unknown_name__raises() -> None:
    with pytest.raises(FileNotFoundError):
        artefacts.load("Nothing")


@pytest.mark.parametrize("contract", EVENTS)
def test_events__of_every_contract__are_exactly_those_of_its_abi(contract: str) -> None:
    abi = {entry["name"]: entry for entry in artefacts.load(contract).abi if entry["type"] == "event"}
    assert {kind.__name__ for kind in EVENTS[contract].values()} == set(abi)
    for topic, kind in EVENTS[contract].items():
        inputs = kind.INPUTS
        assert topic == kind.TOPIC == keccak(text=f"{kind.__name__}({','.join(i.type for i in inputs)})")
        found = [(entry["name"], entry["indexed"]) for entry in abi[kind.__name__]["inputs"]]
        assert [(i.name, i.indexed) for i in inputs] == found


def _values(kind: Any, log: Any) -> list[Any]:
    """Decode a raw log by the table that the event class carries."""
    topics = iter(log["topics"][1:])
    plain = iter(decode([i.type for i in kind.INPUTS if not i.indexed], bytes(log["data"])))
    return [decode([i.type], bytes(next(topics)))[0] if i.indexed else next(plain) for i in kind.INPUTS]


def test_from_values__log_of_a_real_chain__gives_the_values_that_were_logged(
    ledger: Any, container: Any, deployer: Any, rater: Any, payee: Any
) -> None:
    source = container("MockRatingSource").deploy(sender=deployer)
    source.set_deal([rater, payee], 0xABCDEF, 12_000_000, sender=deployer)
    rating = Rating(ledger, source, rater, payee, side=0, score=5)
    receipt = ledger.commit(source, rating.terms, 0, rating.commitment(), EMPTY_AUTH, sender=rater)
    [log] = receipt.logs
    kind = reputation.EVENTS[bytes(log["topics"][0])]
    event = kind.from_values(_values(kind, log))
    assert isinstance(event, reputation.RatingCommitted)
    assert event.source == bytes.fromhex(source.address[2:])
    assert event.actor == bytes.fromhex(rater.address[2:])
    assert (event.deal, event.commitment) == (rating.deal, rating.commitment())
    assert (event.side, event.service, event.amount) == (0, 0xABCDEF, 12_000_000)


def test_from_values__event_with_structs__nests_dataclasses() -> None:
    address = "0x" + "11" * 20
    core = (address, address, address, 1, 2, 3, b"\4" * 32, b"\5" * 32, b"\6" * 32)
    rest = (((7, 8),), (), ((address, 9, 10),))
    event = escrow.EscrowFunded.from_values([b"\1" * 32, address, address, address, core, rest])
    assert event.core.payer == bytes.fromhex("11" * 20)
    assert event.core.salt == b"\6" * 32
    assert event.rest.milestones == (escrow.Milestone(7, 8),)
    assert event.rest.cancellations == ()
    assert event.rest.ladder == (escrow.Rung(bytes.fromhex("11" * 20), 9, 10),)
    assert is_dataclass(event)
    assert [field.name for field in fields(event)] == [i.name for i in escrow.EscrowFunded.INPUTS]
    assert hash(event) == hash(escrow.EscrowFunded.from_values([b"\1" * 32, *[address] * 3, core, rest]))


@pytest.mark.parametrize("token", [None, b"\4" * 20])
def test_deployment__saved_and_loaded__is_the_same(tmp_path: Path, token: bytes | None) -> None:
    written = deployment.Deployment(
        31_907,
        7,
        b"\1" * 20,
        b"\2" * 20,
        b"\3" * 20,
        token,
        {"Escrow": b"\5" * 32},
        token and "dEUR",
        token and 6,
        {"Spaces": b"\6" * 20},
    )
    path = tmp_path / "new" / "deployment.json"
    deployment.save(written, path)
    assert deployment.load(path) == written
    assert list(path.parent.iterdir()) == [path]
    assert ("MockToken" in written.addresses) == (token is not None)
    assert written.addresses["Spaces"] == b"\6" * 20
    named = deployment.from_addresses(31_907, 7, written.addresses, written.code_hashes)
    assert named.addresses == written.addresses


def test_deployment__file_of_an_earlier_version__has_nothing_beside_the_three(tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    written = deployment.Deployment(1, 7, b"\1" * 20, b"\2" * 20, b"\3" * 20)
    deployment.save(written, path)
    assert "others" not in json.loads(path.read_text())
    assert deployment.load(path).others == {}


def test_deployment__something_else_in_the_file__raises(tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    path.write_text('{"chain_id": 1, "start_block": 0, "ledger": "0x12"}')
    with pytest.raises(ValueError, match="no address"):
        deployment.load(path)
