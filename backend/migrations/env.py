"""Run by alembic: revisions go over the connection that `upgrade` was given, in its transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("target_metadata"),
    version_table="revision",
    version_table_schema="app",
    include_schemas=True,
    transactional_ddl=False,  # the transaction is the caller's
)
context.run_migrations()
