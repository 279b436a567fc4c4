"""The command line, put together."""

import typer

from bot.cli.backup import backup_command, restored_command
from bot.cli.campaign import campaign_app
from bot.cli.check import check_command
from bot.cli.contacts import contacts_app
from bot.cli.demo import demo_command
from bot.cli.export import export_command
from bot.cli.laptop import laptop_command
from bot.cli.read import read_command
from bot.cli.report import answers_command, report_command, themes_command, trend_command
from bot.cli.serve import serve_command
from bot.cli.tallies import tallies_command
from bot.cli.try_out import try_command
from bot.cli.why import why_command

app = typer.Typer(
    help="Asks customers the Net Promoter question in Slack, Telegram and SMS, and alerts the account manager.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)
app.command("serve")(serve_command)
app.command("laptop")(laptop_command)
app.command("check")(check_command)
app.add_typer(contacts_app, name="contacts", help="The people who can be asked.")
app.add_typer(campaign_app, name="campaign", help="Start, watch and stop campaigns.")
app.command("report")(report_command)
app.command("trend")(trend_command)
app.command("themes")(themes_command)
app.command("answers")(answers_command)
app.command("export")(export_command)
app.command("tallies")(tallies_command)
app.command("backup")(backup_command)
app.command("restored")(restored_command)
app.command("why")(why_command)
app.command("read")(read_command)
app.command("try")(try_command)
app.command("demo")(demo_command)
