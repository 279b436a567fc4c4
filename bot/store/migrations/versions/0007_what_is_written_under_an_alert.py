"""What a colleague and a customer write each other under an alert, and the code by which a text message names a case"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0007'
down_revision = '0006'


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.add_column('case', sa.Column('code', sa.String(8)))
    with op.batch_alter_table('answer') as batch:
        batch.drop_constraint(op.f('ck_answer_kind'), type_='check')
        batch.create_check_constraint(
            op.f('ck_answer_kind'),
            "kind IN ('score', 'reason', 'unread', 'late', 'replaced', 'older', 'thread')",
        )
    with op.batch_alter_table('outbox') as batch:
        batch.drop_constraint(op.f('ck_outbox_kind'), type_='check')
        batch.create_check_constraint(
            op.f('ck_outbox_kind'),
            "kind IN ('question', 'reply', 'consent', 'edit', 'alert', 'command', 'notice', 'farewell', "
            "'relay', 'thread')",
        )
    op.create_table(
        'thread_message',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(12), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.Column('said_at', instant, nullable=False),
        sa.Column('who', sa.String(220)),
        sa.Column('channel', sa.String(20), nullable=False),
        sa.Column('place', sa.String(200), nullable=False),
        sa.Column('ref', sa.String(200)),
        sa.Column('thread', sa.String(200)),
        sa.Column('text', sa.Text()),
        sa.Column('outbox_id', sa.Integer()),
        sa.Column('line_id', sa.Integer()),
        sa.Column('told', sa.String(12)),
        sa.CheckConstraint("kind IN ('relay', 'note', 'answer')", name=op.f('ck_thread_message_kind')),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_thread_message_case_id')),
        sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_thread_message_outbox_id')),
        sa.ForeignKeyConstraint(['line_id'], ['outbox.id'], name=op.f('fk_thread_message_line_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_thread_message')),
    )
    op.create_index(op.f('ix_thread_message_case_id'), 'thread_message', ['case_id'])
    op.create_index(op.f('ix_thread_message_outbox_id'), 'thread_message', ['outbox_id'])
    op.create_index('ix_thread_message_ref', 'thread_message', ['channel', 'ref'])
