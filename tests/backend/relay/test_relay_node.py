"""Relaying while the node is gone, slow, wrong or lying: nothing is sent twice, and others go on."""

from collections.abc import Callable
from typing import Any

import pytest
from anvil_chain import AnvilChain
from installation import error
from lying_node import UnknownMethodError, lying_node
from relaying import Relaying

from backend.relay.service import AGAIN_AFTER_S
from scripts._anvil import Anvil
from scripts._processes import free_port


def refused(here: Relaying, salt: int) -> tuple[int, str]:
    answer = here.post("owner", here.announcement("owner", salt))
    return answer.status_code, error(answer)


def test_relay__without_a_node__waits(relaying: Callable[..., Relaying]) -> None:
    here = relaying(rpc_url=f"http://127.0.0.1:{free_port()}")
    assert refused(here, 1) == (503, "relay: node unreachable")
    assert here.budget("owner")["spent_wei"] == "0"


def test_relay__over_another_chain__is_refused(relaying: Callable[..., Relaying]) -> None:
    with Anvil(chain_id=1) as other:
        here = relaying(rpc_url=other.rpc_url)
        assert refused(here, 2) == (503, "relay: node unreachable")


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("eth_simulateV1", None),
        ("eth_simulateV1", []),
        ("eth_simulateV1", [{"calls": []}]),
        ("eth_simulateV1", [{"calls": [{"status": "0x1"}, {"status": "0x1"}]}]),
        ("eth_simulateV1", [{"calls": [{"status": "0x0"}]}]),
        ("eth_simulateV1", [{"calls": [{"status": "yes"}]}]),
        ("eth_simulateV1", UnknownMethodError()),
        ("eth_estimateGas", "many"),
        ("eth_estimateGas", None),
        ("eth_getBlockByNumber", None),
        ("eth_getBlockByNumber", {}),
        ("eth_maxPriorityFeePerGas", "some"),
        ("eth_getBalance", None),
        ("eth_getTransactionCount", "0x"),
        ("eth_chainId", "0x1"),
    ],
    ids=str,
)
def test_relay__over_a_node_that_talks_nonsense__sends_nothing(
    chain: AnvilChain, relaying: Callable[..., Relaying], method: str, said: Any
) -> None:
    def lie(asked: str, _: list[Any], result: Any) -> Any:
        if asked != method:
            return result
        if isinstance(said, Exception):
            raise said
        return said

    with lying_node(chain.rpc_url, lie) as url:
        here = relaying(rpc_url=url)
        count = here.sent_by_relayer()
        assert refused(here, 3) == (503, "relay: node unreachable")
        assert here.sent_by_relayer() == count
        assert here.app_tables()["relayed"] == []


def test_relay__by_a_node_that_takes_it_and_says_no__is_found_again(
    chain: AnvilChain, relaying: Callable[..., Relaying]
) -> None:
    """The answer is lost on its way: the same act again is tried out, and the contract knows it."""

    def lie(asked: str, _: list[Any], result: Any) -> Any:
        if asked == "eth_sendRawTransaction":
            raise UnknownMethodError
        return result

    with lying_node(chain.rpc_url, lie) as url:
        here = relaying(rpc_url=url)
        count = here.sent_by_relayer()
        body = here.announcement("owner", 4)
        assert error(here.post("owner", body)) == "relay: node unreachable"
        assert here.sent_by_relayer() == count + 1
        assert error(here.post("owner", body)) == "bookings: already announced"
        assert here.sent_by_relayer() == count + 1


def test_relay__whose_answer_is_cut_off__counts_as_sent(
    chain: AnvilChain, relaying: Callable[..., Relaying]
) -> None:
    def lie(asked: str, _: list[Any], result: Any) -> Any:
        if asked == "eth_sendRawTransaction":
            raise KeyError(asked)  # the connection ends without an answer
        return result

    with lying_node(chain.rpc_url, lie) as url:
        here = relaying(rpc_url=url)
        sent = here.relay("owner", here.announcement("owner", 5))
        here.settle(AGAIN_AFTER_S)
        assert here.sent(sent["transaction"])["state"] == "done"
