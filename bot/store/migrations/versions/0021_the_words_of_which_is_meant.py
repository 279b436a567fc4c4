"""Words that may belong to one open conversation or to another wait until their contact says which"""

import sqlalchemy as sa
from alembic import op

revision = '0021'
down_revision = '0019'


def upgrade() -> None:
    op.add_column('conversation', sa.Column('words_from', sa.Integer(), nullable=True))
