"""Who reads digests and how far they were told; daily summaries become digests, and what they told stays told"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0032'
down_revision = '0031'


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'digest_reader',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(220), nullable=False),
        sa.Column('subject', sa.String(12), nullable=False),
        sa.Column('repeats', sa.String(8)),
        sa.Column('chosen_by', sa.String(220)),
        sa.Column('began', instant, nullable=False),
        sa.Column('since', instant, nullable=False),
        sa.Column('looked', instant, nullable=False),
        sa.Column('quiet', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_reader')),
        sa.UniqueConstraint('address', 'subject', name=op.f('uq_digest_reader_address_subject')),
        sa.CheckConstraint("subject IN ('customers', 'board')", name=op.f('ck_digest_reader_subject')),
        sa.CheckConstraint(
            "repeats IN ('daily', 'weekly', 'monthly', 'off')", name=op.f('ck_digest_reader_repeats')
        ),
    )
    with op.batch_alter_table('digest') as batch:
        batch.drop_constraint(op.f('uq_digest_manager_day_time'), type_='unique')
        batch.drop_column('time')
        batch.alter_column(
            'manager',
            new_column_name='reader',
            existing_type=sa.String(200),
            type_=sa.String(220),
            existing_nullable=False,
        )
        batch.add_column(sa.Column('subject', sa.String(12), server_default='customers', nullable=False))
        batch.add_column(sa.Column('repeats', sa.String(8), server_default='daily', nullable=False))
        batch.add_column(sa.Column('since', instant))
        batch.add_column(sa.Column('until', instant))
        batch.add_column(sa.Column('quiet', sa.Integer(), server_default='0', nullable=False))
    op.create_index('ix_case_opened', 'case', ['opened_at'])
    waiting = sa.text("state = 'queued' AND kind = 'digest'")
    op.create_index(
        'ix_outbox_digests', 'outbox', ['expires_at'], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_index('ix_digest_reader', 'digest', ['reader', 'subject', 'id'])
    op.add_column('digested', sa.Column('score', sa.Integer()))
    op.add_column('digested', sa.Column('was', sa.Integer()))
    op.add_column('digested', sa.Column('fresh', sa.Boolean(), server_default=sa.false(), nullable=False))
