"""Checks the scoring library against a table of published and derived values.

    python -m tests.support.table FILE.json

Each row names a function, its inputs, the expected value and a tolerance. One line is printed for each, then
a count. Exit code 0 when every row whose method is offered agrees (a `published-wrong` row: differs), 1 when
one does not, 2 when the file cannot be read.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isclose, isfinite
from pathlib import Path
from typing import Any, Final

import scoring
from channels.sms.lengths import gsm7_segments, ucs2_segments
from scoring import Answers, Counts, Interval
from scoring.counts import whole_score

Inputs = Mapping[str, Any]
Method = Callable[[Inputs], object]

_ROUNDING = 1e-9  # a tolerance of 0 asks for the same number, not for the same last bit
_MOST_DECIMALS = 9


class Outcome(StrEnum):
    """What one row shows."""

    AGREES = "agrees"
    DIFFERS_AS_IT_MUST = "differs as it must"
    NOT_OFFERED = "not offered"
    FAILS = "FAILS"


@dataclass(frozen=True, slots=True)
class Checked:
    """A row and what came of it."""

    id: str
    fn: str
    outcome: Outcome
    detail: str

    def __str__(self) -> str:
        return f"{self.id:<6} {self.fn:<32} {self.outcome:<20} {self.detail}".rstrip()


def _take(inputs: Inputs, *names: str) -> Any:
    for name in names:
        if name in inputs:
            return inputs[name]
    raise ValueError(f"inputs hold none of {', '.join(names)}")


def _confidence(inputs: Inputs) -> float:
    if "alpha" in inputs:
        return 1 - float(inputs["alpha"])
    names = ("conf", "confidence", "conf_level", "level")
    return float(next((inputs[name] for name in names if name in inputs), 0.95))


def _counts(inputs: Inputs) -> Counts:
    """Counts from the three numbers, from two and n, or from scores.

    Percentages with decimals are counts of a larger whole: the same power of ten makes all of them whole.
    """
    if "scores" in inputs:
        return (
            _by_breaks(inputs["scores"], inputs["breaks"])
            if "breaks" in inputs
            else Counts.from_scores(inputs["scores"])
        )
    if "breaks" in inputs:
        raise ValueError("breaks need scores")
    if "p_promoter" in inputs and "promoters" not in inputs:
        promoters, detractors = inputs["p_promoter"], inputs["p_detractor"]
        passives = inputs.get("p_passive", 1 - promoters - detractors)
        return _counts({"detractors": detractors, "promoters": promoters, "passives": passives})
    detractors, promoters = inputs["detractors"], inputs["promoters"]
    passives = (
        inputs["passives"] if "passives" in inputs else _take(inputs, "n", "total") - detractors - promoters
    )
    given = (detractors, passives, promoters)
    for decimals in range(_MOST_DECIMALS):
        whole = [round(each * 10**decimals) for each in given]
        if all(
            isclose(each * 10**decimals, rounded, abs_tol=1e-6)
            for each, rounded in zip(given, whole, strict=True)
        ):
            return Counts(*whole)
    raise ValueError(f"{given} are no counts")


def _by_breaks(scores: Any, breaks: Any) -> Counts:
    """Counts by other limits than 6 and 8: the highest score of detractors, and of passives. Three ways to write it:
    the two numbers, four with the ends of the scale around them, as R's `cut` takes them, or the scores of each of
    the three groups, as the R package NPS does."""
    whole = [score for score in map(whole_score, scores) if score is not None]
    if isinstance(breaks[0], list):
        return Counts(*(sum(score in group for score in whole) for group in breaks))
    limits = [float(each) for each in breaks]
    low, high = limits if len(limits) == 2 else limits[1:-1]
    return Counts(
        sum(score <= low for score in whole),
        sum(low < score <= high for score in whole),
        sum(score > high for score in whole),
    )


def _retention(inputs: Inputs) -> object:
    return scoring.retention_rate(float(inputs["start"]), float(inputs["end"]), float(inputs["new"]))


def _pair(interval: Interval | None, factor: float = 1) -> list[float] | None:
    return None if interval is None else [interval.low * factor, interval.high * factor]


def _population(inputs: Inputs) -> int | None:
    return next((inputs[name] for name in ("population", "N", "population_size") if name in inputs), None)


def _adjusted_wald(inputs: Inputs) -> object:
    return _pair(scoring.adjusted_wald(_counts(inputs), _confidence(inputs)))


def _adjusted_wald_finite(inputs: Inputs) -> object:
    population = _population(inputs)
    if population is None:
        raise ValueError("inputs hold no population")
    return _pair(scoring.adjusted_wald(_counts(inputs), _confidence(inputs), population=population))


def _two_samples(inputs: Inputs) -> object:
    first = _take(inputs, "a", "first", "latest", "group1", "sample1")
    second = _take(inputs, "b", "second", "oldest", "group2", "sample2")
    found = scoring.compare(_counts(first), _counts(second), _confidence(inputs))
    if found is None:
        return None
    return {
        "delta": found.adjusted_difference,
        "se": found.standard_error,
        "z": found.z,
        "p": found.p,
        "ci": _pair(found.interval),
    }


def _sample_size(inputs: Inputs) -> object:
    if "p_promoter" in inputs or "p" in inputs:
        promoters, detractors = _take(inputs, "p_promoter", "p"), _take(inputs, "p_detractor", "d")
        spread = promoters + detractors - (promoters - detractors) ** 2
    else:
        spread = next((inputs[name] for name in ("variance", "var", "v") if name in inputs), 1.0)
    return scoring.sample_size(
        _take(inputs, "moe", "margin"), spread, _confidence(inputs), population=_population(inputs)
    )


def _wilson(inputs: Inputs) -> object:
    successes = _take(inputs, "successes", "count", "x", "k", "positive", "satisfied", "top2")
    return _pair(
        scoring.wilson(successes, _take(inputs, "n", "nobs", "trials", "total"), _confidence(inputs))
    )


def _csat(inputs: Inputs) -> object:
    if "scores" in inputs:
        answers = Answers.from_scores(scoring.CSAT_SCALE, inputs["scores"])
    elif "counts" in inputs:
        counts = inputs["counts"]
        histogram = dict(enumerate(counts, 1)) if isinstance(counts, list) else counts
        answers = Answers.from_histogram(
            scoring.CSAT_SCALE, {int(score): times for score, times in histogram.items()}
        )
    else:
        top = _take(inputs, "satisfied", "favourable", "top2", "counts_4_5", "positive", "successes")
        total = _take(inputs, "n", "total", "responses")
        answers = Answers.from_histogram(scoring.CSAT_SCALE, {5: top, 1: total - top})
    share = scoring.csat(answers)
    return None if share is None else share.percent


def _theme_impact(inputs: Inputs) -> object:
    if "all" in inputs:
        return scoring.impact(_counts(inputs["all"]), _counts(inputs["theme"]))
    if "rest" in inputs:
        theme = _counts(inputs["theme"])
        return scoring.impact(theme + _counts(inputs["rest"]), theme)
    score = _take(inputs, "nps", "nps_all", "nps_total", "overall")
    without = next((inputs[name] for name in ("nps_without", "nps_rest", "without") if name in inputs), None)
    if without is not None:
        return score - without
    return scoring.impact_of_scores(
        _take(inputs, "N", "n", "n_all", "n_total", "total"),
        score,
        _take(inputs, "n_t", "n_theme", "theme_n", "mentions"),
        _take(inputs, "nps_t", "nps_theme", "theme_nps"),
    )


def _theme_impact_interval(inputs: Inputs) -> object:
    """The plain large-sample form, which is the published one; reports add pseudo-answers."""
    everyone, theme = _counts(inputs["all"]), _counts(inputs["theme"])
    return _pair(scoring.impact_interval(everyone, theme, _confidence(inputs), pseudo=0))


def _nps_without_theme(inputs: Inputs) -> object:
    if "all" in inputs:
        return scoring.nps_without(_counts(inputs["all"]), _counts(inputs["theme"]))
    return _take(inputs, "nps", "nps_all", "nps_total", "overall") - inputs["impact"]


def _text(inputs: Inputs, character: str) -> str:
    return (
        str(inputs["text"])
        if "text" in inputs
        else character * int(_take(inputs, "chars", "septets", "units", "length"))
    )


def _score(inputs: Inputs) -> object:
    return scoring.nps(_counts(inputs))


def _variance(inputs: Inputs) -> object:
    return scoring.variance(_counts(inputs))


def _standard_error(inputs: Inputs) -> object:
    return scoring.standard_error(_counts(inputs))


METHODS: dict[str, Method] = {
    "nps": _score,
    "nps_from_scores": _score,
    "nps_with_invalid": _score,
    "nps_custom_breaks": _score,
    "retention_rate": _retention,
    "variance": _variance,
    "variance_from_scores": _variance,
    "standard_error": _standard_error,
    "ci_adjusted_wald": _adjusted_wald,
    "ci_adjusted_wald_fpc": _adjusted_wald_finite,
    "two_sample_adjusted_wald": _two_samples,
    "sample_size_adjusted_wald": _sample_size,
    "wilson": _wilson,
    "csat_top2": _csat,
    "theme_impact": _theme_impact,
    "theme_impact_ci": _theme_impact_interval,
    "nps_without_theme": _nps_without_theme,
    "gsm7_segments": lambda inputs: gsm7_segments(_text(inputs, "a")),
    "ucs2_segments": lambda inputs: ucs2_segments(_text(inputs, "я")),
}

RIVALS: dict[str, Method] = {
    # A published interval that takes promoters and detractors for independent; ours must not reproduce it.
    "ci_beta_difference_INDEPENDENT": _adjusted_wald,
}
"""What answers a `published-wrong` row whose method is not offered under its name."""


def check(row: Mapping[str, Any]) -> Checked:
    """Computes one row and compares."""
    wrong = row.get("status") == "published-wrong"
    method = METHODS.get(row["fn"]) or (RIVALS.get(row["fn"]) if wrong else None)
    if method is None:
        return Checked(row["id"], row["fn"], Outcome.NOT_OFFERED, "")
    unknown = _unknown(row["inputs"])
    if unknown:
        detail = f"inputs that nothing here takes: {', '.join(unknown)}"
        return Checked(row["id"], row["fn"], Outcome.NOT_OFFERED, detail)
    try:
        value = method(row["inputs"])
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        return Checked(row["id"], row["fn"], Outcome.FAILS, f"{type(error).__name__}: {error}")
    same = agree(value, row["expected"], float(row.get("tol") or 0))
    if wrong:
        outcome = Outcome.FAILS if same else Outcome.DIFFERS_AS_IT_MUST
    else:
        outcome = Outcome.AGREES if same else Outcome.FAILS
    detail = _told(value) if same else f"{_told(value)}, the table has {_told(row['expected'])}"
    return Checked(row["id"], row["fn"], outcome, detail)


# fmt: off
_KNOWN: Final = frozenset(
    {"alpha", "conf", "confidence", "conf_level", "level", "scores", "detractors", "passives", "promoters",
     "n", "total", "population", "N", "population_size", "a", "b", "first", "second", "latest", "oldest",
     "group1", "group2", "sample1", "sample2", "p_promoter", "p_passive", "p_detractor", "p", "d",
     "variance", "var", "v", "moe", "margin", "successes", "count", "x", "k", "positive", "satisfied",
     "top2", "counts_4_5", "favourable", "nobs", "trials", "responses", "counts", "all", "theme", "rest",
     "nps", "nps_all", "nps_total", "overall", "nps_without", "nps_rest", "without", "n_all", "n_total",
     "n_t", "n_theme", "theme_n", "mentions", "nps_t", "nps_theme", "theme_nps", "impact", "text", "chars",
     "septets", "units", "length", "start", "end", "new", "breaks"}
)
# fmt: on
"""The names under which inputs are taken. A row with another one asks for something else than what is computed."""


def _unknown(inputs: object) -> list[str]:
    """The names of inputs, also of those within, that nothing here takes."""
    if not isinstance(inputs, Mapping):
        return []
    within = [name for value in inputs.values() if not _is_histogram(value) for name in _unknown(value)]
    return [*(name for name in inputs if name not in _KNOWN), *within]


def _is_histogram(value: object) -> bool:
    return isinstance(value, Mapping) and all(str(name).isdigit() for name in value)


def agree(value: object, expected: object, tolerance: float) -> bool:
    """Whether a value is the expected one: numbers within the tolerance, lists and mappings part by part."""
    match value, expected:
        case dict(), dict():
            return bool(expected) and all(
                name in value and agree(value[name], each, tolerance) for name, each in expected.items()
            )
        case list(), list():
            return len(value) == len(expected) and all(
                agree(ours, theirs, tolerance) for ours, theirs in zip(value, expected, strict=True)
            )
        case ((int() | float()), (int() | float())):
            return isfinite(value) and isclose(value, expected, rel_tol=0, abs_tol=max(tolerance, _ROUNDING))
        case None, None:
            return True
        case _:
            return False


def _told(value: object) -> str:
    match value:
        case float():
            return f"{value:.6g}"
        case list():
            return f"[{', '.join(map(_told, value))}]"
        case dict():
            return ", ".join(f"{name} {_told(each)}" for name, each in value.items())
        case _:
            return "none" if value is None else str(value)


def closing_line(rows: list[Checked]) -> str:
    """The count of outcomes, every one named even when there is none of it."""
    counted = Counter(row.outcome for row in rows)
    return (
        f"{len(rows)} rows: {counted[Outcome.AGREES]} agree, "
        f"{counted[Outcome.DIFFERS_AS_IT_MUST]} published wrong and different here, "
        f"{counted[Outcome.NOT_OFFERED]} not offered, {counted[Outcome.FAILS]} failed"
    )


_AFTER_A_TEXT = ("Expecting ',' delimiter", "Expecting property name enclosed in double quotes")


def parsed(text: str) -> Any:
    """The JSON of a table. A quotation mark that was not escaped inside a text (a title in a source) is taken
    as a letter of it, so that one careless line keeps no figure from being checked."""
    mended = text
    first: json.JSONDecodeError | None = None
    while True:
        try:
            return json.loads(mended)
        except json.JSONDecodeError as error:
            first = first or error
            mark = mended.rfind('"', 0, error.pos)
            if error.msg not in _AFTER_A_TEXT or mark <= 0 or mended[mark - 1] == "\\":
                raise first from None
            mended = f"{mended[:mark]}\\{mended[mark:]}"


def main(arguments: list[str]) -> int:
    """The command; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Name one table: python -m tests.support.table FILE.json\n")
        return 2
    try:
        table = parsed(Path(arguments[0]).read_text(encoding="utf-8"))
        rows = [check(row) for row in table]
    except OSError as error:
        sys.stderr.write(f"{arguments[0]} cannot be read: {error.strerror}\n")
        return 2
    except json.JSONDecodeError as error:
        sys.stderr.write(
            f"{arguments[0]} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}; "
            "mend it there\n"
        )
        return 2
    except (ValueError, KeyError, TypeError, AttributeError):
        sys.stderr.write(
            f"{arguments[0]} is no table; it is a JSON list of rows with id, fn, inputs, expected\n"
        )
        return 2
    for row in rows:
        sys.stdout.write(f"{row}\n")
    sys.stdout.write(closing_line(rows) + "\n")
    return 1 if any(row.outcome is Outcome.FAILS for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
