"""What customers named was improved, and who of them was told"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0012'
down_revision = '0011'


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'improvement',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('token', sa.String(64), nullable=False),
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('theme', sa.Text(), nullable=False),
        sa.Column('words', sa.Text(), nullable=False),
        sa.Column('by', sa.String(220), nullable=False),
        sa.Column('made_at', instant, nullable=False),
        sa.Column('confirmed_at', instant),
        sa.Column('upto', sa.Integer(), server_default='0', nullable=False),
        sa.Column('enrolled_at', instant),
        sa.Column('stopped_at', instant),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_improvement_wave_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_improvement')),
        sa.UniqueConstraint('token', name=op.f('uq_improvement_token')),
    )
    op.create_index(op.f('ix_improvement_wave_id'), 'improvement', ['wave_id'])
    with op.batch_alter_table('follow_up') as batch:
        batch.alter_column('case_id', existing_type=sa.Integer(), nullable=True)
        batch.add_column(sa.Column('improvement_id', sa.Integer()))
        batch.add_column(sa.Column('due_at', instant))
        batch.create_foreign_key(
            op.f('fk_follow_up_improvement_id'), 'improvement', ['improvement_id'], ['id']
        )
        batch.drop_constraint(op.f('ck_follow_up_kind'), type_='check')
        batch.drop_constraint(op.f('ck_follow_up_state'), type_='check')
        batch.create_check_constraint(op.f('ck_follow_up_kind'), "kind IN ('recovery', 'improvement')")
        batch.create_check_constraint(
            op.f('ck_follow_up_state'), "state IN ('waiting', 'asked', 'scoring', 'over')"
        )
        batch.create_check_constraint(
            op.f('ck_follow_up_of_a_case'), "(kind = 'recovery') = (case_id IS NOT NULL)"
        )
    op.create_index(op.f('ix_follow_up_improvement_id'), 'follow_up', ['improvement_id'])
    told = sa.text("ending = 'told'")
    op.create_index('ix_follow_up_told', 'follow_up', ['made_at'], sqlite_where=told, postgresql_where=told)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        'ix_follow_up_due', 'follow_up', ['due_at'], sqlite_where=waiting, postgresql_where=waiting
    )
