"""A contract on titanoboa, called by raw data: the reason of a refusal is read from the revert itself.

Every act is a transaction of its own, so what is transient does not outlive it; a view costs no more than its
execution. Members sign what others send.
"""

import json
from typing import Any

import boa
from contracts.compiling import compiled, typed_data
from contracts.signing import DOMAIN_NAMES, EMPTY_AUTH, reachable
from eth_abi.abi import decode, encode
from eth_account import Account
from eth_utils.crypto import keccak

HOUR_S = 3_600
Auth = tuple[str, int, bytes]


def member(role: str) -> Any:
    """The account of a role: its address acts, its key signs."""
    return Account.from_key(keccak(text=f"role: {role}"))


def answer(address: str, name: str, kinds: str, *arguments: Any) -> int:
    """What a view of one word of any contract answers."""
    named = kinds.split(",") if kinds else []
    data = keccak(text=f"{name}({kinds})")[:4] + encode(named, list(arguments))
    done = boa.env.execute_code(to_address=address, data=data, is_modifying=False)
    assert not done.is_error, f"{name} refuses to answer"
    return int.from_bytes(done.output, "big")


class Deployed:
    """A deployable and its address."""

    def __init__(self, name: str, *arguments: Any) -> None:
        artefact = compiled(name)
        kinds = [
            given["type"]
            for part in artefact["abi"]
            if part["type"] == "constructor"
            for given in part["inputs"]
        ]
        code = bytes.fromhex(artefact["bytecode"][2:]) + encode(kinds, list(arguments))
        address, _ = boa.env.deploy_code(bytecode=code)
        self.name, self.address = name, str(address)
        self.abi = boa.loads_abi(json.dumps(artefact["abi"])).at(address)
        self.types = typed_data(name) if name in DOMAIN_NAMES else {}

    def data(self, name: str, *arguments: Any) -> bytes:
        """The data of a call."""
        return bytes(getattr(self.abi, name).prepare_calldata(*arguments))

    def act(self, actor: str, name: str, *arguments: Any, value: int = 0) -> str | None:
        """Send a transaction; its revert reason, None when it succeeded."""
        return self.send(actor, self.data(name, *arguments), value)

    def send(self, actor: str, data: bytes, value: int = 0) -> str | None:
        """Send the data of a call; its revert reason, None when it succeeded."""
        boa.env.evm.vm.state.clear_transient_storage()
        done = boa.env.execute_code(to_address=self.address, sender=actor, data=data, value=value)
        if not done.is_error:
            return None
        output = bytes(done.output)
        return str(decode(["string"], output[4:])[0]) if len(output) > 4 else "no reason"

    def read(self, name: str, kinds: str, *arguments: Any) -> int:
        """What a view of one word answers; `kinds` are those of its arguments, "bytes32,uint256"."""
        return answer(self.address, name, kinds, *arguments)

    def id_of(self, *parts: tuple[str, Any]) -> bytes:
        """`keccak256(abi_encode(chain.id, self, ...))`, computed here; each part is (type, value)."""
        head = [("uint256", boa.env.evm.patch.chain_id), ("address", self.address), *parts]
        return keccak(encode([kind for kind, _ in head], [value for _, value in head]))

    def signed(self, by: Any, kind: str, message: dict[str, Any], for_s: int = HOUR_S) -> Auth:
        """What a member signs, good for so long from now."""
        deadline = boa.env.timestamp + for_s
        domain = {
            "name": DOMAIN_NAMES[self.name],
            "version": "1",
            "chainId": boa.env.evm.patch.chain_id,
            "verifyingContract": self.address,
        }
        told = {**message, "deadline": deadline}
        signature = by.sign_typed_data(domain, reachable(self.types, kind), told).signature
        return by.address, deadline, bytes(signature)


__all__ = ["EMPTY_AUTH", "Auth", "Deployed", "answer", "member"]
