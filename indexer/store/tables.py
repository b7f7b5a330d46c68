"""The chain tables: what was read (blocks, logs, cursor) and what follows from it (one table a kind of
thing).

Ids, addresses and hashes are bytes; amounts are `U256`; times are UTC seconds of the block; a column's
order here is the order of the fields in `indexer.facts`.
"""

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from .types import U256

metadata = MetaData(schema="chain")

# The only words in these tables; whatever else a chain says is a number or a digest.
RESOURCE_STATES = ("active", "paused", "retired")
REQUEST_STATES = ("pending", "granted", "denied", "cancelled")
DEAL_STATES = ("funded", "claimed", "disputed", "closed")
RATING_STATES = ("committed", "revealed")


def _bytes(name: str, *, key: bool = False, null: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, primary_key=key, nullable=null)


def _int(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, primary_key=key, nullable=null, autoincrement=False)


def _u256(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, U256, nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _state(words: Sequence[str]) -> tuple[Column[str], CheckConstraint]:
    column = Column("state", Text, nullable=False)
    return column, CheckConstraint(column.in_(words))


def _one_row() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=False)


# What was read. `blocks` holds the headers of blocks with logs of ours, `trail` the other headers that
# were checked: those depend on when the follower polled, so they are bookkeeping like `head` and `undo`,
# and not part of the hash.

blocks = Table(
    "blocks", metadata, _int("number", key=True), _bytes("hash"), _bytes("parent_hash"), _int("timestamp_s")
)

raw_logs = Table(
    "raw_logs",
    metadata,
    _int("block_number", key=True),
    _int("log_index", key=True),
    _bytes("block_hash"),
    _bytes("tx_hash"),
    _bytes("address"),
    _bytes("topics"),
    _bytes("data"),
    _flag("decoded"),
    sqlite_with_rowid=False,
)

cursor = Table(
    "cursor", metadata, _one_row(), _int("chain_id"), _int("number"), _bytes("hash"), _int("timestamp_s")
)

# Bookkeeping: the last head seen, the lowest block whose changes can be undone, the newest block that the
# node calls finalized (0 before any), before-images, checked headers.

head = Table(
    "head",
    metadata,
    _one_row(),
    _int("number"),
    _bytes("hash"),
    _int("timestamp_s"),
    _int("undo_from"),
    _int("final"),
)

