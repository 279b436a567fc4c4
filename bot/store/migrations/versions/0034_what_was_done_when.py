"""Find by their time the messages that a provider took and the cases that a colleague finished"""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0032'


def upgrade() -> None:
    taken, finished = sa.text('message_ref IS NOT NULL'), sa.text('done_by IS NOT NULL')
    op.create_index(
        'ix_outbox_taken', 'outbox', ['channel', 'done_at'], sqlite_where=taken, postgresql_where=taken
    )
    op.create_index('ix_case_done', 'case', ['done_at'], sqlite_where=finished, postgresql_where=finished)
