"""A wave can be undone before it begins and paused, asks a share first, and reminds once"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0017'
down_revision = '0016'


KINDS = (
    *('question', 'reply', 'consent', 'edit', 'alert', 'command', 'notice', 'farewell'),
    *('relay', 'thread', 'digest', 'follow_up', 'reminder'),
)


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    with op.batch_alter_table('wave') as batch:
        for name in ('undo_until', 'begun_at', 'undone_at', 'paused_at', 'canary_until'):
            batch.add_column(sa.Column(name, instant))
        batch.add_column(sa.Column('canary', sa.String(8)))
        batch.add_column(sa.Column('canary_lot', sa.Integer()))
        batch.create_check_constraint(
            op.f('ck_wave_canary'), "canary IN ('asking', 'waiting', 'passed', 'failed')"
        )
    watched = sa.text("canary IN ('asking', 'waiting')")
    op.create_index('ix_wave_watched', 'wave', ['id'], sqlite_where=watched, postgresql_where=watched)
    op.execute('UPDATE wave SET begun_at = started_at')
    to_begin = sa.text('begun_at IS NULL AND stopped_at IS NULL')
    op.create_index(
        'ix_wave_to_begin', 'wave', ['undo_until'], sqlite_where=to_begin, postgresql_where=to_begin
    )
    op.create_table(
        'wave_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.Column('kind', sa.String(12), nullable=False),
        sa.Column('by', sa.String(220)),
        sa.CheckConstraint("kind IN ('paused', 'resumed')", name=op.f('ck_wave_event_kind')),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_wave_event_wave_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_wave_event')),
    )
    op.create_index(op.f('ix_wave_event_wave_id'), 'wave_event', ['wave_id'])
    op.add_column('conversation', sa.Column('canary', sa.Integer()))
    op.add_column('conversation', sa.Column('moved_from', sa.String(20)))
    for name in ('remind_at', 'reminded_at', 'moved_at'):
        op.add_column('conversation', sa.Column(name, instant))
    for name, columns, condition in (
        (
            'ix_conversation_canary',
            ['wave_id', 'canary'],
            "canary IS NOT NULL AND state = 'waiting' AND released_at IS NULL",
        ),
        ('ix_conversation_remind', ['channel', 'remind_at'], 'remind_at IS NOT NULL'),
        ('ix_conversation_moved', ['wave_id'], 'moved_at IS NOT NULL'),
        ('ix_conversation_reminded', ['wave_id'], 'reminded_at IS NOT NULL'),
    ):
        where = sa.text(condition)
        op.create_index(name, 'conversation', columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table('outbox') as batch:
        batch.drop_constraint(op.f('ck_outbox_kind'), type_='check')
        batch.create_check_constraint(
            op.f('ck_outbox_kind'), f"kind IN ({', '.join(repr(kind) for kind in KINDS)})"
        )
    waiting = sa.text("state = 'waiting' AND wave_id + 0 > 0")
    op.drop_index('ix_conversation_waiting', 'conversation')
    op.create_index(
        'ix_conversation_waiting', 'conversation', ['wave_id'], sqlite_where=waiting, postgresql_where=waiting
    )
    unreleased = sa.text("state = 'waiting' AND released_at IS NULL")
    op.drop_index('ix_conversation_unreleased', 'conversation')
    op.create_index(
        'ix_conversation_unreleased',
        'conversation',
        ['channel', 'wave_id', 'ask_at'],
        sqlite_where=unreleased,
        postgresql_where=unreleased,
    )
