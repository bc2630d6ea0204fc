"""`{% load shared_value %}`: what each side has of the partnership, as two bars."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.templatetags.ui import figure

register = template.Library()


@register.simple_tag
def score_bars(bars: Iterable[Any], *, href: str = "") -> SafeString:
    """Two bars from 0 to 100; each figure links to how it is made when `href` is given."""
    rows = [
        {
            "side": bar.side.value,
            "organisation": bar.organisation,
            "css": bar.css,
            "length": f"{bar.length:.4f}",
            "text": figure(bar.value, 1),
            "whose": _("Value to us") if bar.is_own else _("Value to them"),
            "is_empty": bar.value is None,
        }
        for bar in bars
    ]
    rendered = get_template("components/score_bars.html").template.render(  # type: ignore[attr-defined]
        template.Context({"bars": rows, "href": href})
    )
    return SafeString(rendered)


@register.filter
def signed(value: Decimal | float | None, decimals: int = 1) -> str:
    """A change with its sign: "+1.2", "−0.4", "±0.0"."""
    text = figure(value, decimals)
    if value is None:
        return text
    if text.strip("0.,") == "":
        return f"±{text}"
    return f"+{text}" if value > 0 else text


@register.filter
def percent(share: float | None) -> str:
    """A share of 1 in whole per cent, never rounded up to a hundred; a dash for None."""
    return "–" if share is None else f"{int(share * 100 + 1e-9)} %"
