"""`npsbot try`: the whole conversation in a terminal."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app


def talk(*options: str, lines: str = "") -> Result:
    return CliRunner().invoke(app, ["try", *options], input=lines)


def said(*options: str, lines: str = "") -> list[str]:
    result = talk(*options, lines=lines)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_whole_conversation_reads_as_it_would_be() -> None:
    lines = "een 8\nnette mensen, 3 jaar al\nsorry, 9\n:later 2d\n"
    assert said("--lang", "nl", "--tone", "je", "--channel", "sms", lines=lines) == [
        "bot> Hoe waarschijnlijk is het dat je Acme aanbeveelt aan een vriend of collega? Antwoord 0 "
        "(zeer onwaarschijnlijk) t/m 10 (zeer waarschijnlijk). STOP=afmelden",
        "     (1 SMS, 154 characters)",
        "you> een 8",
        "     = score 8; the score is 8",
        "bot> Dankjewel. Wat is de belangrijkste reden voor je 8? Een paar woorden is genoeg.",
        "     (1 SMS, 79 characters)",
        "you> nette mensen, 3 jaar al",
        "     = not a score; kept as a reason: nette mensen, 3 jaar al",
        "bot> Dankjewel, Acme heeft je 8 en je toelichting.",
        "     (1 SMS, 45 characters)",
        "you> sorry, 9",
        "     = score 9; the score is 9",
        "bot> Aangepast naar 9. Dankjewel, Acme heeft je nieuwe antwoord.",
        "     (1 SMS, 59 characters)",
        "you> :later 2d",
        "     -- closed (done): score 9, reason: nette mensen, 3 jaar al",
    ]


def test_what_somebody_wishes_is_answered_as_the_bot_does() -> None:
    shown = said("--channel", "slack", lines="rather by SMS\nnot now\n:later 4d\nnot now\n")
    assert "     = not a score; a wish is kept: channel" in shown
    assert "bot> Noted: from now on we ask you by SMS, where we can reach you there." in shown
    assert any(line.startswith("bot> That is fine. We will ask you once more on ") for line in shown)
    assert sum("how likely are you" in line for line in shown) == 2
    assert shown[-2:] == [
        "bot> That is fine. We leave it at that this time.",
        "     -- closed (later): no score, no reason",
    ]


def test_buttons_are_shown_and_pressed() -> None:
    shown = said("--channel", "slack", lines=":press 11\n:press 7\n:press 9\n")
    assert shown[2:4] == ["     [0] [1] [2] [3] [4] [5]", "     [6] [7] [8] [9] [10]"]
    assert "     there is no button 11" in shown
    assert "     (the question now ends: Your answer: 7. Another number changes it.)" in shown
    assert "bot> Changed to 9. What is the main reason for your 9?" in shown
    assert shown[-1] == "     -- still open: score 9, no reason"


def test_an_edit_replaces_what_it_edits() -> None:
    shown = said(lines="8\nbecuase\n:edit because\n")
    assert "     = not a score; kept in place of what it edits: because" in shown
    assert shown[-1] == "     -- still open: score 8, reason: because"


def test_one_question_back_offers_its_candidates() -> None:
    shown = said(lines="7 or 8\n")
    assert shown[-4:-1] == [
        "     = ask: 7 or 8",
        "bot> Did you mean 7 or 8? Please reply with one number.",
        "     [7] [8]",
    ]


def test_it_ends_where_the_conversation_ends() -> None:
    shown = said("--lang", "de", lines="lass mich in Ruhe, STOP\n8\n")
    assert "     = opt-out; leaves, on every channel" in shown
    assert "Sie erhalten keine Umfragen von Acme mehr" in shown[-2]
    assert shown[-1] == "     -- closed (opted out): no score, no reason"
    assert "you> 8" not in shown


@pytest.mark.parametrize(
    ("days", "state"), [("6d", "still open"), ("7d", "closed (window)"), ("168h", "closed (window)")]
)
def test_time_passes_when_it_is_told_to(days: str, state: str) -> None:
    assert said(lines=f":later {days}\n")[-1] == f"     -- {state}: no score, no reason"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (":later soon", "write a time such as :later 2d, :later 3h or :later 30m"),
        (":press", "write :press and a number"),
        (":edit x", "write something first, then :edit WORDS"),
        (":help", ":press N     tap the button N"),
    ],
)
def test_what_is_typed_wrong_is_explained(line: str, answer: str) -> None:
    assert f"     {answer}" in said(lines=f"{line}\n")


@pytest.mark.parametrize("line", [":edit 9", ":press 9"])
def test_an_sms_has_no_edits_and_no_buttons(line: str) -> None:
    assert said("--channel", "sms", lines=f"hello\n{line}\n")[-1].endswith("no score, no reason")


@pytest.mark.parametrize(
    ("line", "right"), [("MY DATA", "my data"), ("DELETE", "delete"), ("WHY ME", "why me")]
)
def test_what_takes_a_database_to_answer_is_told(line: str, right: str) -> None:
    shown = said(lines=f"{line}\n")
    assert f"     = help; asks for {right}; a running npsbot answers that from what it holds" in shown


def test_a_smile_is_words_and_no_command() -> None:
    assert "     = not a score" in said(lines=":(\n")


@pytest.mark.parametrize("lines", ["", "\n\n", ":quit\n8\n"])
def test_it_ends_when_there_is_nothing_more_to_read(lines: str) -> None:
    assert said(lines=lines)[-1] == "     -- still open: no score, no reason"


def test_the_company_and_the_customer_are_named() -> None:
    shown = said("--company", "Globex", "--name", "First de Last", "--lang", "de", "--tone", "du")
    assert shown[0] == "bot> Hallo First,"
    assert shown[1].startswith("     Globex fragt:")


def test_the_words_of_the_configuration_are_said(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "company: Initech\nsurveys: {nps: {words: {fr: {question: '{company} : combien ?'}}}}",
        encoding="utf-8",
    )
    assert said("--config", str(file), "--lang", "fr-FR")[0] == "bot> Initech : combien ?"
    assert "has no survey 'nsp'; did you mean nps?" in " ".join(
        talk("--config", str(file), "--survey", "nsp").output.replace("│", " ").split()
    )


@pytest.mark.parametrize(
    ("kind", "question", "buttons"),
    [
        ("csat", "Acme asks: how satisfied are you with us?", "[1] [2] [3] [4] [5]"),
        ("ces", "Acme asks: how far do you agree with", "[1] [2] [3] [4] [5] [6] [7]"),
    ],
)
def test_another_kind_of_survey_has_its_own_question_and_scale(
    kind: str, question: str, buttons: str
) -> None:
    shown = said("--kind", kind, lines="8\n2\n")
    assert shown[0].startswith(f"bot> {question}")
    assert shown[2] == f"     {buttons}"
    assert "     = out of range: 8" in shown
    assert shown[-1] == "     -- still open: score 2, no reason"


def test_the_survey_of_the_configuration_brings_its_kind(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("company: Initech\nsurveys: {delivery: {kind: csat}, effort: {kind: ces}}", "utf-8")
    config = ("--config", str(file))
    assert said(*config)[0] == "bot> Initech asks: how satisfied are you with us?"
    assert "[7]" in said(*config, "--survey", "effort")[2]
    assert said(*config, "--survey", "effort", "--kind", "ces") == said(*config, "--survey", "effort")
    problem = " ".join(talk(*config, "--kind", "ces").output.replace("│", " ").split())
    assert "is a csat; leave --kind out" in problem


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe"])
def test_by_sms_twilio_confirms_its_own_words(word: str) -> None:
    shown = said("--channel", "sms", lines=f"{word}\n")
    assert shown[-3:] == [
        "twilio> (confirms this word itself, and blocks the number)",
        "     = leaves, on every channel",
        "     -- closed (opted out): no score, no reason",
    ]
    assert not any("no more surveys" in line for line in shown)


def test_by_sms_we_confirm_what_twilio_does_not_know() -> None:
    assert any("no more surveys" in line for line in said("--channel", "sms", lines="leave me alone\n"))
    assert "twilio> (confirms this word itself, and lifts its block)" in said(
        "--channel", "sms", lines="START\n8\n"
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--lang", "Dutch!"), "'Dutch!' is no language"),
        (("--lang", "nl", "--tone", "du"), "the tones of nl are u or je"),
        (("--lang", "fr", "--tone", "tu"), "fr has one tone"),
        (("--channel", "fax"), "'fax' is not one of"),
        (("--kind", "effort"), "'effort' is not one of"),
        (("--survey", "nps"), "give the file that has it with --config"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: tuple[str, ...], problem: str) -> None:
    result = talk(*options)
    assert result.exit_code == 2
    assert problem in " ".join(result.output.replace("│", " ").split())
