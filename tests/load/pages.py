"""Pages, one after the other, each beside the bare view in the same run. Add a line to PAGES for a new one."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from accounts.models import Person
from kpis.models import Kpi, Reading
from relationships.access import look_up_viewer
from tests.load.stopwatch import Report, chapter, percentile

ASKS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
LEAD, EXECUTIVE, ADMINISTRATOR = "lead", "executive", "administrator"
# Label, who looks, name of the address, what fills it (of search: the words), goal of p95 in ms.
PAGES: tuple[tuple[str, str, str, str, int], ...] = (
    ("home", LEAD, "home", "", 50),
    ("overview", LEAD, "overview", "relationship", 50),
    ("goals and KPIs", LEAD, "kpis:goals", "relationship", 50),
    ("KPI page of 36 periods", LEAD, "kpis:kpi", "kpi", 40),
    ("grid of 40 KPIs × 12 periods", LEAD, "kpis:grid", "relationship", 80),
    ("one reading", LEAD, "kpis:reading", "reading", 50),
    ("shared value", LEAD, "value:score", "relationship", 50),
    ("timeline", LEAD, "relationships:timeline", "relationship", 50),
    ("agreements", LEAD, "agreements", "relationship", 50),
    ("contracts", LEAD, "relationships:contracts", "relationship", 50),
    ("people", LEAD, "relationships:people", "relationship", 50),
    ("score runs", ADMINISTRATOR, "value:runs", "", 50),
    ("home of an executive of 10,000", EXECUTIVE, "home", "", 100),
    ("portfolio of 10,000", EXECUTIVE, "portfolio", "", 100),
    ("search in 10,000, a word of every relationship", EXECUTIVE, "search", "Scale", 100),
    ("search in 10,000, a word of one relationship", EXECUTIVE, "search", "04711", 100),
    ("search in 10,000, a word that is nowhere", EXECUTIVE, "search", "zebra", 100),
    ("search in 10,000, two letters", EXECUTIVE, "search", "qz", 100),
)


@dataclass
class Rows:
    """What fills the addresses."""

    relationship: int
    kpi: int
    reading: tuple[int, str]

    def of(self, noun: str) -> list[Any]:
        if noun == "reading":
            return list(self.reading)
        return [getattr(self, noun)] if noun else []


def measure(report: Report, requests: int) -> None:
    """Every page of PAGES, and saving one cell."""
    people, rows = _people(), _rows()
    clients = {name: _client(person) for name, person in people.items()}
    with (
        override_settings(ROOT_URLCONF="tests.load.urls"),
        chapter("Pages: p50, p95, times the bare view, queries"),
    ):
        for label, who, name, noun, goal in PAGES:
            url = reverse(name) + f"?q={noun}" if name == "search" else reverse(name, args=rows.of(noun))
            _page(report, label, clients[who], lambda c, u=url: c.get(u), requests, goal)
        _page(report, "saving one cell", clients[LEAD], _saving(rows), requests, 30)


def _page(
    report: Report, label: str, client: Client, ask: Callable[[Client], Any], requests: int, goal: int
) -> None:
    for _warm in range(3):
        response = ask(client)
    if response.status_code not in (200, 302, 303):
        report.add(label, f"answered {response.status_code}", f"p95 under {goal} ms")
        return
    with CaptureQueriesContext(connection) as captured:
        ask(client)
    queries = sum(q["sql"].lstrip().startswith(ASKS) for q in captured)
    own, bare = [], []
    for _request in range(requests):
        bare.append(_ms(lambda: client.get("/bare/")))
        own.append(_ms(lambda: ask(client)))
    middle = statistics.median(own)
    report.add(
        label,
        f"p50 {middle:.1f} ms, p95 {percentile(own, 0.95):.1f} ms,"
        f" {middle / statistics.median(bare):.1f} × bare, {queries} queries",
        f"p95 under {goal} ms, at most 12 queries",
    )


def _ms(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _client(person: Person) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def _people() -> dict[str, Person]:
    loaded = Person.objects.filter(email__endswith="@load.example").order_by("pk")
    executive = loaded.get(is_executive=True)
    lead = loaded.filter(
        organisation=executive.organisation, is_executive=False, is_organisation_admin=False
    ).first()
    assert lead is not None
    return {EXECUTIVE: executive, LEAD: lead, ADMINISTRATOR: loaded.get(is_organisation_admin=True)}


def _rows() -> Rows:
    """A relationship of the lead, its first KPI, and the newest reading of that."""
    ids = look_up_viewer(_people()[LEAD]).relationship_ids
    kpis = Kpi.objects.using("batch").filter(relationship=ids[0])
    kpi = kpis.get(position=0)
    newest = (
        Reading.objects.using("batch")
        .filter(kpi=kpi, state="CONFIRMED", value__isnull=False)
        .latest("period_start")
    )
    return Rows(ids[0], kpi.pk, (kpi.pk, newest.period_start.isoformat()))


def _saving(rows: Rows) -> Callable[[Client], Any]:
    """Saves another value in the same cell each time, as the grid does."""
    kpi_id, day = rows.reading
    turn = iter(range(10_000_000))
    url = reverse("kpis:reading", args=[kpi_id, day])

    def save(client: Client) -> Any:
        reading = Reading.objects.using("batch").get(kpi=kpi_id, period_start=day)
        given = {"said": f"{80 + next(turn) % 15}.5", "version": str(reading.version)}
        return client.post(url, given, headers={"HX-Request": "true"})

    return save
