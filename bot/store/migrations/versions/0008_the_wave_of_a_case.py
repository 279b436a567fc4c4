"""The wave of a case, by which the cases of a wave are found"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'


def upgrade() -> None:
    op.add_column('case', sa.Column('wave_id', sa.Integer()))
    op.execute(
        'UPDATE "case" SET wave_id ='
        ' (SELECT wave_id FROM conversation WHERE conversation.id = "case".conversation_id)'
    )
    with op.batch_alter_table('case', table_kwargs={'sqlite_autoincrement': True}) as batch:
        batch.alter_column('wave_id', existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(op.f('fk_case_wave_id'), 'wave', ['wave_id'], ['id'])
    op.create_index(op.f('ix_case_wave'), 'case', ['wave_id', 'state', 'kind'])
    erased = sa.text("state = 'done' AND done_by IS NULL")
    op.create_index(
        op.f('ix_case_erased'), 'case', ['wave_id'], sqlite_where=erased, postgresql_where=erased
    )
