"""One reading's page: what was said and done about it, and how many questions it asks the database."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis import actions
from kpis.models import Dispute
from relationships import actions as relationship_actions
from relationships.models import Side
from relationships.subjects import parts_of
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

FIRST = date(2026, 1, 4)
PERIODS = (
    ("P0", date(2025, 12, 7), date(2026, 1, 3)),
    ("P1", FIRST, date(2026, 1, 31)),
    ("P2", date(2026, 2, 1), date(2026, 2, 28)),
)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast):
    """Measured in the periods of a named calendar, which cost one question more than months."""
    with acting(cast.amara, cast.own):
        calendar = actions.add_calendar(
            relationship=cast.own,
            name="Railway",
            periods=PERIODS,
            actor=cast.amara,
            side=Side.CUSTOMER,
            now=NOW,
        )
    goal = add_goal(cast.own, cast.amara)
    made = add_kpi(goal, cast.amara, frequency="CALENDAR", calendar=calendar, starts_on=date(2025, 12, 7))
    agree_band(made, cast.amara, cast.jonas)
    return made


def say(cast, kpi, text):
    with acting(cast.amara, cast.own):
        relationship_actions.comment(
            relationship=cast.own, actor=cast.amara, side=Side.CUSTOMER, now=NOW, text=text,
            about=f"reading:{kpi.pk}:{FIRST}",
        )  # fmt: skip


def fill(cast, kpi, count):
    """A reading corrected, disputed, supported by files and talked about so many times."""
    reading = report(kpi, cast.jonas, FIRST, 70)
    for number in range(count):
        with acting(cast.jonas, cast.own):
            reading = actions.submit_reading(
                kpi=kpi, period_start=FIRST, actor=cast.jonas, side=Side.PROVIDER, now=NOW,
                version=reading.version, value=71 + number,
            )  # fmt: skip
        with acting(cast.amara, cast.own):
            told = {"actor": cast.amara, "side": Side.CUSTOMER, "now": NOW}
            file = ContentFile(b"%PDF-1.4 x", name=f"{number}.pdf")
            actions.add_evidence(reading=reading, file=file, **told)
            actions.dispute_reading(
                reading=reading,
                version=reading.version,
                reason="Look again",
                claimed_value=Decimal(70),
                **told,
            )
            reading.refresh_from_db()
        say(cast, kpi, f"Remark {number} for @Jonas Weber")
    return reading


def questions(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    own = [
        query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]
    ]  # those of the test's transaction
    return len(own)


def test_at_most_twelve_questions_however_much_there_is(cast, kpi):
    client = client_for(cast.amara)
    reading = fill(cast, kpi, 1)
    measured = {"frequency": "CALENDAR", "calendar": kpi.calendar}
    report(add_kpi(kpi.goal, cast.amara, **measured), cast.jonas, FIRST, 5)
    cell = f"/kpis/{kpi.pk}/readings/{FIRST}/"
    with acting(cast.amara, cast.own):
        dispute = Dispute.objects.get()
    addresses = [
        cell,
        f"{cell}?beside=1",
        f"/kpis/{kpi.pk}/",
        f"/disputes/{dispute.pk}/resolution/",
        f"/readings/{reading.pk}/evidence/",
        f"/relationships/{cast.own.pk}/readings/newest/",
        f"/relationships/{cast.own.pk}/readings/confirmations/",
    ]
    client.get(cell)
    with_one = [questions(client, address) for address in addresses]
    assert max(with_one) <= 12
    with acting(cast.jonas, cast.own):
        for number in range(2):
            reading.refresh_from_db()
            actions.submit_reading(
                kpi=kpi, period_start=FIRST, actor=cast.jonas, side=Side.PROVIDER, now=NOW,
                version=reading.version, value=80 + number,
            )  # fmt: skip
    for number in range(2):
        say(cast, kpi, f"Another remark {number}")
        report(
            add_kpi(kpi.goal, cast.amara, f"KPI {number}", frequency="CALENDAR", calendar=kpi.calendar),
            cast.jonas,
            FIRST,
            5,
        )
    assert [questions(client, address) for address in addresses] == with_one


def test_a_readings_page_shows_what_happened_and_the_kpis_page_shows_it_too(cast, kpi):
    fill(cast, kpi, 1)
    report(kpi, cast.jonas, date(2026, 2, 1), 90)
    client = client_for(cast.amara)

    def texts(address):
        return [entry.text for entry in client.get(address).context["entries"]]

    of_reading = texts(f"/kpis/{kpi.pk}/readings/{FIRST}/")
    name = "“First-contact resolution”"
    assert f"reported P1 of {name}" in of_reading
    assert f"corrected P1 of {name}" in of_reading
    assert "Remark 0 for @Jonas Weber" in of_reading
    assert any("disputed" in text for text in of_reading)
    assert any("attached “0.pdf”" in text for text in of_reading)
    assert f"reported P2 of {name}" not in of_reading
    of_kpi = texts(f"/kpis/{kpi.pk}/")
    assert {*of_reading, f"reported P2 of {name}", f"added the KPI {name}"} <= set(of_kpi)
    page = client.get(f"/kpis/{kpi.pk}/").content.decode()
    assert "About a reading" in page
    assert "About a reading" not in client.get(f"/kpis/{kpi.pk}/readings/{FIRST}/").content.decode()


def test_the_drawer_counts_what_was_said_alone(cast, kpi):
    fill(cast, kpi, 1)
    page = client_for(cast.amara).get(f"/kpis/{kpi.pk}/readings/{FIRST}/?beside=1").content.decode()
    assert "1 comment ·" in page


def test_readings_of_a_kpi_with_a_longer_number_are_not_its_own():
    assert parts_of("kpi:1") == "reading:1:"
    assert parts_of("kpi:1:2") == parts_of("reading:1:2026-01-01") == parts_of("goal:1") == parts_of("") == ""
