"""A back-test in words: what it means for each side, where it leans, and the rows that go into what both sides sign."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kpis.models import Kpi
from kpis.queries.backtest.comparing import Backtest
from kpis.queries.backtest.leaning import Lean, Of, OneSided
from kpis.queries.backtest.replay import Said
from kpis.queries.backtest.spells import SpellBacktest
from kpis.queries.cells import VERDICT_WORDS, figure
from relationships.models import Side

Row = dict[str, Any]
# What marks a row of an agreement as evidence, and of which kind; plain terms have no such key.
EVIDENCE: Final = "evidence"
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


def evidence_of(backtest: Backtest) -> list[Row]:
    """The back-test as rows of an agreement: they are signed with the terms, and belong to its digest.

    Each has label, before, after and a key "evidence" that names its kind; the first also holds the periods one by one,
    from which the picture is drawn. Without a period that has a value only the warnings are left.
    """
    rows = _numbers(backtest) if backtest.rows else []
    said = [
        _row(
            _("Warning") if number == 1 else _("Warning %(number)d") % {"number": number}, "", text, "warning"
        )
        for number, text in enumerate(warnings_of(backtest), 1)
    ]
    return [*rows, *said]


def evidence_of_spell(backtest: SpellBacktest) -> list[Row]:
    """The same for a spell: a row for each KPI that has a rule for it."""
    days = f"{date_format(backtest.replayed.first, 'j M Y')}"
    label = _("Back-test")
    if backtest.is_ahead:
        label = _("Back-test, a year earlier (from %(day)s)") % {"day": days}
    rows = []
    for one in backtest.kpis:
        name = one.kpi.name[:120]
        rows.append(
            _row(f"{label}: {name}", _verdicts(one, after=False), _verdicts(one, after=True), "backtest")
        )
        rows += [
            _row(_("Warning: %(kpi)s") % {"kpi": name}, "", text, "warning") for text in warnings_of(one)
        ]
    if backtest.kpis and not backtest.is_ahead:
        rows.append(_row(_("Readings judged anew when signed"), "", str(backtest.rejudged), "backtest"))
    return rows


def _numbers(backtest: Backtest) -> list[Row]:
    before, after = backtest.before, backtest.after
    first, last = backtest.rows[-1].point.label, backtest.rows[0].point.label
    count = len(backtest.rows)
    compared = ngettext(
        "%(count)d period with a value, %(first)s to %(last)s",
        "%(count)d periods with a value, %(first)s to %(last)s",
        count,
    ) % {"count": count, "first": first, "last": last}
    rows = [_row(_("Back-test: compared"), "", compared, "backtest") | {"periods": _one_by_one(backtest)}]
    for one in backtest.counts:
        word = _("No band yet") if one.verdict is None else str(VERDICT_WORDS[one.verdict])
        rows.append(
            _row(_("Back-test: %(verdict)s") % {"verdict": word}, str(one.before), str(one.after), "backtest")
        )
    rows += [
        _row(
            _("Back-test: mean attainment"),
            _percent(before.attainment),
            _percent(after.attainment),
            "backtest",
        ),
        _row(_("Back-test: misses"), str(before.misses), str(after.misses), "backtest"),
        _row(
            _("Wiggle room spent in 12 months"),
            _spent(before.spent, before.allowance),
            _spent(after.spent, after.allowance),
            "backtest",
        ),
        _row(
            _("Back-test: verdicts that move"),
            "",
            _("%(better)d better, %(worse)d worse, %(same)d the same")
            % {"better": backtest.better, "worse": backtest.worse, "same": backtest.same},
            "backtest",
        ),
        _row(_("Readings judged anew when signed"), "", str(backtest.rejudged), "backtest"),
    ]
    rows += [
        _row(_("Means for %(name)s") % {"name": one.name}, "", one.text, "means")
        for one in meanings_of(backtest)
    ]
    return rows


def _one_by_one(backtest: Backtest) -> list[Row]:
    """Each period with a value, oldest first: both verdicts, and the bands that gave them as judged and as signed."""
    return [
        {
            "first": row.point.first_day.isoformat(),
            "last": row.point.last_day.isoformat(),
            "label": row.point.label,
            "value": None if row.point.value is None else _bare(row.point.value),
            "before": _judged(row.old),
            "after": _judged(row.new),
        }
        for row in reversed(backtest.rows)
    ]


def _judged(said: Said) -> Row:
    bands = {"band": said.band, "signed": None if said.signed == said.band else said.signed}
    return {
        "verdict": said.verdict,
        **{
            name: None if band is None else [_bare(one) for one in band.thresholds]
            for name, band in bands.items()
        },
    }


def _row(label: str, before: str, after: str, kind: str) -> Row:
    return {"label": label, "before": before, "after": after, EVIDENCE: kind}


def _verdicts(backtest: Backtest, *, after: bool) -> str:
    numbers = [(one.verdict, one.after if after else one.before) for one in backtest.counts]
    said = [
        f"{count} {_('No band yet') if verdict is None else VERDICT_WORDS[verdict]}"
        for verdict, count in numbers
        if count
    ]
    return ", ".join(said) or _("no period with a value")


def _percent(value: Decimal | None) -> str:
    return "" if value is None else f"{figure(value, 1)}\u00a0%"


def _spent(spent: Decimal, allowance: Decimal | None) -> str:
    if allowance is None:
        return _("%(spent)s, none agreed") % {"spent": figure(spent, 2)}
    return _("%(spent)s of %(allowance)s") % {"spent": figure(spent, 2), "allowance": _bare(allowance)}


def _periods(count: int) -> str:
    if not count:
        return _("none")
    return ngettext("%(count)d period", "%(count)d periods", count) % {"count": count}


def _bare(value: Decimal) -> str:
    return f"{value.normalize():f}"
