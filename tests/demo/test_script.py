"""`npsbot demo --script` with a dozen customers: over real HTTP, with the real SDKs, in seconds."""

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.demo import demo_command
from bot.demo import script
from bot.demo.crowd import Customer, crowd
from bot.demo.rough_kinds import ROUGH


@pytest.fixture
def command() -> typer.Typer:
    """The command on its own."""
    app = typer.Typer()
    app.command()(demo_command)
    return app


def test_a_small_wave_is_played_and_agrees(command: typer.Typer, tmp_path: Path) -> None:
    played = CliRunner().invoke(
        command, ["--script", "--customers", "12", "--seed", "1", "--folder", str(tmp_path)]
    )
    assert played.exit_code == 0, played.output
    lines = played.output.splitlines()
    assert "In the audience: 12" in lines
    assert "Questions on phones: 12 of 12" in lines
    assert any(line.startswith("demo, wave 1: NPS") for line in lines)
    alerted = [one.name for one in crowd(12, 1) if one.meant.alerts]
    assert alerted
    for name in alerted:
        assert any(line.startswith((f"  {name} ", f"  {name}:")) for line in lines), name
    assert any(line.startswith("All ") and line.endswith("comparisons agree.") for line in lines)
    assert list(tmp_path.iterdir()) == []  # the play leaves nothing behind


def test_a_rough_wave_is_played_and_agrees(
    command: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """# field A and E: every rough kind on every channel where it is met, and what providers do around them."""

    def roughest(customers: int, seed: int, *, rough: bool) -> tuple[Customer, ...]:
        everybody = {(one.kind, one.channel): one for one in crowd(200, seed, rough=rough)}
        kinds = {kind.__name__.replace("_", " ") for kind in ROUGH}
        return tuple(one for (kind, _), one in everybody.items() if kind in kinds)[:customers]

    monkeypatch.setattr(script, "crowd", roughest)
    played = CliRunner().invoke(command, ["--script", "--rough", "--folder", str(tmp_path)])
    assert played.exit_code == 0, played.output
    assert f"In the audience: {sum(map(len, ROUGH.values()))}" in played.output
    assert any(line.endswith("comparisons agree.") for line in played.output.splitlines())


def test_what_is_not_as_it_was_meant_is_shown_and_fails(
    command: typer.Typer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer who says one thing and means another, as the bot must not."""

    def misspoken(customers: int, seed: int) -> tuple[Customer, ...]:
        everybody = crowd(120, seed)
        silent = next(one for one in everybody if one.kind == "silent" and one.channel == "telegram")
        one = next(one for one in everybody if one.kind == "number and reason" and one.channel == "slack")
        meant = 9 if one.meant.alerts else 2
        return replace(one, meant=replace(one.meant, score=meant)), silent

    monkeypatch.setattr(script, "crowd", misspoken)
    played = CliRunner().invoke(command, ["--script", "--customers", "3", "--folder", str(tmp_path)])
    assert played.exit_code == 1, played.output
    assert "comparisons disagree." in played.output
    assert "report: detractors" in played.output
