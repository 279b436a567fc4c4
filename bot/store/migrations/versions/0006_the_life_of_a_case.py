"""The life of a case: put aside until a time, its cause and note, what is due, and its time line"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0006'
down_revision = '0005'

CHUNK = 1000


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    # What was opened anew kept who had finished it and who had taken it before; both stand on its time line now.
    op.execute("UPDATE \"case\" SET done_at = opened_at WHERE state = 'done' AND done_at IS NULL")
    op.execute("UPDATE \"case\" SET taken_at = opened_at WHERE taken_by IS NOT NULL AND taken_at IS NULL")
    _fill(instant)
    op.execute("UPDATE \"case\" SET done_at = NULL, done_by = NULL WHERE state <> 'done'")
    op.execute("UPDATE \"case\" SET taken_at = NULL, taken_by = NULL WHERE state = 'open'")
    with op.batch_alter_table('case', table_kwargs={'sqlite_autoincrement': True}) as batch:
        batch.add_column(sa.Column('snoozed_until', instant))
        batch.add_column(sa.Column('cause', sa.String(40)))
        batch.add_column(sa.Column('note', sa.Text()))
        batch.add_column(sa.Column('thread_until', instant))
        batch.add_column(sa.Column('due_at', instant))
        batch.add_column(sa.Column('reminded_at', instant))
        batch.add_column(sa.Column('face', sa.String(12)))
        batch.add_column(sa.Column('rung', sa.Integer(), nullable=False, server_default='0'))
        batch.drop_constraint(op.f('ck_case_state'), type_='check')
        batch.create_check_constraint(op.f('ck_case_state'), "state IN ('open', 'taken', 'snoozed', 'done')")
        batch.create_check_constraint(
            op.f('ck_case_snoozed_has_end'), "(state = 'snoozed') = (snoozed_until IS NOT NULL)"
        )
        batch.create_check_constraint(op.f('ck_case_done_has_time'), "(state = 'done') = (done_at IS NOT NULL)")
        batch.create_check_constraint(
            op.f('ck_case_taken_has_colleague'), "state NOT IN ('taken', 'snoozed') OR taken_by IS NOT NULL"
        )
    where = sa.text('due_at IS NOT NULL')
    op.create_index(op.f('ix_case_due'), 'case', ['due_at'], sqlite_where=where, postgresql_where=where)


def _fill(instant: Any) -> None:
    """The time line, with what the rows of cases tell of what was before it."""
    line = op.create_table(
        'case_event',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('case_id', sa.Integer(), nullable=False),
        sa.Column('at', instant, nullable=False),
        sa.Column('kind', sa.String(20), nullable=False),
        sa.Column('who', sa.String(220)),
        sa.Column('detail', sa.JSON(none_as_null=True)),
        sa.Column('text', sa.Text()),
        sa.ForeignKeyConstraint(['case_id'], ['case.id'], name=op.f('fk_case_event_case_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_case_event')),
    )
    op.create_index(op.f('ix_case_event_case_id'), 'case_event', ['case_id'])
    columns = (*(sa.column(name) for name in _NAMES), *(sa.column(name, instant) for name in _TIMES))
    cases = sa.table('case', *columns)
    talks = sa.table('conversation', sa.column('id'), sa.column('erased'))
    found = sa.select(cases, talks.c.erased).join(talks, talks.c.id == cases.c.conversation_id)
    rows = op.get_bind().execute(found.order_by(cases.c.id)).all()
    events = [event for row in rows for event in _events(row)]
    for first in range(0, len(events), CHUNK):
        op.bulk_insert(line, events[first : first + CHUNK])


_NAMES = ('id', 'conversation_id', 'manager', 'channel', 'address', 'state', 'taken_by', 'done_by', 'new_words')
_TIMES = ('opened_at', 'taken_at', 'done_at')


def _events(row: Any) -> list[dict[str, Any]]:
    """What a case's row tells, in an order in which it can have been."""

    def event(kind: str, at: datetime, who: str | None = None, detail: object = None) -> dict[str, Any]:
        return {'case_id': row.id, 'at': at, 'kind': kind, 'who': who, 'detail': detail, 'text': None}

    owner = [row.manager, row.channel, row.address]
    found = [event('opened', row.opened_at, None, {'owner': owner})]
    taken = [event('taken', row.taken_at, row.taken_by)] if row.taken_by else []
    # It was taken since it was opened anew where it was taken after it was finished.
    since = row.state == 'taken' and row.done_at is not None and row.taken_at >= row.done_at
    found += [] if since else taken
    if row.done_by:
        found.append(event('finished', row.done_at, row.done_by))
    if row.state == 'done' and row.done_by and row.new_words:
        found.append(event('new_words', row.done_at, None, {'pings': False, 'told': True}))
    if row.state != 'done' and row.done_by:
        found.append(event('new_words', row.done_at, None, {'pings': True, 'told': bool(row.new_words)}))
    erased = [event('erased', row.done_at)] if row.state == 'done' and (row.erased or not row.done_by) else []
    return [*found, *(taken if since else []), *erased]
