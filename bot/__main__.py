"""`npsbot`, and `python -m bot`."""

from bot.cli.main import app


def main() -> None:
    """The command line."""
    app(prog_name="npsbot")


if __name__ == "__main__":
    main()
