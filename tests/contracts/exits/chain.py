"""The EVM of the search: the contracts on titanoboa, and states that can be left and come back to.

A state is a root of the chain's own trie: what a transaction changed is written down once, and the search
goes on from there as often as it likes, in any order. Nothing is replayed. Anchors would only allow the order
in which they are nested.
"""

from functools import cached_property
from typing import Any

import boa
from contracts.compiling import compiled
from eth.db.account import AccountDB
from eth_abi.abi import decode, encode
from eth_utils.abi import abi_to_signature, get_abi_input_types, get_abi_output_types
from eth_utils.crypto import keccak

GENESIS_S = 1_800_000_000
FIRST_BLOCK = 1_000
BLOCK_S = 12
PLENTY = 10**24


class Deployed:
    """A contract: its address, and how to speak to it."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address

    @cached_property
    def _functions(self) -> dict[str, tuple[bytes, list[str], list[str]]]:
        abi = [entry for entry in compiled(self.name)["abi"] if entry["type"] == "function"]
        return {
            entry["name"]: (
                keccak(text=abi_to_signature(entry))[:4],
                get_abi_input_types(entry),
                get_abi_output_types(entry),
            )
            for entry in abi
        }

    def data(self, name: str, *values: Any) -> bytes:
        """The data of a call."""
        selector, types, _ = self._functions[name]
        return bytes(selector + encode(types, values))

    def answer(self, name: str, output: bytes) -> Any:
        """What a call returned; a single value by itself."""
        values = decode(self._functions[name][2], output)
        return values[0] if len(values) == 1 else values


class Chain:
    """An EVM of its own, at a time and on a state that can be chosen."""

    def __init__(self) -> None:
        self.env = boa.Env()
        self.root = b""
        self.now = GENESIS_S

    def role(self, name: str) -> str:
        """An account with coins."""
        address = "0x" + keccak(text=name)[12:].hex()
        self.env.set_balance(address, PLENTY)
        return address

    def deploy(self, name: str, types: tuple[str, ...] = (), *values: Any) -> Deployed:
        """A contract from the sources under test."""
        code = bytes.fromhex(compiled(name)["bytecode"][2:]) + encode(types, values)
        return Deployed(name, str(self.env.deploy_code(bytecode=code)[0]))

    def at(self, now: int) -> None:
        """Choose the time, and with it the number of the block."""
        self.now = now
        self.env.evm.patch.timestamp = now
        self.env.evm.patch.block_number = block_at(now)

    def keep(self) -> bytes:
        """Write down what is: a root to come back to."""
        accounts = self.env.evm.vm.state._account_db
        accounts.make_state_root()
        accounts.persist()
        self.root = bytes(accounts.state_root)
        return self.root

    def go(self, root: bytes) -> None:
        """Be in a state that was kept."""
        state = self.env.evm.vm.state
        state._account_db = AccountDB(self.env.evm.chain.headerdb.db, root)
        self.root = root

    def send(self, sender: str, to: str, data: bytes, value: int = 0) -> str | None:
        """A transaction: None where it went through, else what the contract said."""
        done = self.env.execute_code(to_address=to, sender=sender, data=data, value=value)
        return None if not done.is_error else reason_of(bytes(done.output))

    def must(self, sender: str, contract: Deployed, name: str, *values: Any, value: int = 0) -> None:
        """A transaction that has to go through."""
        said = self.send(sender, contract.address, contract.data(name, *values), value)
        assert said is None, f"{name}: {said}"

    def ask(self, contract: Deployed, name: str, *values: Any) -> Any:
        """What a view says."""
        done = self.env.execute_code(to_address=contract.address, data=contract.data(name, *values))
        assert not done.is_error, f"{name}: {reason_of(bytes(done.output))}"
        return contract.answer(name, bytes(done.output))

    def coins(self, address: str) -> int:
        """How much native coin an account has."""
        return int(self.env.get_balance(address))


def block_at(now: int) -> int:
    """The number of the block at a time: one every twelve seconds."""
    return FIRST_BLOCK + (now - GENESIS_S) // BLOCK_S


def block_time(number: int) -> int:
    """When a block comes."""
    return GENESIS_S + (number - FIRST_BLOCK) * BLOCK_S


def reason_of(output: bytes) -> str:
    """The words of a refusal; empty where the contract said nothing."""
    return str(decode(["string"], output[4:])[0]) if output[:4] == b"\x08\xc3\x79\xa0" else ""
