"""What the reasons speak of, what that costs, and which words are new in them."""

from collections import Counter
from math import log, sqrt

import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from tests.recomputed.company import LISTED, MEANT
from tests.recomputed.frame import Company, running
from tests.recomputed.intervals import Json, alone, apart, holm, limits, newcombe, nps
from tests.recomputed.wave import score_of

PRIOR = 500


def themes(company: Company, campaign: str, number: int) -> Json:
    """The themes of a wave's reasons; what a reason means is written in `company`, and not looked for."""
    written = company.answers(campaign, number)
    written = written[written["reason"].fillna("") != ""]
    read = written[written["language"].isin(("nl", "en"))]
    meant = read["reason"].map(MEANT)
    parts = {str(name): read[meant == name] for name in meant.dropna().unique()}
    told = score_of(campaign, read) | {
        "waves": [number],
        "reasons": len(read),
        "unthemed": int(meant.isna().sum()),
        "other_languages": len(written) - len(read),
        "new_words": None,
        "detractors_words": None,
    }
    runs = running(company.wave(campaign, number))
    told |= {"before": None, "shifts": []}
    if number > 1 and not runs:
        told |= {"before": number - 1, "shifts": shifts(read, _written(company, campaign, number - 1))}
    if campaign != "panel":
        order = sorted(parts, key=lambda name: (-len(parts[name]), name))
        return told | {"themes": [{"theme": name, "n": len(parts[name]), "impact": None} for name in order]}
    judged = not runs
    if judged:
        told |= words(company, campaign, number)
    return told | {"themes": _impacts(read, parts, judged=judged)}


def shifts(now: pd.DataFrame, then: pd.DataFrame) -> list[Json]:
    """How often each theme is named against the wave before: Newcombe's interval, and Fisher's test with Holm."""
    counts = [read["reason"].map(MEANT).value_counts() for read in (now, then)]
    names = sorted(name for name in set(counts[0].index) | set(counts[1].index))
    pairs = {name: [int(each.get(name, 0)) for each in counts] for name in names}
    pairs = {name: pair for name, pair in pairs.items() if max(pair) >= 5}
    adjusted = holm([fisher(pair[0], len(now), pair[1], len(then)) for pair in pairs.values()])
    rows = []
    for (name, (own, other)), p in zip(pairs.items(), adjusted, strict=True):
        found = newcombe(own, len(now), other, len(then))
        row = {"theme": name, "n": own, "reasons": len(now), "n_before": other, "reasons_before": len(then)}
        rows.append(
            row | found | {"adjusted_p": p, "finding": found["finding"] if p < 0.05 else "no evidence"}
        )
    return sorted(rows, key=lambda row: (-abs(row["difference"]), row["theme"]))


def fisher(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """Fisher's exact test, the smaller tail doubled."""
    chance = stats.hypergeom(n + other_n, hits + other_hits, n)
    return float(min(1, 2 * min(chance.sf(hits - 1), chance.cdf(hits))))


def _impacts(read: pd.DataFrame, parts: dict[str, pd.DataFrame], *, judged: bool) -> list[Json]:
    rests = {name: read.drop(own.index) for name, own in parts.items()}
    shown = [name for name, own in parts.items() if min(len(own), len(rests[name])) >= 5]
    p_values = {name: apart(parts[name], rests[name]).p for name in shown}
    adjusted = dict(zip(shown, holm(list(p_values.values())), strict=True))
    rows = []
    for name in shown:
        own, rest = parts[name], rests[name]
        cost = 100 * float(read["step"].mean() - rest["step"].mean())
        found = _around(cost, read, own, rest)
        differs, clear = adjusted[name] < 0.05, not found["low"] <= 0 <= found["high"]
        rows.append(
            {
                "theme": name,
                "n": len(own),
                "hidden": False,
                "indicative": min(len(own), len(rest)) < 30,
                "nps": nps(own),
                "nps_without": nps(rest),
                "impact": cost,
                "interval": found,
                "p": p_values[name],
                "adjusted_p": adjusted[name],
                "matters": judged and differs and clear,
                "leans": judged and differs != clear,
            }
        )
    hidden = [
        {"theme": name, "n": len(own), "hidden": True} for name, own in parts.items() if name not in shown
    ]
    return sorted(rows, key=lambda row: (row["impact"], row["theme"])) + hidden


def _around(cost: float, read: pd.DataFrame, own: pd.DataFrame, rest: pd.DataFrame) -> Json:
    """The delta method for f D, with f the share that names the theme and D its difference from the rest; wider by what
    accounts add to that difference."""
    share = len(own) / len(read)
    spread = alone(own["step"])[1] / len(own) + alone(rest["step"])[1] / len(rest)
    gap = float(own["step"].mean() - rest["step"].mean())
    error = sqrt(share**2 * spread + gap**2 * share * (1 - share) / len(read))
    usual = sum(variance / n for _, variance, n in (alone(own["step"]), alone(rest["step"])))
    found = apart(own, rest)
    half = 100 * found.quantile * error * sqrt(found.variance / usual)
    return limits(max(-200, cost - half), min(200, cost + half))


# ------------------------------------------------------------------------------------------- words


def words(company: Company, campaign: str, number: int) -> Json:
    """Words that set a wave apart from the one before, and its detractors from its promoters."""
    own = _written(company, campaign, number)
    low, high = own[own["step"] == -1], own[own["step"] == 1]
    by_low = _used(low)
    since = telling(own, _written(company, campaign, number - 1))[:3] if number > 1 else []
    said = [word for word in telling(low, high) if word not in LISTED and word not in since][:3]
    used = _used(own)
    return {
        name: [{"word": word, "people": used[word], "detractors": by_low[word]} for word in found]
        for name, found in (("new_words", since), ("detractors_words", said))
    }


def _written(company: Company, campaign: str, number: int) -> pd.DataFrame:
    answers = company.answers(campaign, number)
    return answers[(answers["reason"].fillna("") != "") & answers["language"].isin(("nl", "en"))]


def _used(people: pd.DataFrame) -> Counter[str]:
    """By how many people each word of three letters or more was used."""
    return Counter(
        word
        for reason in people["reason"]
        for word in {each.strip(",.").casefold() for each in reason.split()}
        if len(word) >= 3
    )


def telling(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    """The words of the first that are not chance by Fisher's exact test with Holm, by their log-odds with an
    informative Dirichlet prior (Monroe, Colaresi and Quinn)."""
    used, others = _used(first), _used(second)
    tested = [word for word, people in used.items() if people >= 5]
    everybody = len(first) + len(second)
    p_values = [
        min(
            1.0,
            2 * float(stats.hypergeom.sf(used[word] - 1, everybody, used[word] + others[word], len(first))),
        )
        for word in tested
    ]
    if not tested or second.empty:
        return []
    clear = [word for word, p in zip(tested, holm(p_values), strict=True) if p < 0.05]
    n, m = used.total(), others.total()

    def z(word: str) -> float:
        prior = PRIOR * (used[word] + others[word]) / (n + m)
        odds = [
            log((times + prior) / (total + PRIOR - times - prior))
            for times, total in ((used[word], n), (others[word], m))
        ]
        return (odds[0] - odds[1]) / sqrt(1 / (used[word] + prior) + 1 / (others[word] + prior))

    return sorted((word for word in clear if z(word) > 0), key=lambda word: (-round(z(word), 12), word))
