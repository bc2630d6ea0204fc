"""What people call a spell."""

from django.utils.translation import gettext as _

from kpis.models import Spell


def spell_title(spell: Spell) -> str:
    """What people call a spell: its environment and its days."""
    named = {"environment": spell.environment.name, "first": f"{spell.first_day:%-d %b %Y}"}
    if spell.is_void:
        return _("%(environment)s of %(first)s did not hold") % named
    if spell.last_day is None:
        return _("%(environment)s from %(first)s until further notice") % named
    return _("%(environment)s, %(first)s to %(last)s") % {**named, "last": f"{spell.last_day:%-d %b %Y}"}
