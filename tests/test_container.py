"""The image and what is composed of it fit the project. No container is started here: the last stage of the Dockerfile
is followed in a folder instead, with its files, environment, command and health check, and without any right. The
whole of it, packages too, is followed by `make image`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.settings import Settings
from tests.support.dockerfile import ROOT, copied, environment, given
from tests.support.patience import PATIENCE
from tests.support.ports import free_port

COMPOSE: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
HOME = "/srv/npsbot"
"""Where the image keeps npsbot."""


# ------------------------------------------------------------------------------------------- the image


def test_what_is_copied_is_there_and_goes_to_the_builder() -> None:
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    assert set(copied()) == let_in
    assert [name for name in copied() if not (ROOT / name).exists()] == []


def test_only_the_lock_of_the_product_is_installed_and_each_package_by_its_hash() -> None:
    installs = [line for line in given("RUN") if "pip install" in line]
    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: -r requirements.lock" in installs[0]
    assert "--no-deps --no-build-isolation -e ." in installs[1]


def test_it_runs_as_nobody_who_could_change_it() -> None:
    (user,) = given("USER")
    uid = user.partition(":")[0]
    assert int(uid) > 0
    assert "--chown" not in " ".join(given("COPY"))
    assert any(f"--uid {uid} " in line and "--owner npsbot" in line for line in given("RUN"))


def test_no_secret_is_a_part_of_it() -> None:
    assert [name for name in environment() if re.search("TOKEN|SECRET|PASSWORD|KEY", name)] == []
    assert [line for line in given("ARG") if not line.startswith("BASE=")] == []


def test_the_base_has_a_tag_and_both_stages_have_it() -> None:
    (base,) = given("ARG")
    assert re.fullmatch(r"BASE=python:3\.\d+-slim-\w+", base)
    assert given("FROM") == ["${BASE} AS build", "${BASE}"]


def test_its_database_is_in_its_volume() -> None:
    (volume,) = given("VOLUME")
    assert environment()["NPSBOT_DATABASE_URL"].startswith(f"sqlite+aiosqlite:///{volume}/")


# -------------------------------------------------------------------------------------------- composed


def processes() -> dict[str, Any]:
    return {name: one for name, one in COMPOSE["services"].items() if one["image"] == "npsbot"}


def test_two_processes_share_one_database_and_have_a_port_each_on_this_machine_alone() -> None:
    ports = [port for one in processes().values() for port in one["ports"]]
    assert len(processes()) == len(set(ports)) == 2
    (inside,) = given("EXPOSE")
    assert all(re.fullmatch(rf"127\.0\.0\.1:\d+:{inside}", port) for port in ports)
    assert len({one["environment"]["NPSBOT_DATABASE_URL"] for one in processes().values()}) == 1


def test_each_process_waits_for_the_database_and_may_do_little() -> None:
    assert COMPOSE["services"]["db"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    for one in processes().values():
        assert one["depends_on"] == {"db": {"condition": "service_healthy"}}
        assert (one["read_only"], one["cap_drop"], one["init"]) == (True, ["ALL"], True)
        assert {"mem_limit", "cpus", "pids_limit", "stop_grace_period"} <= one.keys()


def test_each_secret_comes_from_the_environment_under_the_name_that_the_configuration_has() -> None:
    named = set(re.findall(r"\$\{([A-Z]+_[A-Z_]+)\}", (ROOT / "config.yaml").read_text("utf-8")))
    for one in processes().values():
        passed = {name for name, value in one["environment"].items() if value is None}
        assert passed == named - {"DB_PASSWORD"}
        for name in one["environment"].keys() - passed:
            assert name.removeprefix("NPSBOT_").lower() in Settings.model_fields
    secrets = re.findall(r"PASSWORD: .*|npsbot:[^@]*@", (ROOT / "compose.yaml").read_text("utf-8"))
    assert len(secrets) == 2
    assert all("${DB_PASSWORD:?" in line for line in secrets)


def test_the_database_is_the_release_that_the_tests_run_on_and_its_data_are_kept() -> None:
    database = COMPOSE["services"]["db"]
    assert database["image"] == "postgres:18"
    # Since 18 the image keeps its data one folder up: a volume at the old place would stay empty.
    assert database["volumes"] == ["db:/var/lib/postgresql"]
    assert "db" in COMPOSE["volumes"]


# --------------------------------------------------------------------------------- the same, in a folder


def without_rights() -> list[str]:
    """What takes every capability from a command, as compose.yaml does: root, too, then writes only where it may."""
    found = shutil.which("setpriv")
    return [found, "--bounding-set=-all", "--no-new-privs"] if found and os.geteuid() == 0 else []


@pytest.fixture
def laid_out(tmp_path: Path) -> Iterator[Path]:
    """The root of the image's file system as its last stage leaves it, which nothing can write to but data and tmp."""
    image = tmp_path / "image"
    for name in copied():
        source, copy = ROOT / name, image / HOME[1:] / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy)
    etc = image / "etc/npsbot"
    etc.mkdir(parents=True)
    (etc / "config.yaml").write_text("company: Acme\n")
    for path in (image, *image.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for name in ("data", "tmp"):
        (tmp_path / name).mkdir()
    yield tmp_path
    for path in (image, *(one for one in image.rglob("*") if one.is_dir())):
        path.chmod(0o755)


def test_the_steps_of_its_last_stage_make_a_server_that_is_healthy_and_ends_when_told_to(
    laid_out: Path,
) -> None:
    image, port, log = laid_out / "image", free_port(), laid_out / "log"
    values = {"PYTHONPATH": f"{image}{HOME}", "TMPDIR": f"{laid_out}/tmp"}
    for name, value in environment().items():
        values[name] = re.sub(r"(?<=/)/(?=data)|(?<=^)/(?=data|tmp)", f"{laid_out}/", value)

    def begun(words: Sequence[str]) -> "subprocess.Popen[bytes]":
        """A command of the image on this machine's Python, at a port that is free here."""
        program = {"npsbot": ["-m", "bot"], "python": []}[words[0]]
        rest = [word.replace("8080", str(port)) for word in words[1:]]
        with log.open("ab") as said:
            return subprocess.Popen(
                [*without_rights(), sys.executable, *program, *rest],
                cwd=image / given("WORKDIR")[-1][1:],
                env=values,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )

    (entry,), (command,), (health,) = given("ENTRYPOINT"), given("CMD"), given("HEALTHCHECK")
    server = begun([*json.loads(entry), *json.loads(command)])
    try:
        until = time.monotonic() + PATIENCE
        while "server.ready" not in log.read_text() and server.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        healthy = begun(json.loads(health.partition("CMD ")[2])).wait(PATIENCE)
    finally:
        server.send_signal(getattr(signal, given("STOPSIGNAL")[0]))
        ended = server.wait(PATIENCE)
    assert (healthy, ended) == (0, 0), log.read_text()
    assert "server.stopping" in log.read_text()
    assert (laid_out / "data/npsbot.db").exists()
    assert begun(json.loads(health.partition("CMD ")[2])).wait(PATIENCE) != 0, "nobody answers any more"
