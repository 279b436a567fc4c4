"""What is marked as a note stays inside, whatever stands around the mark; what looks like a mark is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.note_marks import MARKS, nearly_a_note, note_in


@pytest.mark.parametrize(
    ("words", "note"),
    [
        ("note: ask first", "ask first"),
        ("Note : promised another credit", "promised another credit"),
        ("*note:* d", "d"),
        ("*note*: d", "d"),
        ("_note: e_", "e"),
        ("**note:** d", "d"),
        ("> note: f", "f"),
        ("`note:` g", "g"),
        ("note： h", "h"),
        ("ｎｏｔｅ: h", "h"),
        ("no\u200bte\u200b: h", "h"),
        ("\u00a0\ufeffnote\u2009: h", "h"),
        ("• note: i", "i"),
        ("- note: i", "i"),
        ("1. note: i", "i"),
        ("(note: j)", "j"),
        ("“note: j”", "j"),
        ("Notes: k", "k"),
        ("@npsbot note: l", "l"),
        ("@npsbot: note: l", "l"),
        ("<@U012> note: l", "l"),
        ("@Sam South note: l", "l"),
        ("@note: l", "l"),
        ("npsbot, note: l", "l"),
        (":memo: note: m", "m"),
        ("📝 note: m", "m"),
        ("\n\nnote: n\nand o", "n\nand o"),
        ("Notitie : oei", "oei"),
        ("INTERN: p", "p"),
        ("internal: p", "p"),
        ("Internal note: p", "p"),
        ("interne notitie: p", "p"),
        ("note:*star*", "*star*"),
        ("NOTE:", ""),
    ],
)
def test_a_note(words: str, note: str) -> None:
    assert note_in(words) == note


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("noot: q", "noot"),
        ("not: q", "not"),
        ("*Nota:* q", "Nota"),
        ("ntoe: q", "ntoe"),
        ("noitie: q", "noitie"),
        ("memo: q", "memo"),
        ("route: q", None),  # two letters off: a word
        ("interm: q", "interm"),
        ("note - q", "note"),
        ("note", "note"),
        ("note\nq", "note"),
        ("note for Sam: q", "note"),
        ("note (of today): q", "note"),
        ("I call you at ten.\nnote: they are angry", "note:"),
        ("I call you at ten.", None),
        ("Note that we close at five", None),
        ("Notes of the call follow", None),
        ("Please note: we close at five", None),
        ("Not yet: it comes on Monday", None),
        ("Noted. We look into it", None),
        ("Ten: that is when I call", None),
        ("Internal repairs take a week", None),
        ("", None),
        ("👍", None),
    ],
)
def test_what_looks_like_a_note_is_asked(words: str, said: str | None) -> None:
    assert note_in(words) is None
    assert nearly_a_note(words) == said


_SIGNS = st.text('*_~`>•-–("“‘[ \t\n\u00a0\u200b\u200d\ufeff\u2060\u3000📝✅·—#|', max_size=6)
_LEADS = st.lists(st.sampled_from(["", "@npsbot ", "<@U012> ", "1. ", ":memo: ", "npsbot: "]), max_size=2)


@given(
    before=st.tuples(_SIGNS, _LEADS, _SIGNS).map(lambda it: it[0] + "".join(it[1]) + it[2]),
    mark=st.sampled_from(MARKS).flatmap(
        lambda mark: st.sampled_from([mark, mark.upper(), mark.title(), "\u200b".join(mark), f"*{mark}*"])
    ),
    between=st.text(" *_~`\u00a0\u200b\u3000)]", max_size=3),
    colon=st.sampled_from(":：﹕︓∶꞉"),
    text=st.text(),
)
def test_no_decoration_lets_a_note_out(before: str, mark: str, between: str, colon: str, text: str) -> None:
    assert note_in(before + mark + between + colon + text) is not None


@given(st.text())
def test_what_is_written_behind_the_mark_is_kept_whole(text: str) -> None:
    assert note_in("note:" + text) == text.strip()
