"""Which band a period is judged by, for many readings at once."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kpis.domain.scaled import ScaledBand, scaled, scaled_band
from kpis.models import BandRevision, Kpi
from kpis.queries.bands import band_of, bands_in_force, pick


class Bands:
    """The agreed bands of some KPIs, loaded with one query."""

    def __init__(self, kpi_ids: Iterable[int]) -> None:
        self._revisions = bands_in_force(kpi_ids)
        self._scaled: dict[int, ScaledBand] = {}

    def of(self, kpi_id: int, first_day: date) -> BandRevision | None:
        """The newest agreed revision in force on the first day of a period; None before the first band."""
        return pick(self._revisions.get(kpi_id, ()), first_day)

    def judge(
        self, kpi: Kpi, first_day: date, value: Decimal | None
    ) -> tuple[int | None, int | None, int | None]:
        """(band revision, verdict, attainment in millionths); three Nones without a band or a value."""
        revision = None if value is None else self.of(kpi.pk, first_day)
        if revision is None or value is None:
            return None, None, None
        band = self._scaled.get(revision.pk)
        if band is None:
            band = self._scaled[revision.pk] = scaled_band(kpi.polarity, band_of(revision))
        return (revision.pk, *band.judge(scaled(value)))
