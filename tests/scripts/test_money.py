"""In what amounts are shown, whoever chose the token."""

from collections.abc import Iterator

import pytest

from scripts import _money
from scripts._accounts import persona_account
from scripts._anvil import CHAIN_ID, Anvil
from scripts._errors import CommandError
from scripts._session import Session
from scripts.deploy import deploy


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A folder whose contracts stand on a chain of their own."""
    with Anvil() as anvil:
        home = tmp_path_factory.mktemp("home")
        deploy(anvil.rpc_url, persona_account("deployer", CHAIN_ID), home)
        yield Session(home, rpc_option=anvil.rpc_url)


def test_unit__of_a_token_that_only_looks_like_ours__names_its_address(session: Session) -> None:
    ours, theirs = "0x" + (session.deployment.token or b"").hex(), "0x" + "22" * 20
    session.units[theirs] = session.units[ours] = ("dEUR", 6)
    assert _money.shown_in(session, ours).shown(4_000_000) == "4.00 dEUR"
    assert _money.shown_in(session, theirs).shown(4_000_000) == "4.00 dEUR of 0x222222…2222"
    assert _money.shown_in(session, "0x" + "00" * 20).shown(10**18) == "1.00 ETH"


def test_unit__that_a_token_does_not_tell__is_its_smallest(session: Session) -> None:
    for silent in (session.deployment.escrow, b"\x33" * 20):
        assert _money.shown_in(session, "0x" + silent.hex()).shown(7).startswith("7 units of 0x")
    with pytest.raises(CommandError):  # whoever pays in it has to know what a number means
        _money.of_token(session, "0x" + session.deployment.escrow.hex())
