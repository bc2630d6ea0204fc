"""Which band a period is judged by, for many readings at once."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kpis.models import BandRevision, Kpi
from kpis.queries.bands import judge_value


class Bands:
    """The agreed bands of some KPIs, loaded with one query."""

    def __init__(self, kpi_ids: Iterable[int]) -> None:
        self._from: dict[int, list[date]] = {}
        self._revisions: dict[int, list[BandRevision]] = {}
        agreed = BandRevision.objects.filter(kpi_id__in=list(kpi_ids), agreed_at__isnull=False)
        for revision in agreed.order_by("kpi_id", "effective_from", "agreed_at", "pk"):
            self._from.setdefault(revision.kpi_id, []).append(revision.effective_from)
            self._revisions.setdefault(revision.kpi_id, []).append(revision)

    def of(self, kpi_id: int, first_day: date) -> BandRevision | None:
        """The newest agreed revision in force on the first day of a period; None before the first band."""
        at = bisect_right(self._from.get(kpi_id, []), first_day)
        return self._revisions[kpi_id][at - 1] if at else None

    def judge(
        self, kpi: Kpi, first_day: date, value: Decimal | None
    ) -> tuple[int | None, int | None, int | None]:
        """(band revision, verdict, attainment in millionths); three Nones without a band or a value."""
        revision = None if value is None else self.of(kpi.pk, first_day)
        if revision is None or value is None:
            return None, None, None
        return (revision.pk, *judge_value(kpi.polarity, revision, value))
