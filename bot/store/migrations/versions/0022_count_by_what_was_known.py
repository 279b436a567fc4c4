"""Count the answers of a wave by what was known of its people, behind the answers

Everybody is put on the list of who is to be counted when the tally is counted anew behind this. The index of all
scores holds their days too, for a report by group of a period.
"""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'


def upgrade() -> None:
    op.create_table(
        'group_tally',
        sa.Column('wave_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('attribute', sa.String(200), nullable=False),
        sa.Column('value', sa.String(200), nullable=False),
        sa.Column('outcome', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('wave_id', 'attribute', 'value', 'outcome', name=op.f('pk_group_tally')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'group_change',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_group_change')),
    )
    op.create_table(
        'group_place',
        sa.Column('conversation_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(20), nullable=False),
        sa.Column('outcome', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_group_place')),
    )
    op.create_table(
        'group_too_many',
        sa.Column('wave_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('attribute', sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint('wave_id', 'attribute', name=op.f('pk_group_too_many')),
    )
    op.drop_index('ix_conversation_scored', table_name='conversation')
    op.create_index(
        'ix_conversation_scored',
        'conversation',
        ['wave_id', 'id', 'score', 'scored_on'],
        sqlite_where=sa.text('score IS NOT NULL'),
        postgresql_where=sa.text('score IS NOT NULL'),
    )
    left_out = sa.text("(state = 'skipped' OR ending = 'cancelled' OR ending = 'opted_out')")
    op.create_index(
        'ix_conversation_left_out',
        'conversation',
        ['wave_id'],
        sqlite_where=left_out,
        postgresql_where=left_out,
    )
