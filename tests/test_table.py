import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.table import METHODS, agree, check, main

TABLE = Path(__file__).parent / "data" / "nps_table.json"
COUNTS = {"detractors": 50, "passives": 60, "promoters": 90}
LATE = {"detractors": 28, "passives": 8, "promoters": 4}


def _row(fn: str, inputs: dict[str, Any], expected: object, **more: object) -> dict[str, Any]:
    return {"id": "x1", "fn": fn, "inputs": inputs, "expected": expected, "tol": 0.01, **more}


def _run(tmp_path: Path, content: object) -> int:
    file = tmp_path / "table.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return main([str(file)])


def test_the_table_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(TABLE)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == "41 rows: 33 agree, 1 published wrong and different here, 7 not offered, 0 failed"
    assert len(printed) == 42


@pytest.mark.parametrize(
    ("fn", "inputs", "expected"),
    [
        ("nps", {"detractors": 12.5, "passives": 40, "promoters": 47.5}, 35),
        ("nps", {"detractors": 20, "promoters": 50, "n": 100}, 30),
        ("variance_from_scores", {"scores": [0, 10]}, 1),
        ("ci_adjusted_wald", {**COUNTS, "alpha": 0.05}, [8.544, 30.865]),
        ("ci_adjusted_wald_fpc", {**COUNTS, "population": 200}, [20, 20]),
        ("ci_adjusted_wald_fpc", {"scores": [10, 0] * 50 + [7] * 20, "N": 200}, [-10.284, 10.284]),
        ("sample_size_adjusted_wald", {"moe": 10, "p_promoter": 0.6, "p_detractor": 0.1}, 170),
        ("sample_size_adjusted_wald", {"margin": 10, "p": 0.6, "d": 0.1}, 170),
        ("sample_size_adjusted_wald", {"moe": 10, "v": 0.5, "conf": 0.9}, 133),
        ("two_sample_adjusted_wald", {"latest": LATE, "oldest": COUNTS}, {"z": -6.356}),
        (
            "two_sample_adjusted_wald",
            {"a": LATE, "b": {"detractors": 0, "passives": 0, "promoters": 0}},
            None,
        ),
        ("nps_with_invalid", {"scores": [None, "9", True, 9.5, 11, -1]}, None),
        ("nps_with_invalid", {"scores": [None, "9", True, 9.0, 6]}, 0),
        ("ci_adjusted_wald", {"detractors": 0, "passives": 0, "promoters": 0}, None),
        ("wilson", {"count": 81, "nobs": 263}, [0.2553, 0.3662]),
        ("csat_top2", {"counts": {"5": 35, "4": 25, "1": 40}}, 60),
        ("csat_top2", {"counts": [40, 0, 0, 25, 35]}, 60),
        ("csat_top2", {"satisfied": 60, "n": 100}, 60),
        ("csat_top2", {"scores": [5, 4, 4, 1, 9]}, 75),
        ("theme_impact", {"all": COUNTS, "theme": LATE}, -20),
        ("theme_impact", {"n": 200, "nps": 20, "n_theme": 40, "nps_theme": -60}, -20),
        ("theme_impact", {"rest": {"detractors": 22, "promoters": 86, "n": 160}, "theme": LATE}, -20),
        ("theme_impact", {"nps": 70, "nps_without": 75}, -5),
        ("nps_without_theme", {"all": COUNTS, "theme": LATE}, 40),
        ("nps_without_theme", {"nps": 70, "impact": -5}, 75),
        ("ucs2_segments", {"chars": 71}, 2),
        ("gsm7_segments", {"text": "€" * 81}, 2),
        # numbers 1.4
        ("variance", {"p_promoter": 0.5, "p_passive": 0.3, "p_detractor": 0.2}, 0.61),
        ("csat_top2", {"counts_4_5": 60, "n": 100}, 60),
        ("nps_custom_breaks", {"scores": [1, 2, 3, 4, 5], "breaks": [2, 3]}, 0),
        ("variance_from_scores", {"scores": [1, 2, 3, 4, 5, 5], "breaks": [0, 3, 4, 5]}, 0.8056),
        ("nps_custom_breaks", {"scores": [1, 2, 3, 4, 5], "breaks": [[1], [2, 3], [4, 5]]}, 20),
        ("retention_rate", {"start": 200, "end": 220, "new": 40}, 90),
    ],
)
def test_rows_in_the_forms_that_sources_use(fn: str, inputs: dict[str, Any], expected: object) -> None:
    found = check(_row(fn, inputs, expected))
    assert (found.outcome, found.fn) == ("agrees", fn), found


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (_row("nps", COUNTS, 21), "FAILS"),
        (_row("nps", COUNTS, None), "FAILS"),
        (_row("nps", COUNTS, 20, tol=None), "agrees"),
        (_row("nps", {"wrong": 1}, 20), "not offered"),
        (_row("nps", COUNTS | {"weights": [1, 2]}, 20), "not offered"),
        (_row("two_sample_adjusted_wald", {"a": COUNTS | {"pairs": 3}, "b": LATE}, {}), "not offered"),
        (_row("wilson", {"successes": 1, "n": None}, 20), "FAILS"),
        (_row("theme_impact", {"all": 7, "theme": 8}, 20), "FAILS"),
        (_row("nps", {"detractors": -1, "passives": 1, "promoters": 1}, 20), "FAILS"),
        (_row("nps", COUNTS, 20, status="published-wrong"), "FAILS"),
        (_row("nps", COUNTS, -22, status="published-wrong"), "differs as it must"),
        (_row("bootstrap", COUNTS, 20), "not offered"),
        (_row("bootstrap", COUNTS, 20, status="published-wrong"), "not offered"),
    ],
)
def test_what_a_row_can_show(row: dict[str, Any], outcome: str) -> None:
    assert check(row).outcome == outcome


