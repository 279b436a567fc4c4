"""The systems that are told, as rows: added, found, paused, given another secret, and removed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.hooks.kinds import HookKind
from bot.hooks.signing import BOTH_SIGN
from bot.store.schema import hook, hook_delivery
from bot.store.sql import constant

MOST_HOOKS: Final = 50
"""So that however many hang at once, npsbot waits for a few hundred requests at most."""
LONGEST_URL: Final = 2_000
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class HookRefused(ValueError):
    """A hook cannot be added so; one sentence with the next step."""


@dataclass(frozen=True, slots=True)
class NewHook:
    """What somebody wants to have told, and where."""

    name: str
    url: str
    events: Sequence[HookKind]
    with_words: bool = False
    with_names: bool = False


@dataclass(frozen=True, slots=True)
class Hook:
    """A hook as its row tells it. The fields stand in the order of the columns."""

    id: int
    name: str
    url: str
    events: Sequence[HookKind]
    with_words: bool
    with_names: bool
    secret: str = field(repr=False)
    old_secret: str | None = field(repr=False)
    old_until: datetime | None
    made_at: datetime
    paused_at: datetime | None
    ended_at: datetime | None
    waiting: int
    dropped: int
    full_since: datetime | None
    delivered_at: datetime | None
    failures: int
    failing_since: datetime | None
    failed_why: str | None
    rests_until: datetime | None
    told_failing_at: datetime | None
    told_parked_at: datetime | None


@dataclass(frozen=True, slots=True)
class HookStanding(Hook):
    """A hook, and how many of its deliveries are parked."""

    parked: int


_COUNT: Final = select(func.count()).select_from(hook)
_OF_NAME: Final = select(hook).where(hook.c.name == bindparam("of_name")).with_for_update()
_PARKED: Final = (
    select(func.count())
    .where(hook_delivery.c.hook_id == hook.c.id, hook_delivery.c.state == constant("parked"))
    .scalar_subquery()
)
_ALL: Final = select(hook, _PARKED.label("parked")).order_by(hook.c.name)
_REMOVE: Final = delete(hook).where(hook.c.id == bindparam("of_id"))
_PAUSE: Final = update(hook).where(hook.c.id == bindparam("of_id")).values(paused_at=bindparam("since"))
_ROTATE: Final = (
    update(hook)
    .where(hook.c.id == bindparam("of_id"))
    .values(old_secret=hook.c.secret, old_until=bindparam("until"), secret=bindparam("new"))
)


def check_url(url: str, *, allow_private: bool) -> str:
    """An address that requests may go to; HookRefused otherwise. Whether it leads into the own network is looked at
    when it is connected to, since names change."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port != 0
    except ValueError:
        raise HookRefused("that is no web address; write it as https://crm.example.com/nps") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or not port_fits:
        raise HookRefused("that is no web address; write it as https://crm.example.com/nps")
    if parts.scheme == "http" and not allow_private:
        raise HookRefused(
            "that address begins with http://, so that everybody on the way could read it; "
            "use https://, or set webhooks.allow_private where it stays in your own network"
        )
    if parts.username or parts.password:
        raise HookRefused("that address holds a user or a password; leave them out, requests are signed")
    if len(url) > LONGEST_URL or any(character.isspace() for character in url):
        raise HookRefused(f"that address holds a space or more than {LONGEST_URL} characters")
    return url


def name_of_url(url: str) -> str:
    """What a hook is called that was given no name: by its host."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return re.sub(r"[^a-z0-9]+", "-", host.lower()).strip("-")[:40] or "hook"


def add_hook(connection: Connection, wanted: NewHook, secret: str, now: datetime) -> int:
    """Tell this system of what happens from now on; HookRefused where that cannot be."""
    if not _NAME.fullmatch(wanted.name):
        raise HookRefused(f"{wanted.name!r} is no name; use small letters, digits, - and _, 40 at most")
    if find_hook(connection, wanted.name) is not None:
        raise HookRefused(f"there is a webhook {wanted.name} already; give another --name, or remove it")
    if connection.execute(_COUNT).scalar_one() >= MOST_HOOKS:
        raise HookRefused(f"there are {MOST_HOOKS} webhooks, which is the most; remove one")
    values: dict[str, Any] = {
        "name": wanted.name,
        "url": wanted.url,
        "events": sorted(wanted.events),
        "with_words": wanted.with_words,
        "with_names": wanted.with_names,
        "secret": secret,
        "made_at": now,
    }
    return int(connection.execute(insert(hook).returning(hook.c.id), values).scalar_one())


def find_hook(connection: Connection, name: str) -> Hook | None:
    """The hook of this name, which nobody else changes until the transaction ends."""
    row = connection.execute(_OF_NAME, {"of_name": name}).one_or_none()
    return None if row is None else Hook(*row)


def all_hooks(connection: Connection) -> Sequence[HookStanding]:
    """Every hook, by name."""
    return [HookStanding(*row) for row in connection.execute(_ALL)]


ENDED: Final = "its receiver answered 410 Gone; remove it, or remove it and add it again"
"""Why a hook has ended, and what to do."""


def trouble(row: HookStanding, zone: tzinfo = UTC) -> str | None:
    """What is wrong with a hook, as somebody who runs npsbot is told; None where nothing is."""
    if row.ended_at is not None:
        return f"ended: {ENDED}"
    parts = [f"{row.parked} parked; see npsbot webhooks retry"] if row.parked else []
    if row.failing_since is not None:
        parts.append(f"failing since {in_zone(row.failing_since, zone)} ({row.failed_why})")
    if row.full_since is not None:
        parts.append(f"full since {in_zone(row.full_since, zone)}, {row.dropped} were not kept")
    return "; ".join(parts) or None


def in_zone(at: datetime, zone: tzinfo) -> str:
    """A moment by the clock of a zone, and which that is."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {zone}"


def remove_hook(connection: Connection, hook_id: int) -> None:
    """Tell it nothing more, nor what waits for it."""
    connection.execute(_REMOVE, {"of_id": hook_id})


def pause_hook(connection: Connection, hook_id: int, at: datetime) -> None:
    """Send it nothing from now on, and keep what happens for it, until all is tried again (`try_all_again`)."""
    connection.execute(_PAUSE, {"of_id": hook_id, "since": at})


def rotate(connection: Connection, hook_id: int, secret: str, now: datetime) -> datetime:
    """Sign by another secret, and for a day by the old one too; until when."""
    until = now + BOTH_SIGN
    connection.execute(_ROTATE, {"of_id": hook_id, "until": until, "new": secret})
    return until


def secrets_of(to: Hook, now: datetime) -> list[str]:
    """The secrets that sign for a hook at this moment, the newest first."""
    old = [to.old_secret] if to.old_secret and to.old_until is not None and to.old_until > now else []
    return [to.secret, *old]
