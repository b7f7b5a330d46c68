"""How a reader's engine gets the chain tables: attach the file in its `connect` event.

event.listen(engine, "connect", lambda connection, _record: attach(connection, "chain", path))
begin_explicitly(engine)
"""

from indexer.store.engine import attach, begin_explicitly, create_tables, open_chain
from indexer.store.types import U256

__all__ = ["U256", "attach", "begin_explicitly", "create_tables", "open_chain"]
