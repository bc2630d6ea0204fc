"""Readings from a file: choose it, name its columns, look at what it would do, apply it, read the report."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kpis.access import load_upload
from kpis.actions import Refused, upload_application, uploads
from kpis.forms.columns import MappingForm
from kpis.forms.uploads import EncodingForm, UploadForm
from kpis.models import Upload
from kpis.queries.uploads import FIRST_ROWS, Reader, mapping_of, shown_lines, uploads_of
from kpis.spreadsheets import FileRefused
from kpis.spreadsheets.writing import Written, as_csv, as_xlsx
from kpis.tasks_uploads import apply
from relationships.access import Standpoint, load_relationship, viewer_of
from relationships.policy import Right

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _context(standpoint: Standpoint, **more: object) -> dict[str, object]:
    return {"standpoint": standpoint, "relationship": standpoint.relationship, "tab": "readings", **more}


def _own(request: HttpRequest, upload_id: int, needs: Right = Right.READ) -> tuple[Upload, Standpoint]:
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
        _context(standpoint, form=form, page=page),
        status=422 if form.is_bound and form.errors else 200,
    )


@login_required
@require_GET
def upload(request: HttpRequest, upload_id: int) -> HttpResponse:
    """One file: what is still to be said about it, what it would do, or what it did."""
    found, standpoint = _own(request, upload_id)
    return _show(request, found, standpoint)


@login_required
@require_POST
def mapping(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Says what the text was written in, or which column means what."""
    found, standpoint = _own(request, upload_id, Right.REPORT)
    try:
        uploads.check_sender(found, standpoint.person)
        if not found.header:
            return _say_encoding(request, found, standpoint)
        return _name_columns(request, found, standpoint)
    except Refused as refusal:
        return _refused(request, found, standpoint, refusal)


def _say_encoding(request: HttpRequest, found: Upload, standpoint: Standpoint) -> HttpResponse:
    form = EncodingForm(request.POST, content=bytes(found.content))
    if form.is_valid():
        try:
            uploads.say_encoding(
                upload=found,
                encoding=form.cleaned_data["encoding"],
                actor=standpoint.person,
                now=timezone.now(),
            )
        except FileRefused as refusal:
            form.add_error("encoding", str(refusal))
        else:
            return redirect("kpis:upload", upload_id=found.pk)
    return _show(request, found, standpoint, encoding_form=form, status=422)


def _name_columns(request: HttpRequest, found: Upload, standpoint: Standpoint) -> HttpResponse:
    reader = Reader(found, timezone.now())
    form = _mapping_form(found, reader, data=request.POST)
    if not form.is_valid():
        return _show(request, found, standpoint, mapping_form=form.shown(), status=422)
    uploads.name_columns(upload=found, mapping=form.mapping(), actor=standpoint.person, now=timezone.now())
    return redirect(f"{reverse('kpis:upload', args=[found.pk])}#preview")


