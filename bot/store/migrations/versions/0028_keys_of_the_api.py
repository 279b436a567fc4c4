"""The keys by which other systems are known, and their writes that may be sent again"""

import sqlalchemy as sa
from alembic import op

from bot.store.schema import Instant

revision = '0028'
down_revision = '0027'


def upgrade() -> None:
    op.create_table(
        'api_key',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(60), nullable=False),
        sa.Column('digest', sa.String(64), nullable=False),
        sa.Column('scopes', sa.JSON(), nullable=False),
        sa.Column('per_minute', sa.Integer(), nullable=False),
        sa.Column('made_by', sa.String(220), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('used_at', Instant()),
        sa.Column('revoked_at', Instant()),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_api_key')),
        sa.UniqueConstraint('name', name=op.f('uq_api_key_name')),
        sa.UniqueConstraint('digest', name=op.f('uq_api_key_digest')),
    )
    op.create_table(
        'api_request',
        sa.Column('key_id', sa.Integer(), nullable=False),
        sa.Column('idempotency_key', sa.String(200), nullable=False),
        sa.Column('fingerprint', sa.String(64), nullable=False),
        sa.Column('made_at', Instant(), nullable=False),
        sa.Column('status', sa.Integer()),
        sa.Column('answer', sa.Text()),
        sa.PrimaryKeyConstraint('key_id', 'idempotency_key', name=op.f('pk_api_request')),
        sa.ForeignKeyConstraint(['key_id'], ['api_key.id'], name=op.f('fk_api_request_key_id')),
    )
    op.create_index('ix_api_request_made_at', 'api_request', ['made_at'])
