"""Uploading readings: the file, its columns, the preview, what is taken and what the report says."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from kpis.models import ColumnMapping, Kpi, Reading, Upload
from kpis.spreadsheets.mapping import Mapping
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

GOOD = "KPI,Period,Value,Note\nK1,Jan 2026,75,storm week\nK1,2026-02,82,\n"
MISTAKES = (
    "KPI,Period,Value\nK1,Oct 2025,71\nK1,Nov 2025,72\nK9,Dec 2025,73\nK1,Dec 2025,seventy\n"
    "K1,Jan 2026,75\nK1,Apr 2026,80\nK1,Feb 2026,81\n"
)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kpi(cast) -> Kpi:
    """A monthly KPI of the provider with an agreed band of 60, 70, 80."""
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
    agree_band(made, cast.amara, cast.jonas)
    return made


def send(person, relationship, text: str | bytes, name: str = "readings.csv"):
    """Sends a file as a person; follows to the upload's page."""
    content = text.encode() if isinstance(text, str) else text
    return client_for(person).post(
        reverse("kpis:uploads", args=[relationship.pk]),
        {"file": SimpleUploadedFile(name, content)},
        follow=True,
    )


def upload_of(person, relationship) -> Upload:
    """The newest upload."""
    with acting(person, relationship):
        return Upload.objects.select_related("relationship", "uploaded_by").first()


def take(person, upload: Upload, rows: str = "all"):
    """Presses one of the buttons under the preview."""
    address = reverse("kpis:upload_application", args=[upload.pk])
    return client_for(person).post(address, {"rows": rows}, follow=True)


def readings(person, kpi: Kpi) -> list[tuple[date, str, int | None]]:
    """What stands, oldest first: first day, value, verdict."""
    with acting(person, kpi.relationship):
        found = Reading.objects.filter(kpi=kpi).order_by("period_start")
        return [(r.period_start, f"{r.value.normalize():f}", r.verdict) for r in found]


def test_a_clear_file_is_previewed_with_verdicts_and_taken(cast, kpi):
    page = send(cast.lena, cast.own, GOOD)
    assert page.status_code == 200
    assert "Approaching" in page.text
    assert "Report 2 readings for Brightwater" in page.text
    assert readings(cast.lena, kpi) == []
    answer = take(cast.lena, upload_of(cast.lena, cast.own))
    assert "2 readings were taken." in answer.text
    assert readings(cast.lena, kpi) == [(date(2026, 1, 1), "75", 2), (date(2026, 2, 1), "82", 3)]
    upload = upload_of(cast.lena, cast.own)
    assert (upload.state, upload.rows_good, upload.rows_bad, upload.applied_at) == ("APPLIED", 2, 0, NOW)


def test_the_good_rows_alone_are_taken_and_the_report_names_row_column_and_reason(cast, kpi):
    page = send(cast.lena, cast.own, MISTAKES)
    upload = upload_of(cast.lena, cast.own)
    said = [(entry["row"], entry["column"], entry["text"]) for entry in upload.report]
    assert said == [
        (4, "A: KPI", "No KPI has the reference or name “K9”."),
        (5, "C: Value", "“seventy” is not a number."),
        (7, "B: Period", "This period runs until 30 Apr 2026; its value cannot be known yet."),
    ]
    for _row, column, text in said:
        assert column in page.text
        assert text in page.text
    assert "from 1 Apr 2026" in page.text  # the period of the last one, as people write days
    answer = take(cast.lena, upload, "good")
    assert "4 readings were taken." in answer.text
    assert [first.month for first, *_ in readings(cast.lena, kpi)] == [10, 11, 1, 2]
    after = upload_of(cast.lena, cast.own)
    assert (after.state, after.rows_good, after.rows_bad, len(after.report)) == ("APPLIED", 4, 3, 3)


def test_all_or_nothing_takes_nothing_and_the_good_rows_can_still_be_taken(cast, kpi):
    send(cast.lena, cast.own, MISTAKES)
    answer = take(cast.lena, upload_of(cast.lena, cast.own), "all")
    assert "Nothing was taken" in answer.text
    assert readings(cast.lena, kpi) == []
    refused = upload_of(cast.lena, cast.own)
    assert (refused.state, refused.rows_bad, refused.applied_at) == ("REFUSED", 3, None)
    take(cast.lena, refused, "good")
    assert len(readings(cast.lena, kpi)) == 4


