"""A back-test as rows of an agreement: signed with the terms, and part of their digest."""

from decimal import Decimal
from typing import Any, Final

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.queries.backtest.comparing import Backtest
from kpis.queries.backtest.replay import Said
from kpis.queries.backtest.spells import SpellBacktest
from kpis.queries.backtest.words import meanings_of, warnings_of
from kpis.queries.cells import VERDICT_WORDS, figure

Row = dict[str, Any]
# What marks a row of an agreement as evidence, and of which kind; plain terms have no such key.
EVIDENCE: Final = "evidence"


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


def _bare(value: Decimal) -> str:
    return f"{value.normalize():f}"
