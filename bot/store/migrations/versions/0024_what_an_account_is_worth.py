"""What a file says of an account's value and days and of key contacts, and as it was when a wave took each person in

Of the waves that are there already nobody knows it: it stays empty.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'


def _of_account() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column('account_value', sa.Double()),
        sa.Column('account_since', sa.Date()),
        sa.Column('account_until', sa.Date()),
        sa.Column('renewal', sa.Date()),
    )


def upgrade() -> None:
    for table in ('account', 'enrolment'):
        for column in _of_account():
            op.add_column(table, column)
    for table in ('contact', 'enrolment'):
        op.add_column(table, sa.Column('key_contact', sa.Boolean()))