@login_required
@require_POST
def application(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Applies what the file says: at once where it is small, else by a worker while the page shows how far it is."""
    found, standpoint = _own(request, upload_id, Right.REPORT)
    is_small = uploads.is_checked_whole(found)
    try:
        uploads.start_application(
            upload=found,
            only_good_rows=request.POST.get("rows") == "good",
            actor=standpoint.person,
            now=timezone.now(),
        )
    except Refused as refusal:
        return _refused(request, found, standpoint, refusal)
    if is_small:
        upload_application.apply_upload(upload_id=found.pk, now=timezone.now())
        _say_what_happened(request, Upload.objects.defer("content").get(pk=found.pk))
    else:
        person = standpoint.person.pk
        start = partial(
            apply.delay, upload_id=found.pk, relationship_id=found.relationship_id, person_id=person
        )
        # A lost message is only lost time: kpis.resume_uploads goes on with whatever waits.
        transaction.on_commit(start, robust=True)
    return redirect("kpis:upload", upload_id=found.pk)


@login_required
@require_GET
def progress(request: HttpRequest, upload_id: int) -> HttpResponse:
    """How far a large upload is; sends the browser to the result when it is through."""
    found, standpoint = _own(request, upload_id)
    address = reverse("kpis:upload", args=[found.pk])
    if not getattr(request, "htmx", False):
        return redirect(address)
    if found.state != Upload.State.APPLYING:
        return HttpResponse(headers={"HX-Redirect": address})
    return render(request, "kpis/_upload_progress.html", _context(standpoint, upload=found))


@login_required
@require_GET
def report(request: HttpRequest, upload_id: int) -> HttpResponse | StreamingHttpResponse:
    """The report as a file: `format` csv or xlsx."""
    found, _standpoint = _own(request, upload_id)
    rows = _report_rows(found)
    name = f"{slugify(found.name.rsplit('.', 1)[0]) or 'upload'}-{_('report')}"
    if request.GET.get("format") == "xlsx":
        response: HttpResponse | StreamingHttpResponse = HttpResponse(as_xlsx(rows), content_type=XLSX)
        response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
        return response
    response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _report_rows(found: Upload) -> Iterator[Sequence[Written]]:
    yield (_("Row"), _("Column"), _("KPI"), _("Period from"), _("Outcome"), _("What there is to say"))
    for said in found.report:
        outcome = _("left out") if said["is_problem"] else _("taken")
        yield (said["row"] or None, said["column"], said["kpi"], said["period"], outcome, said["text"])


def _refused(request: HttpRequest, found: Upload, standpoint: Standpoint, refusal: Refused) -> HttpResponse:
    """409 where somebody was faster, 403 where it is somebody else's to do; the page says why."""
    status = 403 if isinstance(refusal, uploads.NotYourUpload) else 409
    return _show(request, found, standpoint, refusal=str(refusal), status=status)


def _say_what_happened(request: HttpRequest, found: Upload) -> None:
    if found.state != Upload.State.APPLIED:
        messages.warning(request, _("Nothing was taken; what stood before still stands."))
        return
    text = ngettext("%(count)d reading was taken.", "%(count)d readings were taken.", found.rows_good)
    messages.success(request, text % {"count": found.rows_good})


def _mapping_form(found: Upload, reader: Reader, data: object = None) -> MappingForm:
    own = [kpi for kpi in reader.kpis.values() if kpi.performing_side == found.side]
    return MappingForm(
        data,
        initial=MappingForm.showing(reader.mapping),
        header=found.header,
        rows=list(islice(reader.sheet.rows(), FIRST_ROWS)),
        kpis=own,
    )


def _show(
    request: HttpRequest, found: Upload, standpoint: Standpoint, *, status: int = 200, **more: object
) -> HttpResponse:
    is_mine = found.uploaded_by_id == standpoint.person.pk and standpoint.can_report
    context = _context(standpoint, upload=found, is_mine=is_mine, **more)
    if not found.header:
        context.setdefault("encoding_form", EncodingForm(content=bytes(found.content)))
    elif found.state in uploads.OPEN_STATES:
        context |= _open_part(found, more)
    said = [entry for entry in found.report if entry["is_problem"]] or found.report
    context["report"] = Paginator(said, 50).get_page(request.GET.get("page"))
    context["remarks"] = sum(not entry["is_problem"] for entry in found.report)
    context["is_whole"] = uploads.is_checked_whole(found)
    return render(request, "kpis/upload.html", context, status=status)


def _open_part(found: Upload, more: dict[str, object]) -> dict[str, object]:
    """What an upload shows that is not applied yet: its columns and its first lines."""
    reader = Reader(found, timezone.now())
    part: dict[str, object] = {"is_remembered": bool(found.mapping.get("is_remembered"))}
    if "mapping_form" not in more:
        part["mapping_form"] = _mapping_form(found, reader).shown()
    if found.state != Upload.State.MAPPING and uploads.is_complete(mapping_of(found)):
        part["preview"] = shown_lines(reader, list(islice(reader.lines(), FIRST_ROWS)))
    return part
