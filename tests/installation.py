"""A running backend over chain tables that a test grows, with members who sign in."""

from dataclasses import dataclass, field

from chain_rows import ChainRows
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from fastapi.testclient import TestClient
from sqlalchemy import Engine, MetaData, Table, inspect, select

from backend.settings import Settings
from indexer.chain import deployment

START_S = 1_800_000_000


@dataclass
class Clock:
    """Wall time that stands still until told otherwise."""

    now_s: int = START_S

    def __call__(self) -> int:
        return self.now_s


@dataclass
class Installation:
    """One running backend over one chain file."""

    settings: Settings
    rows: ChainRows
    clock: Clock
    client: TestClient
    engine: Engine
    deployed: deployment.Deployment
    members: dict[str, LocalAccount] = field(default_factory=dict)

    def member(self, role: str) -> LocalAccount:
        """The same key for the same role."""
        if role not in self.members:
            self.members[role] = Account.from_key(f"{len(self.members) + 1:064x}")
        return self.members[role]

    def address(self, role: str) -> bytes:
        """20 bytes."""
        return bytes.fromhex(self.member(role).address[2:])

    def sign_in(self, role: str) -> dict[str, str]:
        """Headers of a new session."""
        account = self.member(role)
        offered = self.client.post("/api/session/nonce", json={"address": account.address}).json()["data"]
        signed = account.sign_message(encode_defunct(text=offered["message"]))
        body = {"message": offered["message"], "signature": "0x" + signed.signature.hex().removeprefix("0x")}
        answer = self.client.post("/api/session", json=body)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['data']['token']}"}

    def app_tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table of ours, to show that something changed nothing."""
        with self.engine.connect() as conn:
            names = inspect(conn).get_table_names(schema="app")
            return {
                name: [
                    tuple(row)
                    for row in conn.execute(select(Table(name, MetaData(), schema="app", autoload_with=conn)))
                ]
                for name in names
            }


def error(answer: object) -> str:
    """The code of an error answer."""
    return answer.json()["error"]["code"]  # type: ignore[attr-defined, no-any-return]
