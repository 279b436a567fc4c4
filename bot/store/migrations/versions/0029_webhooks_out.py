"""Webhooks out: who is told what happens, and what is on its way to them"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0029'
down_revision = '0028'

INSTANT = bot.store.schema.Instant(timezone=True)


def upgrade() -> None:
    op.create_table(
        'hook',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=40), nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('events', sa.JSON(), nullable=False),
        sa.Column('with_words', sa.Boolean(), nullable=False),
        sa.Column('with_names', sa.Boolean(), nullable=False),
        sa.Column('secret', sa.String(length=100), nullable=False),
        sa.Column('old_secret', sa.String(length=100), nullable=True),
        sa.Column('old_until', INSTANT, nullable=True),
        sa.Column('made_at', INSTANT, nullable=False),
        sa.Column('paused_at', INSTANT, nullable=True),
        sa.Column('ended_at', INSTANT, nullable=True),
        sa.Column('waiting', sa.Integer(), server_default='0', nullable=False),
        sa.Column('dropped', sa.Integer(), server_default='0', nullable=False),
        sa.Column('full_since', INSTANT, nullable=True),
        sa.Column('delivered_at', INSTANT, nullable=True),
        sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
        sa.Column('failing_since', INSTANT, nullable=True),
        sa.Column('failed_why', sa.String(length=200), nullable=True),
        sa.Column('rests_until', INSTANT, nullable=True),
        sa.Column('told_failing_at', INSTANT, nullable=True),
        sa.Column('told_parked_at', INSTANT, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hook')),
        sa.UniqueConstraint('name', name=op.f('uq_hook_name')),
    )
    kinds = (
        "kind IN ('answer.given', 'answer.corrected', 'case.opened', 'case.changed', 'case.closed', "
        "'contact.opted_out', 'wave.started', 'wave.ended')"
    )
    op.create_table(
        'hook_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('subject', sa.Integer(), nullable=False),
        sa.Column('contact_id', sa.Integer(), nullable=True),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('detail', sa.JSON(), nullable=False),
        sa.CheckConstraint(kinds, name=op.f('ck_hook_event_kind')),
        sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_hook_event_contact_id'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hook_event')),
    )
    op.create_index(op.f('ix_hook_event_contact_id'), 'hook_event', ['contact_id'])
    op.create_table(
        'hook_lane',
        sa.Column('hook_id', sa.Integer(), nullable=False),
        sa.Column('lane', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('last', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['hook_id'], ['hook.id'], name=op.f('fk_hook_lane_hook_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('hook_id', 'lane', name=op.f('pk_hook_lane')),
    )
    op.create_table(
        'hook_delivery',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('hook_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=40), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('subject', sa.Integer(), nullable=False),
        sa.Column('contact_id', sa.Integer(), nullable=True),
        sa.Column('lane', sa.Integer(), nullable=False),
        sa.Column('sequence', sa.Integer(), nullable=False),
        sa.Column('at', INSTANT, nullable=False),
        sa.Column('detail', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(length=12), nullable=False),
        sa.Column('due_at', INSTANT, nullable=True),
        sa.Column('leased_until', INSTANT, nullable=True),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('tried_at', INSTANT, nullable=True),
        sa.Column('error', sa.String(length=200), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'parked')", name=op.f('ck_hook_delivery_state')),
        sa.CheckConstraint("state = 'waiting' OR due_at IS NULL", name=op.f('ck_hook_delivery_parked_is_not_due')),
        sa.ForeignKeyConstraint(['contact_id'], ['contact.id'], name=op.f('fk_hook_delivery_contact_id'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['hook_id'], ['hook.id'], name=op.f('fk_hook_delivery_hook_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hook_delivery')),
        sa.UniqueConstraint('hook_id', 'key', name=op.f('uq_hook_delivery_hook_id_key')),
    )
    op.create_index(op.f('ix_hook_delivery_contact_id'), 'hook_delivery', ['contact_id'])
    for name, columns, where in (
        ('ix_hook_delivery_lane', ['hook_id', 'lane', 'id'], "state = 'waiting'"),
        ('ix_hook_delivery_due', ['hook_id', 'due_at'], "state = 'waiting' AND due_at IS NOT NULL"),
        ('ix_hook_delivery_parked', ['hook_id', 'id'], "state = 'parked'"),
    ):
        op.create_index(name, 'hook_delivery', columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.add_column('wave', sa.Column('ended_at', INSTANT, nullable=True))
