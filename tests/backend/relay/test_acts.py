"""Which functions are relayed, and JSON arguments as calldata: the same as the command line's encoding."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.relay import acts
from backend.relay.arguments import UnfitError, values_of
from indexer.chain import artefacts
from scripts._chain_client import abi
from scripts._chain_client.chain import NO_AUTH

ADDRESSES = {"Bookings": b"\1" * 20, "Escrow": b"\2" * 20, "ReputationLedger": b"\3" * 20}
SIGNER = "0x" + "ab" * 20
AUTH = (SIGNER, 1_900_000_000, b"\7" * 65)
REQUEST = (b"\4" * 32, SIGNER, 1_900_000_000, 8, 1, bytes(32), bytes(32), b"\5" * 32)
CORE = (SIGNER, SIGNER, SIGNER, 2**96 - 1, 5, 2**255, bytes(32), bytes(32), b"\6" * 32)
REST = ([], [], [(SIGNER, 3_600, 1)])


@pytest.mark.parametrize(
    ("contract", "function", "arguments"),
    [
        ("Bookings", "confirm", (REQUEST, AUTH)),
        ("Bookings", "announce_many", ([(1, b"\1" * 32, b"\2" * 32)] * 3, AUTH)),
        ("Escrow", "open", (CORE, REST, AUTH)),
        ("Escrow", "rule", (CORE, REST, 7, 8, b"\5" * 32, AUTH)),
        ("Escrow", "expire", (CORE, REST)),
        ("ReputationLedger", "commit", (SIGNER, b"\1" * 288, 1, b"\5" * 32, AUTH)),
    ],
)
def test_call__from_json__is_the_calldata_of_the_command_line(
    contract: str, function: str, arguments: tuple[Any, ...]
) -> None:
    as_json = abi.as_json(contract, function, arguments)
    act = acts.find(contract, function, as_json)
    assert act is not None
    call = acts.call_of(act, ADDRESSES, as_json)
    assert call.data == abi.encode_call(contract, function, arguments)
    assert call.to == ADDRESSES[contract]
    signed = [] if function == "expire" else [(bytes.fromhex(SIGNER[2:]), AUTH[1])]
    assert list(call.auths) == signed


def test_every_function_with_an_authorisation__is_relayed() -> None:
    for contract in ADDRESSES:
        for item in artefacts.load(contract).abi:
            if item["type"] == "function" and any(part["name"] == "auth" for part in item["inputs"]):
                assert item["name"] in acts.relayed(contract)


def test_views_and_acts_of_the_caller_alone__are_not_relayed() -> None:
    for contract, function in [
        ("Bookings", "cancel_nonce"),
        ("Bookings", "is_free"),
        ("Escrow", "cancel_nonce"),
        ("Escrow", "word"),
        ("Escrow", "right_to_rate"),
    ]:
        assert function not in acts.relayed(contract)
    assert acts.relayed("MockToken") == []
    assert acts.relayed("Nothing") == []


def test_key__differs_with_the_contract_and_with_every_byte() -> None:
    as_json = abi.as_json("Bookings", "confirm", (REQUEST, AUTH))
    other = abi.as_json("Bookings", "confirm", (REQUEST, (SIGNER, 1_900_000_000, b"\7" * 64 + b"\x08")))
    act = acts.find("Bookings", "confirm", as_json)
    assert act is not None
    keys = {
        acts.call_of(act, ADDRESSES, as_json).key,
        acts.call_of(act, ADDRESSES, other).key,
        acts.call_of(act, {"Bookings": b"\x09" * 20}, as_json).key,
    }
    assert len(keys) == 3


def test_auths__in_a_list_and_in_structs__are_all_found() -> None:
    auth = {"name": "auth", "type": "tuple", "components": [
        {"name": "signer", "type": "address"},
        {"name": "deadline", "type": "uint256"},
        {"name": "signature", "type": "bytes"},
    ]}  # fmt: skip
    inputs = (
        {"name": "auths", "type": "tuple[2]", "components": auth["components"]},
        {"name": "both", "type": "tuple", "components": [auth, {"name": "other", "type": "uint256"}]},
    )
    act = acts.Act("Escrow", "split", inputs)
    one = {"signer": SIGNER, "deadline": "1", "signature": "0x"}
    given_ = {"auths": [one, one | {"deadline": 2}], "both": {"auth": one | {"deadline": 3}, "other": 0}}
    assert [deadline for _, deadline in acts.call_of(act, ADDRESSES, given_).auths] == [1, 2, 3]


def together(*calls: bytes) -> list[tuple[bytes, int]]:
    """The authorisations in calls that are made together."""
    as_json = abi.as_json("Bookings", "together", (list(calls),))
    act = acts.find("Bookings", "together", as_json)
    assert act is not None
    call = acts.call_of(act, ADDRESSES, as_json)
    assert call.data == abi.encode_call("Bookings", "together", (list(calls),))
    return list(call.auths)


def test_calls_made_together__are_looked_through() -> None:
    confirm = abi.encode_call("Bookings", "confirm", (REQUEST, AUTH))
    empty = abi.encode_call("Bookings", "confirm", (REQUEST, NO_AUTH))
    signer = bytes.fromhex(SIGNER[2:])
    assert together(confirm, empty, confirm) == [(signer, AUTH[1]), (bytes(20), 0), (signer, AUTH[1])]
    assert together() == []


@pytest.mark.parametrize(
    "inner",
    [
        b"",
        b"\1\2\3\4",
        abi.encode_call("Bookings", "resource", (bytes(32),)),
        abi.encode_call("Bookings", "together", ([],)),
        abi.encode_call("Bookings", "confirm", (REQUEST, AUTH))[:-32],
        abi.encode_call("Bookings", "confirm", (REQUEST, AUTH)) + bytes(32),
        abi.encode_call("Bookings", "confirm", (REQUEST, AUTH))[:-1] + b"\1",
    ],
)
def test_calls_made_together__with_one_that_is_no_plain_act__are_refused(inner: bytes) -> None:
    with pytest.raises(UnfitError, match=r"^calls.1 "):
        together(abi.encode_call("Bookings", "confirm", (REQUEST, AUTH)), inner)


NUMBER = [{"name": "x", "type": "uint256"}]
SMALL = [{"name": "x", "type": "uint8"}]
WORD = [{"name": "x", "type": "bytes32"}]
BYTES = [{"name": "x", "type": "bytes"}]
ADDRESS = [{"name": "x", "type": "address"}]
FLAG = [{"name": "x", "type": "bool"}]
LIST = [{"name": "x", "type": "uint256[]"}]


@pytest.mark.parametrize(
    ("inputs", "value"),
    [
        (NUMBER, -1), (NUMBER, 2**256), (NUMBER, "-1"), (NUMBER, "0x1"), (NUMBER, ""), (NUMBER, "9" * 79),
        (NUMBER, 1.0), (NUMBER, True), (NUMBER, None), (NUMBER, "١"), (NUMBER, [1]), (NUMBER, "1 "),
        (SMALL, 256), (WORD, "0x" + "00" * 31), (WORD, "00" * 32), (WORD, 5), (WORD, None),
        (BYTES, "0x0"), (BYTES, "0xzz"), (BYTES, ""), (BYTES, "0"), (BYTES, 7), (BYTES, "0x 0"),
        (ADDRESS, "0x" + "00" * 19), (ADDRESS, "0x" + "aB" * 20), (ADDRESS, 0), (ADDRESS, None),
        (FLAG, 1), (FLAG, "true"), (LIST, {"0": 1}), (LIST, "1"), (LIST, [1, -1]),
    ],
)  # fmt: skip
def test_argument__not_of_its_type__is_refused_by_its_place(inputs: list[Any], value: Any) -> None:
    with pytest.raises(UnfitError) as caught:
        values_of(inputs, {"x": value})
    assert caught.value.place.split(".")[0] == "x"


@pytest.mark.parametrize("given_", [{}, {"x": 1, "y": 2}, {"y": 1}, [1], None, "x"])
def test_arguments__of_other_names__are_refused(given_: Any) -> None:
    with pytest.raises(UnfitError):
        values_of(NUMBER, given_)


@given(st.integers(0, 2**256 - 1), st.binary(max_size=100), st.booleans())
def test_values__as_json__come_back(number: int, data: bytes, flag: bool) -> None:
    inputs = [
        {"name": "n", "type": "uint256"},
        {"name": "d", "type": "bytes"},
        {"name": "f", "type": "bool"},
        {"name": "many", "type": "uint256[]"},
    ]
    as_json = {"n": str(number), "d": "0x" + data.hex(), "f": flag, "many": [number, str(number)]}
    assert values_of(inputs, as_json) == (number, data, flag, (number, number))


def test_empty_authorisation__is_seen_as_one() -> None:
    as_json = abi.as_json("Bookings", "confirm", (REQUEST, NO_AUTH))
    act = acts.find("Bookings", "confirm", as_json)
    assert act is not None
    assert acts.call_of(act, ADDRESSES, as_json).auths == ((bytes(20), 0),)