undo = Table(
    "undo",
    metadata,
    _int("block_number", key=True),
    _int("seq", key=True),
    Column("table_name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("before", Text),
    sqlite_with_rowid=False,
)

trail = Table("trail", metadata, _int("number", key=True), _bytes("hash"), _int("timestamp_s"))

# What follows from it.

resources = Table(
    "resources",
    metadata,
    _bytes("resource", key=True),
    _bytes("owner"),
    _int("service"),
    _int("quantum_s"),
    _int("phase_s"),
    _int("rule"),
    _int("capacity"),
    _int("horizon_s"),
    _int("ttl_s"),
    _int("notice_s"),
    _int("max_quanta"),
    _int("buffer_quanta"),
    _flag("gated"),
    _bytes("digest"),
    _bytes("salt"),
    _u256("terms"),
    *_state(RESOURCE_STATES),
    _bytes("policy", null=True),
    _bytes("param", null=True),
    _int("quota"),
    _u256("opening"),
    _bytes("requires", null=True),
    _int("announced_at_s"),
    _int("block_number"),
    _int("changed_block"),
    Index("resources_by_change", "changed_block"),
    Index("resources_by_block", "block_number", "resource"),
    Index("resources_by_owner", "owner", "block_number", "resource"),
    Index("resources_by_service", "service", "block_number", "resource"),
)

requests = Table(
    "requests",
    metadata,
    _bytes("request", key=True),
    _bytes("resource"),
    _bytes("requester"),
    _bytes("owner"),
    _int("start_s"),
    _int("end_s"),
    _int("quanta"),
    _int("units"),
    _bytes("gathering"),
    _bytes("bundle"),
    _bytes("salt"),
    _int("expires_at_s"),
    *_state(REQUEST_STATES),
    _flag("was_granted"),
    _int("returned"),
    _bytes("reason", null=True),
    _bytes("contract"),
    _int("requested_at_s"),
    _int("decided_at_s", null=True),
    _bytes("decided_by", null=True),
    _flag("rated_0"),
    _flag("rated_1"),
    _int("block_number"),
    _int("changed_block"),
    Index("requests_by_change", "changed_block"),
    Index("requests_by_block", "block_number", "request"),
    Index("requests_by_resource", "resource", "state", "start_s"),
    Index("requests_by_time", "state", "end_s"),
    Index("requests_by_requester", "requester", "block_number", "request"),
    Index("requests_by_owner", "owner", "block_number", "request"),
    Index("requests_by_gathering", "gathering"),
    Index("requests_by_bundle", "bundle"),
)

spaces = Table(
    "spaces",
    metadata,
    _bytes("space", key=True),
    _bytes("parent"),
    _bytes("forked_from"),
    _bytes("creator"),
    _bytes("owner"),
    _bytes("digest"),
    _bytes("salt"),
    _bytes("gate"),
    _int("created_at_s"),
    _int("closed_at_s", null=True),
    _int("block_number"),
    _int("changed_block"),
    Index("spaces_by_block", "block_number", "space"),
    Index("spaces_by_parent", "parent", "block_number", "space"),
    Index("spaces_by_owner", "owner", "block_number", "space"),
)

tickets = Table(
    "tickets",
    metadata,
    _bytes("ticket", key=True),
    _bytes("space"),
    _int("capacity"),
    _int("given"),
    _bytes("digest"),
    _bytes("salt"),
    _int("issued_at_s"),
    _int("block_number"),
    _int("changed_block"),
    Index("tickets_by_block", "block_number", "ticket"),
    Index("tickets_by_space", "space", "block_number", "ticket"),
)

ticket_holdings = Table(
    "ticket_holdings",
    metadata,
    _bytes("ticket", key=True),
    _bytes("member", key=True),
    _flag("held"),
    _int("since_s"),
    _int("block_number"),
    Index("ticket_holdings_by_member", "member", "held"),
)

gatherings = Table(
    "gatherings",
    metadata,
    _bytes("gathering", key=True),
    _bytes("space"),
    _bytes("host"),
    _int("start_s"),
    _int("end_s"),
    _bytes("digest"),
    _bytes("salt"),
    _int("hosted_at_s"),
    _int("called_off_at_s", null=True),
    _int("block_number"),
    _int("changed_block"),
    Index("gatherings_by_block", "block_number", "gathering"),
    Index("gatherings_by_space", "space", "block_number", "gathering"),
    Index("gatherings_by_host", "host", "block_number", "gathering"),
)

listings = Table(
    "listings",
    metadata,
    _bytes("space", key=True),
    _bytes("resource", key=True),
    _bytes("actor", key=True),
    _bytes("bookings"),
    _int("listed_at_s"),
    _int("block_number"),
    Index("listings_by_block", "block_number", "resource"),
)

escrows = Table(
    "escrows",
    metadata,
    _bytes("escrow", key=True),
    _bytes("payer"),
    _bytes("payee"),
    _bytes("token"),
    _u256("price"),
    _u256("deposit"),
    _u256("schedule"),
    _int("deliver_by_s"),
    _int("object_s"),
    _int("return_by_s"),
    _int("claim_s"),
    _int("answer_s"),
    _int("silent_payer_bps"),
    _int("silent_arbitrator_bps"),
    _int("service"),
    _bytes("booking"),
    _bytes("rest"),
    _bytes("salt"),
    _bytes("arbitrator", null=True),
    _int("window_s", null=True),
    _u256("fee_cap", null=True),
    _bytes("rest_abi"),
    _bytes("contract"),
    *_state(DEAL_STATES),
    _int("since_s"),
    _flag("price_closed"),
    _u256("price_paid"),
    _u256("price_returned"),
    _flag("deposit_closed"),
    _u256("deposit_returned"),
    _u256("deposit_kept"),
    _u256("claim"),
    _bytes("claim_evidence", null=True),
    _int("answer_by_s", null=True),
    _u256("disputed_price"),
    _u256("disputed_claim"),
    _bytes("dispute_evidence", null=True),
    _int("rule_by_s", null=True),
    _int("disputed_at_s", null=True),
    _int("rung"),
    _u256("ruled_to_payer", null=True),
    _u256("ruled_to_payee", null=True),
    _u256("fee", null=True),
    _bytes("reasons", null=True),
    _int("outcome", null=True),
    _u256("paid"),
    _int("funded_at_s"),
    _int("closed_at_s", null=True),
    _flag("attended"),
    _flag("rated_payer"),
    _flag("rated_payee"),
    _int("block_number"),
    _int("changed_block"),
    Index("escrows_by_closing", "closed_at_s"),
    Index("escrows_by_block", "block_number", "escrow"),
    Index("escrows_by_payer", "payer", "block_number", "escrow"),
    Index("escrows_by_payee", "payee", "block_number", "escrow"),
    Index("escrows_by_arbitrator", "arbitrator", "block_number", "escrow"),
    Index("escrows_by_booking", "booking"),
)

claimables = Table(
    "claimables", metadata, _bytes("member", key=True), _bytes("token", key=True), _u256("amount")
)

ratings = Table(
    "ratings",
    metadata,
    _bytes("source", key=True),
    _bytes("deal", key=True),
    _int("side", key=True),
    _bytes("rater"),
    _bytes("subject"),
    _int("service"),
    _u256("amount"),
    _bytes("commitment", null=True),
    _int("opens_at_s"),
    _int("closes_at_s"),
    *_state(RATING_STATES),
    _int("score", null=True),
    _bytes("evidence", null=True),
    _int("committed_at_s"),
    _int("revealed_at_s", null=True),
    _int("weight", null=True),
    _bytes("response", null=True),
    _int("responded_at_s", null=True),
    _int("retracted_at_s", null=True),
    Index("ratings_by_deal", "deal"),
    Index("ratings_by_subject", "subject", "committed_at_s"),
)

reputation = Table(
    "reputation",
    metadata,
    _bytes("source", key=True),
    _bytes("subject", key=True),
    _int("service", key=True),
    _u256("sum"),
    _u256("weight"),
    _int("count"),
    _int("updated_at_s"),
    Index("reputation_by_subject", "subject"),
)

payments = Table(
    "payments",
    metadata,
    _int("block_number", key=True),
    _int("log_index", key=True),
    _bytes("payer"),
    _bytes("payee"),
    _bytes("reference"),
    _bytes("token"),
    _u256("amount"),
    _bytes("refund_of", null=True),
    _int("paid_at_s"),
    Index("payments_by_payer", "payer", "block_number", "log_index"),
    Index("payments_by_payee", "payee", "block_number", "log_index"),
    Index("payments_by_reference", "reference"),
)
