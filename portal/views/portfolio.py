"""All relationships of an organisation on one page, and the same as a spreadsheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from kpis.spreadsheets.writing import as_csv, as_xlsx
from portal.charts.fairness_map import FairnessMap, draw_fairness_map
from portal.queries.portfolio import (
    CELLS,
    PER_PAGE,
    Asked,
    Totals,
    portfolio_movers,
    portfolio_page,
    portfolio_table,
    portfolio_totals,
)
from portal.templatetags.ui import figure
from relationships.access import Viewer, viewer_of
from relationships.models import Stage

COLUMNS: Final[dict[str, Promise]] = {
    "name": gettext_lazy("Relationship"),
    "counterparty": gettext_lazy("Other party"),
    "stage": gettext_lazy("Stage"),
    "value": gettext_lazy("Shared value"),
    "us": gettext_lazy("To us"),
    "them": gettext_lazy("To them"),
    "imbalance": gettext_lazy("Hidden imbalance"),
    "change": gettext_lazy("In a month"),
}
WORDS: Final = ("name", "counterparty", "stage")
STATES: Final = [
    ("", gettext_lazy("Whatever the score")),
    ("scored", gettext_lazy("Scored")),
    ("lopsided", gettext_lazy("Lopsided")),
    ("withheld", gettext_lazy("Withheld")),
    ("unscored", gettext_lazy("No score yet")),
]
FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Header:
    """A column with the address that sorts by it."""

    key: str
    label: str
    href: str
    direction: str
    is_number: bool


@dataclass(frozen=True)
class Place:
    """A relationship on the map."""

    href: str
    label: str
    customer: float
    provider: float


class PortfolioPages(Paginator):  # type: ignore[type-arg]
    """Pages of a portfolio whose number of rows is known already; a page asks for its own rows."""

    def __init__(self, viewer: Viewer, asked: Asked, *, count: int) -> None:
        super().__init__((), PER_PAGE)
        self.viewer, self.asked, self.count = viewer, asked, count

    def page(self, number: int | str) -> "Page[Any]":
        """The page of that number with its rows. Raises what a paginator raises."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        return Page(portfolio_page(self.viewer, self.asked, first, first + self.per_page), number, self)


@login_required
@require_GET
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every relationship one may read: figures, fairness, and what moved."""
    viewer, asked = viewer_of(request), Asked.of(request.GET)
    totals = portfolio_totals(viewer, asked)
    page = PortfolioPages(viewer, asked, count=totals.relationships).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    context = {
        "asked": asked,
        "totals": totals,
        "page": page,
        "headers": _headers(request, asked),
        "map": _map(rows, totals),
        "movers": portfolio_movers(viewer, asked) if totals.scored else [],
        "stages": Stage.choices,
        "states": STATES,
        "own_id": viewer.person.organisation_id,
        "exports": [(name.upper(), _export_address(request, name)) for name in FORMATS],
    }
    return render(request, "portal/portfolio.html", context)


def _headers(request: HttpRequest, asked: Asked) -> list[Header]:
    """Clicking the column that sorts turns it round; figures start with the lowest."""
    headers = []
    for name, label in COLUMNS.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{name}" if asked.sort == name else name
        direction = {name: "ascending", f"-{name}": "descending"}.get(asked.sort, "")
        headers.append(Header(name, str(label), f"?{query.urlencode()}", direction, name not in WORDS))
    return headers


def _map(rows: list[Any], totals: Totals) -> FairnessMap | None:
    if not totals.scored:
        return None
    return draw_fairness_map([_place(row) for row in rows if _is_scored(row)], totals.cells, cells=CELLS)


def _is_scored(row: Any) -> bool:
    standing = getattr(row, "standing", None)
    return standing is not None and standing.value_customer is not None


def _place(row: Any) -> Place:
    standing = row.standing
    label = _("%(name)s: shared value %(value)s, customer %(customer)s, provider %(provider)s") % {
        "name": row.name,
        "value": figure(standing.shared_value, 1),
        "customer": figure(standing.value_customer, 1),
        "provider": figure(standing.value_provider, 1),
    }
    return Place(
        reverse("overview", args=[row.pk]),
        label,
        float(standing.value_customer),
        float(standing.value_provider),
    )


def _export_address(request: HttpRequest, name: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["format"] = name
    return f"{reverse('portfolio_export')}?{query.urlencode()}"


@login_required
@require_GET
def portfolio_export(request: HttpRequest) -> HttpResponse:
    """The whole table as asked for, as CSV or XLSX."""
    name = request.GET.get("format", "csv")
    if name not in FORMATS:
        raise Http404
    rows = _rows(portfolio_table(viewer_of(request), Asked.of(request.GET)))
    content = as_xlsx(rows) if name == "xlsx" else b"".join(as_csv(rows))
    response = HttpResponse(content, content_type=FORMATS[name])
    today = timezone.localdate().isoformat()
    response["Content-Disposition"] = f'attachment; filename="portfolio-{today}.{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _rows(found: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    yield (
        _("Relationship"), _("Customer"), _("Provider"), _("Service"), _("Stage"), _("Score"), _("Shared value"),
        _("Value to us"), _("Value to them"), _("Hidden imbalance"), _("Change in a month"), _("As of"),
        _("Why withheld"),
    )  # fmt: skip
    stages = dict(Stage.choices)
    states = {"SCORED": _("Scored"), "WITHHELD": _("Withheld"), None: _("No score yet")}
    for name, customer, provider, service, stage, state, *figures in found:
        yield (name, customer, provider, service, str(stages[stage]), states[state], *figures)
