"""Keep account, account manager and attributes of each person in a wave as they were when it took them in

Of waves that are there already nobody knows them any more: they get the contact's as they are now.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'


def upgrade() -> None:
    op.create_table(
        'enrolment',
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.Column('account', sa.String(200)),
        sa.Column('account_manager', sa.String(200)),
        sa.Column('timezone', sa.String(60)),
        sa.Column('attributes', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ['conversation_id'],
            ['conversation.id'],
            name=op.f('fk_enrolment_conversation_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_enrolment')),
    )
    op.execute("""
        INSERT INTO enrolment (conversation_id, account, account_manager, timezone, attributes)
        SELECT conversation.id, account.name, account.account_manager, contact.timezone, contact.attributes
        FROM conversation
        JOIN wave ON wave.id = conversation.wave_id AND NOT wave.trial
        JOIN contact ON contact.id = conversation.contact_id
        LEFT JOIN account ON account.id = contact.account_id
    """)
    op.create_index(
        'ix_conversation_scored',
        'conversation',
        ['wave_id', 'id', 'score'],
        sqlite_where=sa.text('score IS NOT NULL'),
        postgresql_where=sa.text('score IS NOT NULL'),
    )
