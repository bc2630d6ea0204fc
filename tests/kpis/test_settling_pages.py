"""The other side's answer: confirming in one go, disputing a line, ending a dispute, files for and against."""

from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.models import Dispute, Evidence, Reading
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

FEBRUARY, JANUARY = date(2026, 2, 1), date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def kpi(cast):
    kpi = add_kpi(add_goal(cast.own, cast.amara), cast.amara)
    agree_band(kpi, cast.amara, cast.jonas)
    return kpi


@pytest.fixture
def readings(cast, kpi):
    return [report(kpi, cast.lena, JANUARY, 71), report(kpi, cast.lena, FEBRUARY, 75)]


def confirm(cast, person, data):
    return client_for(person).post(reverse("kpis:confirmations", args=[cast.own.pk]), data)


def seen(*readings):
    return [f"{reading.pk}:{reading.version}" for reading in readings]


def states(cast, readings):
    with acting(cast.jonas, cast.own):
        found = {reading.pk: reading.state for reading in Reading.objects.all()}
    return [found[reading.pk] for reading in readings]


def test_the_other_side_sees_what_waits(cast, readings):
    page = client_for(cast.priya).get(reverse("kpis:confirmations", args=[cast.own.pk])).content.decode()
    assert "2 readings of the other side wait" in page
    assert page.count('name="reading"') == 2
    assert "17 Mar 2026" in page or "Deemed on" in page
    own = client_for(cast.lena).get(reverse("kpis:confirmations", args=[cast.own.pk])).content.decode()
    assert "Nothing waits for you here" in own
    executive = client_for(cast.helen).get(reverse("kpis:confirmations", args=[cast.own.pk])).content.decode()
    assert 'name="reading"' not in executive
    assert (
        "Confirm 2 readings"
        in client_for(cast.priya).get(reverse("kpis:grid", args=[cast.own.pk])).content.decode()
    )


def test_confirming_some(cast, readings):
    response = confirm(cast, cast.priya, {"reading": seen(readings[0])})
    assert response.status_code == 302
    assert states(cast, readings) == ["CONFIRMED", "SUBMITTED"]


def test_confirming_all(cast, readings):
    assert confirm(cast, cast.priya, {"shown": seen(*readings), "all": "1"}).status_code == 302
    assert states(cast, readings) == ["CONFIRMED", "CONFIRMED"]


def test_a_second_press_changes_nothing(cast, readings):
    data = {"reading": seen(*readings)}
    assert [confirm(cast, cast.priya, data).status_code for _press in range(2)] == [302, 302]
    assert states(cast, readings) == ["CONFIRMED", "CONFIRMED"]


def test_nothing_ticked_is_said(cast, readings):
    for data in ({}, {"reading": ["x", "1:", ":1", "9" * 30 + ":1"]}):
        response = confirm(cast, cast.priya, data)
        assert response.status_code == 422
        assert "Tick the readings that you confirm." in response.content.decode()


def test_a_value_corrected_meanwhile_is_not_confirmed_unseen(cast, kpi, readings):
    data = {"reading": seen(*readings)}
    client_for(cast.lena).post(
        reverse("kpis:reading", args=[kpi.pk, FEBRUARY]), {"said": "99", "version": "1"}
    )
    response = confirm(cast, cast.priya, data)
    assert response.status_code == 409
    assert "was corrected after you opened this page" in response.content.decode()
    assert response.content.decode().count(" checked") == 2
    assert states(cast, readings) == ["SUBMITTED", "SUBMITTED"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("lena", 403), ("jonas", 403), ("helen", 403), ("recipient", 403), ("outsider", 404), ("amara", 302)],
)
def test_only_the_other_side_confirms(cast, readings, who, status):
    assert confirm(cast, cast.person(who), {"reading": seen(readings[0])}).status_code == status


def test_a_foreign_reading_cannot_be_named(cast, readings):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    theirs = report(foreign, cast.rival_provider, FEBRUARY, 1)
    assert confirm(cast, cast.priya, {"reading": [*seen(theirs), *seen(*readings)]}).status_code == 409
    assert states(cast, readings) == ["SUBMITTED", "SUBMITTED"]


def test_afterwards_one_is_back_where_one_came_from(cast, readings):
    back = f"/relationships/{cast.own.pk}/readings/?mine=1"
    response = confirm(cast, cast.priya, {"reading": seen(readings[0]), "next": back})
    assert response.headers["Location"] == back


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_but_never_elsewhere(cast, readings, where):
    response = confirm(cast, cast.priya, {"reading": seen(readings[0]), "next": where})
    assert response.headers["Location"] == reverse("kpis:confirmations", args=[cast.own.pk])


