"""`make run`: servers, migrations, demonstration, then web, worker and scheduler until Ctrl-C.

One process watches all others. The kernel tells each of them to stop when this one disappears, whatever way it
went; a child that ends by itself is started again, with growing pauses.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Final

from portal.lib.servers import ServerDidNotStart, die_with_parent, free_port, postgres, valkey

ROOT: Final = Path(__file__).resolve().parent.parent.parent
STOP_SECONDS: Final = 15
READY_SECONDS: Final = 60
LONGEST_PAUSE: Final = 30.0
OWN_SERVERS: Final = ("DATABASE_URL", "DATABASE_BATCH_URL", "DATABASE_OWNER_URL")


@dataclass
class Child:
    """A program that should always run."""

    name: str
    command: list[str]
    stop_with: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    next_start: float = 0.0


@dataclass
class Supervisor:
    """Keeps children running until told to stop."""

    environment: dict[str, str]
    log_folder: Path
    children: list[Child] = field(default_factory=list)
    is_stopping: bool = False

    def start(self, child: Child) -> None:
        with (self.log_folder / f"{child.name}.log").open("ab") as output:
            child.process = subprocess.Popen(  # noqa: S603  our own programs
                child.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches this process alone, which stops the others in order
                preexec_fn=die_with_parent(child.stop_with),  # noqa: PLW1509  single-threaded here
            )
        child.starts += 1

    def watch(self) -> None:
        """Returns when told to stop; starts again what ended by itself."""
        while not self.is_stopping:
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    say(
                        f"{child.name} ended with {child.process.returncode}; see {self.log_folder}/{child.name}.log"
                    )
                    child.process = None
                    child.next_start = time.monotonic() + min(LONGEST_PAUSE, 0.5 * 2**child.starts)
                if child.process is None and time.monotonic() >= child.next_start:
                    self.start(child)
            time.sleep(0.25)

    def stop(self) -> None:
        """Asks every child to stop, waits, and ends with force what does not listen."""
        for child in reversed(self.children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.stop_with)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def say(text: str) -> None:
    """One line of progress for the person at the terminal."""
    print(text, flush=True)  # noqa: T201  this program talks to a terminal


def main() -> int:
    """Runs everything; 0 after a stop that was asked for, 1 when something could not start."""
    folder = Path(os.environ.get("PORTAL_VAR", str(ROOT / "var"))).resolve()
    (folder / "log").mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PORTAL_VAR": str(folder)}
    environment.setdefault("PORTAL_ENV", "development")
    environment.setdefault("SECRET_KEY", _secret_key(folder))
    supervisor = Supervisor(environment, folder / "log")

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        if supervisor.is_stopping:
            return
        supervisor.is_stopping = True
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    try:
        with ExitStack() as stack:
            _run(stack, supervisor, folder)
    except KeyboardInterrupt:
        return 0
    except (ServerDidNotStart, StepFailed) as error:
        say(str(error))
        return 1
    return 0


def _run(stack: ExitStack, supervisor: Supervisor, folder: Path) -> None:
    environment = supervisor.environment
    _step("PostgreSQL", lambda: _find_database(stack, environment, folder))
    _step("Valkey", lambda: _find_redis(stack, environment, folder))
    port = int(environment.get("PORT", "0")) or _preferred_port(8000)
    address = environment.setdefault("PORTAL_URL", f"http://localhost:{port}")
    manage = _manage(environment)
    _step("migrations", lambda: manage("migrate", "--database", "owner", "-v0"))
    _step("static files", lambda: _collect_static(folder, manage))
    if environment.get("DEMO", "1") == "1":
        _step("demonstration", lambda: manage("seed_demo"))
        real = Path(environment.get("REAL_DATA", ""))
        if environment.get("REAL_DATA") and real.is_dir():
            _step("real data", lambda: manage("import_real_data", "--folder", str(real)))
        _step("scores", lambda: manage("recompute_scores", "--changed"))
    supervisor.children = _children(port)
    try:
        for child in supervisor.children:
            supervisor.start(child)
        _step("web server", lambda: _wait_for(f"http://127.0.0.1:{port}/healthz/"))
        say("")
        say(f"  Common Ground is ready:  {address}/")
        if environment.get("DEMO", "1") == "1":
            manage("demo_sign_ins")
        say("  Ctrl-C stops everything.")
        supervisor.watch()
    except KeyboardInterrupt:
        say("\nstopping …")
        raise
    finally:
        supervisor.is_stopping = True
        supervisor.stop()


class StepFailed(Exception):
    """A step of the start did not succeed; its own output says why."""


def _step(name: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    say(f"  {name} …")
    work()
    say(f"  {name}: ready after {time.monotonic() - began:.1f} s")


def _find_database(stack: ExitStack, environment: dict[str, str], folder: Path) -> None:
    if environment.get("DATABASE_URL"):
        return
    addresses = stack.enter_context(postgres(folder))
    urls = (addresses.app, addresses.batch, addresses.owner)
    environment.update(zip(OWN_SERVERS, urls, strict=True))


def _find_redis(stack: ExitStack, environment: dict[str, str], folder: Path) -> None:
    if not environment.get("REDIS_URL"):
        environment["REDIS_URL"] = stack.enter_context(valkey(folder))


def _manage(environment: dict[str, str]) -> Callable[..., None]:
    def run(*arguments: str) -> None:
        done = subprocess.run(  # noqa: S603  our own program
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environment,
            check=False,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )
        if done.returncode != 0:
            raise StepFailed(f"manage.py {' '.join(arguments)} ended with {done.returncode}.")

    return run


def _collect_static(folder: Path, manage: Callable[..., None]) -> None:
    """Collects only when a source changed since the last time: a second start is ready in seconds."""
    sources = sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    digest = sha256((ROOT / "requirements.txt").read_bytes())
    for path in sources:
        digest.update(str(path).encode() + path.read_bytes())
    stamp = folder / "static.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and (folder / "static").exists():
        return
    shutil.rmtree(folder / "static", ignore_errors=True)
    manage("collectstatic", "--noinput", "-v0")
    stamp.write_text(digest.hexdigest())


def _children(port: int) -> list[Child]:
    python = sys.executable
    return [
        Child(
            "web",
            [
                python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                "--workers", "2", "--blocking-threads", "1", "--no-ws", "portal.wsgi:application",
            ],
        ),
        Child("worker", [python, "-m", "celery", "-A", "portal.celery:app", "worker", "-l", "INFO", "-c", "2"]),
        Child("beat", [python, "-m", "celery", "-A", "portal.celery:app", "beat", "-l", "INFO", "--pidfile="]),
    ]  # fmt: skip


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own loopback address
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if time.monotonic() > deadline:
                raise StepFailed(f"The web server does not answer: {error}") from error
        time.sleep(0.1)


def _preferred_port(wanted: int) -> int:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
    return wanted


def _secret_key(folder: Path) -> str:
    path = folder / "secret-key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


if __name__ == "__main__":
    sys.exit(main())
