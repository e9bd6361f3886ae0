"""Run by alembic: migrate the connection that ``cla.store.schema`` hands over.

The transaction is the caller's. DDL is part of it on both engines, so a migration that fails
leaves the database as it was.
"""

from __future__ import annotations

from alembic import context

from cla.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
