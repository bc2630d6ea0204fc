"""A hundred thousand readings by upload, on servers and in a process of its own, so that its memory is its own."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.load.stopwatch import Report, chapter

ROOT = Path(__file__).resolve().parents[2]


def measure(report: Report, rows: int) -> None:
    """Runs this module and reports what it says."""
    with chapter("Upload"):
        command = [sys.executable, "-W", "ignore", "-m", "tests.load.upload", str(rows)]
        said = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
        report.add(
            f"{said['judged']:,} readings by upload",
            f"{said['received'] + said['applied']:.1f} s with verdicts",
            "under 10 s",
        )
        report.add("memory of that process", f"{said['peak']:.0f} MB", "under 200 MB")


def main() -> None:
    """Starts servers, sends a file, and prints the measures as JSON."""
    from portal.lib.servers import embedded_servers

    with tempfile.TemporaryDirectory(prefix="bench-upload-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded_servers(folder, durable=True) as servers:
            os.environ.update(servers.environment())
            subprocess.run(
                [sys.executable, "-W", "ignore", "manage.py", "migrate", "--database", "owner", "-v0"],
                cwd=ROOT,
                check=True,
            )
            import django

            django.setup()
            from tests.cast import assemble
            from tests.kpis import upload_load

            cast = assemble()
            kpis = max(1, int(sys.argv[1]) // 1_000)
            upload_load.furnish(cast, kpis)
            print(json.dumps(vars_of(upload_load.measure(cast, kpis=kpis, days=1_000))))


def vars_of(measured: object) -> dict[str, float]:
    """The fields of a frozen dataclass."""
    return {name: getattr(measured, name) for name in ("received", "applied", "judged", "peak")}


if __name__ == "__main__":
    main()
