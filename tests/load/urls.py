"""The portal's addresses and one page more: the bare view that every other page is compared with."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from kpis.models import Kpi

ROWS = engines["django"].from_string(
    "<!doctype html><title>bare</title><table>{% for kpi in kpis %}<tr><th>{{ kpi.name }}</th><td>{{ kpi.unit }}</td>"
    "<td>{{ kpi.starts_on }}</td><td>{{ kpi.weight }}</td></tr>{% endfor %}</table>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """One query, fifty rows, one template; behind the same middleware as everything else."""
    kpis = list(Kpi.objects.filter(relationship_id__in=request.viewer.relationship_ids[:2])[:50])
    return HttpResponse(ROWS.render({"kpis": kpis}, request))


urlpatterns = [path("bare/", bare, name="bare"), path("", include("portal.urls"))]
