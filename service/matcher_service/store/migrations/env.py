"""Runs the migrations on the connection that `Database.migrate` gives."""

from alembic import context

from matcher_service.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
