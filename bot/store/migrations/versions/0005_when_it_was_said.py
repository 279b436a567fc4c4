"""When things were said, since when an address is somebody's, and the thread that a message goes in"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'opt_in',
        sa.Column('channel', sa.String(20), nullable=False),
        sa.Column('value', sa.String(200), nullable=False),
        sa.Column('source', sa.String(20), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.CheckConstraint("source IN ('start', 'unblocked')", name=op.f('ck_opt_in_source')),
        sa.PrimaryKeyConstraint('channel', 'value', 'source', name=op.f('pk_opt_in')),
    )
    op.create_index(op.f('ix_opt_in_value'), 'opt_in', ['value'])
    op.add_column('address', sa.Column('since', instant))
    op.add_column('conversation', sa.Column('score_said_at', instant))
    op.add_column('conversation', sa.Column('score_number', sa.BigInteger()))
    op.add_column('conversation', sa.Column('reason_since', instant))
    op.add_column('outbox', sa.Column('thread', sa.String(200)))
    with op.batch_alter_table('answer') as batch:
        batch.drop_constraint(op.f('ck_answer_kind'), type_='check')
        batch.create_check_constraint(
            op.f('ck_answer_kind'), "kind IN ('score', 'reason', 'unread', 'late', 'replaced', 'older')"
        )
