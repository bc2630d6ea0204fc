"""One agreement as both sides read it: its terms, what moved, and where to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

from kpis.models import Kpi
from kpis.queries.backtest import EVIDENCE
from relationships import queries
from relationships.models import Agreement

NUMBER: Final = re.compile(r"^[-\u2212]?\d+(?:\.\d+)?(?=[ \u00a0]|$)")
DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")
# Where each kind is proposed; a counter-proposal and a revision start from the same form.
FORMS: Final[Mapping[str, str]] = {
    Agreement.Kind.STATEMENT_OF_INTENT: "relationships:statement_new",
    Agreement.Kind.STAGE: "relationships:stage_new",
    Agreement.Kind.BAND_REVISION: "kpis:band_new",
    Agreement.Kind.WEIGHTS: "kpis:weights",
    Agreement.Kind.SCORE_TERMS: "value:terms_new",
    Agreement.Kind.ENVIRONMENT: "kpis:environment_new",
    Agreement.Kind.SPELL: "kpis:spell_new",
}


@dataclass(frozen=True)
class Term:
    """One line of what a signature names; `seen` is what the reader saw before somebody changed it."""

    label: str
    before: str
    after: str
    seen: str | None = None
    is_day: bool = False

    @property
    def moves(self) -> bool:
        """Whether it says something else than what is in force."""
        return self.before != self.after

    @property
    def was_revised(self) -> bool:
        """Whether it says something else than what the reader saw."""
        return self.seen is not None and self.seen != self.after


def terms_of(agreement: Agreement, *, seen_version: int | None = None) -> list[Term]:
    """The lines of an agreement without its evidence; beside what the reader saw, when they saw another version."""
    seen: dict[str, str] | None = None
    if seen_version is not None and seen_version != agreement.version:
        earlier = queries.terms_of_version(agreement, seen_version)
        seen = (
            None
            if earlier is None
            else {str(row["label"]): _text(row.get("after")) for row in earlier if not row.get(EVIDENCE)}
        )
    lines = [
        Term(
            str(row.get("label", "")),
            _text(row.get("before")),
            _text(row.get("after")),
            None if seen is None else seen.get(str(row.get("label", "")), ""),
            is_day=bool(DAY.match(str(row.get("after")))),
        )
        for row in agreement.content
        if isinstance(row, dict) and not row.get(EVIDENCE)
    ]
    gone = set() if seen is None else seen.keys() - {line.label for line in lines}
    return lines + [Term(label, "", "", (seen or {})[label]) for label in sorted(gone)]


def _text(value: Any) -> str:
    """As people write it: a day as "3 Mar 2026", whatever else as it stands."""
    text = "" if value is None else str(value)
    if not DAY.match(text):
        return text
    try:
        return dateformat.format(date.fromisoformat(text), "j M Y")
    except ValueError:
        return text


@dataclass(frozen=True)
class Movement:
    """A threshold that moves, in words that need no chart."""

    label: str
    before: str
    after: str
    is_stricter: bool


def movements(kpi: Kpi, terms: list[Term]) -> list[Movement]:
    """Which numbers of a band move, and whether that asks for more or for less of who performs the KPI.

    Within a range the lower half asks for more when it rises, the upper half when it falls; more room asks for less.
    """
    upper = {_("Upper target"), _("Upper tolerance"), _("Upper floor")}
    room = {_("Wiggle room per 12 months"), _("Earned room at full trust")}
    asks_to_fall = room | (upper if kpi.polarity != Kpi.Polarity.LOWER else set())
    if kpi.polarity == Kpi.Polarity.LOWER:
        asks_to_fall |= {_("Floor"), _("Tolerance"), _("Target")}
    moved = []
    for line in terms:
        before, after = _number(line.before), _number(line.after)
        if before is None or after is None or before == after or line.is_day:
            continue
        moved.append(
            Movement(line.label, line.before, line.after, (after > before) != (line.label in asks_to_fall))
        )
    return moved


def _number(text: str) -> Decimal | None:
    found = NUMBER.match(text)
    return None if found is None else Decimal(found.group().replace("\u2212", "-"))


def form_address(agreement: Agreement, kpi_id: int | None, parameter: str) -> str:
    """Where this proposal is countered (`counters`) or revised (`revises`); "" where its kind has no such form."""
    name = FORMS.get(agreement.kind, "")
    argument = kpi_id if agreement.kind == Agreement.Kind.BAND_REVISION else agreement.relationship_id
    if not name or argument is None:
        return ""
    try:
        return f"{reverse(name, args=[argument])}?{parameter}={agreement.pk}"
    except NoReverseMatch:
        return ""
