"""How many pages a second over eight connections, and how many bytes a first visit fetches.

The web server is the one of `make run`, with its two processes; the asking threads share the cores with it, for bare
view and page alike. They are asked in turns within one run.
"""

import gzip
import http.client
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from portal.lib.servers import free_port
from portal.lib.staticfiles import flatten
from tests.load import pages
from tests.load.stopwatch import Report, chapter

CONNECTIONS: Final = 8
ROUNDS: Final = 3
ROOT: Final = Path(__file__).resolve().parents[2]


def measure(report: Report, seconds: float) -> None:
    """The overview against the bare view, and the first load of home and overview."""
    person, rows = pages._people()[pages.LEAD], pages._rows()
    client = pages._client(person)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    overview = reverse("overview", args=[rows.relationship])
    with chapter("Throughput"), _server() as port:
        found: dict[str, list[float]] = {"/bare/": [], overview: []}
        for address in found:
            _rate(port, cookie, address, 1)
        for _round in range(ROUNDS):
            for address, rates in found.items():
                rates.append(_rate(port, cookie, address, seconds))
        bare, page = (statistics.median(rates) for rates in found.values())
        report.add(f"bare view, {CONNECTIONS} connections", f"{bare:.0f} pages/s")
        report.add(f"relationship overview, {CONNECTIONS} connections", f"{page:.0f} pages/s")
        report.add("overview against bare view", f"{page / bare:.2f}", "at least 0.5")
    with chapter("First load"):
        for name, address in (("home", reverse("home")), ("overview", overview)):
            report.add(
                f"first load of {name}, compressed", f"{_first_load(client.get(address).content) / 1000:.0f} kB",
                "at most 150 kB",
            )  # fmt: skip


@contextmanager
def _server() -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable, "-W", "ignore", "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "2", "--blocking-threads", "1", "--log-level", "error",
        "tests.load.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if _get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), "/healthz/", "") == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not answer.")


def _rate(port: int, cookie: str, address: str, seconds: float) -> float:
    """Pages a second over all connections."""
    counts = [0] * CONNECTIONS
    until = time.perf_counter() + seconds

    def ask(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until:
            status = _get(connection, address, cookie)
            if status != 200:
                raise RuntimeError(f"{address} answered {status}")
            counts[number] += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=[number]) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def _get(connection: http.client.HTTPConnection, address: str, cookie: str) -> int:
    connection.request("GET", address, headers={"Cookie": cookie})
    response = connection.getresponse()
    response.read()
    return response.status


def _first_load(page: bytes) -> int:
    """Bytes of a page and of all that it fetches, each compressed, as tests/portal/test_first_load.py counts them."""
    named = set(re.findall(r'(?:src|href)="/static/([^"#?]+)', page.decode()))
    found = Path(str(finders.find("js/app.js"))).parent
    modules = {f"js/{path.name}" for path in found.glob("*.js")}
    return len(gzip.compress(page)) + sum(_size_of(name) for name in named | modules)


def _size_of(name: str) -> int:
    path = Path(str(finders.find(name)))
    text = path.read_text()
    if name == "css/app.css":
        text = flatten(text, lambda other: (path.parent / other).read_text())
    return len(gzip.compress(text.encode()))
