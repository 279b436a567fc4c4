"""What the process from which tests begin programs has read besides: the languages, which never change."""

from bot import app
from tests.support.bot_under_test import languages

languages()
app.load_languages = languages  # type: ignore[attr-defined]  # it is not theirs to hand on
