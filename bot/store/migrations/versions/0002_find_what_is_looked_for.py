"""Indexes for an address without its channel, and conditions by which PostgreSQL tells its indexes apart"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    op.create_index(op.f('ix_address_value'), 'address', ['value'])
    op.create_index(op.f('ix_link_used_by'), 'link', ['used_by'])
    op.create_index(op.f('ix_opt_out_value'), 'opt_out', ['value'])
    for name, columns, by in (
        ('ix_outbox_due', ['channel', 'priority', 'due_at', 'id'], 'due_at'),
        ('ix_outbox_lane', ['lane', 'id'], 'lane'),
    ):
        op.drop_index(name, 'outbox')
        op.create_index(
            name,
            'outbox',
            columns,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text(f"state = 'queued' AND {by} IS NOT NULL"),
        )
    if op.get_context().dialect.name == 'postgresql':
        op.drop_index('uq_conversation_open_address', 'conversation')
        op.create_index(
            'uq_conversation_open_address',
            'conversation',
            ['channel', 'address'],
            unique=True,
            postgresql_where=sa.text(
                "state IN ('waiting', 'asked', 'confirming', 'reason', 'thanked') AND address IS NOT NULL"
            ),
        )
