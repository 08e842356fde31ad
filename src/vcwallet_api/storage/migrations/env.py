"""How alembic runs the steps: on the connection that `migrating.migrate` hands over, in its transaction."""

from alembic import context

from vcwallet_api.storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    # SQLite changes a table by making it anew; without this no later step could alter one there.
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
