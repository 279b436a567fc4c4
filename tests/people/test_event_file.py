"""`npsbot event` and `npsbot events FILE`, as they are called and what they say."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.contacts import contacts_app
from bot.cli.events import event_command, events_command

DAY = (datetime.now(UTC) - timedelta(days=3)).date()
BEFORE = DAY - timedelta(days=1)
EVENT, EVENTS = typer.Typer(), typer.Typer()
EVENT.command()(event_command)
EVENTS.command()(events_command)

CONFIG = """
company: Acme
fallback_manager: slack:UNORTH
channels: {slack: {bot_token: xoxb-1, signing_secret: hush}}
campaigns: {after: {on: {event: project.finished, wait: 3 days, within: 60 days}}}
"""
CONTACTS = "contact_id,name\nC1,Jan\nC2,Piet\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with a configuration and two contacts."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "contacts.csv").write_text(CONTACTS)
    assert CliRunner().invoke(contacts_app, ["import", "contacts.csv"]).exit_code == 0
    return tmp_path


def event(*arguments: str) -> Result:
    return CliRunner().invoke(EVENT, arguments)


def events(*arguments: str) -> Result:
    return CliRunner().invoke(EVENTS, arguments)


def test_an_event_is_told(folder: Path) -> None:
    done = event("C1", "project.finished", "project=Roof", "--id", "P-1")
    assert done.exit_code == 0
    assert re.fullmatch(
        r"taken in: after asks from \d{4}-\d\d-\d\d \d\d:\d\d on, until .* \(Europe/Amsterdam\), unless a rule "
        r"forbids it\n",
        done.output,
    )
    dated = ("C1", "project.finished", "--at", str(DAY), "--id", "P-2")
    assert event(*dated).output.startswith("taken in")
    assert event(*dated).output == "known already; nothing was changed\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("C9", "project.finished"), 1, "contact 'C9' is not known; import it first, or correct the key"),
        (("C1", "project.finished", "Roof"), 2, "'Roof' is no field; write it as project=Roof"),
        (("C1", "project.finished", "--at", "soon"), 2, "at 'soon' is no time; give one such as 2026-11-30"),
        (
            ("C1", "project.finished", "--at", "2990-01-01"),
            1,
            "project.finished lies in the future, on 2990-01-01",
        ),
        (("C1", "other", "a=1", "a=2"), 2, "a is given twice; keep one of them"),
        (("c1", "project.finished"), 1, "contact 'c1' is not known; did you mean C1?"),
        (("C1", "other"), 0, "kept, but no campaign asks after other"),
    ],
)
def test_what_is_wrong_with_an_event_is_said(
    folder: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = event(*arguments)
    assert done.exit_code == code
    assert said in done.output


def test_a_file_of_events_is_taken_in_and_refused_lines_are_written_down(folder: Path) -> None:
    (folder / "events.csv").write_text(
        "Contact ID;Event;at;id;project\n"
        f"C1;project.finished;{DAY};1;Roof\n"
        f"C9;project.finished;{DAY};2;Wall\n"
        "C2;project.finished;;3;Door\n"
        "C2;project.finished;30-11-2026 12:00;4;=Door\n"
        f"C2;project.finished;{BEFORE} 12:00;1;Door\n"
        f"C2;unheard;{BEFORE};5;\n"
    )
    done = events("events.csv", "--rejected", "refused.csv")
    assert done.exit_code == 1
    assert "line 3: contact 'C9' is not known; import it first, or correct the key" in done.output
    assert "line 4: at is missing; say when it happened, such as 2026-11-30" in done.output
    assert "line 5: at '30-11-2026 12:00' is no time" in done.output
    assert "line 6: id '1' came before with something else in it" in done.output
    assert "note: kept, but no campaign asks after unheard" in done.output
    assert "2 rows kept (2 added, 0 updated, 0 unchanged), 4 refused" in done.output
    refused = (folder / "refused.csv").read_text("utf-8-sig").splitlines()
    assert refused[0] == "npsbot_line,npsbot_reason,contact_id,event,at,id,project"
    assert refused[3].endswith("C2,project.finished,30-11-2026 12:00,4,'=Door")
    # Corrected, the same file is imported again; what was known stays as it was.
    corrected = "\n".join([refused[0], f"6,x,C2,project.finished,{BEFORE} 12:00,6,Door"])
    (folder / "refused.csv").write_text(corrected)
    assert "1 row kept (1 added, 0 updated, 0 unchanged), 0 refused" in events("refused.csv").output
    assert "(0 added, 0 updated, 1 unchanged)" in events("refused.csv").output


def test_a_refused_line_keeps_its_cells_and_is_refused_again(folder: Path) -> None:
    (folder / "events.csv").write_text(
        f"contact_id,event,at,project\nC1,project.finished,{DAY},Roof, and more\nC1,project.finished,{DAY}\n"
        f"C9,project.finished,{DAY},Roof\nC1,project.finished,soon,\n"
    )
    done = events("events.csv", "--rejected", "refused.csv")
    assert "refused 2 rows: has … cells where the header has 4" in done.output
    refused = (folder / "refused.csv").read_text("utf-8-sig").splitlines()
    assert refused[1].endswith(f",C1,project.finished,{DAY},Roof, and more")
    assert refused[2].endswith(f",C1,project.finished,{DAY}")
    assert [line.partition(",")[0] for line in refused[1:]] == ["2", "3", "4", "5"]
    assert "0 rows kept (0 added, 0 updated, 0 unchanged), 4 refused" in events("refused.csv").output


def test_a_file_without_ids_is_taken_in_once(folder: Path) -> None:
    (folder / "events.csv").write_text(f"contact_id,event,at\nC1,project.finished,{DAY}\n")
    assert "(1 added" in events("events.csv").output
    assert "(0 added, 0 updated, 1 unchanged)" in events("events.csv").output


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (
            "contact_id,at",
            "events.csv has no column event in its first line; the first line names the columns",
        ),
        ("contact_id,events,at", "events.csv has no column event in its first line (is it events?)"),
        ("contact_id,event,at,a,a", "events.csv has two columns named a; rename or remove one"),
    ],
)
def test_a_file_that_is_none_of_events(folder: Path, header: str, said: str) -> None:
    (folder / "events.csv").write_text(f"{header}\nC1,x\n")
    done = events("events.csv")
    assert done.exit_code == 2
    assert said in done.output
