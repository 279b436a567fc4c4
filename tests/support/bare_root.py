"""`make image`: the Dockerfile followed to its end without Docker.

Each stage has a root of its own, which holds the Debian of this machine (`/usr`, read-only), its Python at
`/usr/local`, and nothing else. Every RUN, COPY, ENV, WORKDIR and USER is done there; then the last root is made
read-only but for the volume and `/tmp`, and its command runs in it as its user, without a capability, until its own
health check says that it lives. What it does not show is the base image itself, whose Debian is newer or older.

It needs root, leave to mount, and a Python with a `python` of its own; without them it says so, and is no failure.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.support.dockerfile import ROOT, environment, given, instructions
from tests.support.ports import free_port

_PATH: Final = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_CHROOT: Final = shutil.which("chroot") or "chroot"  # in the image's own PATH it is not looked for
_OF_ETC: Final = (
    "passwd",
    "group",
    "login.defs",
    "ld.so.conf",
    "ld.so.conf.d",
    "resolv.conf",
    "hosts",
    "ssl",
)
_OF_PIP: Final = ("pip.conf", "xdg/pip")
_FROM_HERE: Final = ("PIP_", "SSL_CERT_")
"""Variables that say where this machine gets packages."""
_PATIENCE: Final = 60.0
_WANTED: Final = "it needs root, leave to mount, and a Python that can lie at /usr/local"


@dataclass
class Stage:
    """A stage of the Dockerfile: the root of its file system, and what its instructions said so far."""

    root: Path
    variables: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    folder: str = "/"
    user: str = "0:0"

    @classmethod
    def begun(cls, root: Path) -> "Stage":
        """With what a base image has: a system, a Python, and the devices that programs ask for."""
        for name in ("usr", "opt", "etc/xdg", "dev", "proc", "srv", "tmp", "var", "root"):
            (root / name).mkdir(parents=True)
        (root / "tmp").chmod(0o1777)
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / name).symlink_to(f"usr/{name}")
        for name in (*_OF_ETC, *_OF_PIP):
            source, copy = Path("/etc", name), root / "etc" / name
            if source.is_dir():
                shutil.copytree(source, copy, symlinks=True)
            elif source.exists():
                shutil.copyfile(source, copy)
        bound("/usr", root / "usr")
        bound(sys.base_prefix, root / "usr/local")
        if Path("/opt").is_dir():
            bound("/opt", root / "opt")
        for name in ("null", "zero", "random", "urandom"):
            (root / "dev" / name).touch()
            mounted("--bind", f"/dev/{name}", str(root / "dev" / name))
        subprocess.run(["ldconfig", "-r", str(root)], check=True)
        return cls(root)

    def inside(self, path: str) -> Path:
        """A path of the stage, as this machine has it."""
        return self.root / str(Path(self.folder, path)).lstrip("/")

    def copies(self, source: Path, to: str, *, into: bool) -> None:
        """COPY: what a folder holds, or a file, `into` a folder where `to` is one."""
        target = self.inside(to) / source.name if into and not source.is_dir() else self.inside(to)
        if source.is_dir():
            left_out = shutil.ignore_patterns("__pycache__") if source.is_relative_to(ROOT) else None
            shutil.copytree(source, target, symlinks=True, ignore=left_out, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)

    def starts(
        self,
        words: Sequence[str],
        more: Mapping[str, str] | None = None,
        *,
        bare: bool = True,
        told: int | None = None,
    ) -> "subprocess.Popen[bytes]":
        """A command in the stage as its user, who is `bare` of every capability as compose.yaml runs it; its errors
        are `told` there."""
        uid, _, gid = self.user.partition(":")
        rights = ["--bounding-set=-all", "--no-new-privs"] if bare else []
        enter = [_CHROOT, str(self.root), "setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
        return subprocess.Popen(
            [*enter, *rights, "sh", "-c", f'cd {shlex.quote(self.folder)} && exec "$@"', "sh", *words],
            env={"HOME": "/root", **self.variables, **(more or {})},
            stdin=subprocess.DEVNULL,
            stderr=told,
        )

    def runs(self, line: str) -> None:
        """RUN."""
        packages = {name: value for name, value in os.environ.items() if name.startswith(_FROM_HERE)}
        if self.starts(["sh", "-c", line], packages, bare=False).wait():
            raise SystemExit(f"failed: RUN {line}")


def mounted(*words: str) -> None:
    """A mount, which ends with this process."""
    subprocess.run(["mount", *words], check=True)


def bound(source: str, target: Path) -> None:
    """A folder of this machine, to be read only."""
    mounted("--bind", source, str(target))
    mounted("-o", "remount,bind,ro", str(target))


def built(into: Path) -> Stage:
    """The last stage, once every instruction that makes it is done."""
    stages: dict[str, Stage] = {}
    stage = Stage(into)
    for name, rest in instructions():
        print(f"{name} {rest}"[:110], flush=True)  # noqa: T201
        match name:
            case "FROM":
                _, _, called = rest.partition(" AS ")
                stage = stages[called] = Stage.begun(into / (called or "last"))
            case "RUN":
                stage.runs(rest)
            case "COPY":
                *sources, to = rest.split()
                from_ = stages[sources.pop(0).removeprefix("--from=")] if "--from=" in rest else None
                for source in sources:
                    path = from_.inside(source) if from_ else ROOT / source
                    stage.copies(path, to, into=len(sources) > 1 or to.endswith("/"))
            case "ENV":
                stage.variables |= environment([rest])
            case "WORKDIR":
                stage.folder = rest
                stage.inside(rest).mkdir(parents=True, exist_ok=True)
            case "USER":
                stage.user = rest
    return stage


def lives(stage: Stage) -> None:
    """The command of the image runs in a root that nobody can write to, until its health check is content."""
    (volume,), (entry,), (command,), (health,) = map(given, ("VOLUME", "ENTRYPOINT", "CMD", "HEALTHCHECK"))
    (stage.inside(stage.folder) / "config.yaml").write_text("company: Acme\n", encoding="utf-8")
    mounted("--rbind", str(stage.root), str(stage.root))
    for name in (volume, "/tmp"):
        mounted("--bind", str(stage.inside(name)), str(stage.inside(name)))
    mounted("-o", "remount,bind,ro", str(stage.root))
    port = str(free_port())

    def words(of: str) -> list[str]:
        return [word.replace("8080", port) for word in json.loads(of)]

    asks = words(health.partition("CMD ")[2])
    server = stage.starts(words(entry) + words(command))
    try:
        until = time.monotonic() + _PATIENCE
        while (
            (healthy := stage.starts(asks, told=subprocess.DEVNULL).wait())
            and server.poll() is None
            and time.monotonic() < until
        ):
            time.sleep(1)
    finally:
        with suppress(ProcessLookupError):
            server.send_signal(getattr(signal, given("STOPSIGNAL")[0]))
        ended = server.wait(_PATIENCE)
    if healthy or ended:
        raise SystemExit(f"the health check ended with {healthy}, and the server, told to end, with {ended}")


def main() -> None:
    """See the module. What is mounted is seen by a process of its own alone and gone with it, so that the folder holds
    nothing of this machine when it is taken away."""
    if len(sys.argv) > 1:
        stage = built(Path(sys.argv[1]))
        lives(stage)
        size = subprocess.run(
            ["du", "-xsm", str(stage.root / "srv")], capture_output=True, text=True, check=True
        )
        print(f"The image lives; it adds {size.stdout.split()[0]} MB to its base.")  # noqa: T201
        return
    tried = subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False)
    if os.geteuid() or tried.returncode or not Path(sys.base_prefix, "bin/python").exists():
        print(f"The image is not tried: {_WANTED}.")  # noqa: T201
        return
    with TemporaryDirectory() as folder:
        inside = ["unshare", "--mount", sys.executable, "-m", "tests.support.bare_root", folder]
        code = subprocess.run(inside, cwd=ROOT, check=False).returncode
    raise SystemExit(code)


if __name__ == "__main__":
    main()
