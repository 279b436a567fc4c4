"""Count by what accounts are worth and by who is a key contact, and find everybody of an account as it was"""

from alembic import op

revision = '0030'
down_revision = '0029'


def upgrade() -> None:
    op.create_index('ix_enrolment_account', 'enrolment', ['account', 'account_value'])
