"""Addresses that a contact had, so that an erasure finds what was said there"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'


def upgrade() -> None:
    op.create_table(
        'former_address',
        sa.Column('contact_id', sa.Integer(), nullable=False),
        sa.Column('channel', sa.String(20), nullable=False),
        sa.Column('value', sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ['contact_id'],
            ['contact.id'],
            name=op.f('fk_former_address_contact_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('contact_id', 'channel', 'value', name=op.f('pk_former_address')),
    )
