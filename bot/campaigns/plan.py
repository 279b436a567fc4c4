"""Who is asked, and who is left out for which reason. PURE.

Each contact of the audience gets exactly one outcome. The rules are tried from the top; the first that
applies decides.

    1  opted_out             said STOP, or blocked us, at any of the contact's addresses
    2  wish                  asked to be asked later, or once in so many days; the detail says until when
    3  channel_off           the only living addresses are on channels that are switched off
    4  unreachable           each address on the campaign's channels is dead, says the provider
    5  telegram: not linked  no address, but one of the campaign's channels is joined by a link
    6  no_address            no address on any of the campaign's channels
    7  no_timezone           hours are kept, and nobody knows what time it is there, or no hour fits all the
                             zones where it may be
    8  busy                  a conversation with this contact is open; the detail says until when
    9  too_soon              was asked too lately, or followed up in the last 14 days; the detail says until
                             when, and by which of the rules in `Spaces`
   10  held                  a colleague holds them back; the detail says until when
   11  account_full          as many of the account are asked as may be, and they stand before them in line
   12  not_drawn             a sample is asked, and the lot did not fall on them
    -  asked                 on the channel that they wished for, where it is on and they can be reached there,
                             whatever the campaign's channels are; else on the first of those with a living
                             address. At the first instant of the send window

Rules 11 and 12 are those of a draw (`campaigns.draw`), which is made among whom the others let be asked. Rules 3 to 6
look only where no channel can be used. Trials count for rule 8 (one talk at a time) and never for rules 2 and 9. A
wave that is stopped before everybody has a row leaves the rest out as `stopped`.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.campaigns import windows
from bot.campaigns.draw import Draw
from bot.campaigns.spaces import NEVER, LastAsked, Spaces
from bot.campaigns.terms import Terms
from channels.known import limits_of


class Skip(StrEnum):
    """Why somebody is not asked; stored in `conversation.skipped`."""

    OPTED_OUT = "opted_out"
    WISH = "wish"
    UNREACHABLE = "unreachable"
    CHANNEL_OFF = "channel_off"
    NOT_LINKED = "telegram: not linked"
    NO_ADDRESS = "no_address"
    NO_TIMEZONE = "no_timezone"
    BUSY = "busy"
    TOO_SOON = "too_soon"
    STOPPED = "stopped"
    HELD = "held"
    ACCOUNT_FULL = "account_full"
    NOT_DRAWN = "not_drawn"


@dataclass(frozen=True, slots=True)
class Place:
    """What time it is somewhere and whose public holidays count; `country` is None where neither the phone
    nor the zone tells (UTC), and then no day is a holiday. `others` are zones with other clocks where it may
    be as well."""

    zone: ZoneInfo
    country: str | None = None
    others: tuple[ZoneInfo, ...] = ()

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """Every zone where it may be."""
        return self.zone, *self.others


class Reach(NamedTuple):
    """An address of a contact on one channel; `dead` says why nobody can be reached there."""

    address: str
    dead: str | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a contact asked for in their own words: not before a moment, at most once in so many days, rather on this
    channel."""

    not_before: datetime | None = None
    rarely: int | None = None
    channel: str | None = None

    def until(self, now: datetime, asked: datetime | None) -> tuple[datetime, str] | None:
        """Until when they are not to be asked who were last asked then, and by which wish; None where they may be."""
        if self is NO_WISHES:
            return None
        rarely = None if self.rarely is None or asked is None else asked + timedelta(days=self.rarely)
        each = [
            (moment, wish)
            for moment, wish in ((self.not_before, "later"), (rarely, f"once in {self.rarely} days"))
            if moment is not None and now < moment
        ]
        return max(each, default=None)


NO_WISHES: Final = Wishes()


class Candidate(NamedTuple):
    """One contact of the audience, with all that the rules look at. `place` is None where unknown."""

    id: int
    language: str | None
    place: Place | None
    reach: Mapping[str, Reach]
    opted_out: bool = False
    busy: bool = False
    busy_until: datetime | None = None  # None where that is not known yet
    last: LastAsked = NEVER
    wishes: Wishes = NO_WISHES
    held: datetime | None = None  # a colleague holds them back until then
    account: int | None = None
    stratum: str = ""  # the value of the attribute within which a sample is drawn
    drawn_at: datetime | None = None  # when the newest wave began in which they were asked


