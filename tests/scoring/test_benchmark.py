from pathlib import Path

import pytest
import yaml

from scoring import Bands, Benchmark, Counts, benchmarks, distance

FILE = Path("scoring/data/benchmarks.yaml")


def _published() -> dict[str, Benchmark]:
    root = Path(__file__).parents[2]
    return {each.sector: each for each in benchmarks(yaml.safe_load((root / FILE).read_text("utf-8")))}


def test_the_published_figures() -> None:
    assert {sector: (each.nps, each.previous) for sector, each in _published().items()} == {
        "all sectors": (17, 17),
        "industry": (32, None),
        "wholesale": (30, None),
        "transport": (20, 16),
        "facility services": (10, 17),
        "business services": (1, None),
        "construction and installation": (-7, None),
    }


def test_every_figure_says_whose_it_is_and_when() -> None:
    assert str(_published()["construction and installation"]) == (
        "-7 construction and installation "
        "(Integron, Customer Experience in Nederland, 2025; B2B, Netherlands)"
    )


def test_ones_own_figures_stand_beside_them() -> None:
    (own,) = benchmarks(
        {"acme": {"source": "Acme", "year": 2024, "scope": "own customers", "scores": {"last year": 12.5}}}
    )
    assert own == Benchmark("last year", 12.5, 2024, "Acme", "own customers")


@pytest.mark.parametrize(
    ("score", "counts", "words"),
    [
        (17, Counts(18, 36, 66), "23 points above +17 ours (Acme, 2025; own)"),
        (17, Counts(30, 60, 30), "17 points below +17 ours (Acme, 2025; own)"),
        (40, Counts(18, 36, 66), "level with +40 ours (Acme, 2025; own)"),
    ],
)
def test_a_distance_makes_no_claim_about_chance(score: float, counts: Counts, words: str) -> None:
    found = distance(counts, Benchmark("ours", score, 2025, "Acme", "own"))
    assert found is not None
    assert found.sentence == words
    assert found.points in found.interval


def test_no_answers_have_no_distance() -> None:
    assert distance(Counts(0, 0, 0), Benchmark("ours", 1, 2025, "Acme", "own")) is None


GOOD = {"source": "Acme", "year": 2025, "scope": "own", "scores": {"ours": 1}}


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("17", "benchmark set x: write source, year, scope and scores under it"),
        ({**GOOD, "year": "2025"}, "`year` is '2025'; write a whole number there"),
        ({**GOOD, "year": True}, "`year` is True"),
        ({**GOOD, "scope": None}, "`scope` is None; write a text there"),
        ({**GOOD, "scores": [1]}, "`scores` is .*write sectors and scores there"),
        ({**GOOD, "scores": {"ours": 101}}, "x, ours: 101 is no score between -100 and 100"),
        ({**GOOD, "scores": {"ours": [1, 2, 3]}}, "is no score"),
        ({**GOOD, "scores": {"ours": [1, "2"]}}, "'2' is no score"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(block: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        benchmarks({"x": block})


def test_bands_are_a_setting() -> None:
    bands = Bands([(0, "positive"), (30, "good"), (50, "excellent")])
    assert [bands.word(score) for score in (-0.1, 0, 29.9, 30, 100)] == [
        None,
        "positive",
        "positive",
        "good",
        "excellent",
    ]
    with pytest.raises(ValueError, match="lowest score up"):
        Bands([(50, "good"), (30, "fair")])
