"""One cell of the grid: its page, saving it, and the verdict it would get."""

import re
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.access import load_kpi
from kpis.actions.entries import calendars_of, period_of, today_in, understood
from kpis.domain.periods import Period, PeriodCalendar
from kpis.forms.cells import figures_of, version_of
from kpis.forms.settling import DisputeForm, EvidenceForm
from kpis.models import Kpi, Reading
from kpis.queries.cells import cell_of, figure, typed
from kpis.queries.grid import is_measured
from kpis.queries.judging import Judge
from kpis.queries.reading_page import get_reading, get_reading_page, may_report, may_settle
from kpis.views.comments import comments_about
from relationships.access import Standpoint, viewer_of
from relationships.policy import Right

CONFLICT, REFUSED = 409, 422
_VERSION = re.compile(r"[0-9]{1,9}")


@login_required
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, kpi_id: int, day: date) -> HttpResponse:
    """The page of one period; POST reports or corrects its reading.

    A grid that saves in the background (htmx) gets the cell back, with both values when somebody was faster.
    """
    writes = request.method == "POST"
    kpi, standpoint = load_kpi(viewer_of(request), kpi_id, needs=Right.REPORT if writes else Right.READ)
    if writes:
        check_side(standpoint, kpi)
    period = period_or_404(kpi, day)
    if writes:
        return _save(request, standpoint, kpi, period)
    if request.GET.get("beside"):
        return render(request, "kpis/_beside.html", _context(request, standpoint, kpi, period))
    return _page(request, standpoint, kpi, period)


@login_required
@require_GET
def verdict(request: HttpRequest, kpi_id: int, day: date) -> HttpResponse:
    """What a value would be judged as if it were reported: the very arithmetic that judges it when it is."""
    kpi, _standpoint = load_kpi(viewer_of(request), kpi_id)
    period = period_or_404(kpi, day)
    context: dict[str, Any] = {"kpi": kpi}
    try:
        entry = understood(kpi, **figures_of(request.GET.get("value", ""), kpi))
    except actions.ReadingIncomplete as refusal:
        context["problem"] = str(refusal)
    else:
        judged = Judge([kpi.pk]).judge(kpi, period, entry.value)
        step = None if judged is None else judged.verdict
        context |= {
            "verdict": "NOT_APPLICABLE" if entry.is_not_applicable else step,
            "is_moved": judged is not None and judged.moved is not None,
            "unmoved": None if judged is None else judged.unflexed_verdict,
            "computed": figure(entry.value, kpi.decimals)
            if entry.value is not None and entry.numerator is not None
            else "",
        }
    return render(request, "kpis/_verdict.html", context)


def check_side(standpoint: Standpoint, kpi: Kpi) -> None:
    """Raises PermissionDenied unless the viewer's side reports this KPI."""
    if standpoint.side != kpi.performing_side:
        raise PermissionDenied(_("The side that performs this KPI reports it."))


def period_or_404(kpi: Kpi, day: date) -> Period:
    """The period of the KPI that starts on `day`, whether or not it is over. Raises Http404 for one to come."""
    if day > today_in(kpi.relationship, timezone.now()):
        raise Http404
    try:
        return period_of(kpi, _calendar(kpi), day, date.max)
    except (actions.PeriodNotInCalendar, OverflowError, ValueError) as error:
        raise Http404 from error


def _save(request: HttpRequest, standpoint: Standpoint, kpi: Kpi, period: Period) -> HttpResponse:
    said = request.POST.get("said", "")
    current = get_reading(standpoint, kpi, period)
    note = request.POST.get("note", current.note if current else "")
    try:
        saved = actions.submit_reading(
            kpi=kpi,
            period_start=period.first,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
            version=version_of(request.POST),
            note=note,
            **figures_of(said, kpi),
        )
    except actions.ReadingChangedMeanwhile as changed:
        return _not_saved(request, standpoint, kpi, period, CONFLICT, str(changed), theirs=changed.current)
    except actions.Refused as refusal:
        return _not_saved(request, standpoint, kpi, period, REFUSED, str(refusal))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "kpis/_cell.html", _cell(standpoint, kpi, period, saved))
    return redirect("kpis:reading", kpi_id=kpi.pk, day=period.first)


def _not_saved(
    request: HttpRequest,
    standpoint: Standpoint,
    kpi: Kpi,
    period: Period,
    status: int,
    problem: str,
    theirs: Reading | None = None,
) -> HttpResponse:
    """The cell, or the page, with what was typed, what is wrong, and what somebody else wrote meanwhile."""
    said = {
        "said": request.POST.get("said", ""),
        "note": request.POST.get("note"),
        "problem": problem,
        "theirs": theirs,
        "theirs_typed": typed(theirs) if theirs else "",
        "posted_version": request.POST.get("version", ""),
    }
    if request.htmx:  # type: ignore[attr-defined]
        standing = theirs or get_reading(standpoint, kpi, period)
        context = _cell(standpoint, kpi, period, standing) | said | {"is_open": True}
        return render(request, "kpis/_cell.html", context, status=status)
    return _page(request, standpoint, kpi, period, status=status, **said)


def _cell(standpoint: Standpoint, kpi: Kpi, period: Period, standing: Reading | None) -> dict[str, Any]:
    today = today_in(standpoint.relationship, timezone.now())
    editable = may_report(standpoint, kpi)
    return {"kpi": kpi, "cell": cell_of(kpi, period, standing, on=today, is_editable=editable)}


def _page(
    request: HttpRequest,
    standpoint: Standpoint,
    kpi: Kpi,
    period: Period,
    *,
    status: int = 200,
    **said: Any,
) -> HttpResponse:
    context = _context(request, standpoint, kpi, period) | said
    return render(request, "kpis/reading.html", context, status=status)


def _context(request: HttpRequest, standpoint: Standpoint, kpi: Kpi, period: Period) -> dict[str, Any]:
    today = today_in(standpoint.relationship, timezone.now())
    version = request.GET.get("version", "")
    page = get_reading_page(
        standpoint, kpi, period, on=today, version=int(version) if _VERSION.fullmatch(version) else None
    )
    found, objection = page.reading, page.open_dispute
    waits = found is not None and found.state == Reading.State.SUBMITTED
    reports, settles = may_report(standpoint, kpi), may_settle(standpoint, kpi)
    return {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "kpi": kpi,
        "page": page,
        "is_over": period.last <= today,
        **_neighbours(kpi, period, today),
        "may_report": reports,
        "may_settle": settles and waits,
        "may_attach": standpoint.can_report and found is not None,
        "may_end_dispute": settles and objection is not None,
        "may_take_over": reports and objection is not None and objection.claimed_value is not None,
        "dispute_form": DisputeForm(),
        "evidence_form": EvidenceForm(),
        "next": request.GET.get("next", ""),
        **comments_about(standpoint, kpi, period),
    }


def _calendar(kpi: Kpi) -> PeriodCalendar:
    """Asked once for a request, whichever of its parts needs it first."""
    found: PeriodCalendar | None = vars(kpi).get("shown_calendar")
    if found is None:
        found = vars(kpi)["shown_calendar"] = calendars_of([kpi])[kpi.pk]
    return found


def _neighbours(kpi: Kpi, period: Period, today: date) -> dict[str, Period | None]:
    """The periods before and after, as far as the KPI is measured in them and they have begun."""
    calendar = _calendar(kpi)
    before, after = calendar.before(period), calendar.after(period)
    return {
        "before": before if before and is_measured(kpi, before) else None,
        "after": after if after and is_measured(kpi, after) and after.first <= today else None,
    }
