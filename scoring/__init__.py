"""Net Promoter statistics as a small library: pure functions over counts, without I/O, clock or chance.

    >>> from scoring import Counts, adjusted_wald, nps, shown
    >>> counts = Counts(detractors=18, passives=36, promoters=66)
    >>> shown(nps(counts)), adjusted_wald(counts).shown()
    ('+40', '+26 to +52')

Scores are in NPS points (-100 to +100), shares and confidences are fractions (0.95), and what cannot be
known from the answers is None. `docs/statistics.md` explains each number in plain words.
"""

from scoring.accounts import ByAccount, by_account
from scoring.benchmark import Bands, Benchmark, Distance, benchmarks, distance
from scoring.censoring import Duration, Durations, duration_quantile, durations
from scoring.clusters import Clusters, Shared, Within, design_effect, interval_by_account, with_rest
from scoring.comparison import (
    Comparison,
    Contrast,
    Finding,
    compare,
    compare_with_rest,
    holm,
    holm_corrected,
)
from scoring.control_chart import FEWEST_PERIODS, ControlChart, Watched, control_chart
from scoring.counts import (
    Category,
    Counts,
    category,
    least_tenths,
    nps,
    pooled,
    shown,
    shown_limit,
    standard_error,
    variance,
)
from scoring.funnel import Funnel, InFunnel, funnel
from scoring.goals import GoalReached, reached
from scoring.interval import Interval, adjusted_wald, bounds_of_silence, mean_t, wilson
from scoring.likeness import Likeness, Sides, holm_likeness, likeness
from scoring.number_bands import band_of, thirds
from scoring.paired import PairedChange, recovery, recovery_of_times
from scoring.response import Dispositions, Rate, Rates, Selection, rates, selection
from scoring.response_curve import ResponseCurve, response_curve
from scoring.retention import Retention, retention_rate
from scoring.sample_sizes import expected_margin, invitations_needed, sample_size
from scoring.satisfaction import Effort, ces, csat, favourable_share
from scoring.scales import CES_EFFORT_SCALE, CES_SCALE, CSAT_SCALE, NPS_SCALE, Answers, Band, Scale
from scoring.segmentation import Segment, Segmentation, Together, Unlisted, Visibility, segments, visibility
from scoring.shares import Share, share
from scoring.shifts import JudgedShift, Shift, shift_of_means, shift_of_rates, shift_of_shares
from scoring.silent import LikeTheLast, PostStratified, like_the_last, post_stratified
from scoring.themes.cells import ThemeCell, ThemeCells, theme_cells
from scoring.themes.impact import (
    ThemeImpact,
    impact,
    impact_interval,
    impact_of_scores,
    impact_standard_error,
    nps_without,
    theme_impacts,
)
from scoring.themes.shifts import ThemeShift, theme_shifts
from scoring.themes.themes import ThemeCounts, ThemeList, count_themes, find_themes, theme_list, words_of
from scoring.value_at_risk import ValueAtRisk, value_at_risk
from scoring.weighted import WeightedScore, weighted_by_account
from scoring.words import TellingWord, Vocabulary, telling_words

__all__ = [
    "CES_EFFORT_SCALE",
    "CES_SCALE",
    "CSAT_SCALE",
    "FEWEST_PERIODS",
    "NPS_SCALE",
    "Answers",
    "Band",
    "Bands",
    "Benchmark",
    "ByAccount",
    "Category",
    "Clusters",
    "Comparison",
    "Contrast",
    "ControlChart",
    "Counts",
    "Dispositions",
    "Distance",
    "Duration",
    "Durations",
    "Effort",
    "Finding",
    "Funnel",
    "GoalReached",
    "InFunnel",
    "Interval",
    "JudgedShift",
    "LikeTheLast",
    "Likeness",
    "PairedChange",
    "PostStratified",
    "Rate",
    "Rates",
    "ResponseCurve",
    "Retention",
    "Scale",
    "Segment",
    "Segmentation",
    "Selection",
    "Share",
    "Shared",
    "Shift",
    "Sides",
    "TellingWord",
    "ThemeCell",
    "ThemeCells",
    "ThemeCounts",
    "ThemeImpact",
    "ThemeList",
    "ThemeShift",
    "Together",
    "Unlisted",
    "ValueAtRisk",
    "Visibility",
    "Vocabulary",
    "Watched",
    "WeightedScore",
    "Within",
    "adjusted_wald",
    "band_of",
    "benchmarks",
    "bounds_of_silence",
    "by_account",
    "category",
    "ces",
    "compare",
    "compare_with_rest",
    "control_chart",
    "count_themes",
    "csat",
    "design_effect",
    "distance",
    "duration_quantile",
    "durations",
    "expected_margin",
    "favourable_share",
    "find_themes",
    "funnel",
    "holm",
    "holm_corrected",
    "holm_likeness",
    "impact",
    "impact_interval",
    "impact_of_scores",
    "impact_standard_error",
    "interval_by_account",
    "invitations_needed",
    "least_tenths",
    "like_the_last",
    "likeness",
    "mean_t",
    "nps",
    "nps_without",
    "pooled",
    "post_stratified",
    "rates",
    "reached",
    "recovery",
    "recovery_of_times",
    "response_curve",
    "retention_rate",
    "sample_size",
    "segments",
    "selection",
    "share",
    "shift_of_means",
    "shift_of_rates",
    "shift_of_shares",
    "shown",
    "shown_limit",
    "standard_error",
    "telling_words",
    "theme_cells",
    "theme_impacts",
    "theme_list",
    "theme_shifts",
    "thirds",
    "value_at_risk",
    "variance",
    "visibility",
    "weighted_by_account",
    "wilson",
    "with_rest",
    "words_of",
]
