"""The files of one's own side, and the page of one of them."""

from datetime import date
from itertools import islice
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from kpis.access import load_upload
from kpis.actions import uploads
from kpis.forms.columns import MappingForm
from kpis.forms.uploads import EncodingForm, UploadForm
from kpis.models import Upload
from kpis.queries.uploads import FIRST_ROWS, Reader, mapping_of, shown_lines, uploads_of
from kpis.spreadsheets import FileRefused
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right


def context_of(standpoint: Standpoint, **more: object) -> dict[str, object]:
    """What every page of an upload needs."""
    return {"standpoint": standpoint, "relationship": standpoint.relationship, "tab": "readings", **more}


def own(request: HttpRequest, upload_id: int, needs: Right = Right.READ) -> tuple[Upload, Standpoint]:
    """An upload of the viewer's own side: 404 to the other side, 403 without the right."""
    upload, standpoint = load_upload(viewer_of(request), upload_id)
    if upload.side != standpoint.side:
        raise Http404
    standpoint.demand(needs)
    return upload, standpoint


@login_required
@require_http_methods(["GET", "POST"])
def upload_list(request: HttpRequest, relationship_id: int) -> HttpResponse:
    """The files one's own side sent; POST takes in another one."""
    needs = Right.REPORT if request.method == "POST" else Right.READ
    standpoint = load_relationship(viewer_of(request), relationship_id, needs=needs)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        # Without a file Django sees nothing at all, so that the form has to be bound by hand.
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                received = uploads.receive_upload(
                    relationship=standpoint.relationship,
                    name=file.name or "",
                    content=file.read(),
                    actor=standpoint.person,
                    side=standpoint.side,
                    now=timezone.now(),
                )
            except FileRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("kpis:upload", upload_id=received.pk)
    page = Paginator(uploads_of(standpoint.relationship, standpoint.side), 25).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "kpis/uploads.html",
        context_of(standpoint, form=form, page=page),
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_GET
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One file: what is still to be said about it, what it would do, or what it did."""
    found, standpoint = own(request, upload_id)
    return show(request, found, standpoint)


def mapping_form(found: Upload, reader: Reader, data: object = None) -> MappingForm:
    """Which column means what, with the KPIs that the sender's side reports."""
    own = [kpi for kpi in reader.kpis.values() if kpi.performing_side == found.side]
    return MappingForm(
        data,
        initial=MappingForm.showing(reader.mapping),
        header=found.header,
        rows=list(islice(reader.sheet.rows(), FIRST_ROWS)),
        kpis=own,
    )


def show(
    request: HttpRequest, found: Upload, standpoint: Standpoint, *, status: int = 200, **more: object
) -> HttpResponse:
    """The page of one file as it stands now."""
    is_mine = found.uploaded_by_id == standpoint.person.pk and standpoint.can_report
    context = context_of(standpoint, upload=found, is_mine=is_mine, **more)
    if not found.header:
        context.setdefault("encoding_form", EncodingForm(content=bytes(found.content)))
    elif found.state in uploads.OPEN_STATES:
        context |= _open_part(found, more)
    said = [entry for entry in found.report if entry["is_problem"]] or found.report
    page = Paginator(said, 50).get_page(request.GET.get("page"))
    page.object_list = [_dated(entry) for entry in page.object_list]
    context["report"] = page
    context["remarks"] = sum(not entry["is_problem"] for entry in found.report)
    context["is_whole"] = uploads.is_checked_whole(found)
    return render(request, "kpis/upload.html", context, status=status)


def _dated(entry: dict[str, Any]) -> dict[str, Any]:
    """A line of the report with its period as a day, which each reader sees in their own way."""
    return {**entry, "first_day": date.fromisoformat(entry["period"]) if entry["period"] else None}


def _open_part(found: Upload, more: dict[str, object]) -> dict[str, object]:
    """What an upload shows that is not applied yet: its columns and its first lines."""
    reader = Reader(found, timezone.now())
    part: dict[str, object] = {"is_remembered": bool(found.mapping.get("is_remembered"))}
    if "mapping_form" not in more:
        part["mapping_form"] = mapping_form(found, reader).shown()
    if found.state != Upload.State.MAPPING and uploads.is_complete(mapping_of(found)):
        part["preview"] = shown_lines(reader, list(islice(reader.lines(), FIRST_ROWS)))
    return part
