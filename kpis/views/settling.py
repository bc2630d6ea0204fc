"""Settling the other side's readings: confirm many at once, dispute one, end a dispute."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.access import load_dispute, load_reading
from kpis.actions.entries import period_name
from kpis.forms.cells import version_of
from kpis.forms.settling import DisputeForm, ResolutionForm, versions_posted
from kpis.models import Dispute, Kpi
from kpis.queries.cells import bare, shown
from kpis.queries.reading_page import may_report, may_settle
from kpis.queries.waiting import get_waiting
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right

CONFLICT, REFUSED = 409, 422


@login_required
@require_http_methods(["GET", "POST"])
def confirmations(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """The other side's readings that wait for us; POST confirms those that are ticked, in the versions seen."""
    needs = Right.SETTLE if request.method == "POST" else Right.READ
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    if request.method == "POST":
        return _confirm(request, standpoint)
    return _waiting(request, standpoint)


def _confirm(request: HttpRequest, standpoint: Standpoint) -> HttpResponse:
    name = "shown" if request.POST.get("all") else "reading"
    readings = versions_posted(request.POST.getlist(name))
    if not readings:
        return _waiting(request, standpoint, REFUSED, problem=_("Tick the readings that you confirm."))
    try:
        count = actions.confirm_readings(
            relationship=standpoint.relationship,
            readings=readings,
            actor=standpoint.person,
            side=standpoint.side,
            now=timezone.now(),
        )
    except actions.ReadingChangedMeanwhile as changed:
        problem = _(
            "“%(kpi)s” was corrected after you opened this page. Nothing is confirmed yet: look at its new value"
            " below and confirm again."
        ) % {"kpi": changed.current.kpi.name}
        return _waiting(request, standpoint, CONFLICT, problem=problem, ticked=set(readings))
    except actions.NotYourSideToSettle as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except actions.Refused as refusal:
        problem = _("Nothing is confirmed yet. %(reason)s") % {"reason": str(refusal)}
        return _waiting(request, standpoint, CONFLICT, problem=problem, ticked=set(readings))
    said = ngettext("%(count)d reading confirmed.", "%(count)d readings confirmed.", count)
    messages.success(request, said % {"count": count})
    return redirect(way_back(request, "kpis:confirmations", standpoint.relationship.pk))


def _waiting(
    request: HttpRequest,
    standpoint: Standpoint,
    status: int = 200,
    *,
    problem: str = "",
    ticked: set[int] | None = None,
) -> HttpResponse:
    groups = get_waiting(standpoint, ticked=ticked or set())
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "groups": groups,
        "count": sum(len(group.lines) for group in groups),
        "problem": problem,
    }
    return render(request, "kpis/confirmations.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Disputes one reading of the other side, with the value we see."""
    reading, standpoint = load_reading(viewer_of(request), reading_id, needs=Right.SETTLE)
    if not may_settle(standpoint, reading.kpi):
        raise PermissionDenied(_("A side does not confirm or dispute what it reported itself."))
    form = DisputeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"version": request.POST.get("version") or reading.version}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.dispute_reading(
                reading=reading,
                version=version_of(request.POST) or 0,
                reason=form.cleaned_data["reason"],
                claimed_value=form.cleaned_data["claimed"],
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except actions.ReadingChangedMeanwhile as changed:
            status = CONFLICT
            context = {"version": changed.current.version, "theirs": shown(reading.kpi, changed.current)}
        except actions.ReadingIsSettled as refusal:
            status = CONFLICT
            form.add_error(None, str(refusal))
        except actions.ReadingIncomplete as refusal:
            form.add_error("claimed" if refusal.field != "reason" else "reason", str(refusal))
        else:
            messages.success(request, _("Disputed. The other side has been told."))
            return redirect(_way_back_to(request, reading.kpi, reading.period_start))
    status = REFUSED if status == 200 and form.errors else status
    context |= _about(standpoint, reading.kpi) | {"form": form, "reading": reading}
    context |= {"value": shown(reading.kpi, reading), "next": request.POST.get("next", "")}
    return render(request, "kpis/dispute.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def dispute_resolution(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """Ends a dispute: let the reading stand, withdraw, or take over what was claimed."""
    found, standpoint = load_dispute(viewer_of(request), dispute_id)
    kpi = found.reading.kpi
    reports, settles = may_report(standpoint, kpi), may_settle(standpoint, kpi)
    if not (reports or settles):
        raise PermissionDenied(_("Your role in this relationship does not include this."))
    form = ResolutionForm(
        request.POST if request.method == "POST" else None, dispute=found, reports=reports, settles=settles
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.resolve_dispute(
                dispute=found,
                resolution=form.cleaned_data["resolution"],
                note=form.cleaned_data["note"],
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except (actions.NotYourSideToSettle, actions.NotYourSideToReport) as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The dispute has ended."))
            return redirect(_way_back_to(request, kpi, found.reading.period_start))
    context = _about(standpoint, kpi) | {
        "form": form,
        "dispute": found,
        "reading": found.reading,
        "period_label": period_name(kpi, found.reading.period_start),
        "value": shown(kpi, found.reading),
        "claimed": bare(found.claimed_value) if found.claimed_value is not None else "",
        "has_ended": found.resolution != "",
        "is_waiting_for_correction": Dispute.Resolution.CORRECTED
        not in dict(form.fields["resolution"].choices)  # type: ignore[attr-defined]
        and reports,
    }
    return render(request, "kpis/dispute_resolution.html", context, status=REFUSED if form.errors else 200)


def _about(standpoint: Standpoint, kpi: Kpi) -> dict[str, Any]:
    return {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "kpi": kpi,
    }


def way_back(request: HttpRequest, name: str, *args: object) -> str:
    """Where somebody came from, when that is a page of ours; else the page of that name."""
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return asked
    return reverse(name, args=args)


def _way_back_to(request: HttpRequest, kpi: Kpi, day: object) -> str:
    return way_back(request, "kpis:reading", kpi.pk, day)
