"""One plain form for the newest period of everything we report."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kpis.actions.entries import today_in
from kpis.queries.newest import NewestLine, get_newest
from kpis.views.many import CONFLICT, Place, Saved, save_many
from relationships.access import load_relationship, viewer_of
from relationships.policy import Right


@login_required
@require_http_methods(["GET", "POST"])
def newest(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """Shows the newest period of each KPI of our side; POST saves all that is filled in and keeps what is not."""
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=Right.REPORT)
    now = timezone.now()
    today = today_in(standpoint.relationship, now)
    refused: dict[Place, Saved] = {}
    if request.method == "POST":
        kpis = {line.kpi.pk: line.kpi for line in get_newest(standpoint, on=today)}
        saved = save_many(standpoint, kpis, request.POST, now=now)
        refused = {place: cell for place, cell in saved.cells.items() if cell.status != 200}
        said = ngettext("%(count)d reading stands.", "%(count)d readings stand.", saved.accepted)
        if saved.accepted:
            messages.success(request, said % {"count": saved.accepted})
        if not refused:
            return redirect("kpis:grid", relationship_id=relationship_id)
    lines = [_shown(line, request, refused) for line in get_newest(standpoint, on=today)]
    context = {
        "standpoint": standpoint,
        "relationship": standpoint.relationship,
        "tab": "readings",
        "lines": lines,
        "refused": len(refused),
        "reported": sum(bool(line["line"].cell.version) for line in lines),
    }
    return render(request, "kpis/newest.html", context, status=422 if refused else 200)


def _shown(line: NewestLine, request: HttpRequest, refused: dict[Place, Saved]) -> dict[str, Any]:
    """A line with what was typed and refused, or with what stands."""
    problem = refused.get((line.kpi.pk, line.period.first))
    key = line.cell.key
    is_conflict = problem is not None and problem.status == CONFLICT
    # Until its writer has seen the newer value, a line keeps the version it was written against.
    version = line.cell.version if is_conflict or problem is None else request.POST.get(f"version-{key}", "")
    return {
        "line": line,
        "said": problem.said if problem else line.cell.typed,
        "note": request.POST.get(f"note-{key}", line.note) if problem else line.note,
        "version": version,
        "problem": problem.problem if problem else "",
        "theirs": line.cell.text if is_conflict else "",
    }
