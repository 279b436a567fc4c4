"""Keep how many answers of a large wave are of people without an account; what was kept is counted anew"""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'


def upgrade() -> None:
    op.execute('DELETE FROM wave_clusters')
    op.add_column('wave_clusters', sa.Column('loose', sa.Integer(), server_default='0', nullable=False))
