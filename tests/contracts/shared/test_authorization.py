"""The edges of what counts as an authorisation: the highest `s` of a signature, and the gas that a contract
wallet is given."""

from collections.abc import Callable
from typing import Any

import ape
import pytest
from contracts.signing import CURVE_ORDER
from eth_abi.abi import encode
from eth_keys.datatypes import Signature
from eth_utils.crypto import keccak

NAME = "Allmende Probe"
STRUCT_HASH = keccak(b"anything that can be signed")
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
# the generator of the curve: a point whose x any signature may name
GENERATOR_X = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798
HIGHEST_S = CURVE_ORDER // 2
DAY_S = 86_400
# what `shared/authorization` promises a wallet
WALLET_GAS = 200_000


@pytest.fixture
def probe(container: Callable[[str], Any], deployer: Any) -> Any:
    """The check, callable by itself."""
    return container("AuthorizationProbe").deploy(NAME, sender=deployer)


@pytest.fixture
def digest(probe: Any) -> bytes:
    """What is signed."""
    values = [keccak(text=DOMAIN), keccak(text=NAME), keccak(b"1"), probe.provider.chain_id, probe.address]
    domain = keccak(encode(["bytes32", "bytes32", "bytes32", "uint256", "address"], values))
    return keccak(b"\x19\x01" + domain + STRUCT_HASH)


@pytest.fixture
def signed(digest: bytes, now: Callable[[], int]) -> Callable[[int], tuple[str, int, bytes]]:
    """`signed(s)`: an authorisation with this `s`, by whomever it recovers to."""

    def make(s: int) -> tuple[str, int, bytes]:
        signature = Signature(vrs=(0, GENERATOR_X, s))
        signer = signature.recover_public_key_from_msg_hash(digest).to_checksum_address()
        data = GENERATOR_X.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27])
        return signer, now() + DAY_S, data

    return make


@pytest.fixture
def wallet(chain: Any, deployer: Any) -> Callable[[int], str]:
    """`wallet(gas)`: one that says yes to everything as long as it is given more gas than that."""

    def deploy(gas: int) -> str:
        # GAS; PUSH3 gas; LT; PUSH4 magic; MUL; PUSH1 224; SHL; PUSH0; MSTORE; PUSH1 32; PUSH0; RETURN
        answers = bytes.fromhex("10631626ba7e0260e01b5f5260205ff3")
        runtime = bytes.fromhex("5a62") + gas.to_bytes(3, "big") + answers
        # PUSH1 size; DUP1; PUSH1 9; PUSH0; CODECOPY; PUSH0; RETURN
        creating = bytes([0x60, len(runtime)]) + bytes.fromhex("8060095f395ff3") + runtime
        transaction = chain.provider.network.ecosystem.create_transaction(data=creating)
        return str(deployer.call(transaction).contract_address)

    return deploy


def test_actor__signature_with_the_highest_s__is_the_signers(probe: Any, signed: Any) -> None:
    auth = signed(HIGHEST_S)
    assert probe.actor(auth, STRUCT_HASH) == auth[0]


def test_actor__signature_with_an_s_above__reverts(probe: Any, signed: Any) -> None:
    auth = signed(HIGHEST_S + 1)
    with ape.reverts("auth: bad signature"):
        probe.actor(auth, STRUCT_HASH)


def test_actor__wallet__is_given_all_the_gas_that_was_promised_and_no_more(
    probe: Any, wallet: Any, now: Any
) -> None:
    modest, greedy = wallet(WALLET_GAS - 100), wallet(WALLET_GAS)
    assert probe.actor((modest, now() + DAY_S, b""), STRUCT_HASH) == modest
    with ape.reverts("auth: bad signature"):
        probe.actor((greedy, now() + DAY_S, b""), STRUCT_HASH)


def test_cancel_nonce__by_its_owner__is_told_and_holds_for_him_alone(
    payments: Any, payer: Any, stranger: Any
) -> None:
    receipt = payments.cancel_nonce(7, sender=payer)
    [event] = [log for log in receipt.decode_logs() if log.event_name == "NonceCancelled"]
    assert (event.signer, event.nonce) == (payer, 7)
    assert payments.nonce_used(payer, 7)
    assert not payments.nonce_used(stranger, 7)
    assert not payments.nonce_used(payer, 8)


def test_cancel_nonce__of_one_after_the_other__leaves_all_others_valid(payments: Any, payer: Any) -> None:
    nonces = (0, 127, 128, 255, 256, 300, 511, 512, 2**255, 2**256 - 1)
    cancelled = []
    for nonce in nonces:
        payments.cancel_nonce(nonce, sender=payer)
        cancelled.append(nonce)
        assert [one for one in nonces if payments.nonce_used(payer, one)] == cancelled
    with ape.reverts("auth: nonce used"):
        payments.cancel_nonce(2**256 - 1, sender=payer)
