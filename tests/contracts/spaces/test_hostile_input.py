"""Wallets and values that mean harm, where members meet."""

from typing import Any

import ape
import pytest
from contracts.signing import EMPTY_AUTH
from contracts.space_values import gathering_of, space_of, ticket_of

MOST = 2**256 - 1


@pytest.mark.parametrize("mode", [1, 2, 3, 4], ids=["reverts", "burns gas", "bombs", "answers otherwise"])
def test_create__signed_by_a_wallet_that_misbehaves__reverts(
    spaces: Any, container: Any, owner: Any, relayer: Any, sign: Any, deadline: int, mode: int
) -> None:
    wallet = container("MockWallet").deploy(owner, sender=owner)
    auth = sign(owner, spaces, "CreateSpace", {**space_of(), "deadline": deadline}, signer=wallet.address)
    wallet.set_mode(mode, 0, sender=owner)
    with ape.reverts("auth: bad signature"):
        spaces.create(space_of(), auth, sender=relayer, gas_limit=1_000_000)
    wallet.set_mode(0, 0, sender=owner)
    spaces.create(space_of(), auth, sender=relayer)
    assert spaces.is_open(spaces.space_id(wallet, space_of()))


def test_create__inside_itself__reverts(spaces: Any, owner: Any) -> None:
    own = bytes(spaces.space_id(owner, space_of()))
    for field, reason in (("parent", "spaces: unknown parent"), ("forked_from", "spaces: unknown origin")):
        with ape.reverts(reason):
            spaces.create(space_of(**{field: own}), EMPTY_AUTH, sender=owner)


def test_issue__for_the_greatest_number_there_is__reverts(spaces: Any, space: bytes, owner: Any) -> None:
    with ape.reverts("spaces: capacity too large"):
        spaces.issue(ticket_of(space, capacity=MOST), EMPTY_AUTH, sender=owner)


def test_host__in_the_first_or_after_the_last_second_of_all__reverts(
    spaces: Any, space: bytes, start: int, requester: Any
) -> None:
    for made, reason in (
        (gathering_of(space, 0, start), "spaces: start has passed"),
        (gathering_of(space, start, 0), "spaces: ends before it starts"),
        (gathering_of(space, MOST, MOST), "spaces: ends before it starts"),
        (gathering_of(space, MOST - 1, MOST), "spaces: too far ahead"),
    ):
        with ape.reverts(reason):
            spaces.host(made, EMPTY_AUTH, sender=requester)
