"""Who is away and who has their cases meanwhile, and the daily summaries with what they told"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0009'
down_revision = '0008'

KINDS = (
    *('question', 'reply', 'consent', 'edit', 'alert', 'command', 'notice', 'farewell'),
    *('relay', 'thread', 'digest'),
)


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'absence',
        sa.Column('manager', sa.String(200), nullable=False),
        sa.Column('deputy', sa.String(200), nullable=False),
        sa.Column('until', instant, nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.PrimaryKeyConstraint('manager', name=op.f('pk_absence')),
    )
    op.create_table(
        'digest',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('manager', sa.String(200), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('time', sa.String(5), nullable=False),
        sa.Column('message_key', sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest')),
        sa.UniqueConstraint('message_key', name=op.f('uq_digest_message_key')),
        sa.UniqueConstraint('manager', 'day', 'time', name=op.f('uq_digest_manager_day_time')),
    )
    op.create_table(
        'digested',
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('digest_id', sa.Integer(), nullable=False),
        sa.Column('characters', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversation.id'], name=op.f('fk_digested_conversation_id')
        ),
        sa.ForeignKeyConstraint(['digest_id'], ['digest.id'], name=op.f('fk_digested_digest_id')),
        sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_digested')),
    )
    op.create_index(op.f('ix_digested_digest_id'), 'digested', ['digest_id'])
    op.add_column('case', sa.Column('instead_of', sa.String(200)))
    with op.batch_alter_table('outbox') as batch:
        batch.drop_constraint(op.f('ck_outbox_kind'), type_='check')
        batch.create_check_constraint(
            op.f('ck_outbox_kind'), f"kind IN ({', '.join(repr(kind) for kind in KINDS)})"
        )