def test_a_second_press_takes_nothing_again(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    upload = upload_of(cast.lena, cast.own)
    take(cast.lena, upload)
    assert take(cast.lena, upload).status_code == 409
    assert len(readings(cast.lena, kpi)) == 2


def test_the_same_file_twice_changes_nothing(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    take(cast.lena, upload_of(cast.lena, cast.own))
    page = send(cast.lena, cast.own, GOOD)
    assert page.text.count("stands already") == 2
    take(cast.lena, upload_of(cast.lena, cast.own))
    with acting(cast.lena, cast.own):
        assert list(Reading.objects.values_list("version", flat=True)) == [1, 1]


def test_the_preview_says_what_is_replaced(cast, kpi):
    report(kpi, cast.lena, date(2026, 1, 1), 70)
    page = send(cast.lena, cast.own, GOOD)
    assert "replaces 70.0" in page.text


def test_columns_that_are_not_clear_are_asked_for_and_remembered(cast, kpi):
    text = "Kennzahl;Monat;Ergebnis\nK1;Jan 2026;75,5\n"
    page = send(cast.lena, cast.own, text)
    assert "Which column means what?" in page.text
    upload = upload_of(cast.lena, cast.own)
    assert upload.state == "MAPPING"
    client = client_for(cast.lena)
    address = reverse("kpis:upload_mapping", args=[upload.pk])
    said = {"layout": "long", "kpi": 0, "period": 1, "decimal_mark": ",", "date_order": "DMY"}
    refused = client.post(address, said)
    assert refused.status_code == 422
    assert "Choose the column with the value" in refused.text
    client.post(address, {**said, "value": 2})
    take(cast.lena, upload)
    assert readings(cast.lena, kpi) == [(date(2026, 1, 1), "75.5", 2)]
    again = send(cast.lena, cast.own, text.replace("Jan", "Feb"))
    assert "its columns are remembered" in again.text
    assert upload_of(cast.lena, cast.own).state == "PREVIEWED"


def test_a_remembered_mapping_of_a_kpi_that_is_gone_is_guessed_anew(cast, kpi):
    send(cast.lena, cast.own, "Period,Result of the month\nJan 2026,75\n")
    upload = upload_of(cast.lena, cast.own)
    with acting(cast.lena, cast.own):
        ColumnMapping.objects.create(
            relationship=cast.own, side="PROVIDER", source=upload.source, saved_at=NOW,
            mapping=Mapping(one_kpi=kpi.pk + 999, period=0, value=1).as_json(),
        )  # fmt: skip
    page = send(cast.lena, cast.own, "Period,Result of the month\nJan 2026,75\n")
    assert "Which column means what?" in page.text


def test_each_side_has_its_own_memory_of_columns(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    upload = upload_of(cast.lena, cast.own)
    address = reverse("kpis:upload_mapping", args=[upload.pk])
    said = {"layout": "long", "kpi": 0, "period": 1, "value": 2, "decimal_mark": ".", "date_order": "DMY"}
    client_for(cast.lena).post(address, said)
    page = send(cast.priya, cast.own, GOOD)
    assert "remembered" not in page.text
    assert "is reported by the other side" in page.text


def test_a_wide_table(cast, kpi):
    other = add_kpi(kpi.goal, cast.amara, name="Calls answered", reference="K2")
    page = send(cast.lena, cast.own, "Month,First-contact resolution,K2\nJan 2026,75,91\nFeb 2026,,92\n")
    assert "Report 3 readings" in page.text
    take(cast.lena, upload_of(cast.lena, cast.own))
    assert [value for _first, value, _verdict in readings(cast.lena, kpi)] == ["75"]
    assert [value for _first, value, _verdict in readings(cast.lena, other)] == ["91", "92"]


def test_a_log_of_events_is_counted_into_a_share_per_month(cast, kpi):
    in_time = add_kpi(kpi.goal, cast.amara, name="Solved in time", reference="K3", entry="RATIO")
    log = (
        "number,opened_at,made_sla\nINC1,05-01-2026 10:00,FALSE\nINC1,05-01-2026 10:00,TRUE\n"
        "INC2,20-01-2026 09:00,FALSE\nINC3,?,TRUE\nINC4,02-02-2026 09:00,TRUE\n"
    )
    page = send(cast.lena, cast.own, log)
    assert "1 of 2" in page.text
    assert "“?” is not a day." in page.text
    take(cast.lena, upload_of(cast.lena, cast.own), "good")
    assert readings(cast.lena, in_time) == [(date(2026, 1, 1), "50", None), (date(2026, 2, 1), "100", None)]


def test_an_xlsx_file_is_read_the_same(cast, kpi):
    from kpis.spreadsheets.writing import as_xlsx

    content = as_xlsx([("KPI", "Period", "Value"), ("K1", date(2026, 1, 1), 75)])
    send(cast.lena, cast.own, content, name="readings.xlsx")
    take(cast.lena, upload_of(cast.lena, cast.own))
    assert readings(cast.lena, kpi) == [(date(2026, 1, 1), "75", 2)]


def test_the_encoding_is_asked_for_when_it_cannot_be_known(cast, kpi):
    text = "KPI,Period,Value,Note\nK1,Jan 2026,75,Zürich café\n".encode("cp1252")
    page = send(cast.lena, cast.own, text)
    assert "What was the text written in?" in page.text
    assert "Zürich café" in page.text
    upload = upload_of(cast.lena, cast.own)
    address = reverse("kpis:upload_mapping", args=[upload.pk])
    assert client_for(cast.lena).post(address, {"encoding": "utf-7"}).status_code == 422
    page = client_for(cast.lena).post(address, {"encoding": "cp1252"}, follow=True)
    assert "Report 1 reading" in page.text
    take(cast.lena, upload)
    with acting(cast.lena, cast.own):
        assert Reading.objects.get().note == "Zürich café"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7 ...", "table.csv", "This is not a spreadsheet."),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "table.csv", "This is not a spreadsheet."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "table.xls", "This is an old Excel file"),
        (b"", "empty.csv", "empty"),
    ],
)
def test_other_kinds_of_files_are_refused_in_words_and_nothing_is_kept(cast, kpi, content, name, words):
    page = send(cast.lena, cast.own, content, name=name)
    assert page.status_code == 422
    assert words in page.text
    assert upload_of(cast.lena, cast.own) is None


def test_a_file_that_is_too_large_is_refused(cast, kpi):
    page = send(cast.lena, cast.own, b"a,b\n" * (3 * 1024 * 1024))
    assert page.status_code == 422
    assert "larger than 10 MB" in page.text


def test_no_file_is_an_error_at_the_field(cast, kpi):
    page = client_for(cast.lena).post(reverse("kpis:uploads", args=[cast.own.pk]))
    assert page.status_code == 422
    assert "This field is required." in page.text


def test_the_report_can_be_downloaded_and_runs_nothing(cast, kpi):
    send(cast.lena, cast.own, "KPI,Period,Value\n=1+1,Jan 2026,75\nK1,Jan 2026,75\n")
    upload = upload_of(cast.lena, cast.own)
    address = reverse("kpis:upload_report", args=[upload.pk])
    answer = client_for(cast.lena).get(address)
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1][:2] == ["2", "A: KPI"]
    assert "=1+1" in rows[1][5]
    assert answer["Content-Disposition"].startswith("attachment")
    answer = client_for(cast.lena).get(address, {"format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0)
    assert sheet.to_python()[1][0] == 2


def test_the_other_side_sees_the_readings_and_not_the_file(cast, kpi):
    send(cast.lena, cast.own, GOOD, name="secret-name.csv")
    upload = upload_of(cast.lena, cast.own)
    for name in ("upload", "upload_progress", "upload_report"):
        assert client_for(cast.priya).get(reverse(f"kpis:{name}", args=[upload.pk])).status_code == 404
    page = client_for(cast.priya).get(reverse("kpis:uploads", args=[cast.own.pk]))
    assert "secret-name" not in page.text
    assert "secret-name" in client_for(cast.jonas).get(reverse("kpis:uploads", args=[cast.own.pk])).text


def test_only_who_chose_the_file_applies_it(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    upload = upload_of(cast.lena, cast.own)
    page = client_for(cast.jonas).get(reverse("kpis:upload", args=[upload.pk]))
    assert "Lena Fischer chose this file" in page.text
    assert "Report 2 readings" not in page.text
    assert take(cast.jonas, upload).status_code == 403
    assert readings(cast.lena, kpi) == []


def test_an_executive_reads_the_list_and_sends_nothing(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    address = reverse("kpis:uploads", args=[cast.own.pk])
    client = client_for(cast.ingrid)
    page = client.get(address)
    assert "readings.csv" in page.text
    assert "Read the file" not in page.text
    assert client.post(address).status_code == 403


def test_nul_bytes_in_utf_16_reach_no_database(cast, kpi):
    text = "KPI,Period,Value\n\x00K\x00X,Jan 2026,75\nK1,Jan 2026,75\n"
    page = send(cast.lena, cast.own, b"\xff\xfe" + text.encode("utf-16-le"))
    assert page.status_code == 200
    assert "No KPI has the reference or name “KX”." in page.text


def test_an_encoding_that_does_not_make_a_table_is_an_error_at_the_field(cast, kpi):
    send(cast.lena, cast.own, '"\xe9", not closed\nK1,5\n'.encode("latin-1") + b'"\xe9\n' * 3)
    upload = upload_of(cast.lena, cast.own)
    answer = client_for(cast.lena).post(
        reverse("kpis:upload_mapping", args=[upload.pk]), {"encoding": "cp1252"}
    )
    assert answer.status_code == 422
    assert "cannot be read" in answer.text


def test_what_is_applied_already_takes_no_other_columns(cast, kpi):
    send(cast.lena, cast.own, GOOD)
    upload = upload_of(cast.lena, cast.own)
    take(cast.lena, upload)
    said = {"layout": "long", "kpi": 0, "period": 1, "value": 2, "decimal_mark": ".", "date_order": "DMY"}
    answer = client_for(cast.lena).post(reverse("kpis:upload_mapping", args=[upload.pk]), said)
    assert answer.status_code == 409
    assert "already being applied, or was" in answer.text


def test_a_file_whose_columns_are_not_named_cannot_be_taken(cast, kpi):
    send(cast.lena, cast.own, "Kennzahl;Monat;Ergebnis\nK1;Jan 2026;75,5\n")
    answer = take(cast.lena, upload_of(cast.lena, cast.own))
    assert answer.status_code == 409
    assert "Say first which column means what." in answer.text


def test_a_ratio_that_makes_no_number_is_said_at_its_cell(cast, kpi):
    add_kpi(kpi.goal, cast.amara, name="Solved", reference="K2", entry="RATIO")
    page = send(cast.lena, cast.own, "KPI,Period,Met,Total\nK2,Jan 2026,900000000000,0.000001\n")
    assert "A ratio needs" in page.text or "too large" in page.text or "nothing to measure" in page.text
    assert upload_of(cast.lena, cast.own).rows_bad == 1


def test_not_applicable_is_shown_as_such(cast, kpi):
    send(cast.lena, cast.own, "KPI,Period,Value\nK1,Jan 2026,n/a\n")
    take(cast.lena, upload_of(cast.lena, cast.own))
    page = send(cast.lena, cast.own, "KPI,Period,Value\nK1,Jan 2026,75\nK1,Feb 2026,n/a\n")
    assert "replaces “not applicable”" in page.text
    assert page.text.count("not applicable") >= 2


def test_the_list_costs_the_same_however_many_files_there_are(cast, kpi):
    client = client_for(cast.lena)
    address = reverse("kpis:uploads", args=[cast.own.pk])
    counts = []
    for files in (1, 3):
        while True:
            with acting(cast.lena, cast.own):
                if Upload.objects.count() >= files:
                    break
            send(cast.lena, cast.own, GOOD)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


def test_the_preview_costs_the_same_however_many_rows_there_are(cast, kpi):
    counts = []
    for text in (GOOD, MISTAKES):
        send(cast.lena, cast.own, text)
        client = client_for(cast.lena)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("kpis:upload", args=[upload_of(cast.lena, cast.own).pk]))
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 12
