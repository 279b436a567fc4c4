"""The labelled replies: no wrong score, no false opt-out, and the shares that are promised."""

from pathlib import Path

import pytest

from bot.reading.reader import Ignore, LastSaid, OptOut, Score, read
from tests.support.bot_under_test import languages
from tests.support.reading import CODES
from tests.support.reading_table import (
    FRESH,
    HARD,
    IN_DEPTH,
    KINDS,
    PEOPLE,
    SCALE,
    Row,
    both_parts,
    contact,
    main,
    rows_of,
    share,
    table,
    wrong_scores,
)

DATA = Path(__file__).parent.parent / "data"
FILES = ("replies.jsonl", "replies_own.jsonl")


@pytest.fixture(scope="module", params=FILES)
def rows(request: pytest.FixtureRequest) -> list[Row]:
    return rows_of(DATA / request.param, languages())


def test_no_score_is_wrong(rows: list[Row]) -> None:
    assert [(row.id, row.text, row.found) for row in wrong_scores(rows)] == []


def test_no_opt_out_is_false(rows: list[Row]) -> None:
    assert [row.text for row in rows if isinstance(row.reading, OptOut) and row.kind != "opt_out"] == []


def test_other_stops_silence_nobody_in_any_state() -> None:
    lines = [line.partition(":") for line in (DATA / "no_opt_outs.txt").read_text("utf-8").splitlines()]
    assert len(lines) > 100
    for language, _, text in lines:
        for awaiting in ("score", "reason", "nothing"):
            found = read(text, language, SCALE, LastSaid(awaiting), languages())
            assert not isinstance(found, OptOut), text


def test_numbers_that_are_no_answer_are_never_a_score() -> None:
    """What somebody else would give, what was, what counts something: each may be asked about, none is read."""
    lines = [line.partition(":") for line in (DATA / "no_scores.txt").read_text("utf-8").splitlines()]
    assert {language for language, _, _ in lines} == set(CODES)
    for language, _, text in lines:
        found = read(text, language, SCALE, LastSaid("score"), languages())
        assert not isinstance(found, Score | OptOut), text


@pytest.mark.parametrize("language", CODES)
def test_scores_are_found(rows: list[Row], language: str) -> None:
    found, count = share([row for row in rows if row.language == language], "score")
    assert count > 0
    assert found / count >= (0.97 if language in IN_DEPTH else 0.93)


@pytest.mark.parametrize(
    ("kind", "least"), [("opt_out", 0.98), ("ignore", 0.95), ("help", 0.95), ("ambiguous", 0.95)]
)
def test_the_other_kinds_are_found(rows: list[Row], kind: str, least: float) -> None:
    found, count = share(rows, kind)
    assert count > 0
    assert found / count >= least


def test_the_second_round_is_read_without_a_wrong_score() -> None:
    for file in (*HARD, KINDS, PEOPLE):
        for part in both_parts(file, languages()):
            wrong = [row.id for row in wrong_scores(part) if not isinstance(row.reading, OptOut)]
            assert wrong == []


def test_scores_of_the_second_round_are_found() -> None:
    for file in ("replies_hard.jsonl", KINDS, PEOPLE):
        given, _ = both_parts(file, languages())
        for least, rows in (
            (0.92, [row for row in given if row.language in IN_DEPTH]),
            (0.88, [row for row in given if row.language not in IN_DEPTH]),
        ):
            found, count = share(rows, "score")
            assert found / count >= least


def test_what_people_want_to_end_is_told_apart_and_nobody_is_taken_for_a_machine() -> None:
    for part in both_parts(PEOPLE, languages()):
        assert [row.text for row in part if isinstance(row.reading, OptOut) and row.kind != "opt_out"] == []
        assert [row.text for row in part if isinstance(row.reading, Ignore) and row.kind != "ignore"] == []


@pytest.fixture(scope="module")
def fresh() -> list[Row]:
    return rows_of(DATA / FRESH, languages())


def test_rows_of_the_hard_kinds_are_read_without_a_wrong_score_or_a_false_stop(fresh: list[Row]) -> None:
    assert [(row.id, row.text, row.found) for row in wrong_scores(fresh)] == []
    assert [row.text for row in fresh if isinstance(row.reading, OptOut) and row.kind != "opt_out"] == []
    people = [row for row in fresh if row.kind in ("score", "score_reason", "ambiguous", "opt_out")]
    assert [row.text for row in people if isinstance(row.reading, Ignore)] == []


def test_scores_of_the_hard_kinds_are_found(fresh: list[Row]) -> None:
    for least, rows in (
        (0.92, [row for row in fresh if row.language in IN_DEPTH]),
        (0.88, [row for row in fresh if row.language not in IN_DEPTH]),
    ):
        found, count = share(rows, "score")
        assert found / count >= least


@pytest.mark.parametrize(("kind", "least"), [("opt_out", 0.92), ("ignore", 0.95), ("ambiguous", 0.95)])
def test_the_other_hard_kinds_are_found(fresh: list[Row], kind: str, least: float) -> None:
    found, count = share(fresh, kind)
    assert found / count >= least


def test_wishes_for_contact_are_seen(fresh: list[Row]) -> None:  # field A7
    seen, labelled, others = contact(fresh)
    assert seen / labelled >= 0.92
    assert others / len(fresh) < 0.02


def test_the_summary_keeps_the_misses_of_the_rows_held_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "replies_hard.jsonl, held out: 72 rows" in printed
    assert "miss" not in printed


def test_reasons_are_the_customers_own_words(rows: list[Row]) -> None:
    reasons = [row for row in rows if row.kind == "score_reason"]
    assert sum(row.has_right_reason for row in reasons) / len(reasons) >= 0.95


def test_the_table_names_every_miss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(
        '{"id": "w1", "text": "9", "lang": "en", "expect": {"kind": "score", "score": 3, "reason": null}, "tag": "t"}\n'
        '{"id": "w2", "text": "8", "lang": "nl", "expect": {"kind": "score", "score": 8, "reason": null}}\n',
        "utf-8",
    )
    assert main([str(wrong)]) == 1
    printed = capsys.readouterr().out
    assert "wrong scores: 1" in printed
    assert "WRONG SCORE: w1 en [t] '9': labelled score 3; read score 9" in printed
    assert "w2" not in printed


@pytest.mark.parametrize("line", ['{"id": "w1", "text": "9"}', "9", "no json", '{"id": "w1", "text": 9}'])
def test_a_line_that_is_no_labelled_reply_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(f"\n{line}\n", "utf-8")
    assert main([str(file)]) == 2
    assert "line 2 is no labelled reply" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl cannot be read" in capsys.readouterr().err


def test_the_table_has_a_line_per_language_kind_and_tag(rows: list[Row]) -> None:
    lines = table(rows)
    for name in {row.language for row in rows} | {row.kind for row in rows} | {row.tag for row in rows}:
        assert any(line.startswith(f"{name} ") for line in lines), name
