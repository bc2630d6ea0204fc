"""How what was said is shown: plain text with line breaks, names of the mentioned in bold."""

import re
from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import Person
from relationships import queries
from relationships.access import Standpoint
from relationships.models import Relationship, TimelineEntry
from relationships.subjects import words_for

register = template.Library()


@register.simple_tag
def mentionable(standpoint: Standpoint) -> list[Person]:
    """People whom a comment can name: who reads the relationship, without the writer."""
    return [person for person in _readers(standpoint.relationship) if person != standpoint.person]


@register.simple_tag
def known_names(relationship: Relationship) -> list[str]:
    """Names that are shown as mentions."""
    return [person.full_name for person in _readers(relationship)]


def _readers(relationship: Relationship) -> list[Person]:
    """Asked once for a page, whichever of its parts needs it first."""
    found: list[Person] | None = vars(relationship).get("shown_readers")
    if found is None:
        found = vars(relationship)["shown_readers"] = list(queries.readers(relationship))
    return found


@register.filter
def said(text: str, names: Iterable[str] = ()) -> SafeString:
    """The text of a comment: escaped, line breaks kept, "@Name" of the names given marked."""
    safe = str(escape(text))
    known = sorted((escape(name) for name in names if name), key=len, reverse=True)
    if known:
        pattern = "|".join(re.escape(name) for name in known)
        safe = re.sub(rf"@({pattern})(?!\w)", r'<span class="mention">@\1</span>', safe)
    return mark_safe(safe)  # noqa: S308  everything typed was escaped above


@register.filter
def anchor(entry: TimelineEntry) -> str:
    """The entry's place on the page."""
    return f"entry-{entry.pk}"


@register.filter
def about_words(entry: TimelineEntry) -> str:
    """Where the comment was made, for its link."""
    return _("About %(thing)s") % {"thing": words_for(entry.about)}


__all__: Sequence[str] = ["about_words", "anchor", "known_names", "mentionable", "said"]
