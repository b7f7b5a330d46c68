"""The history of the `app` tables as alembic revisions, applied by the program itself when it starts.

Owns the change of tables that hold data worth keeping; never touches the chain tables, which are rebuilt
instead.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Bring the `app` tables behind this connection to the newest revision, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
