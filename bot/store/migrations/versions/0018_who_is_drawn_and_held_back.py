"""Who of an audience is drawn, whom a colleague holds back, and how many contacts went"""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = '0018'
down_revision = '0017'


def upgrade() -> None:
    op.add_column('wave', sa.Column('seed', sa.String(32)))
    op.add_column('wave', sa.Column('draw', sa.JSON(none_as_null=True)))
    op.add_column('conversation', sa.Column('half', sa.Integer()))
    op.create_table(
        'account_draw',
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('last', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('wave_id', 'account_id', name=op.f('pk_account_draw')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_account_draw_wave_id')),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name=op.f('fk_account_draw_account_id'), ondelete='CASCADE'
        ),
    )
    op.create_index('ix_account_draw_account_id', 'account_draw', ['account_id'])
    op.create_table(
        'hold',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('contact_id', sa.Integer()),
        sa.Column('account_manager', sa.String(200), nullable=False),
        sa.Column('reason', sa.Text(), nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('until', Instant(), nullable=False),
        sa.Column('ended_at', Instant()),
        sa.Column('ended_by', sa.String(220)),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hold')),
        sa.ForeignKeyConstraint(
            ['contact_id'], ['contact.id'], name=op.f('fk_hold_contact_id'), ondelete='SET NULL'
        ),
    )
    op.create_index('ix_hold_contact_id', 'hold', ['contact_id'])
    op.create_index('ix_hold_made_at', 'hold', ['made_at'])
    holds = sa.text('ended_at IS NULL')
    op.create_index(
        'uq_hold_open', 'hold', ['contact_id'], unique=True, sqlite_where=holds, postgresql_where=holds
    )
    op.create_table(
        'departed',
        sa.Column('account_manager', sa.String(200), nullable=False),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('what', sa.String(12), nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "what IN ('removed', 'erased', 'changed', 'vanished')", name=op.f('ck_departed_what')
        ),
        sa.PrimaryKeyConstraint('account_manager', 'day', 'what', 'by', name=op.f('pk_departed')),
    )
    op.create_index('ix_departed_day', 'departed', ['day'])
