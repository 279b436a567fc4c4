"""Starts that wait for their time, and the schedules that bring them; what started a wave may be a longer key"""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = '0014'
down_revision = '0013'


def upgrade() -> None:
    op.create_table(
        'schedule',
        sa.Column('campaign', sa.String(100), nullable=False),
        sa.Column('rhythm', sa.String(200), nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('paused_at', Instant()),
        sa.PrimaryKeyConstraint('campaign', name=op.f('pk_schedule')),
    )
    op.create_table(
        'occurrence',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(160), nullable=False),
        sa.Column('campaign', sa.String(100), nullable=False),
        sa.Column('turn', sa.Date()),
        sa.Column('due_at', Instant(), nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('state', sa.String(12), nullable=False),
        sa.Column('look_at', Instant(), nullable=False),
        sa.Column('told_at', Instant()),
        sa.Column('wave_id', sa.Integer()),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_occurrence_wave_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
        sa.UniqueConstraint('key', name=op.f('uq_occurrence_key')),
        sa.UniqueConstraint('wave_id', name=op.f('uq_occurrence_wave_id')),
        sa.CheckConstraint(
            "state IN ('waiting', 'started', 'skipped', 'missed')", name=op.f('ck_occurrence_state')
        ),
        sa.CheckConstraint(
            "(state = 'started') = (wave_id IS NOT NULL)", name=op.f('ck_occurrence_started_has_wave')
        ),
    )
    op.create_index('ix_occurrence_campaign', 'occurrence', ['campaign'])
    op.create_index('ix_occurrence_look', 'occurrence', ['state', 'look_at'])
    op.add_column('plan', sa.Column('start_at', Instant()))
    op.add_column('plan', sa.Column('rhythm', sa.String(200)))
    with op.batch_alter_table('wave') as batch:
        batch.alter_column('plan', existing_type=sa.String(64), type_=sa.String(160), existing_nullable=False)
