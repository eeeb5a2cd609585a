"""What Alembic runs in: the connection and the transaction come from ``mash.migrate``."""

from alembic import context

from mash import models
from mash.db import Base

_ = models  # importing it fills Base.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
