"""Rating at once with a signed rating that was handed over, answering and taking back, on a real chain."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts import _signed_rating
from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._chain_client import escrow, reputation
from scripts._chain_client.chain import NO_AUTH, ZERO_ADDRESS, Chain
from scripts._chain_client.rpc import Rpc
from scripts._errors import CommandError
from scripts._session import Session
from scripts.deploy import deploy
from scripts.rate import app

DAY_S = 86_400


@pytest.fixture(scope="module")
def payer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """A chain of its own, acted on by the payer."""
    with Anvil() as anvil:
        home = tmp_path_factory.mktemp("home")
        deployed, _ = deploy(anvil.rpc_url, persona_account("deployer", CHAIN_ID), home)
        yield Chain(Rpc(anvil.rpc_url), deployed, persona_account("amir", CHAIN_ID))


@pytest.fixture(scope="module")
def payee(payer: Chain) -> Chain:
    """The same contracts, acted on by the payee."""
    return Chain(payer.rpc, payer.deployment, persona_account("lena", CHAIN_ID))


@pytest.fixture(scope="module")
def stranger(payer: Chain) -> Chain:
    """The same contracts, acted on by somebody else."""
    return Chain(payer.rpc, payer.deployment, persona_account("jonas", CHAIN_ID))


@pytest.fixture
def core(payer: Chain, payee: Chain) -> escrow.Core:
    """A deal in the chain's coin that went well."""
    now_s = payer.now_s()
    rest = escrow.Rest()
    terms = escrow.Core(
        payer=payer.me,
        payee=payee.me,
        token=ZERO_ADDRESS,
        price=5,
        deposit=7,
        schedule=escrow.Schedule(now_s + DAY_S, now_s + 2 * DAY_S, service=77).word(),
        booking=bytes(32),
        rest=rest.digest(),
        salt=secrets.token_bytes(32),
    )
    escrow.fund(payer, terms, rest)
    escrow.release(payer, terms)
    escrow.finish(payee, terms)
    return terms


@pytest.fixture
def deal(payer: Chain, core: escrow.Core) -> bytes:
    """Its id."""
    return escrow.escrow_id(payer, core)


def opinion(chain: Chain, deal: bytes, side: int, score: int) -> reputation.Opinion:
    return reputation.Opinion(chain.address("Escrow"), deal, side, score)


def rated(payer: Chain, payee: Chain, core: escrow.Core, deal: bytes) -> None:
    """Both at once: five for the payee, two for the payer."""
    theirs = opinion(payee, deal, 1, 2)
    auth = reputation.sign_opinion(payee, theirs, payee.now_s() + DAY_S)
    reputation.rate_both(payer, core.terms(), (opinion(payer, deal, 0, 5), theirs), (NO_AUTH, auth))


def test_rate_both__signed_by_one_and_sent_by_the_other__counts_both(
    payer: Chain, payee: Chain, core: escrow.Core, deal: bytes
) -> None:
    source = payer.address("Escrow")
    before = reputation.pair_count(payer, source, payer.me, payee.me, 77)
    rated(payer, payee, core, deal)
    counted = reputation.counted(payer, source, deal)
    assert {side: event["score"] for side, (event, _) in counted.items()} == {0: 5, 1: 2}
    assert counted[0][1].weight == reputation.UNIT // (before + 1)
    assert reputation.pair_count(payer, source, payer.me, payee.me, 77) == before + 1
    assert reputation.committed(payer, source, deal) == {}


