"""Links into the dashboard, and the sessions that they begin"""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = '0027'
down_revision = '0026'


def upgrade() -> None:
    op.create_table(
        'sign_in',
        sa.Column('digest', sa.String(64), nullable=False),
        sa.Column('actor', sa.String(220), nullable=False),
        sa.Column('place', sa.String(220), nullable=False),
        sa.Column('expires_at', Instant(), nullable=False),
        sa.Column('used_at', Instant(), nullable=True),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_sign_in')),
    )
    op.create_index(op.f('ix_sign_in_actor'), 'sign_in', ['actor'])
    op.create_index(op.f('ix_sign_in_expires_at'), 'sign_in', ['expires_at'])
    op.create_table(
        'visit',
        sa.Column('digest', sa.String(64), nullable=False),
        sa.Column('actor', sa.String(220), nullable=False),
        sa.Column('place', sa.String(220), nullable=False),
        sa.Column('begun_at', Instant(), nullable=False),
        sa.Column('expires_at', Instant(), nullable=False),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_visit')),
    )
    op.create_index(op.f('ix_visit_actor'), 'visit', ['actor'])
    op.create_index(op.f('ix_visit_expires_at'), 'visit', ['expires_at'])
