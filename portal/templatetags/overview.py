"""`{% load overview %}`: the rows of KPIs, each drawn once for the same figures."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kpis.queries.room import RoomLeft
from portal.lib.series import Series
from portal.queries.goal_lines import KpiLine, latest_in, missing_in

register = template.Library()


@register.simple_tag
def kpi_row(line: KpiLine) -> SafeString:
    """A KPI's row of the overview: its name and owners, its last periods, how it stands."""
    kpi = line.kpi
    owners = (getattr(kpi, "customer_owner_name", None), getattr(kpi, "provider_owner_name", None))
    return _kpi_row(kpi.pk, *owners, kpi.performing_side, line.series, line.room, get_language() or "")


@lru_cache(maxsize=2048)
def _kpi_row(
    pk: int,
    customer_owner: str | None,
    provider_owner: str | None,
    late_side: str,
    series: Series,
    room: RoomLeft | None,
    language: str,
) -> SafeString:
    """Drawn from its figures alone: the same figures in the same language are the same row, whoever reads it."""
    values = {
        "pk": pk,
        "customer_owner": customer_owner,
        "provider_owner": provider_owner,
        "late_side": late_side,
        "series": series,
        "latest": latest_in(series),
        "missing": missing_in(series),
        "room": room,
    }
    drawn: SafeString = get_template("portal/_kpi_row.html").template.render(template.Context(values))  # type: ignore[attr-defined]
    return drawn