def test_respond_and_retract__of_what_was_counted__are_taken_once(
    payer: Chain, payee: Chain, core: escrow.Core, deal: bytes
) -> None:
    source = payer.address("Escrow")
    rated(payer, payee, core, deal)
    _, _, standing = reputation.reputation(payer, source, payee.me, 77)
    _, entry = reputation.counted(payer, source, deal)[0]
    with pytest.raises(CommandError) as caught:
        reputation.respond(payer, source, deal, 0, entry, b"\1" * 32)
    assert caught.value.code == "reputation: not the subject"
    answer = reputation.respond(payee, source, deal, 0, entry, b"\1" * 32)
    assert answer.event("ReputationLedger", "RatingResponded")["digest"] == b"\1" * 32
    reputation.retract(payer, source, deal, 0, entry)
    assert reputation.reputation(payer, source, payee.me, 77)[2] == standing - 1
    with pytest.raises(CommandError) as caught:
        reputation.retract(payer, source, deal, 0, entry)
    assert caught.value.code == "reputation: already retracted"


def test_signed_rating__written_and_read__is_the_same_and_its_owners(
    payer: Chain, deal: bytes, tmp_path: Path
) -> None:
    said = opinion(payer, deal, 0, 4)
    signed = _signed_rating.of(payer, said, reputation.sign_opinion(payer, said, payer.now_s() + DAY_S))
    path = tmp_path / "rating.json"
    _signed_rating.write(path, signed)
    assert path.stat().st_mode & 0o077 == 0
    assert _signed_rating.read(path, payer, said.source, deal) == signed


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"deal": "0x" + "11" * 32}, "cli: other rating"),
        ({"chain_id": 1}, "cli: other rating"),
        ({"ledger": "0x" + "11" * 20}, "cli: other rating"),
        ({"source": "0x" + "11" * 20}, "cli: other rating"),
        ({"side": 2}, "cli: no signed rating"),
        ({"side": True}, "cli: no signed rating"),
        ({"score": "5"}, "cli: no signed rating"),
        ({"deadline_s": 2**64}, "cli: no signed rating"),
        ({"evidence": "0x"}, "cli: no signed rating"),
        ({"signature": "0xzz"}, "cli: no signed rating"),
        ({"signature": "0x" + "00" * 1_025}, "cli: no signed rating"),
        ({"kind": "something"}, "cli: no signed rating"),
        ({"signer": None}, "cli: no signed rating"),
    ],
)
def test_read__of_anything_but_a_signed_rating_of_this_deal__is_refused(
    payer: Chain, deal: bytes, tmp_path: Path, changed: dict[str, Any], code: str
) -> None:
    said = opinion(payer, deal, 0, 4)
    signed = _signed_rating.of(payer, said, reputation.sign_opinion(payer, said, payer.now_s() + DAY_S))
    path = tmp_path / "rating.json"
    path.write_text(json.dumps(signed.document | changed))
    with pytest.raises(CommandError) as caught:
        _signed_rating.read(path, payer, said.source, deal)
    assert caught.value.code == code


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"5", b"\xff\xfe", b"null"])
def test_read__of_another_file__is_refused(payer: Chain, deal: bytes, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rating.json"
    path.write_bytes(content)
    with pytest.raises(CommandError) as caught:
        _signed_rating.read(path, payer, payer.address("Escrow"), deal)
    assert caught.value.code == "cli: no signed rating"
    with pytest.raises(CommandError) as caught:
        _signed_rating.read(tmp_path / "none.json", payer, payer.address("Escrow"), deal)
    assert caught.value.code == "cli: no such file"


class Told(Session):
    """A session whose API has every block at once; the chain and the files are real."""

    def settle(self, receipt: Any) -> None:
        """Nothing to wait for."""


def command(chain: Chain, home: Path, *words: str) -> Any:
    """The command's JSON, as the chain's account."""
    session = Told(home=home, as_json=True)
    session.__dict__["chain"] = chain
    done = CliRunner().invoke(app, list(words), obj=session)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout)["data"]


