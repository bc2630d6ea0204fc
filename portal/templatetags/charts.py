"""Charts and limits in pages: `{% band_chart series %}`, `{% sparkline series %}`, `|threshold:kpi`; a template builtin."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.charts import draw_band_chart, draw_sparkline, words
from portal.lib.series import Series, Shade
from portal.templatetags.ui import figure

register = template.Library()


def _render(name: str, values: dict[str, Any]) -> SafeString:
    return SafeString(get_template(f"charts/{name}.html").template.render(template.Context(values)))  # type: ignore[attr-defined]


def _checked(tag_name: str, series: Any) -> Series:
    if not isinstance(series, Series):
        raise TemplateSyntaxError(f"{tag_name}: {series!r} is not a series.")
    return series


@register.simple_tag
def band_chart(series: Series, *, table: bool = True) -> SafeString:
    """A KPI's values over its moving band, with a table of the same behind it unless the page shows one anyway."""
    return _band_chart(_checked("band_chart", series), table, get_language() or "")


@lru_cache(maxsize=512)
def _band_chart(series: Series, table: bool, language: str) -> SafeString:
    """Drawn from its figures alone: the same figures in the same language are the same picture."""
    rows = [
        {
            "label": point.label,
            "value": words.amount(series, point.value),
            "standing": ", ".join([words.standing(point), *words.more(point)]),
            "band": words.bands(series, point),
            "href": point.href,
        }
        for point in (series.points if table else ())
    ]
    return _render("band_chart", {"chart": draw_band_chart(series), "rows": rows})


@register.filter
def threshold(value: Decimal | None, kpi: Any) -> str:
    """A limit in at least the KPI's decimals and never rounded, without its unit; a dash where there is none."""
    if value is None:
        return figure(None)
    return figure(value, max(words.places_of(value), kpi.decimals))


@register.filter
def figure_plain(value: Decimal | None) -> str:
    """A number in exactly the decimals it has."""
    return figure(None) if value is None else figure(value, words.places_of(value))


@register.filter
def shade_days(shade: Shade) -> str:
    """From when to when a spell holds."""
    return words.days(shade)


@register.simple_tag
def sparkline(series: Series) -> SafeString:
    """The same, as small as a word."""
    return _sparkline(_checked("sparkline", series), get_language() or "")


@lru_cache(maxsize=2048)
def _sparkline(series: Series, language: str) -> SafeString:
    """Drawn from its figures alone: the same figures in the same language are the same picture."""
    return _render("sparkline", {"spark": draw_sparkline(series)})
