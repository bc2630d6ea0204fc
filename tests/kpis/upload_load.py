"""The upload of a hundred thousand readings, for the benchmarks: what it takes and what it costs."""

import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kpis.actions.upload_application import apply_upload
from kpis.actions.uploads import receive_upload, start_application
from kpis.models import Reading, Upload
from relationships.models import Side
from tests.cast import NOW, Cast, acting
from tests.furniture import add_goal, add_kpi, agree_band

FIRST = date(2023, 1, 1)


@dataclass(frozen=True)
class Measured:
    """Seconds of each step, the readings with a verdict that stand afterwards, and the peak of memory in MB."""

    received: float
    applied: float
    judged: int
    peak: float


def furnish(cast: Cast, kpis: int) -> None:
    """Daily KPIs of the provider, each with an agreed band."""
    goal = add_goal(cast.own, cast.amara)
    for number in range(kpis):
        kpi = add_kpi(
            goal,
            cast.amara,
            name=f"Measure {number}",
            reference=f"D{number}",
            frequency="DAY",
            starts_on=FIRST,
        )
        agree_band(kpi, cast.amara, cast.jonas, effective_from=FIRST)


def table(kpis: int, days: int) -> Iterator[str]:
    """The file, row by row."""
    yield "KPI,Period,Value,Note"
    for day in range(days):
        for number in range(kpis):
            yield f"D{number},{FIRST + timedelta(days=day)},{50 + (day * 7 + number) % 50}.25,"


def measure(cast: Cast, *, kpis: int = 100, days: int = 1_000) -> Measured:
    """Sends kpis × days readings as the provider's member would, and takes the good rows."""
    content = "\n".join(table(kpis, days)).encode()
    started = time.perf_counter()
    with acting(cast.lena, cast.own):
        upload = receive_upload(
            relationship=cast.own,
            name="days.csv",
            content=content,
            actor=cast.lena,
            side=Side.PROVIDER,
            now=NOW,
        )
        start_application(upload=upload, only_good_rows=True, actor=cast.lena, now=NOW)
    received = time.perf_counter()
    with acting(cast.lena, cast.own):
        apply_upload(upload_id=upload.pk, now=NOW)
    applied = time.perf_counter()
    with acting(cast.lena, cast.own):
        done = Upload.objects.get(pk=upload.pk)
        judged = Reading.objects.filter(verdict__isnull=False).count()
    if (done.state, done.rows_good) != (Upload.State.APPLIED, kpis * days):
        raise RuntimeError(f"{done.state}: {done.rows_good} of {kpis * days}; {done.report[:3]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(received - started, applied - received, judged, peak)
