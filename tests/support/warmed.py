"""What the process from which tests begin programs has read and made besides: the languages and the tables, which
never change."""

from bot import app
from bot.store import store
from tests.support.bot_under_test import languages
from tests.support.new_databases import migrate_by_copy, original

languages()
app.load_languages = languages  # type: ignore[attr-defined]  # it is not theirs to hand on
original()
store.migrate = migrate_by_copy  # type: ignore[attr-defined]  # as above
