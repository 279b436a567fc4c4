"""What people wish for themselves instead of answering, in the nine languages that are read."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.reading.bounds import Bounds
from bot.reading.language_keys import LanguageError
from bot.reading.loader import languages_from
from bot.reading.own_wishes import AsUsual, Later, NextOf, OwnWish, Rarely, Rather, on_a_day, own_wish_in
from bot.reading.phrases import PhraseTable
from bot.reading.reader import LastSaid, NotAScore, offers_stop, own_wish, read
from bot.reading.text import of_last
from tests.support.bot_under_test import languages

LANGUAGES = languages()
DATA = Path(__file__).parent.parent / "data"

LATER, WEEK, YEAR = Later(), Later(7), Rarely(365)
SAID: dict[str, list[tuple[str, OwnWish]]] = {
    "nl": [
        *(("later", LATER), ("Niet nu", LATER), ("nu even geen tijd, sorry", LATER)),
        *(("over een week", WEEK), ("niet nu, over een week graag", WEEK), ("morgen", Later(1))),
        *(("vraag het over 3 weken nog eens", Later(21)), ("volgende maand", Later(next="month"))),
        *(("liever via Telegram", Rather("telegram")), ("voortaan per sms graag", Rather("sms"))),
        *(
            (text, Rather("sms"))
            for text in ("liever via SMS", "graag via sms", "liever per sms", "aub via sms")
        ),
        *(
            ("een keer per jaar is genoeg", YEAR),
            ("1x per jaar", YEAR),
            ("2 keer per jaar is genoeg", Rarely(182)),
        ),
        *(("doe maar weer gewoon", AsUsual()), ("vraag het maar weer zoals eerst", AsUsual())),
    ],
    "en": [
        *(("later", LATER), ("not now", LATER), ("I'm busy right now", LATER), ("no time", LATER)),
        *(("in a week", WEEK), ("ask me next week", WEEK), ("in 2 weeks please", Later(14))),
        *(("not now, ask me tomorrow", Later(1)), ("rather by SMS", Rather("sms"))),
        *(("I'd prefer Telegram", Rather("telegram")), ("on Slack instead", Rather("slack"))),
        *((text, Rather("sms")) for text in ("please by SMS", "by SMS, please", "please use SMS")),
        *(
            ("once a year is enough", YEAR),
            ("one time a year is enough", YEAR),
            ("as usual again", AsUsual()),
        ),
    ],
    "de": [
        ("jetzt nicht", LATER),
        ("in zwei Wochen", Later(14)),
        ("lieber per Telegram", Rather("telegram")),
        *((text, Rather("sms")) for text in ("lieber per SMS", "gerne per SMS", "bitte per SMS")),
        ("einmal im Jahr reicht", YEAR),
        ("bitte wieder wie gewohnt", AsUsual()),
    ],
    "fr": [
        ("pas maintenant", LATER),
        ("dans une semaine", WEEK),
        ("plutôt par SMS", Rather("sms")),
        *((text, Rather("sms")) for text in ("de préférence par SMS", "par SMS, s'il vous plaît")),
        ("une fois par an suffit", YEAR),
        ("comme d'habitude", AsUsual()),
    ],
    "es": [
        ("ahora no", LATER),
        ("dentro de una semana", WEEK),
        ("mejor por SMS", Rather("sms")),
        ("por favor por SMS", Rather("sms")),
        ("una vez al año es suficiente", YEAR),
        ("como siempre", AsUsual()),
    ],
    "it": [
        ("non ora", LATER),
        ("tra una settimana", WEEK),
        ("meglio via Telegram", Rather("telegram")),
        *((text, Rather("sms")) for text in ("di preferenza via SMS", "via SMS per favore")),
        ("una volta all'anno basta", YEAR),
        ("come al solito", AsUsual()),
    ],
    "pt": [
        ("agora não", LATER),
        ("daqui a uma semana", WEEK),
        ("prefiro por SMS", Rather("sms")),
        *((text, Rather("sms")) for text in ("de preferência por SMS", "por SMS, se faz favor")),
        ("uma vez por ano chega", YEAR),
        ("como de costume", AsUsual()),
    ],
    "pl": [
        ("nie teraz", LATER),
        ("za tydzień", WEEK),
        ("wolę przez Telegram", Rather("telegram")),
        *((text, Rather("sms")) for text in ("wolę przez SMS", "proszę przez SMS", "wolę SMS")),
        ("raz w roku wystarczy", YEAR),
        ("jak zwykle", AsUsual()),
    ],
    "tr": [
        ("şimdi değil", LATER),
        ("bir hafta sonra", WEEK),
        ("SMS olsun lütfen", Rather("sms")),
        *((text, Rather("sms")) for text in ("tercihen SMS", "tercihen SMS ile", "lütfen SMS")),
        ("yılda bir kez yeterli", YEAR),
        ("her zamanki gibi", AsUsual()),
    ],
}


def wish(text: str, language: str) -> OwnWish | None:
    reading = read(text, language, Bounds(0, 10), LastSaid("score"), LANGUAGES)
    return own_wish(text, reading, language, LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, text, expected) for language, rows in SAID.items() for text, expected in rows],
)
def test_a_wish_is_the_whole_message(language: str, text: str, expected: OwnWish) -> None:
    assert wish(text, language) == expected


@pytest.mark.parametrize("language", SAID)
def test_a_wish_in_another_language_is_understood_too(language: str) -> None:
    assert wish("rather by SMS", language) == Rather("sms")
    assert wish("liever via Telegram", language) == Rather("telegram")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(
            ("nl", "8 later"),
            ("en", "not now, but a 9"),
            ("nl", "over een week een 7"),
        ),  # a score anywhere wins
        *(("en", "later than promised"), ("en", "I waited over a week"), ("nl", "over een week is te laat")),
        *(("nl", "jullie leveren altijd een week later"), ("en", "your app is busy right now")),
        *(
            ("nl", "liever geen sms"),
            ("nl", "niet via telegram"),
            ("en", "rather by email"),
            *(("en", "no, not by SMS please"), ("fr", "de préférence pas par SMS"), ("tr", "SMS ile değil")),
            ("nl", "niet vaak"),
        ),
        *(("en", "in 900 days"), ("en", "in 0 days"), ("nl", "liever via sms, een keer per jaar")),
        *(("en", "every month"), ("nl", "elke maand"), ("de", "jährlich")),  # a complaint as well
        *(("en", ""), ("en", "?"), ("nl", "sorry"), ("nl", "bel me later terug over de factuur van maart")),
    ],
)
def test_what_only_looks_like_a_wish_is_none(language: str, text: str) -> None:
    assert wish(text, language) is None


def test_no_labelled_reply_with_another_meaning_is_a_wish() -> None:
    """Neither a score nor an opt-out nor a question is; what is, was said of coming back."""
    wishes = 0
    for file in sorted(DATA.glob("replies*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            if wish(row["text"], row["lang"]) is not None:
                wishes += 1
                assert row["expect"]["kind"] == "not_a_score", row
    assert 10 <= wishes <= 20


def test_words_that_are_none_of_a_wish_are_seen_before_its_phrases_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """ "I like" begins as "I am busy" does, in the tables of all languages."""
    looked: list[PhraseTable] = []
    find = PhraseTable.find

    def noted(table: PhraseTable, words: Sequence[str]) -> tuple[int, int] | None:
        looked.append(table)
        return find(table, words)

    monkeypatch.setattr(PhraseTable, "find", noted)
    said = ["i", "like", "how", "easy", "it", "is", "to", "order", "from", "you", "each", "week"]
    assert all(own_wish_in([said], one.own_wishes) is None for one in LANGUAGES.values())
    assert all(table.most_in_gaps for table in looked)


def test_a_reason_is_cut_into_tokens_once() -> None:
    text = "the delivery of my second parcel was late"
    before = of_last.cache_info().misses
    reading = read(text, "en", Bounds(0, 10), LastSaid("reason"), LANGUAGES)
    assert own_wish(text, reading, "en", LANGUAGES) is None
    assert not offers_stop(text, reading, "en", LANGUAGES)
    assert of_last.cache_info().misses == before + 1


@pytest.mark.parametrize("language", SAID)
def test_who_wishes_something_is_not_offered_to_leave(language: str) -> None:
    for text, _ in SAID[language]:
        reading = read(text, language, Bounds(0, 10), LastSaid("score"), LANGUAGES)
        assert not offers_stop(text, reading, language, LANGUAGES), text


def test_it_is_asked_of_words_alone_that_nothing_else_was_read_from() -> None:
    assert isinstance(read("later", "en", Bounds(0, 10), LastSaid("score"), LANGUAGES), NotAScore)


@pytest.mark.parametrize(
    ("stretch", "today", "days"),
    [
        *(
            ("month", date(2026, 12, 1), 31),
            ("month", date(2026, 1, 31), 1),
            ("month", date(2026, 12, 31), 1),
        ),
        *(("quarter", date(2026, 2, 10), 50), ("quarter", date(2026, 12, 1), 31)),
        *(("year", date(2026, 3, 2), 305), ("year", date(2027, 1, 1), 365)),
    ],
)
def test_the_next_month_begins_on_its_first_day(stretch: NextOf, today: date, days: int) -> None:
    assert on_a_day(Later(next=stretch), today) == Later(days)
    assert on_a_day(Later(7), today) == Later(7)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(
            ("en", "next month"),
            ("de", "nächsten Monat"),
            ("fr", "le mois prochain"),
            ("es", "el mes que viene"),
        ),
        *(
            ("it", "il prossimo mese"),
            ("pt", "no próximo mês"),
            ("pl", "w przyszłym miesiącu"),
            ("tr", "gelecek ay"),
        ),
    ],
)
def test_the_next_month_is_known_in_every_language(language: str, text: str) -> None:
    assert wish(text, language) == Later(next="month")


def test_a_mistake_in_a_file_is_named() -> None:
    with pytest.raises(LanguageError, match=r"own_wishes.*sooner.*not known"):
        languages_from({"en": "name: English\nown_wishes: {sooner: [now]}"})
