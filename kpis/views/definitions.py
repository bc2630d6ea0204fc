"""Writing down what a KPI means."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpis import actions
from kpis.access import load_kpi
from kpis.forms.definitions import KpiForm
from kpis.forms.drivers import DriverForm
from kpis.forms.fields import differences
from kpis.models import Kpi
from kpis.views.goals import CONFLICT, context_of, version_shown
from relationships.access import load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def kpi_new(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Adds a KPI; `goal` names the goal it is to show."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.CONTRIBUTE)
    relationship = standpoint.relationship
    form = KpiForm(
        request.POST or None,
        initial={"goal": request.GET.get("goal", "")},
        relationship=relationship,
    )
    if request.method == "POST" and form.is_valid():
        definition = form.definition()
        try:
            kpi = actions.add_kpi(
                goal=definition.pop("goal"),
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **definition,
            )
        except actions.ReferenceIsTaken as refusal:
            form.add_error("reference", str(refusal))
        else:
            messages.success(request, _("The KPI is written down. Next, propose the band it is judged by."))
            return redirect("kpis:kpi", kpi_id=kpi.pk)
    return render(request, "kpis/kpi_new.html", context_of(standpoint, form=form))


@login_required
@require_http_methods(["GET", "POST"])
def definition(request: HttpRequest, kpi_id: int) -> HttpResponse:
    """Rewrites the definition card; two people who change it at once both see both values."""
    found, standpoint = load_kpi(viewer_of(request), kpi_id, needs=Right.CONTRIBUTE)
    is_fixed = found.readings.exists()
    card: type[KpiForm] = DriverForm if found.is_driver else KpiForm
    form = card(
        request.POST or None,
        initial=card.showing(found),
        relationship=standpoint.relationship,
        kpi=found,
        fixed=is_fixed,
    )
    conflict: Kpi | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_kpi(
                kpi=found,
                version=form.cleaned_data["version"] or 0,
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
                **form.definition(),
            )
        except actions.ChangedMeanwhile:
            conflict = load_kpi(viewer_of(request), kpi_id)[0]
        except actions.ReferenceIsTaken as refusal:
            form.add_error("reference", str(refusal))
        except actions.EndsBeforeItsReadings as refusal:
            form.add_error("ends_on", str(refusal))
        except actions.KpiHasReadings as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The definition is changed. Both sides see it."))
            return redirect("kpis:kpi", kpi_id=found.pk)
    context = context_of(
        standpoint,
        form=form,
        kpi=found,
        is_fixed=is_fixed,
        changed_meanwhile=conflict is not None,
        differences=differences(form, card.showing(conflict)) if conflict else [],
        version=version_shown(request, (conflict or found).version, conflict=conflict is not None),
    )
    template = "kpis/driver_definition.html" if found.is_driver else "kpis/kpi_definition.html"
    return render(request, template, context, status=CONFLICT if conflict else 200)
