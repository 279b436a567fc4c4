"""The settings that all processes go by, and the terms that a plan was shown on"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0019'
down_revision = '0018'


def upgrade() -> None:
    op.create_table(
        'accepted_settings',
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('taken_at', bot.store.schema.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_accepted_settings')),
    )
    op.add_column('plan', sa.Column('terms', sa.JSON(), nullable=True))
