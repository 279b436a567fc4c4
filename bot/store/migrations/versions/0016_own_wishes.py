"""What customers wish for themselves, questions that are put off, and the kind of a wave"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0016'
down_revision = '0015'


def upgrade() -> None:
    instant = bot.store.schema.Instant(timezone=True)
    op.create_table(
        'wish',
        sa.Column('contact_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(12), nullable=False),
        sa.Column('not_before', instant),
        sa.Column('days', sa.Integer()),
        sa.Column('channel', sa.String(20)),
        sa.Column('said_at', instant, nullable=False),
        sa.CheckConstraint("kind IN ('later', 'rarely', 'channel')", name=op.f('ck_wish_kind')),
        sa.ForeignKeyConstraint(
            ['contact_id'], ['contact.id'], name=op.f('fk_wish_contact_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('contact_id', 'kind', name=op.f('pk_wish')),
    )
    op.add_column(
        'wave', sa.Column('transactional', sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.execute("UPDATE wave SET transactional = true WHERE terms ->> 'kind' <> 'nps'")
    op.add_column(
        'conversation', sa.Column('put_off', sa.Boolean(), server_default=sa.false(), nullable=False)
    )
