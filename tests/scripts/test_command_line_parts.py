"""Global options anywhere, readable amounts, who acts, and what stays private."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from eth_account import Account

from scripts import _member_files, _output
from scripts._accounts import PERSONAS, address_of, keystore_account, name_of, persona_account
from scripts._anvil import CHAIN_ID
from scripts._errors import CommandError
from scripts._member_files import SealedRating
from scripts._session import DEFAULT_HOME, DEMO_PREFIX, RUN_FILE, found_home
from scripts.main import globals_first

REAL_CHAIN = 100


def test_globals_first__moves_options_from_anywhere() -> None:
    line = ["deal", "show", "0x1", "--json", "--as", "amir", "--home=/x"]
    assert globals_first(line) == ["--json", "--as", "amir", "--home=/x", "deal", "show", "0x1"]


def test_globals_first__leaves_alone_what_follows_two_dashes() -> None:
    assert globals_first(["search", "--", "--json"]) == ["search", "--", "--json"]


def test_globals_first__with_a_missing_value__leaves_the_refusal_to_the_parser() -> None:
    assert globals_first(["search", "--as"]) == ["--as", "search"]


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (4_000_000, 6, "4.00 X"),
        (12_345_678, 6, "12.345678 X"),
        (5, 0, "5 X"),
        (1, 18, "0.000000000000000001 X"),
    ],
)
def test_amount__loses_no_digit(value: int, decimals: int, shown: str) -> None:
    assert _output.amount(value, "X", decimals) == shown


@pytest.mark.parametrize(
    "title", ["[/]", "[/bold]", "[link=https://example.org]free[/link]", "[red]drill[/red]"]
)
def test_line__from_somebody_else__is_shown_as_it_is(capsys: pytest.CaptureFixture[str], title: str) -> None:
    _output.line((title, "bold"))
    assert capsys.readouterr().out == title + "\n"


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\r", "\x08", "\u202e", "\u2066"])
def test_text__that_a_terminal_would_obey__is_not_passed_on(
    capsys: pytest.CaptureFixture[str], sign: str
) -> None:
    text = f"drill{sign}[2J"
    _output.line(text)
    _output.facts([("text", text)])
    _output.table("Things", ("what",), [(text,)])
    _output.done(text)
    _output.show_error(CommandError("cli: chain refused", text, text), as_json=False)
    shown = capsys.readouterr()
    assert sign not in shown.out + shown.err
    assert (shown.out + shown.err).count("drill\ufffd[2J") == 6


def test_span__names_the_two_largest_units() -> None:
    assert [_output.span(s) for s in (30, 3_600, 90_000, 259_200)] == ["30 s", "1 h", "1 d 1 h", "3 d"]


def test_persona__has_the_address_of_its_key() -> None:
    for persona in PERSONAS:
        assert persona_account(persona.name, CHAIN_ID).address == persona.address
        assert name_of(persona.address, CHAIN_ID) == persona.name.capitalize()


def test_persona__on_a_real_chain__is_refused() -> None:
    with pytest.raises(CommandError) as caught:
        persona_account("lena", REAL_CHAIN)
    assert caught.value.code == "cli: personas are for the demo"
    with pytest.raises(CommandError):
        address_of("lena", REAL_CHAIN)


def test_address__with_a_mistyped_digit__is_refused() -> None:
    good = PERSONAS[0].address
    assert address_of(good, REAL_CHAIN) == good
    with pytest.raises(CommandError) as caught:
        address_of(good[:-1] + "9", REAL_CHAIN)
    assert caught.value.code == "cli: malformed address"


def test_keystore__opens_with_its_passphrase_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account.create()
    keystore, passphrase = tmp_path / "key.json", tmp_path / "passphrase"
    keystore.write_text(json.dumps(Account.encrypt(account.key, "right", kdf="pbkdf2", iterations=10)))
    monkeypatch.setenv("ALLMENDE_PASSPHRASE_FILE", str(passphrase))
    passphrase.write_text("right\n")
    assert keystore_account(keystore).address == account.address
    passphrase.write_text("wrong\n")
    with pytest.raises(CommandError) as caught:
        keystore_account(keystore)
    assert caught.value.code == "cli: wrong passphrase"
    with pytest.raises(CommandError) as caught:
        keystore_account(tmp_path / "none.json")
    assert caught.value.code == "cli: no keystore"


def test_sealed_rating__is_kept_for_its_owner_only(tmp_path: Path) -> None:
    rating = SealedRating("0x2", "0x3", 0, 5, "0x4", "0x5")
    _member_files.keep_rating(tmp_path, PERSONAS[0].address, rating)
    _member_files.keep_rating(tmp_path, PERSONAS[0].address, rating)
    assert _member_files.ratings(tmp_path, PERSONAS[0].address) == [rating, rating]
    assert _member_files.ratings(tmp_path, PERSONAS[1].address) == []
    for path in tmp_path.rglob("*.json"):
        assert path.stat().st_mode & 0o077 == 0


def test_sealed_ratings__of_commands_at_the_same_time__are_all_kept(tmp_path: Path) -> None:
    def keep(number: int) -> None:
        _member_files.keep_rating(tmp_path, "0xA", SealedRating("0x1", f"{number}", 0, 5, "0x3", "0x4"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(keep, range(40)))
    assert {item.deal for item in _member_files.ratings(tmp_path, "0xA")} == {str(n) for n in range(40)}


def test_evidence__of_the_same_file_twice__is_not_recognisable(tmp_path: Path) -> None:
    photograph = tmp_path / "photograph.jpg"
    photograph.write_bytes(b"scratched")
    member = PERSONAS[0].address
    first = _member_files.digest_of_evidence(tmp_path, member, str(photograph))
    assert first != _member_files.digest_of_evidence(tmp_path, member, str(photograph))
    assert _member_files.digest_of_evidence(tmp_path, member, None) == bytes(32)
    with pytest.raises(CommandError):
        _member_files.digest_of_evidence(tmp_path, member, str(tmp_path / "none"))


def test_found_home__is_that_of_the_only_demo_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert found_home() == DEFAULT_HOME
    first, ended, second = (tmp_path / f"{DEMO_PREFIX}{name}" for name in ("a", "b", "c"))
    for folder, pid in ((first, os.getpid()), (ended, 2**22 - 1)):
        folder.mkdir()
        (folder / RUN_FILE).write_text(json.dumps({"pid": pid}))
    assert found_home() == first
    second.mkdir()
    (second / RUN_FILE).write_text(json.dumps({"pid": os.getpid()}))
    assert found_home() == DEFAULT_HOME  # two run: nobody can say which is meant
    (tmp_path / DEFAULT_HOME).mkdir()
    second.rename(tmp_path / "moved")
    assert found_home() == DEFAULT_HOME
