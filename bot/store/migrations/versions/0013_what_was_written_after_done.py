"""The index of what is not done holds the done cases to which their customer wrote since, too"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'


def upgrade() -> None:
    op.drop_index('ix_case_undone', 'case')
    op.create_index(
        'ix_case_undone',
        'case',
        ['shown'],
        sqlite_where=sa.text("state <> 'done' OR new_words = 1"),
        postgresql_where=sa.text("state <> 'done' OR new_words"),
    )
