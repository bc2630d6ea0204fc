"""`{% load portfolio %}`: the fairness map."""

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.safestring import SafeString

from portal.charts.fairness_map import FairnessMap

register = template.Library()


@register.simple_tag
def fairness_map(drawn: FairnessMap, *, label: str) -> SafeString:
    """A map that was drawn, under the name that says what it shows; the table beside it holds the same figures."""
    context: dict[str, Any] = {"map": drawn, "label": label}
    return SafeString(
        get_template("charts/fairness_map.html").template.render(template.Context(context))  # type: ignore[attr-defined]
    )