def test_every_required_method_is_offered() -> None:
    required = (
        "nps nps_from_scores nps_with_invalid variance variance_from_scores standard_error "
        "ci_adjusted_wald ci_adjusted_wald_fpc two_sample_adjusted_wald sample_size_adjusted_wald "
        "wilson csat_top2 theme_impact theme_impact_ci nps_without_theme gsm7_segments ucs2_segments "
        "nps_custom_breaks retention_rate"
    )
    assert set(METHODS) == set(required.split())


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (1.0, 1, True),
        (1.02, 1, False),
        ([1, 2], [1, 2], True),
        ([1, 2], [1], False),
        ({"p": 0.3, "z": 9}, {"p": 0.3}, True),
        ({"z": 9}, {"p": 0.3}, False),
        ({"z": 9}, {}, False),
        (None, None, True),
        (None, 0, False),
        (0, None, False),
        (float("nan"), 1, False),
    ],
)
def test_agreement(value: object, expected: object, same: bool) -> None:
    assert agree(value, expected, 0.01) is same


def test_one_row_that_fails_fails_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, [_row("nps", COUNTS, 20), _row("nps", COUNTS, 21)]) == 1
    assert "FAILS                20, the table has 21" in capsys.readouterr().out


def test_quotation_marks_that_were_not_escaped_are_letters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TABLE.read_text("utf-8").replace('\\"', '"')
    (tmp_path / "table.json").write_text(text, encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert main([str(tmp_path / "table.json")]) == 0
    assert "0 failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[{"id": "a"} 1]', "is not JSON: Expecting ',' delimiter in line 1, column 14"),
        ({"id": "x"}, "is no table"),
        ([{"id": "x"}], "is no table"),
        ([1], "is no table"),
    ],
)
def test_a_file_that_is_no_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, said: str
) -> None:
    assert _run(tmp_path, content) == 2
    assert said in capsys.readouterr().err


def test_a_missing_file_and_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.json")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main([]) == 2
    assert "Name one table" in capsys.readouterr().err
