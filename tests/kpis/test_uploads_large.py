"""Large uploads: taken in by a worker, with progress, killed and run again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from kpis.actions import upload_application
from kpis.models import Kpi, Reading, Upload
from kpis.tasks_uploads import apply, resume
from relationships.models import Seat, TimelineEntry
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band
from tests.kpis.test_uploads import send, take, upload_of

FIRST = date(2018, 1, 1)
DAYS = 2_600


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def daily(cast) -> Kpi:
    kpi = add_kpi(
        add_goal(cast.own, cast.amara), cast.amara, reference="D1", frequency="DAY", starts_on=FIRST
    )
    agree_band(kpi, cast.amara, cast.jonas, effective_from=FIRST)
    return kpi


def days(*, bad: tuple[int, ...] = ()) -> str:
    """One row a day; the days named say nothing that could be read."""
    rows = [f"D1,{FIRST + timedelta(days=n)},{'lost' if n in bad else 60 + n % 40}" for n in range(DAYS)]
    return "\n".join(["KPI,Period,Value", *rows])


def run(cast, upload: Upload) -> None:
    """What the worker does."""
    apply(upload_id=upload.pk, relationship_id=cast.own.pk, person_id=cast.lena.pk)


def standing(cast) -> list[int]:
    with acting(cast.lena, cast.own):
        return list(Reading.objects.order_by("period_start").values_list("version", flat=True))


def test_a_large_file_waits_for_the_worker_and_shows_how_far_it_is(cast, daily):
    page = send(cast.lena, cast.own, days(bad=(2_500,)))
    assert "Checked so far: up to row 2,001 of 2,601" in page.text
    page = take(cast.lena, upload_of(cast.lena, cast.own), "good")
    upload = upload_of(cast.lena, cast.own)
    assert upload.state == "APPLYING"
    assert "Taken in up to row 0 of 2,601" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    progress = reverse("kpis:upload_progress", args=[upload.pk])
    client = client_for(cast.lena)
    assert client.get(progress).headers["Location"] == reverse("kpis:upload", args=[upload.pk])
    assert "<progress" in client.get(progress, HTTP_HX_REQUEST="true").text
    run(cast, upload)
    answer = client.get(progress, HTTP_HX_REQUEST="true")
    assert answer.headers["HX-Redirect"] == reverse("kpis:upload", args=[upload.pk])
    done = upload_of(cast.lena, cast.own)
    assert (done.state, done.rows_good, done.rows_bad) == ("APPLIED", DAYS - 1, 1)
    assert [entry["row"] for entry in done.report] == [2_502]
    assert standing(cast) == [1] * (DAYS - 1)


def test_all_or_nothing_finds_the_bad_row_at_the_end_and_takes_nothing(cast, daily):
    send(cast.lena, cast.own, days(bad=(2_599,)))
    take(cast.lena, upload_of(cast.lena, cast.own), "all")
    run(cast, upload_of(cast.lena, cast.own))
    done = upload_of(cast.lena, cast.own)
    assert (done.state, done.rows_good, done.rows_bad) == ("REFUSED", DAYS - 1, 1)
    assert standing(cast) == []


def test_all_or_nothing_takes_everything(cast, daily):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), "all")
    run(cast, upload_of(cast.lena, cast.own))
    assert upload_of(cast.lena, cast.own).state == "APPLIED"
    assert standing(cast) == [1] * DAYS


class Killed(Exception):
    """Stands for a worker that is gone from one line to the next."""


@pytest.mark.django_db(transaction=True, databases=["default", "batch"])
@pytest.mark.parametrize("dies_at", [1, 2, 3])
@pytest.mark.parametrize("rows", ["good", "all"])
def test_a_killed_worker_is_taken_over_and_nothing_is_reported_twice(cast, daily, monkeypatch, dies_at, rows):
    send(cast.lena, cast.own, days(bad=(5,) if rows == "good" else ()))
    take(cast.lena, upload_of(cast.lena, cast.own), rows)
    upload = upload_of(cast.lena, cast.own)
    monkeypatch.setattr(upload_application, "AT_ONCE", 1_000)
    submit, calls = upload_application.submit_readings_in_bulk, []

    def dying(**given):
        calls.append(len(given["rows"]))
        if len(calls) == dies_at:
            raise Killed
        return submit(**given)

    monkeypatch.setattr(upload_application, "submit_readings_in_bulk", dying)
    with pytest.raises(Killed):
        run(cast, upload)
    assert upload_of(cast.lena, cast.own).state == "APPLYING"
    kept = len(standing(cast))
    assert kept == (max(0, 1_000 * (dies_at - 1) - 1) if rows == "good" else 0)
    assert resume() == 0  # whoever has just begun is left alone
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        assert resume() == 1
    done = upload_of(cast.lena, cast.own)
    expected = DAYS - 1 if rows == "good" else DAYS
    assert (done.state, done.rows_good, done.rows_bad) == ("APPLIED", expected, DAYS - expected)
    assert standing(cast) == [1] * expected
    with acting(cast.lena, cast.own):
        assert TimelineEntry.objects.filter(text__startswith="reported ").count() == 3
    assert resume() == 0


@pytest.mark.django_db(transaction=True, databases=["default", "batch"])
@pytest.mark.parametrize("rows", ["good", "all"])
def test_two_workers_at_once_report_everything_once(cast, daily, monkeypatch, rows):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), rows)
    upload = upload_of(cast.lena, cast.own)
    monkeypatch.setattr(upload_application, "AT_ONCE", 400)

    def work(_worker: int) -> None:
        try:
            run(cast, upload)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    assert upload_of(cast.lena, cast.own).state == "APPLIED"
    assert upload_of(cast.lena, cast.own).rows_good == DAYS
    assert standing(cast) == [1] * DAYS


def test_running_it_again_changes_nothing(cast, daily):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), "good")
    upload = upload_of(cast.lena, cast.own)
    run(cast, upload)
    run(cast, upload)
    assert standing(cast) == [1] * DAYS


def test_whose_role_ended_meanwhile_reports_nothing_more(cast, daily):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), "good")
    with acting(cast.jonas, cast.own):
        Seat.objects.filter(person=cast.lena).update(ended_at=NOW)
    run(cast, upload_of(cast.jonas, cast.own))
    done = upload_of(cast.jonas, cast.own)
    assert done.state == "REFUSED"
    assert "may no longer report" in done.report[0]["text"]
    with acting(cast.jonas, cast.own):
        assert Reading.objects.count() == 0


def test_the_check_tells_how_far_it_is(cast, daily, monkeypatch):
    monkeypatch.setattr(upload_application, "TOLD_EVERY", 1_000)
    send(cast.lena, cast.own, days(bad=(1,)))
    take(cast.lena, upload_of(cast.lena, cast.own), "all")
    seen: list[int] = []
    settle = upload_application._settle

    def looking(upload, said, now):
        seen.append(upload_of(cast.lena, cast.own).rows_done)
        settle(upload, said, now)

    monkeypatch.setattr(upload_application, "_settle", looking)
    run(cast, upload_of(cast.lena, cast.own))
    assert seen == [2_001]


def test_a_row_refused_at_the_last_moment_takes_everything_back(cast, daily, monkeypatch):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), "all")
    check = upload_application._check_every_row

    def checked_and_then_shortened(upload, reader, now):
        good = check(upload, reader, now)
        Kpi.objects.filter(pk=daily.pk).update(ends_on=FIRST + timedelta(days=DAYS - 2))
        return good

    monkeypatch.setattr(upload_application, "_check_every_row", checked_and_then_shortened)
    run(cast, upload_of(cast.lena, cast.own))
    done = upload_of(cast.lena, cast.own)
    assert (done.state, done.rows_good, done.rows_bad) == ("REFUSED", DAYS - 1, 1)
    assert [(said["row"], said["column"]) for said in done.report] == [(2_601, "B: Period")]
    assert standing(cast) == []


def test_a_file_that_can_no_longer_be_opened_is_refused_in_words(cast, daily):
    send(cast.lena, cast.own, days())
    take(cast.lena, upload_of(cast.lena, cast.own), "good")
    with acting(cast.lena, cast.own):
        Upload.objects.update(content=b"%PDF-1.7")
    run(cast, upload_of(cast.lena, cast.own))
    done = upload_of(cast.lena, cast.own)
    assert (done.state, done.report[0]["text"][:27]) == ("REFUSED", "This is not a spreadsheet. ")


def test_a_log_is_counted_once_even_when_it_is_large(cast, daily):
    kpi = add_kpi(daily.goal, cast.amara, name="Solved in time", reference="S1", entry="RATIO")
    rows = [f"I{n},{5 + n % 20:02d}-01-2026,{'TRUE' if n % 4 else 'FALSE'}" for n in range(2_100)]
    rows.append("I0,yesterday,TRUE")
    send(cast.lena, cast.own, "\n".join(["number,opened_at,made_sla", *rows]))
    upload = upload_of(cast.lena, cast.own)
    assert upload.rows_good == 1
    take(cast.lena, upload, "good")
    run(cast, upload)
    with acting(cast.lena, cast.own):
        reading = Reading.objects.get(kpi=kpi)
        assert (reading.numerator, reading.denominator) == (1_575, 2_100)
