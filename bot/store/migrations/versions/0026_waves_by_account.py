"""What the answers of a large wave add up to by account, so that its report need not count them anew"""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0024'


def upgrade() -> None:
    op.create_table(
        'wave_clusters',
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('detractors', sa.Integer(), nullable=False),
        sa.Column('passives', sa.Integer(), nullable=False),
        sa.Column('promoters', sa.Integer(), nullable=False),
        sa.Column('accounts', sa.Integer(), nullable=False),
        sa.Column('n_n', sa.BigInteger(), nullable=False),
        sa.Column('n_s', sa.BigInteger(), nullable=False),
        sa.Column('s_s', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('wave_id', name=op.f('pk_wave_clusters')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_wave_clusters_wave_id')),
    )
