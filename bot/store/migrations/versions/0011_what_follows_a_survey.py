"""What is asked of somebody after their survey, and what they say to a question for a review"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0011'
down_revision = '0010'


KINDS = (
    *('question', 'reply', 'consent', 'edit', 'alert', 'command', 'notice', 'farewell'),
    *('relay', 'thread', 'digest', 'follow_up'),
)


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'follow_up',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(120), nullable=False),
        sa.Column('kind', sa.String(12), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(12), nullable=False),
        sa.Column('made_at', instant, nullable=False),
        sa.Column('closes_at', instant, nullable=False),
        sa.Column('solved', sa.Boolean()),
        sa.Column('score', sa.Integer()),
        sa.Column('hints', sa.Integer(), server_default='0', nullable=False),
        sa.Column('ending', sa.String(12)),
        sa.CheckConstraint("kind IN ('recovery')", name=op.f('ck_follow_up_kind')),
        sa.CheckConstraint("state IN ('asked', 'scoring', 'over')", name=op.f('ck_follow_up_state')),
        sa.CheckConstraint(
            "(state = 'over') = (ending IS NOT NULL)", name=op.f('ck_follow_up_over_has_ending')
        ),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversation.id'], name=op.f('fk_follow_up_conversation_id')
        ),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_follow_up_case_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_up')),
        sa.UniqueConstraint('key', name=op.f('uq_follow_up_key')),
    )
    open_ = sa.text("state <> 'over'")
    op.create_index(op.f('ix_follow_up_case_id'), 'follow_up', ['case_id'])
    op.create_index(op.f('ix_follow_up_conversation_id'), 'follow_up', ['conversation_id'])
    op.create_index(
        'ix_follow_up_closes', 'follow_up', ['closes_at'], sqlite_where=open_, postgresql_where=open_
    )
    op.create_index(
        'uq_follow_up_open',
        'follow_up',
        ['case_id'],
        unique=True,
        sqlite_where=open_,
        postgresql_where=open_,
    )
    op.add_column('conversation', sa.Column('review', sa.String(8)))
    op.add_column('conversation', sa.Column('review_at', instant))
    with op.batch_alter_table('case', table_kwargs={'sqlite_autoincrement': True}) as batch:
        batch.drop_constraint(op.f('ck_case_kind'), type_='check')
        batch.create_check_constraint(op.f('ck_case_kind'), "kind IN ('detractor', 'no_score', 'review')")
    with op.batch_alter_table('outbox') as batch:
        batch.drop_constraint(op.f('ck_outbox_kind'), type_='check')
        batch.create_check_constraint(op.f('ck_outbox_kind'), f"kind IN ({', '.join(repr(kind) for kind in KINDS)})")
