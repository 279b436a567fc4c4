"""`npsbot`, and `python -m bot`."""

from bot.cli.main import app
from bot.logs import set_up_logs


def main() -> None:
    """The command line. Its commands tell what they did on standard output, and log only what goes wrong;
    `serve` sets up a log of its own."""
    set_up_logs("console", "warning")
    app(prog_name="npsbot")


if __name__ == "__main__":
    main()
