"""`{% load periods %}`: the rows of a KPI's periods, each drawn once for the same figures."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from kpis.models import Kpi
from kpis.queries.period_rows import PeriodRow

register = template.Library()
Drawn = tuple[tuple[str, Any], ...]


@register.simple_tag
def period_row(row: PeriodRow, kpi: Kpi, *, has_room: object) -> SafeString:
    """One period in the table: value, verdict, room used, who reported and who settled it."""
    reading, point = row.reading, row.point
    is_moved = row.moved is not None
    values = {
        "label": row.period.label,
        "point": point,
        "evidence": row.evidence,
        "is_missing": row.is_missing,
        "late_side": kpi.performing_side,
        "is_driver": kpi.is_driver,
        "is_moved": is_moved,
        "moved_from": row.moved.unflexed_verdict
        if row.moved is not None and point.unmoved_verdict != point.verdict
        else None,
        "decimals": kpi.decimals,
        "is_ratio": kpi.entry == Kpi.Entry.RATIO,
        "numerator": None if reading is None else reading.numerator,
        "denominator": None if reading is None else reading.denominator,
        "attainment": row.attainment,
        "has_room": bool(has_room),
        "spent": None if row.spending is None else row.spending.units,
        "reported_by": _name(reading, "submitted_by"),
        "reported_at": None if reading is None else reading.submitted_at,
        "settled_by": _name(reading, "settled_by"),
        "settled_at": None if reading is None else reading.settled_at,
    }
    return _period_row(tuple(values.items()), get_language() or "", get_current_timezone_name())


def _name(reading: object, role: str) -> str:
    person = getattr(reading, role, None)
    return "" if person is None else person.full_name


@lru_cache(maxsize=4096)
def _period_row(values: Drawn, language: str, zone: str) -> SafeString:
    """Drawn from its figures alone: the same figures in the same language and time zone are the same row."""
    drawn: SafeString = get_template("kpis/_kpi_period.html").template.render(template.Context(dict(values)))  # type: ignore[attr-defined]
    return drawn
