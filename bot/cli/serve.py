"""`npsbot serve`: the server."""

import bot.cli.extras  # noqa: F401 - before whatever would bring them along

# isort: split
import asyncio
import gc
import signal
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvloop

from bot.app import running
from bot.cli.shared import CONFIG, ConfigOption, load_settings
from bot.commands.desks.dashboard import keep_here
from bot.config import zone_data
from bot.config.settings import Settings
from bot.logs import log_crashes, set_up_logs
from bot.people.suppression import KeyMissing
from bot.store.copies import Restored
from bot.store.migrate import SchemaError
from bot.store.store import StoreError
from bot.web.listening import listening

log = structlog.get_logger()


def serve_command(
    config: ConfigOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.", min=0, max=65535)] = 8080,
) -> None:
    """Run the server until SIGTERM or Ctrl-C; what is under way then is finished first."""
    serve(load_settings(config), host, port, config or CONFIG)


def serve(settings: Settings, host: str, port: int, source: Path | None = None) -> None:
    """Serve until SIGTERM or Ctrl-C. What keeps it from starting is a sentence and exit code 1. `source` is the file
    of the settings, which is taken in anew when it changes."""
    set_up_logs(settings.log.format, settings.log.level)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, host, port, source))
    except (StoreError, SchemaError, KeyMissing, Restored, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except Exception:
        log.exception("server.crashed")
        raise typer.Exit(1) from None


def settle_memory() -> None:
    """Take what is there at the end of a start for what stays. To look through all of it for garbage, as the
    interpreter does now and then, took a quarter of a second, in which nobody is answered."""
    gc.collect()
    gc.freeze()


async def _serve(settings: Settings, host: str, port: int, source: Path | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    log_crashes(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    for notice in settings.notices:
        log.warning("settings.old_key", notice=notice)
    async with (
        running(settings, source=source) as app,
        listening(app.asgi, host, port, app.ending) as bound,
    ):
        app.context.here = f"http://127.0.0.1:{bound}"
        await app.store.write(keep_here, app.context.here)
        settle_memory()
        log.info(
            "server.ready",
            host=host,
            port=bound,
            channels=sorted(app.channels),
            zones=zone_data.use_newer().used,
            holidays=zone_data.holiday_tables(),
        )
        await stop.wait()
        log.info("server.stopping")
