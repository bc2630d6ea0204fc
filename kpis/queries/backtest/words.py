"""A back-test in sentences: what it means for each side, and where it leans."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.models import Kpi
from kpis.queries.backtest.comparing import Backtest
from kpis.queries.backtest.leaning import Lean, Of, OneSided
from relationships.models import Side

LEANS: Final[Mapping[tuple[Of, Lean], Promise]] = {
    (Of.RULES, Lean.EASIER): gettext_lazy(
        "The flex rules that change only ever ask less of %(performer)s; in no environment do they ask more."
    ),
    (Of.RULES, Lean.HARDER): gettext_lazy(
        "The flex rules that change only ever ask more of %(performer)s; in no environment do they ask less."
    ),
    (Of.TERMS, Lean.EASIER): gettext_lazy(
        "Everything that changes asks less of %(performer)s, and nothing asks more; so far no period shows a difference."
    ),
    (Of.TERMS, Lean.HARDER): gettext_lazy(
        "Everything that changes asks more of %(performer)s, and nothing asks less; so far no period shows a difference."
    ),
}


@dataclass(frozen=True)
class Meaning:
    """What a change means for one side, in a sentence."""

    side: Side
    name: str
    text: str


def party(kpi: Kpi, side: Side) -> str:
    """The organisation on a side by name; the side's word while nobody has joined there."""
    organisation = kpi.relationship.organisation_of(side)
    return str(organisation.name) if organisation is not None else str(side.label)


def warnings_of(backtest: Backtest) -> list[str]:
    """Where the change leans to one side, in sentences that blame nobody."""
    performer = party(backtest.kpi, backtest.kpi.performing_side)
    return [_lean_in_words(one, performer) for one in backtest.one_sided]


def _lean_in_words(one: OneSided, performer: str) -> str:
    if one.of != Of.PERIODS:
        return str(LEANS[one.of, one.lean]) % {"performer": performer}
    if one.lean == Lean.EASIER:
        said = ngettext(
            "The %(count)d period that changes asks less of %(performer)s; none asks more.",
            "All %(count)d periods that change ask less of %(performer)s; none asks more.",
            one.count,
        )
    else:
        said = ngettext(
            "The %(count)d period that changes asks more of %(performer)s; none asks less.",
            "All %(count)d periods that change ask more of %(performer)s; none asks less.",
            one.count,
        )
    return said % {"count": one.count, "performer": performer}


def meanings_of(backtest: Backtest) -> list[Meaning]:
    """What the change would have meant for each side, the customer's first."""
    kpi = backtest.kpi
    found = []
    for side in Side:
        is_joint = kpi.performed_by == Kpi.PerformedBy.JOINT
        performs = is_joint or side == kpi.performing_side
        found.append(
            Meaning(side, party(kpi, side), _meaning(backtest, performs=performs, is_joint=is_joint))
        )
    return found


def _meaning(backtest: Backtest, *, performs: bool, is_joint: bool) -> str:
    easier, harder = backtest.easier, backtest.harder
    if not easier and not harder:
        return (
            _("Performs it: every period would have stood as it does.")
            if performs
            else _("Relies on it: every period would have stood as it does.")
        )
    if is_joint:
        said = _("Performs it with the other side: less asked in %(easier)s, more in %(harder)s.")
    elif performs:
        said = _("Performs it: less asked in %(easier)s, more in %(harder)s.")
    else:
        said = _("Relies on it: promised less in %(easier)s, more in %(harder)s.")
    return said % {"easier": _periods(easier), "harder": _periods(harder)}


def _periods(count: int) -> str:
    if not count:
        return _("none")
    return ngettext("%(count)d period", "%(count)d periods", count) % {"count": count}