def test_the_list_asks_no_more_for_more_readings(cast, kpi, readings):
    def count() -> int:
        client = client_for(cast.priya)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("kpis:confirmations", args=[cast.own.pk])).status_code == 200
        return len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]])

    with_two = count()
    for month in (10, 11, 12):
        report(kpi, cast.lena, date(2025, month, 1), 70)
    assert count() == with_two
    assert with_two <= 12


def dispute(person, reading, **data):
    return client_for(person).post(
        reverse("kpis:dispute", args=[reading.pk]), {"version": reading.version} | data
    )


def test_disputing_a_line_with_the_value_we_see(cast, kpi, readings):
    response = dispute(cast.priya, readings[1], reason="14 calls were reopened", claimed="68,5")
    assert response.headers["Location"] == reverse("kpis:reading", args=[kpi.pk, FEBRUARY])
    assert states(cast, readings) == ["SUBMITTED", "DISPUTED"]
    with acting(cast.jonas, cast.own):
        found = Dispute.objects.get()
    assert (str(found.claimed_value), found.reason, found.side) == (
        "68.500000",
        "14 calls were reopened",
        "CUSTOMER",
    )
    page = client_for(cast.lena).get(reverse("kpis:reading", args=[kpi.pk, FEBRUARY])).content.decode()
    assert "14 calls were reopened" in page
    assert "Answer the dispute" in page
    own = client_for(cast.priya).get(reverse("kpis:reading", args=[kpi.pk, FEBRUARY])).content.decode()
    assert "Withdraw or settle the dispute" in own
    assert "Answer the dispute" not in own


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reason": "", "claimed": "68"}, "required"),
        ({"reason": "  ", "claimed": "68"}, "required"),
        ({"reason": "Why", "claimed": "lots"}, "is not a number"),
        ({"reason": "Why", "claimed": "1e400"}, "is not a number"),
        ({"reason": "Why", "claimed": "9" * 20}, "too large"),
    ],
)
def test_a_refused_dispute_keeps_what_was_written(cast, readings, data, said):
    response = dispute(cast.priya, readings[1], **data)
    body = response.content.decode()
    assert response.status_code == 422
    assert said in body
    assert f'value="{data["claimed"]}"' in body
    assert states(cast, readings) == ["SUBMITTED", "SUBMITTED"]


def test_a_dispute_of_an_older_version_shows_the_new_value(cast, kpi, readings):
    client_for(cast.lena).post(
        reverse("kpis:reading", args=[kpi.pk, FEBRUARY]), {"said": "99", "version": "1"}
    )
    response = dispute(cast.priya, readings[1], reason="Too low")
    body = response.content.decode()
    assert response.status_code == 409
    assert "It now says 99.0." in body
    assert "Too low</textarea>" in body
    assert 'name="version" value="2"' in body


def test_a_second_dispute_is_told_so(cast, readings):
    dispute(cast.priya, readings[1], reason="One")
    with acting(cast.jonas, cast.own):
        readings[1].refresh_from_db()
    response = dispute(cast.amara, readings[1], reason="Two")
    assert response.status_code == 409
    assert "Nothing waits here" in response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("lena", 403), ("helen", 403), ("outsider", 404), ("amara", 302)]
)
def test_only_the_other_side_disputes(cast, readings, who, status):
    assert dispute(cast.person(who), readings[1], reason="Why").status_code == status


def resolve(cast, person, **data):
    with acting(cast.jonas, cast.own):
        found = Dispute.objects.get()
    return client_for(person).post(reverse("kpis:dispute_resolution", args=[found.pk]), data)


@pytest.mark.parametrize(
    ("who", "resolution", "state"),
    [
        ("priya", "UPHELD", "CONFIRMED"),
        ("amara", "WITHDRAWN", "SUBMITTED"),
        ("lena", "CORRECTED", "SUBMITTED"),
    ],
)
def test_each_side_ends_a_dispute_in_its_own_way(cast, readings, who, resolution, state):
    dispute(cast.priya, readings[1], reason="Why", claimed="68")
    assert resolve(cast, cast.person(who), resolution=resolution, note="Agreed by phone").status_code == 302
    assert states(cast, readings)[1] == state
    with acting(cast.jonas, cast.own):
        assert Dispute.objects.get().resolution == resolution
        assert Reading.objects.get(pk=readings[1].pk).value == (68 if resolution == "CORRECTED" else 75)


