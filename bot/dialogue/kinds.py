"""The kinds of survey: which scale each is asked on, and from which score on somebody must hear of it. PURE."""

from collections.abc import Mapping
from typing import Final, Literal

from scoring.scales import CES_SCALE, CSAT_SCALE, NPS_SCALE, Band, Scale

SurveyKind = Literal["nps", "csat", "ces"]
Box = Literal["detractor", "passive", "promoter"]

SCALES: Final[Mapping[str, Scale]] = {"nps": NPS_SCALE, "csat": CSAT_SCALE, "ces": CES_SCALE}
"""By kind. On all of them a high score is a good one, so that what alerts is always "this or lower"."""

_BOX_OF: Final[Mapping[Band, Box]] = {
    Band.FAVOURABLE: "promoter",
    Band.NEUTRAL: "passive",
    Band.UNFAVOURABLE: "detractor",
}


def box_of(kind: str, score: int) -> Box:
    """Which of three groups a score falls into, by the names that they have of an NPS, whatever the kind."""
    return _BOX_OF[SCALES[kind].band(score)]


def category_of(kind: str, score: int) -> str:
    """promoter, passive or detractor; of other kinds favourable, neutral or unfavourable."""
    return box_of(kind, score) if kind == "nps" else str(SCALES[kind].band(score))


def usual_alert_at(kind: str) -> int:
    """The highest score that alerts where the survey does not say: the top of the unfavourable box, which is
    6 of an NPS, 2 of a CSAT and 3 of a CES."""
    return SCALES[kind].low_to
