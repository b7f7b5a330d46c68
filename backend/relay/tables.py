"""Table of the relay slice. Times are wall seconds (UTC), amounts wei."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from backend.db import app_metadata

# A row is written before its transaction is sent, so that none is sent twice and none is forgotten. `member`
# is whose budget pays; `cost_wei` is the most it can cost until it is settled, then what it did cost.
relayed = Table(
    "relayed",
    app_metadata,
    Column("tx_hash", LargeBinary(32), primary_key=True),
    Column("key", LargeBinary(32), nullable=False),  # of the call, see `acts.SignedCall`
    Column("member", LargeBinary(20), nullable=False),
    Column("contract", String(32), nullable=False),
    Column("function", String(64), nullable=False),
    Column("nonce", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # the signed transaction, to send it again
    Column("cost_wei", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),  # sent, done, reverted or lost
    Column("sent_at_s", BigInteger, nullable=False),
    Index("relayed_by_key", "key"),
    Index("relayed_by_member", "member", "sent_at_s"),
    Index("relayed_by_state", "state"),
)
