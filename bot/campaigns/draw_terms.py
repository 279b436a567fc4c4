"""The terms of a wave that say how many are asked, who they are, and over which days. PURE."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, Self


class DrawKeys(Protocol):
    """What is read of a campaign in the settings."""

    @property
    def spread(self) -> int | None: ...
    @property
    def sample(self) -> int | None: ...
    @property
    def margin(self) -> float | None: ...
    @property
    def expected_response(self) -> float: ...
    @property
    def within(self) -> str | None: ...
    @property
    def at_most_per_account(self) -> int | None: ...
    @property
    def halves(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class DrawTerms:
    """Whom a wave draws: so many by `sample`, or as many as a `margin` in points takes, each value of the attribute
    `within` in proportion; without both, everybody. `spread` is days, `expected_response` percent, and `halves` are the
    two send windows of which each has half of the wave."""

    spread: int | None = None
    sample: int | None = None
    margin: float | None = None
    expected_response: float = 30.0
    within: str | None = None
    at_most_per_account: int | None = None
    halves: tuple[str, ...] = ()

    @property
    def samples(self) -> bool:
        """Whether so many are drawn, and not everybody."""
        return self.sample is not None or self.margin is not None

    @property
    def chooses(self) -> bool:
        """Whether the lot may leave somebody out."""
        return self.samples or self.at_most_per_account is not None

    def as_dict(self) -> dict[str, Any]:
        """JSON values, from which `from_dict` makes the same terms."""
        return asdict(self) | {"halves": list(self.halves)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any] | None) -> Self:
        """The terms that `as_dict` wrote; of a wave from before there were any, those that ask everybody."""
        return cls() if stored is None else cls(**{**stored, "halves": tuple(stored["halves"])})

    @classmethod
    def of(cls, campaign: DrawKeys) -> Self:
        """Those of a campaign in the settings."""
        return cls(
            spread=campaign.spread,
            sample=campaign.sample,
            margin=campaign.margin,
            expected_response=campaign.expected_response,
            within=campaign.within,
            at_most_per_account=campaign.at_most_per_account,
            halves=tuple(campaign.halves),
        )
