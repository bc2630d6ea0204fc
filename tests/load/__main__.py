"""`make bench`: measures what docs/performance.md tells, on embedded servers of its own.

    python -m tests.load [--small] [--only load,scores,pages,throughput,sign_in,upload] [--folder DIR]

`--small` is a quick check that everything runs. `--folder` keeps the servers' data and loads only once.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from portal.lib.servers import embedded_servers
from tests.load.stopwatch import Report, chapter

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("load", "scores", "pages", "throughput", "sign_in", "upload")
WITHOUT_LOAD = {"sign_in", "upload"}
UNTIL, AS_OF = date(2026, 11, 1), date(2026, 10, 31)


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        servers = stack.enter_context(embedded_servers(folder / "servers", durable=True))
        os.environ.update(servers.environment())
        os.environ.update(
            {
                "PORTAL_ENV": "development",
                "PORTAL_VAR": str(folder / "var"),
                "DJANGO_SETTINGS_MODULE": "portal.settings",
                "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
            }
        )
        (folder / "var" / "static").mkdir(parents=True, exist_ok=True)
        report = Report()
        _measure(options, folder, report)
        print(
            f"\n{platform.machine()}, {os.cpu_count()} cores, {date.today()}, load {os.getloadavg()[0]:.1f}\n"
        )
        print(report.as_markdown())


def _measure(options: argparse.Namespace, folder: Path, report: Report) -> None:
    manage("migrate", "--database", "owner", "-v0")
    if set(options.only) - WITHOUT_LOAD and not (folder / "loaded").exists():
        with chapter("Loading"):
            began = time.perf_counter()
            manage(
                "load_scale", "--relationships", str(options.relationships), "--kpis", str(options.kpis),
                "--months", str(options.months), "--until", UNTIL.isoformat(),
            )  # fmt: skip
            report.add("load_scale", f"{time.perf_counter() - began:.0f} s", "under 3 minutes")
        (folder / "loaded").touch()
    import django

    django.setup()
    if "scores" in options.only:
        from tests.load import scores

        scores.measure(report, AS_OF, options.times)
    if "pages" in options.only:
        from tests.load import pages

        pages.measure(report, options.requests)
    if "throughput" in options.only:
        from tests.load import throughput

        throughput.measure(report, options.seconds)
    if "sign_in" in options.only:
        from tests.load import sign_in

        sign_in.measure(report, options.sign_ins)
    if "upload" in options.only:
        from tests.load import upload

        upload.measure(report, options.upload_rows)


def manage(*arguments: str) -> None:
    """A management command in a process of its own."""
    subprocess.run([sys.executable, "-W", "ignore", "manage.py", *arguments], cwd=ROOT, check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a quick check that everything runs")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--folder", type=Path, help="keep the data here and load only once")
    parser.add_argument("--relationships", type=int)
    parser.add_argument("--kpis", type=int, default=40)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    options.relationships = options.relationships or (60 if options.small else 10_000)
    options.requests = 10 if options.small else 100
    options.seconds = 1 if options.small else 8
    options.sign_ins = 10 if options.small else 100
    options.upload_rows = 2_000 if options.small else 100_000
    options.times = 1 if options.small else options.times
    return options


if __name__ == "__main__":
    main()
