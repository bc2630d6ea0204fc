"""The report of a file, as a file."""

from collections.abc import Iterator, Sequence

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kpis.models import Upload
from kpis.spreadsheets.writing import Written, as_csv, as_xlsx
from kpis.views.uploads.pages import own

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def report(request: HttpRequest, upload_id: int) -> HttpResponse | StreamingHttpResponse:
    """The report as a file: `format` csv or xlsx."""
    found, _standpoint = own(request, upload_id)
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
