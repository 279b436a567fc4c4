"""`npsbot export`: everybody of a campaign as a file, one row a contact and wave."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from bot.campaigns.waves import campaign_names
from bot.cli.report import AnyCampaignArgument
from bot.cli.shared import BAD_USAGE, REFUSED, SPOKEN, ConfigOption, load_settings, run
from bot.commands.grammar import Report
from bot.commands.parts import campaign_of
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import missing_answer
from bot.config.settings import Settings
from bot.reports.export.cells import MARK
from bot.reports.values import Missing
from bot.store.store import opened
from bot.words import words_for

if TYPE_CHECKING:
    from bot.reports.export.everybody import Export

_SEMICOLON: Final = frozenset({"nl", "de"})
_FOR_ITS_OWNER: Final = 0o600


class Format(StrEnum):
    """What the rows are written as."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    PARQUET = "parquet"


_NO_TEXT: Final = (Format.XLSX, Format.PARQUET)


class Separator(StrEnum):
    """What stands between the cells of a CSV."""

    COMMA = ","
    SEMICOLON = ";"


def export_command(
    campaign: AnyCampaignArgument,
    wave: Annotated[int | None, typer.Option("--wave", min=1, help="One wave; else every wave.")] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="By default as FILE ends, else csv; xlsx and parquet hold a type for each column.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="A new file; else standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE where it is there.")] = False,
    separator: Annotated[
        Separator | None,
        typer.Option(
            "--separator",
            help="Of CSV; else ; where the company's language is Dutch or German, as Excel has it.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write everybody of CAMPAIGN: who was asked, how far they got, what they said, who was left out and why.

    The file holds names and customers' words: it is readable for you alone.

    Exit code 0: written, 1: nothing to write, or FILE is there, 2: not understood.
    """
    settings = load_settings(config)
    p = Phrasing(words_for("admin", SPOKEN), ZoneInfo(settings.timezone), "npsbot")
    form = form or _by_ending(output)
    if output is None and form in _NO_TEXT:
        typer.echo(f"{form.value} is no text for a terminal; add --output FILE.{form.value}", err=True)
        raise typer.Exit(BAD_USAGE)

    def write(connection: Connection, name: str) -> Missing | None:
        # Here, because what makes columns takes long to load, and most commands need none.
        from bot.reports.export.everybody import export

        found = export(connection, settings, name, wave)
        if isinstance(found, Missing):
            return found
        with output_file(output, force, MARK if form is Format.CSV else "") as file:
            _write(file, found, form, settings, separator or usual_separator(settings))
        return None

    run(_export(settings, p, campaign, wave, write))


def _by_ending(output: Path | None) -> Format:
    ending = "" if output is None else output.suffix.removeprefix(".").lower()
    return Format(ending) if ending in set(Format) else Format.CSV


def _write(file: BinaryIO, found: "Export", form: Format, settings: Settings, separator: Separator) -> None:
    words = words_for("export", settings.language)
    match form:
        case Format.CSV:
            from bot.reports.export.files import csv_parts

            file.writelines(csv_parts(found.columns, found.batches, separator.value))
        case Format.JSONL:
            from bot.reports.export.files import json_parts

            file.writelines(json_parts(found.columns, found.batches))
        case Format.XLSX:
            from bot.reports.export.workbook import write_workbook

            write_workbook(file, found.columns, found.batches, words)
        case Format.PARQUET:
            from bot.reports.export.parquet import write_parquet

            write_parquet(file, found.columns, found.batches, words)


def usual_separator(settings: Settings) -> Separator:
    """What Excel expects in the company's language."""
    return Separator.SEMICOLON if settings.language.partition("-")[0] in _SEMICOLON else Separator.COMMA


async def _export(
    settings: Settings,
    p: Phrasing,
    campaign: str,
    wave: int | None,
    write: Callable[[Connection, str], Missing | None],
) -> None:
    async with opened(settings.database_url) as store:
        names = await store.read(campaign_names, settings.campaigns)
        name = campaign_of("export", campaign, names)
        if not isinstance(name, str):
            typer.echo(p.misread(name, names).text, err=True)
            raise typer.Exit(BAD_USAGE)
        missing = await store.read(write, name)
        if missing is not None:
            typer.echo(missing_answer(p, missing, Report(name, wave)).text, err=True)
            raise typer.Exit(REFUSED)


@contextmanager
def output_file(output: Path | None, force: bool, mark: str) -> Iterator[BinaryIO]:
    """Standard output, or the file that was asked for; what was written in vain does not stay."""
    if output is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:  # whoever reads has enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    try:
        new = os.O_TRUNC if force else os.O_EXCL
        file = os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | new, _FOR_ITS_OWNER), "wb")
        os.fchmod(file.fileno(), _FOR_ITS_OWNER)  # one that was there may have been anybody's to read
    except FileExistsError:
        typer.echo(f"{output} is there already; name another file, or add --force to overwrite it", err=True)
        raise typer.Exit(REFUSED) from None
    except OSError as error:
        typer.echo(f"{output} cannot be written: {error.strerror}; name another file", err=True)
        raise typer.Exit(BAD_USAGE) from None
    try:
        with file:
            file.write(mark.encode())
            yield file
    except BaseException:
        output.unlink(missing_ok=True)
        raise
