"""Indexes for what was looked for in whole tables: names, undone cases, commands, and what is too old to keep"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'


def upgrade() -> None:
    op.create_index(op.f('ix_contact_name'), 'contact', ['name'])
    op.create_index(op.f('ix_erased_opt_out_since'), 'erased_opt_out', ['since'])
    op.create_index('ix_command_actor', 'command', ['actor'])
    for name, table, column, only in (
        ('ix_conversation_waiting', 'conversation', 'wave_id', "state = 'waiting' AND wave_id > 0"),
        ('ix_conversation_skipped', 'conversation', 'wave_id', "state = 'skipped' AND contact_id IS NOT NULL"),
        ('ix_inbox_kept', 'inbox', 'received_at', 'conversation_id IS NULL AND actor IS NOT NULL'),
        ('ix_outbox_answers', 'outbox', 'expires_at', "state = 'queued' AND kind = 'command'"),
        ('ix_outbox_kept', 'outbox', 'made_at', "conversation_id IS NULL AND address <> ''"),
        ('ix_command_waiting', 'command', 'id', 'done_at IS NULL'),
        ('ix_command_kept', 'command', 'taken_at', "actor <> ''"),
        ('ix_case_undone', 'case', 'shown', "state <> 'done'"),
    ):
        op.create_index(name, table, [column], sqlite_where=sa.text(only), postgresql_where=sa.text(only))