def test_commands__sign_hand_over_and_send__then_respond_and_retract(
    payer: Chain, payee: Chain, core: escrow.Core, deal: bytes, tmp_path: Path
) -> None:
    path, id_ = tmp_path / "rating.json", "0x" + deal.hex()
    signed = command(payee, tmp_path, "sign", id_, "--score", "3", "--to", str(path))
    assert (signed["side"], signed["score"], signed["signer"]) == (1, 3, payee.me)
    assert json.loads(path.read_text()) == signed
    both = command(payer, tmp_path, "both", id_, "--with", str(path), "--score", "4")
    assert [(one["side"], one["score"]) for one in both["ratings"]] == [(0, 4), (1, 3)]
    answer = command(payee, tmp_path, "respond", id_, "--document", "0x" + "22" * 32)
    assert (answer["side"], answer["digest"]) == (0, "0x" + "22" * 32)
    assert command(payer, tmp_path, "retract", id_)["score"] == 4
    with pytest.raises(CommandError) as caught:
        command(payer, tmp_path, "both", id_, "--with", str(path), "--score", "4")
    assert caught.value.code == "reputation: already committed"


def test_both__by_somebody_else_with_the_files_of_both_sides__counts_both(
    payer: Chain, payee: Chain, stranger: Chain, core: escrow.Core, deal: bytes, tmp_path: Path
) -> None:
    id_, paths = "0x" + deal.hex(), [tmp_path / "payer.json", tmp_path / "payee.json"]
    command(payer, tmp_path, "sign", id_, "--score", "5", "--to", str(paths[0]))
    with pytest.raises(CommandError) as caught:
        command(stranger, tmp_path, "both", id_, "--with", str(paths[0]))
    assert caught.value.code == "cli: one side is missing"
    with pytest.raises(CommandError) as caught:
        command(stranger, tmp_path, "both", id_, "--with", str(paths[0]), "--score", "1")
    assert caught.value.code == "reputation: not the rater"
    command(payee, tmp_path, "sign", id_, "--score", "1", "--to", str(paths[1]))
    both = command(stranger, tmp_path, "both", id_, "--with", str(paths[0]), "--with", str(paths[1]))
    assert [one["score"] for one in both["ratings"]] == [5, 1]


def test_respond__before_the_rating_is_open__is_refused(
    payee: Chain, core: escrow.Core, deal: bytes, tmp_path: Path
) -> None:
    id_ = "0x" + deal.hex()
    for words in (["respond", id_, "--document", "0x" + "22" * 32], ["retract", id_]):
        with pytest.raises(CommandError) as caught:
            command(payee, tmp_path, *words)
        assert caught.value.code == "reputation: not revealed"


def test_respond_and_retract__signed_by_the_member__are_sent_by_somebody_else(
    payer: Chain, payee: Chain, stranger: Chain, core: escrow.Core, deal: bytes
) -> None:
    rated(payer, payee, core, deal)
    place = (payer.address("Escrow"), deal, 0)
    _, entry = reputation.counted(payer, place[0], deal)[0]
    answer = payee.authorised("ReputationLedger", "respond", (*place, entry.values, b"\1" * 32, NO_AUTH))
    event = stranger.send("ReputationLedger", "respond", *answer).event("ReputationLedger", "RatingResponded")
    assert event["actor"].lower() == payee.me.lower()
    back = payer.authorised("ReputationLedger", "retract", (*place, entry.values, NO_AUTH))
    event = stranger.send("ReputationLedger", "retract", *back).event("ReputationLedger", "RatingRetracted")
    assert event["actor"].lower() == payer.me.lower()


def test_rate_both__the_senders_own_side_signed_too__is_sent_by_somebody_else(
    payer: Chain, payee: Chain, stranger: Chain, core: escrow.Core, deal: bytes
) -> None:
    theirs = opinion(payee, deal, 1, 2)
    auth = reputation.sign_opinion(payee, theirs, payee.now_s() + DAY_S)
    said = [(5, bytes(32)), (2, bytes(32))]
    call = (payer.address("Escrow"), core.terms(), said, [NO_AUTH, auth])
    with pytest.raises(CommandError) as caught:
        stranger.send("ReputationLedger", "rate_both", *call)
    assert caught.value.code == "reputation: not the rater"
    signed = payer.authorised("ReputationLedger", "rate_both", call)
    assert len(stranger.send("ReputationLedger", "rate_both", *signed).logs) == 2
