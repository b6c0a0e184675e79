"""Runs the revisions over the connection, and inside the transaction, that `storage.migrate` gives."""

from alembic import context

from storage.migrate import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    on_version_apply=context.config.attributes.get("applied"),
)
context.run_migrations()
