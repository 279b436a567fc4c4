"""A plan as a file: everybody of the audience with what would become of them, and why."""

import csv
import io
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import typer

from bot.campaigns.audience import unknown_attributes, who_they_are
from bot.campaigns.by_lot import pages
from bot.campaigns.places import places_of
from bot.campaigns.plan import Asked, Decision
from bot.campaigns.planning import rules_of
from bot.campaigns.terms import terms_of
from bot.cli.export import output_file, usual_separator
from bot.cli.shared import BAD_USAGE
from bot.config.settings import Settings
from bot.config.value_types import near
from bot.reports.export.cells import MARK, guarded, in_one_cell
from bot.store.schema import Row
from bot.store.store import Store, opened

COLUMNS: Final = (
    *("contact_id", "name", "account", "account_manager"),
    *("outcome", "channel", "when", "rule", "detail"),
)


async def write_plan(settings: Settings, campaign: str, output: Path, force: bool, now: datetime) -> int:
    """Write who would be asked if the campaign started now, and who not by which rule; how many lines."""
    name = next((one for one in settings.campaigns if one.casefold() == campaign.casefold()), None)
    if name is None:
        hint = near(campaign, settings.campaigns) or f"there are {', '.join(settings.campaigns) or 'none'}"
        typer.echo(f"there is no campaign {campaign!r} in config.yaml; {hint}", err=True)
        raise typer.Exit(BAD_USAGE)
    count = 0
    async with opened(settings.database_url) as store:
        with output_file(output, force, MARK) as file:
            file.write(_text([COLUMNS], settings).encode())
            async for rows in _pages(store, settings, name, now):
                file.write(_text(rows, settings).encode())
                count += len(rows)
        terms = terms_of(name, settings.campaigns[name], settings.surveys)
        unknown = await store.read(unknown_attributes, terms.audience, terms.draw.within)
    for key, meant in unknown.items():
        hint = f"; did you mean {meant}?" if meant else ""
        typer.echo(f"no contact has {key}, which {name} names{hint}", err=True)
    return count


async def _pages(
    store: Store, settings: Settings, campaign: str, now: datetime
) -> AsyncIterator[list[tuple[str, ...]]]:
    rules, _ = await rules_of(store, settings, campaign, now)
    async for page in pages(store, rules.terms, places_of(settings.timezone), now):
        who = await store.read(who_they_are, [one.id for one in page])
        # who was removed while it is written is not in the audience any more
        yield [_row(who[one.id], rules.decide(one)) for one in page if one.id in who]


def _row(who: Row, decision: Decision) -> tuple[str, ...]:
    person = (who.contact_id, who.name, who.account or "", who.account_manager or "")
    if isinstance(decision, Asked):
        return (*person, "asked", decision.channel, decision.at.isoformat(timespec="seconds"), "", "")
    return (*person, "skipped", "", "", decision.code.value, decision.detail)


def _text(rows: Iterable[Iterable[str]], settings: Settings) -> str:
    """Lines of CSV, in which no cell is taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=usual_separator(settings).value, quoting=csv.QUOTE_ALL)
    writer.writerows([guarded(in_one_cell(cell)) for cell in row] for row in rows)
    return text.getvalue()
