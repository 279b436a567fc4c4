"""`npsbot`, and `python -m bot`."""

import gc

from bot.cli.main import app


def main() -> None:
    """The command line."""
    try:
        app(prog_name="npsbot")
    finally:
        # The process ends here. Without this, the interpreter looks through everything once more for garbage,
        # which takes a quarter of the time of a command.
        gc.freeze()


if __name__ == "__main__":
    main()
