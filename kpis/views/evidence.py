"""Files that support a reading."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpis import actions
from kpis.access import load_evidence, load_reading
from kpis.forms.settling import EvidenceForm
from kpis.queries.cells import shown
from relationships import files
from relationships.access import viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def evidence_new(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Attaches a file to a reading; either side may, for a figure or against it."""
    reading, standpoint = load_reading(viewer_of(request), reading_id, needs=Right.REPORT)
    form = EvidenceForm(request.POST, request.FILES) if request.method == "POST" else EvidenceForm()
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_evidence(
                reading=reading,
                file=form.cleaned_data["file"],
                actor=standpoint.person,
                side=standpoint.side,
                now=timezone.now(),
            )
        except actions.EvidenceRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("“%(name)s” is attached.") % {"name": added.name})
            return redirect("kpis:reading", kpi_id=reading.kpi_id, day=reading.period_start)
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "kpi": reading.kpi,
        "reading": reading,
        "value": shown(reading.kpi, reading),
        "form": form,
    }
    return render(request, "kpis/evidence_new.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def evidence(request: HttpRequest, evidence_id: int) -> FileResponse:
    """Hands out a file, always as an attachment."""
    found, _standpoint = load_evidence(viewer_of(request), evidence_id)
    if not found.file.storage.exists(found.file.name or ""):
        raise Http404
    stem = found.name.rsplit(".", 1)[0]
    name = f"{slugify(stem) or 'evidence'}{files.SUFFIXES.get(found.content_type, '')}"
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type=found.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
