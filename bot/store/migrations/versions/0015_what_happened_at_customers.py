"""What happened at customers, and who is asked after it"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0015'
down_revision = '0014'

OUTCOMES = ('asked', 'skipped', 'newer', 'late', 'stopped', 'not_in_audience', 'no_campaign')


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'customer_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(200), nullable=False),
        sa.Column('contact_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(100), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.Column('fields', sa.JSON(), nullable=False),
        sa.Column('taken_at', instant, nullable=False),
        sa.ForeignKeyConstraint(
            ['contact_id'], ['contact.id'], name=op.f('fk_customer_event_contact_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_customer_event')),
        sa.UniqueConstraint('key', name=op.f('uq_customer_event_key')),
    )
    op.create_index(op.f('ix_customer_event_contact_id'), 'customer_event', ['contact_id'])
    op.create_index(op.f('ix_customer_event_taken_at'), 'customer_event', ['taken_at'])
    op.create_table(
        'touchpoint',
        sa.Column('event_id', sa.Integer(), nullable=False),
        sa.Column('campaign', sa.String(100), nullable=False),
        sa.Column('contact_id', sa.Integer(), nullable=False),
        sa.Column('due_at', instant),
        sa.Column('latest', instant, nullable=False),
        sa.Column('until', instant, nullable=False),
        sa.Column('outcome', sa.String(20)),
        sa.Column('rule', sa.String(40)),
        sa.Column('detail', sa.String(200)),
        sa.Column('settled_at', instant),
        sa.Column('conversation_id', sa.Integer()),
        sa.CheckConstraint(
            f"outcome IN ({', '.join(repr(one) for one in OUTCOMES)})", name=op.f('ck_touchpoint_outcome')
        ),
        sa.CheckConstraint(
            '(due_at IS NULL) = (outcome IS NOT NULL)', name=op.f('ck_touchpoint_due_or_settled')
        ),
        sa.ForeignKeyConstraint(
            ['event_id'], ['customer_event.id'], name=op.f('fk_touchpoint_event_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['contact_id'], ['contact.id'], name=op.f('fk_touchpoint_contact_id'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['conversation_id'], ['conversation.id'], name=op.f('fk_touchpoint_conversation_id')
        ),
        sa.PrimaryKeyConstraint('event_id', 'campaign', name=op.f('pk_touchpoint')),
    )
    waits = sa.text('due_at IS NOT NULL')
    op.create_index('ix_touchpoint_due', 'touchpoint', ['due_at'], sqlite_where=waits, postgresql_where=waits)
    op.create_index('ix_touchpoint_contact', 'touchpoint', ['contact_id', 'campaign'])
    op.create_index(op.f('ix_touchpoint_conversation_id'), 'touchpoint', ['conversation_id'])
    op.add_column('conversation', sa.Column('about', sa.JSON(none_as_null=True)))
    op.add_column('wave', sa.Column('open_until', instant))
