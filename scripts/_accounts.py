"""Who acts: a persona of the demo by name, or a key from an encrypted keystore file. Never a raw key.

The personas' keys come from the standard test mnemonic and are known to everybody, so they are offered on
the chain id of the demo only.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripts._anvil import CHAIN_ID, MNEMONIC
from scripts._errors import CommandError

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

PASSPHRASE_FILE = "ALLMENDE_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody of the demo. `index` is the account of the test mnemonic, `address` its checksummed
    address."""

    name: str
    title: str
    index: int
    address: str


DEPLOYER = Persona("deployer", "who deployed", 0, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
PERSONAS: tuple[Persona, ...] = (
    Persona("lena", "librarian", 1, "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
    Persona("amir", "borrower", 2, "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
    Persona("mira", "maker", 3, "0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
    Persona("jonas", "neighbour", 4, "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
    Persona("sofia", "cook", 5, "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
    Persona("paula", "arbitrator", 6, "0x976EA74026E726554dB657fA54763abd0C3a0aa9"),
)
RELAYER = Persona("relayer", "who pays for signed acts", 7, "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955")
_BY_NAME = {persona.name: persona for persona in (DEPLOYER, *PERSONAS, RELAYER)}
_NAME_OF = {persona.address: persona.name for persona in (DEPLOYER, *PERSONAS, RELAYER)}


def persona_account(name: str, chain_id: int) -> LocalAccount:
    """The account of a persona.

    Raises:
        CommandError: "cli: unknown persona", or "cli: personas are for the demo" on any other chain.
    """
    persona = _BY_NAME.get(name.lower())
    if persona is None:
        known = ", ".join(person.name for person in PERSONAS)
        raise CommandError(
            "cli: unknown persona", f"Nobody here is called {name!r}.", f"Choose one of {known}."
        )
    if chain_id != CHAIN_ID:
        raise CommandError(
            "cli: personas are for the demo",
            f"Their keys are public, and chain {chain_id} is not the demo's.",
            "Use --keystore FILE.",
        )
    from eth_account import Account

    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{persona.index}")
    return account


def keystore_account(path: Path) -> LocalAccount:
    """The account of an encrypted keystore file (Web3 Secret Storage, version 3).

    The passphrase is asked for, or read from the file that `ALLMENDE_PASSPHRASE_FILE` names.

    Raises:
        CommandError: "cli: no keystore" or "cli: wrong passphrase".
    """
    try:
        encrypted = json.loads(path.read_text())
    except (OSError, ValueError):
        raise CommandError(
            "cli: no keystore", f"{path} is no keystore file.", "Name an encrypted JSON keystore (version 3)."
        ) from None
    named = os.environ.get(PASSPHRASE_FILE)
    if named:
        try:
            passphrase = Path(named).read_text().rstrip("\n")
        except OSError:
            raise CommandError(
                "cli: wrong passphrase", f"{named} cannot be read.", f"Let {PASSPHRASE_FILE} name a file."
            ) from None
    else:
        import typer

        passphrase = typer.prompt(f"Passphrase of {path.name}", hide_input=True, err=True)
    from eth_account import Account

    try:
        account: LocalAccount = Account.from_key(Account.decrypt(encrypted, passphrase))
    except (ValueError, KeyError, TypeError):
        raise CommandError(
            "cli: wrong passphrase", f"{path.name} does not open with it.", "Try again with the right one."
        ) from None
    return account


def address_of(text: str, chain_id: int) -> str:
    """The checksummed address that a name of the demo or a hex address means.

    Raises:
        CommandError: "cli: malformed address" or "cli: unknown persona".
    """
    if not text.startswith("0x"):
        if chain_id == CHAIN_ID and text.lower() in _BY_NAME:
            return _BY_NAME[text.lower()].address
        known = ", ".join(person.name for person in PERSONAS) if chain_id == CHAIN_ID else "0x and 40 digits"
        raise CommandError("cli: unknown persona", f"Nobody here is called {text!r}.", f"Choose {known}.")
    from backend.kit.hexadecimal import from_address, to_address

    try:
        return to_address(from_address(text))
    except ValueError as error:
        raise CommandError("cli: malformed address", f"{text}: {error}.", "Copy the address again.") from None


def name_of(address: str, chain_id: int) -> str:
    """A persona's name on the demo's chain, else the address shortened for the eye."""
    if chain_id == CHAIN_ID and address in _NAME_OF:
        return _NAME_OF[address].capitalize()
    return f"{address[:8]}…{address[-4:]}"