class Asked(NamedTuple):
    """To be asked on this channel at this address, not before `at`."""

    channel: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not asked; `detail` is a short plain text, empty where the code says it all. `rule` is the one of several that a
    code stands for, and `free` the moment from which it holds no more."""

    code: Skip
    detail: str = ""
    rule: str = ""
    free: datetime | None = None


Decision = Asked | Skipped


def decide(
    candidate: Candidate,
    terms: Terms,
    now: datetime,
    channels_on: Container[str],
    send_at: Callable[[Place], datetime],
    draw: Draw | None = None,
) -> Decision:
    """The outcome for one contact. `send_at` gives the first instant of the send window at a place; `draw` says who
    is drawn, everybody where there is none."""
    if candidate.opted_out:
        return Skipped(Skip.OPTED_OUT)
    if (wished := candidate.wishes.until(now, candidate.last.asked)) is not None:
        return _until(Skip.WISH, *wished, candidate.place)
    for channel in _channels(candidate, terms):
        reach = candidate.reach.get(channel)
        if reach is not None and reach.dead is None and channel in channels_on:
            break
    else:
        return _no_way(candidate, terms)
    if terms.always:
        at = now
    elif candidate.place is not None and windows.fits(now, candidate.place.zones, terms):
        at = send_at(candidate.place)
    else:
        return Skipped(Skip.NO_TIMEZONE, "no timezone is given, and the phone number allows several")
    if candidate.busy:
        return Skipped(Skip.BUSY, until(candidate.busy_until, candidate.place))
    free = None if candidate.last is NEVER else Spaces.of(terms).free_from(candidate.last)
    if free is not None and at < free[0]:
        return _until(Skip.TOO_SOON, *free, candidate.place)
    if candidate.held is not None and now < candidate.held:
        return Skipped(Skip.HELD, until(candidate.held, candidate.place))
    if draw is not None and not draw.has_room_for(candidate):
        return Skipped(Skip.ACCOUNT_FULL)
    if draw is not None and not draw.has_drawn(candidate):
        return Skipped(Skip.NOT_DRAWN)
    return Asked(channel, reach.address, at)


def held_back(
    last: LastAsked, wishes: Wishes, spaces: Spaces, place: Place | None, now: datetime
) -> Skipped | None:
    """Why somebody is not to be asked now who was to be: what was found out since; None where nothing was."""
    if (wished := wishes.until(now, last.asked)) is not None:
        return _until(Skip.WISH, *wished, place)
    free = spaces.free_from(last)
    return None if free is None or now >= free[0] else _until(Skip.TOO_SOON, *free, place)


def _channels(candidate: Candidate, terms: Terms) -> tuple[str, ...]:
    """In which order channels are looked at: the one that somebody wished for, then the campaign's."""
    wished = candidate.wishes.channel
    return terms.channels if wished is None else (wished, *terms.channels)


def _until(code: Skip, free: datetime, rule: str, place: Place | None) -> Skipped:
    return Skipped(code, until(free, place, rule), rule, free)


def _no_way(candidate: Candidate, terms: Terms) -> Skipped:
    """Rules 3 to 6: no channel of the campaign can be used."""
    dead = [
        f"{channel}: {reach.dead}"
        for channel in terms.channels
        if (reach := candidate.reach.get(channel)) is not None and reach.dead is not None
    ]
    alive = [
        channel
        for channel in terms.channels
        if (reach := candidate.reach.get(channel)) is not None and reach.dead is None
    ]
    if alive:  # none of them is on
        return Skipped(Skip.CHANNEL_OFF, ", ".join(alive))
    if dead:
        return Skipped(Skip.UNREACHABLE, "; ".join(dead)[:200])
    if any(limits_of(channel).joins_by_link for channel in terms.channels):
        return Skipped(Skip.NOT_LINKED)
    return Skipped(Skip.NO_ADDRESS)


def until(instant: datetime | None, place: Place | None, rule: str = "") -> str:
    """The detail of a rule that ends on a day, as it is there."""
    if instant is None:
        return ""
    local = instant if place is None else instant.astimezone(place.zone)
    return f"until {local:%Y-%m-%d}, {rule}" if rule else f"until {local:%Y-%m-%d}"
