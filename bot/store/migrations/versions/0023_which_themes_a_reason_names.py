"""Keep which themes each reason names, and how often; the reasons that are there are matched behind the migration"""

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = '0023'
down_revision = '0022'


def upgrade() -> None:
    op.create_table(
        'theme_named',
        sa.Column('conversation_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('theme', sa.String(200), nullable=False),
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('mark', sa.String(40), nullable=False),
        sa.Column('score', sa.Integer(), nullable=False),
        sa.Column('at', bot.store.schema.Instant(timezone=True)),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_theme_named_wave_id')),
        sa.PrimaryKeyConstraint('conversation_id', 'theme', name=op.f('pk_theme_named')),
        sqlite_with_rowid=False,
    )
    for name, columns, condition in (
        ('ix_theme_named_newest', ['wave_id', 'theme', 'at', 'conversation_id'], 'at IS NOT NULL'),
        ('ix_theme_named_matched', ['mark', 'conversation_id'], 'at IS NULL'),
    ):
        where = sa.text(condition)
        op.create_index(name, 'theme_named', columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        'theme_tally',
        sa.Column('wave_id', sa.Integer(), nullable=False),
        sa.Column('mark', sa.String(40), nullable=False),
        sa.Column('theme', sa.String(200), nullable=False),
        sa.Column('score', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('people', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['wave_id'], ['wave.id'], name=op.f('fk_theme_tally_wave_id')),
        sa.PrimaryKeyConstraint('wave_id', 'mark', 'theme', 'score', name=op.f('pk_theme_tally')),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'reason_waiting',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('conversation_id', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reason_waiting')),
    )
    op.execute("""
        INSERT INTO reason_waiting (conversation_id)
        SELECT id FROM conversation WHERE reason <> '' AND score IS NOT NULL ORDER BY id
    """)
