"""Numbers, days, names and reasons as people read them, in the company's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import floor
from zoneinfo import ZoneInfo

from bot.campaigns.plan import Skip
from bot.dialogue.wording import Words
from bot.reports.readable import LONGEST, readable, told_apart
from bot.reports.values import Scope, Stamp
from scoring import Interval, least_tenths, shown


@dataclass(frozen=True, slots=True)
class Phrases:
    """How things are said: the words, the zone whose times are shown, and what stands before a command where
    it was typed ("/nps", "npsbot campaign")."""

    words: Words
    zone: ZoneInfo
    prefix: str
    causes: Mapping[str, str] = field(
        default_factory=dict
    )  # of cases: what each key of the settings is called

    def text(self, key: str, **values: object) -> str:
        return self.words.text(key, **{"prefix": self.prefix, **values})

    def cause(self, key: str) -> str:
        """Why a case came, as the settings call it; one that they name no more by its key."""
        return readable(self.causes.get(key, key), LONGEST)

    def channel(self, name: str) -> str:
        """The name of a channel as people write it."""
        return self.words.texts.get(f"channel_{name}", name)

    def number(self, count: int) -> str:
        return self.words.forms.number(count)

    def when(self, instant: datetime) -> str:
        """An instant to the minute, in the company's zone."""
        return self.words.forms.moment(instant.astimezone(self.zone))

    def dated(self, instant: datetime) -> str:
        """An instant to the minute with its year, where it may be of another one."""
        local = instant.astimezone(self.zone)
        return f"{self.day(local.date())} {local:%H:%M}"

    def full_moment(self, instant: datetime) -> str:
        """An instant with its day, date, time and zone."""
        local = instant.astimezone(self.zone)
        return f"{self.words.forms.full_day(local.date())} {local:%H:%M}, {self.zone.key}"

    def local_day(self, instant: datetime) -> date:
        """The day of an instant in the company's zone."""
        return instant.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        return self.words.forms.day(day)

    def short_month(self, day: date) -> str:
        """The month of a day in a few letters, for under a column."""
        return self.words.forms.short_month(day)

    def percent(self, value: float) -> str:
        """A percentage as a whole number, halves upwards."""
        return self.words.forms.percent(Decimal(floor(value + 0.5)))

    def fine_percent(self, value: float) -> str:
        """A percentage with one decimal."""
        return self.words.forms.fine_percent(_tenths(value))

    def decimal(self, value: float) -> str:
        """A number with one decimal."""
        return self.words.forms.decimal(_tenths(value))

    def counted(self, key: str, count: int, **values: object) -> str:
        """A number of things; `key` with `_one` at its end says it of one."""
        if count == 1:
            return self.text(f"{key}_one", **values)
        return self.text(key, count=self.number(count), **values)

    def money(self, value: float, currency: str) -> str:
        """An amount in a currency, short from a million on: `€120,000`, `€1.2m`."""
        return self.words.forms.round_money(value, currency)

    def amount(self, value: float) -> str:
        """A number with as many decimals as it has."""
        whole = value == int(value)
        return self.number(int(value)) if whole else self.words.forms.decimal(Decimal(f"{value:.2f}"))

    def band(self, low: float | None, high: float | None, currency: str | None = None) -> str:
        """Numbers from `low` on and below `high`; None is no end."""
        ends = {
            name: self.amount(value) if currency is None else self.money(value, currency)
            for name, value in (("low", low), ("high", high))
            if value is not None
        }
        if not ends:
            return self.text("numbers_all")
        key = "below" if low is None else "above" if high is None else "between"
        return self.text(f"numbers_{key}", **ends)

    def points(self, value: float) -> str:
        """A distance in points, as a whole number: `1 point`, `18 points`."""
        return self.counted("points", int(shown(abs(value))))

    def limit(self, value: float, *, firm: bool) -> str:
        """A limit in points, with its sign; of a finding (`firm`) never as 0, which it excludes."""
        if firm and value and shown(value) == "0":
            return f"{'+' if value > 0 else '-'}{self.decimal(least_tenths(value))}"
        return shown(value)

    def against(self, value: float, limits: Interval) -> tuple[str, str, str]:
        """A score in points and limits that may hold it; with a decimal where whole numbers would put one that lies
        outside on the limit."""
        ends = limits.low, limits.high
        on_a_limit = value not in limits and shown(value) in map(shown, ends)
        told = self._signed if on_a_limit else shown
        return told(value), told(limits.low), told(limits.high)

    def _signed(self, value: float) -> str:
        return f"{'+' if value > 0 else '-'}{self.decimal(abs(value))}"

    def stamp(self, stamp: Stamp, asked: datetime) -> str:
        """Whose report this is, since when its question was asked, and when it was made."""
        local = stamp.as_of.astimezone(self.zone)
        return self.text(
            "stamp",
            company=readable(stamp.company, LONGEST),
            asked=self.day(self.local_day(asked)),
            now=f"{self.day(local.date())}, {local:%H:%M}",
        )

    def own_accounts(self, managers: Sequence[str]) -> str:
        """Whose customers alone a report counts."""
        return self.text("own_accounts", manager=self.words.forms.all_of(managers))

    def names(self, names: Sequence[str], most: int) -> str:
        """Names in one line, the first `most` of them."""
        listed = ", ".join(names[:most])
        more = len(names) - most
        return listed if more < 1 else self.text("and_more", names=listed, count=self.number(more))

    def scope(self, scope: Scope) -> str:
        """What a report speaks of: a wave, or all that was answered since a day."""
        values = {"campaign": scope.campaign, "wave": scope.waves[0]}
        if scope.since is None:
            return self.text("scope_wave", **values)
        key = "scope_wave_since" if len(scope.waves) == 1 else "scope_since"
        return self.text(key, day=self.day(scope.since), **values)

    def attribute(self, name: str) -> str:
        """The name of an attribute; those that every customer has, in the company's language."""
        return self.words.texts.get(f"attribute_{name}") or readable(name, LONGEST)

    def theme(self, name: str) -> str:
        """The name of a theme; those that npsbot brings, in the company's language."""
        return self.words.texts.get(f"topic_{name.replace(' ', '_')}") or readable(name, LONGEST)

    def sector(self, name: str) -> str:
        """The sector of a benchmark; those that npsbot brings, in the company's language."""
        return self.words.texts.get(f"sector_{name.replace(' ', '_')}") or readable(name, LONGEST)

    def label(self, attribute: str, value: str) -> str:
        """A value of an attribute as people write it."""
        if not value:
            return self.text("effort_none" if attribute == "effort" else "not_filled_in")
        if attribute == "channel":
            return self.channel(value)
        if attribute in ("effort", "key_contact"):
            return self.text(f"{attribute}_{value}")
        year, _, part = value.partition("-")
        if attribute == "month":
            return self.words.forms.month(date(int(year), int(part), 1))
        if attribute == "week":
            return self.text("week", week=int(part.removeprefix("W")), year=year)
        return readable(value, LONGEST)

    def labels(self, attribute: str, values: Sequence[str]) -> dict[str, str]:
        """The values of an attribute as people write them, different wherever the values are."""
        apart = told_apart([value for value in values if value], LONGEST)
        if attribute in ("channel", "month", "week", "effort", "key_contact"):
            apart = {}
        return {value: apart.get(value) or self.label(attribute, value) for value in values}

    def reasons(self, skipped: Mapping[str, int]) -> str:
        """How many were skipped, and for which reasons, the most frequent first: `12 (busy 10, …)`."""
        total = self.number(sum(skipped.values()))
        return f"{total} ({self.rules(skipped)})" if skipped else total

    def rules(self, skipped: Mapping[str, int]) -> str:
        """The rules and how many each skipped, the most frequent first."""
        ranked = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
        return "; ".join(f"{self.reason(code)} {self.number(count)}" for code, count in ranked)

    def reason(self, code: str) -> str:
        """Why somebody is not asked, in words."""
        try:
            name = Skip(code).name.lower()
        except ValueError:  # a row of another version
            return code
        return self.words.text(f"skip_{name}")


def _tenths(value: float) -> Decimal:
    return Decimal(f"{value:.1f}")
