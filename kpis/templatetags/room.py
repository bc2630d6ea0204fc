"""Wiggle room and its units in templates."""

from decimal import Decimal
from fractions import Fraction

from django import template

from kpis.queries import room_words
from kpis.queries.room import Spending
from kpis.queries.signal_words import cause_words, meaning_words

register = template.Library()
register.filter("cause_words", cause_words)
register.filter("meaning_words", meaning_words)


@register.filter
def units(value: Fraction | Decimal | None) -> str:
    """Units of room with one decimal; a dash where there is none."""
    return room_words.units(value or None if isinstance(value, str) else value)


@register.filter
def spending_words(spending: Spending) -> str:
    """What a period spent and why."""
    return room_words.spending_words(spending)
