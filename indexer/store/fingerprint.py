"""One hash over everything that follows from the chain."""

import hashlib

from sqlalchemy import Connection, select

from .tables import head, metadata, trail, undo

# These say when and how the follower ran, not what the chain says.
BOOKKEEPING = frozenset({head, trail, undo})


def table_hash(connection: Connection) -> str:
    """SHA-256 (hex) over all rows of all chain tables but the bookkeeping ones, in the order of their keys.

    Two stores that stand at the same block have the same hash, however they got there.
    """
    digest = hashlib.sha256()
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        if table in BOOKKEEPING:
            continue
        digest.update(f"{table.name}({','.join(column.name for column in table.columns)})\n".encode())
        for row in connection.execute(select(table).order_by(*table.primary_key)):
            digest.update(repr(tuple(row)).encode())
            digest.update(b"\n")
    return digest.hexdigest()