@pytest.mark.parametrize(
    ("who", "resolution", "status"),
    [("lena", "UPHELD", 422), ("lena", "WITHDRAWN", 422), ("priya", "CORRECTED", 422), ("helen", "UPHELD", 403),
     ("outsider", "UPHELD", 404)],
)  # fmt: skip
def test_and_not_in_that_of_the_other(cast, readings, who, resolution, status):
    dispute(cast.priya, readings[1], reason="Why", claimed="68")
    assert resolve(cast, cast.person(who), resolution=resolution).status_code == status
    assert states(cast, readings)[1] == "DISPUTED"


def test_without_a_claim_the_reporting_side_is_led_to_the_correction(cast, kpi, readings):
    dispute(cast.priya, readings[1], reason="Why")
    with acting(cast.jonas, cast.own):
        found = Dispute.objects.get()
    page = client_for(cast.lena).get(reverse("kpis:dispute_resolution", args=[found.pk])).content.decode()
    assert "Correct the reading" in page
    assert 'name="resolution"' not in page


def test_a_dispute_ends_once(cast, readings):
    dispute(cast.priya, readings[1], reason="Why", claimed="68")
    resolve(cast, cast.lena, resolution="CORRECTED")
    response = resolve(cast, cast.priya, resolution="UPHELD")
    assert response.status_code == 422
    assert "already ended" in response.content.decode()


def test_the_history_names_everybody(cast, kpi, readings):
    dispute(cast.priya, readings[1], reason="Why", claimed="68")
    with time_machine.travel(NOW.replace(hour=11), tick=False):
        resolve(cast, cast.jonas, resolution="CORRECTED")
    with time_machine.travel(NOW.replace(hour=12), tick=False):
        with acting(cast.jonas, cast.own):
            reading = Reading.objects.get(pk=readings[1].pk)
        confirm(cast, cast.amara, {"reading": seen(reading)})
        page = client_for(cast.lena).get(reverse("kpis:reading", args=[kpi.pk, FEBRUARY])).content.decode()
    history = page.partition('id="history"')[2].partition("</table>")[0]
    names = [
        name for name in ("Amara Okafor", "Jonas Weber", "Priya Nair", "Lena Fischer") if name in history
    ]
    order = sorted(names, key=history.index)
    assert order == ["Amara Okafor", "Jonas Weber", "Priya Nair", "Lena Fischer"]


def attach(person, reading, name, content):
    file = SimpleUploadedFile(name, content)
    return client_for(person).post(reverse("kpis:evidence_new", args=[reading.pk]), {"file": file})


def only_evidence(cast):
    with acting(cast.jonas, cast.own):
        return Evidence.objects.get()


@pytest.mark.parametrize("who", ["lena", "priya"])
def test_either_side_attaches_evidence_and_both_get_it_as_an_attachment(cast, kpi, readings, who):
    assert attach(cast.person(who), readings[1], "log of calls.txt", b"14 calls").status_code == 302
    found = only_evidence(cast)
    for reader in (cast.lena, cast.helen):
        response = client_for(reader).get(reverse("kpis:evidence", args=[found.pk]))
        assert b"".join(response.streaming_content) == b"14 calls"
        assert response.headers["Content-Disposition"] == 'attachment; filename="log-of-calls.txt"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client_for(cast.outsider).get(reverse("kpis:evidence", args=[found.pk])).status_code == 404
    assert client_for(cast.recipient).get(reverse("kpis:evidence", args=[found.pk])).status_code == 403
    assert "log of calls.txt" in client_for(cast.priya).get(
        reverse("kpis:reading", args=[kpi.pk, FEBRUARY])
    ).content.decode()  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.html", b"<!doctype html><p>"),
        ("a.exe", b"MZ\x00\x01"),
        ("a.txt", b""),
    ],
)
def test_what_a_browser_would_run_is_refused_at_the_field(cast, readings, name, content):
    response = attach(cast.lena, readings[1], name, content)
    assert response.status_code == 422
    assert "field-error" in response.content.decode()


def test_no_file_at_all(cast, readings):
    response = client_for(cast.lena).post(reverse("kpis:evidence_new", args=[readings[1].pk]))
    assert response.status_code == 422


def test_a_lost_file_is_not_found(cast, readings):
    attach(cast.lena, readings[1], "a.txt", b"x")
    found = only_evidence(cast)
    found.file.storage.delete(found.file.name)
    assert client_for(cast.lena).get(reverse("kpis:evidence", args=[found.pk])).status_code == 404
