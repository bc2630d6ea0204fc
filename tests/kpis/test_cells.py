"""What people type into a cell, and what becomes of it: pages, fragments, versions, bulk, hostile values."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kpis.actions import ReadingIncomplete
from kpis.forms.cells import figures_of
from kpis.models import Kpi, Reading
from kpis.queries.uploads import measures_of
from kpis.spreadsheets import open_sheet
from kpis.spreadsheets.guessing import guess
from kpis.spreadsheets.lines import lines_of
from tests.cast import NOW, acting, client_for
from tests.furniture import add_goal, add_kpi, agree_band, report

FEBRUARY, JANUARY = date(2026, 2, 1), date(2026, 1, 1)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def goal(cast):
    return add_goal(cast.own, cast.amara)


@pytest.fixture
def kpi(cast, goal):
    kpi = add_kpi(goal, cast.amara, reference="FCR")
    agree_band(kpi, cast.amara, cast.jonas)
    return kpi


@pytest.fixture
def ratio(cast, goal):
    return add_kpi(goal, cast.amara, name="In time", entry="RATIO")


def url(kpi, day=FEBRUARY):
    return reverse("kpis:reading", args=[kpi.pk, day])


def standing(cast, kpi, day=FEBRUARY):
    with acting(cast.jonas, cast.own):
        return Reading.objects.filter(kpi=kpi, period_start=day).first()


def save(person, kpi, said, version="", day=FEBRUARY, *, htmx=True, **more):
    return client_for(person).post(
        url(kpi, day), {"said": said, "version": version, **more}, headers=HTMX if htmx else {}
    )


PER_CENT = Kpi(unit="%", entry="VALUE")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("45", "45"),
        (" 45.50 ", "45.50"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("-3", "-3"),
        ("\u22123", "-3"),
        (".5", ".5"),
        ("97%", "97"),
        ("1.2E+03", "1200"),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert figures_of(text, PER_CENT) == {"value": Decimal(value)}


@pytest.mark.parametrize("text", ["n/a", "N/A", " not applicable ", "–"])
def test_not_applicable_in_words(text):
    assert figures_of(text, PER_CENT) == {"is_not_applicable": True}


def test_a_ratio_is_typed_with_a_slash():
    assert figures_of("45 / 50", PER_CENT) == {"numerator": Decimal(45), "denominator": Decimal(50)}


@pytest.mark.parametrize(
    "text",
    ["", "   ", "abc", "1e400", "NaN", "Infinity", "-", "1,2,3", "12,34,5", "4/5/6", "/", "5/", "٣", "0x10", "1_000",
     "9" * 61, "=1+1", "<b>1</b>", "1\u20444"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    if text == "-":
        assert figures_of(text, PER_CENT) == {"is_not_applicable": True}
        return
    with pytest.raises(ReadingIncomplete):
        figures_of(text, PER_CENT)


def test_what_could_mean_two_numbers_is_asked_back():
    with pytest.raises(ReadingIncomplete, match=r"could mean 1234 or 1\.234"):
        figures_of("1,234", PER_CENT)


def test_per_cent_of_something_else_is_asked_back():
    with pytest.raises(ReadingIncomplete, match="hours"):
        figures_of("45%", Kpi(unit="hours"))


def test_saving_a_cell_gives_back_the_cell(cast, kpi):
    response = save(cast.lena, kpi, "75")
    body = response.content.decode()
    assert response.status_code == 200
    assert 'data-version="1"' in body
    assert 'data-typed="75"' in body
    assert ", Approaching, waits to be confirmed" in body
    assert standing(cast, kpi).value == 75


def test_without_htmx_it_leads_to_the_page(cast, kpi):
    response = save(cast.lena, kpi, "75", htmx=False)
    assert (response.status_code, response.headers["Location"]) == (302, url(kpi))


@pytest.mark.parametrize("said", ["1e400", "NaN", "abc", "9" * 20, "-" + "9" * 20, "", "<script>"])
def test_a_refused_value_is_kept_in_the_cell_with_its_reason(cast, kpi, said):
    response = save(cast.lena, kpi, said)
    body = response.content.decode()
    assert response.status_code == 422
    assert 'aria-invalid="true"' in body
    assert "<script>" not in body
    assert f'value="{said}"' in body or said == "<script>"
    assert standing(cast, kpi) is None


@pytest.mark.parametrize("said", ["-45/50", "45/-50", "45/0", "1/0", "99999999999999999999/1"])
def test_odd_ratios_are_refused(cast, ratio, said):
    assert save(cast.lena, ratio, said).status_code == 422


def test_a_ratio_is_saved_with_both_parts(cast, ratio):
    assert 'data-typed="45/50"' in save(cast.lena, ratio, "45/50").content.decode()
    reading = standing(cast, ratio)
    assert (reading.value, reading.numerator, reading.denominator) == (90, 45, 50)


def test_a_value_kpi_takes_no_ratio(cast, kpi):
    assert save(cast.lena, kpi, "45/50").status_code == 422


@pytest.mark.parametrize("version", ["", "0", "7", "-1", "x", "9" * 30])
def test_a_version_that_is_not_the_one_that_stands_is_a_conflict_with_both_values(cast, kpi, version):
    report(kpi, cast.jonas, FEBRUARY, 71)
    response = save(cast.lena, kpi, "75", version)
    body = response.content.decode()
    assert response.status_code == 409
    assert "Jonas Weber saved another value meanwhile." in body
    assert "Keep 71" in body
    assert "Save 75" in body
    assert 'data-version="1"' in body
    assert standing(cast, kpi).value == 71


def test_the_page_shows_both_values_of_a_conflict(cast, kpi):
    report(kpi, cast.jonas, FEBRUARY, 71)
    response = save(cast.lena, kpi, "75", "", htmx=False, note="Mine")
    body = response.content.decode()
    assert response.status_code == 409
    assert "Jonas Weber saved 71 while you were writing 75." in body
    assert 'name="version" value="1"' in body
    assert 'value="75"' in body
    assert ">Mine</textarea>" in body


def test_correcting_from_the_grid_keeps_the_note(cast, kpi):
    report(kpi, cast.lena, FEBRUARY, 71, note="Two laptops were lost")
    assert save(cast.lena, kpi, "72", "1").status_code == 200
    assert standing(cast, kpi).note == "Two laptops were lost"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("priya", 403),
        ("amara", 403),
        ("helen", 403),
        ("ingrid", 403),
        ("recipient", 403),
        ("outsider", 404),
        ("jonas", 200),
    ],
)
def test_only_the_performing_side_writes(cast, kpi, who, status):
    assert save(cast.person(who), kpi, "75").status_code == status
    assert (standing(cast, kpi) is not None) is (status == 200)


def test_the_customer_reports_what_the_customer_performs(cast, goal):
    kpi = add_kpi(goal, cast.amara, name="Approvals", performed_by="CUSTOMER")
    assert save(cast.lena, kpi, "75").status_code == 403
    assert save(cast.priya, kpi, "75").status_code == 200


def test_periods_that_do_not_exist_or_are_not_over(cast, kpi):
    assert save(cast.lena, kpi, "75", day=date(2026, 2, 2)).status_code == 404
    assert save(cast.lena, kpi, "75", day=date(2024, 12, 1)).status_code == 404
    assert "runs until" in save(cast.lena, kpi, "75", day=date(2026, 3, 1)).content.decode()
    assert client_for(cast.lena).get(f"/kpis/{kpi.pk}/readings/2026-02-31/").status_code == 404
    assert client_for(cast.lena).get(f"/kpis/{kpi.pk}/readings/0001-01-01/").status_code == 404
    assert client_for(cast.lena).get(f"/kpis/{kpi.pk}/readings/9999-12-01/").status_code == 404


@pytest.mark.parametrize(
    ("value", "said"),
    [("80", "Good"), ("79.99", "Approaching"), ("69", "Requires improvement"), ("1", "Inadequate"),
     ("n/a", "Not applicable"), ("abc", "“abc” is not a number."), ("1e400", "is not a number"), ("9" * 20, "too large")],
)  # fmt: skip
def test_the_verdict_while_typing(cast, kpi, value, said):
    response = client_for(cast.lena).get(reverse("kpis:verdict", args=[kpi.pk, FEBRUARY]), {"value": value})
    assert response.status_code == 200
    assert said in response.content.decode()


def test_the_verdict_of_a_ratio_shows_what_it_comes_to(cast, ratio):
    agree_band(ratio, cast.amara, cast.jonas)
    body = (
        client_for(cast.lena)
        .get(reverse("kpis:verdict", args=[ratio.pk, FEBRUARY]), {"value": "45/50"})
        .content
    )
    assert "90.0" in body.decode()
    assert "Good" in body.decode()


def test_the_verdict_before_the_first_band(cast, goal):
    kpi = add_kpi(goal, cast.amara, name="Unbanded")
    body = client_for(cast.lena).get(reverse("kpis:verdict", args=[kpi.pk, FEBRUARY]), {"value": "1"}).content
    assert "No band yet" in body.decode()


def test_what_the_live_verdict_says_is_what_is_stored(cast, kpi):
    for value in ("60", "59.999999", "70", "79.9999995", "80"):
        said = client_for(cast.lena).get(reverse("kpis:verdict", args=[kpi.pk, FEBRUARY]), {"value": value})
        save(cast.lena, kpi, value, getattr(standing(cast, kpi), "version", ""))
        assert f"verdict-{standing(cast, kpi).verdict}" in said.content.decode()


def block(cast, person, cells, **more):
    return client_for(person).post(reverse("kpis:grid", args=[cast.own.pk]), cells | more, headers=HTMX)


def test_a_block_answers_for_each_cell(cast, kpi, ratio, goal):
    theirs = add_kpi(goal, cast.amara, name="Theirs", performed_by="CUSTOMER")
    report(kpi, cast.jonas, JANUARY, 71, note="Kept")
    response = block(
        cast,
        cast.lena,
        {
            f"cell-{kpi.pk}-2026-02-01": "75",
            f"cell-{kpi.pk}-2026-01-01": "76",
            f"version-{kpi.pk}-2026-01-01": "1",
            f"cell-{ratio.pk}-2026-02-01": "45/50",
            f"cell-{ratio.pk}-2026-01-01": "abc",
            f"cell-{theirs.pk}-2026-01-01": "1",
            f"cell-{kpi.pk}-2026-02-02": "1",
            "cell-999999-2026-01-01": "1",
            "cell-x-y": "1",
            f"cell-{kpi.pk}-2025-12-01": "  ",
        },
    )
    found = {key: cell["status"] for key, cell in response.json()["cells"].items()}
    assert found == {
        f"{kpi.pk}-2026-02-01": 200,
        f"{kpi.pk}-2026-01-01": 200,
        f"{ratio.pk}-2026-02-01": 200,
        f"{ratio.pk}-2026-01-01": 422,
        f"{theirs.pk}-2026-01-01": 422,
        f"{kpi.pk}-2026-02-02": 422,
        "999999-2026-01-01": 422,
    }
    assert 'value="abc"' in response.json()["cells"][f"{ratio.pk}-2026-01-01"]["html"]
    assert standing(cast, kpi, JANUARY).note == "Kept"
    assert (standing(cast, kpi).value, standing(cast, kpi, JANUARY).value) == (75, 76)


def test_a_block_overwrites_nobody(cast, kpi):
    report(kpi, cast.jonas, FEBRUARY, 71)
    cell = block(cast, cast.lena, {f"cell-{kpi.pk}-2026-02-01": "75"}).json()["cells"][f"{kpi.pk}-2026-02-01"]
    assert cell["status"] == 409
    assert "Keep 71" in cell["html"]
    assert standing(cast, kpi).value == 71


def test_a_block_needs_the_right_to_report(cast, kpi):
    assert block(cast, cast.helen, {f"cell-{kpi.pk}-2026-02-01": "75"}).status_code == 403
    assert block(cast, cast.outsider, {f"cell-{kpi.pk}-2026-02-01": "75"}).status_code == 404


def test_a_block_cannot_reach_into_another_relationship(cast, kpi):
    foreign = add_kpi(add_goal(cast.foreign, cast.outsider), cast.outsider)
    answer = block(cast, cast.lena, {f"cell-{foreign.pk}-2026-02-01": "75"}).json()
    assert answer["cells"][f"{foreign.pk}-2026-02-01"]["status"] == 422
    assert "html" not in answer["cells"][f"{foreign.pk}-2026-02-01"]


def newest(cast, person, data=None):
    client = client_for(person)
    where = reverse("kpis:newest", args=[cast.own.pk])
    return client.get(where) if data is None else client.post(where, data)


def test_the_newest_period_as_one_form(cast, kpi, ratio):
    page = newest(cast, cast.lena).content.decode()
    assert "0 of 2 reported" in page
    response = newest(
        cast,
        cast.lena,
        {
            f"cell-{kpi.pk}-2026-02-01": "75",
            f"note-{kpi.pk}-2026-02-01": "Snow",
            f"cell-{ratio.pk}-2026-02-01": "",
        },
    )
    assert response.status_code == 302
    assert (standing(cast, kpi).value, standing(cast, kpi).note) == (75, "Snow")
    assert "1 of 2 reported" in newest(cast, cast.lena).content.decode()


def test_the_form_keeps_what_was_refused_and_saves_the_rest(cast, kpi, ratio):
    response = newest(
        cast, cast.lena, {f"cell-{kpi.pk}-2026-02-01": "75", f"cell-{ratio.pk}-2026-02-01": "lots",
                          f"note-{ratio.pk}-2026-02-01": "Kept too"},
    )  # fmt: skip
    body = response.content.decode()
    assert response.status_code == 422
    assert 'value="lots"' in body
    assert 'value="Kept too"' in body
    assert "“lots” is not a number." in body
    assert standing(cast, kpi).value == 75


def test_the_form_tells_of_somebody_faster(cast, kpi):
    report(kpi, cast.jonas, FEBRUARY, 71)
    data = {f"cell-{kpi.pk}-2026-02-01": "75", f"version-{kpi.pk}-2026-02-01": ""}
    response = newest(cast, cast.lena, data)
    assert response.status_code == 422
    assert "It says 71.0 now." in response.content.decode()
    assert f'name="version-{kpi.pk}-2026-02-01" value="1"' in response.content.decode()
    data[f"version-{kpi.pk}-2026-02-01"] = "1"
    assert newest(cast, cast.lena, data).status_code == 302
    assert standing(cast, kpi).value == 75


def test_an_ended_kpi_leaves_the_form(cast, goal):
    add_kpi(goal, cast.amara, name="Long gone", ends_on=date(2025, 6, 30))
    assert "Nothing to report yet" in newest(cast, cast.lena).content.decode()


def test_the_page_tells_why_and_who(cast, kpi):
    report(kpi, cast.lena, FEBRUARY, 75, note="Snow")
    save(cast.jonas, kpi, "76", "1", htmx=False)
    body = client_for(cast.priya).get(url(kpi)).content.decode()
    for said in ("76.0", "Approaching", "70\u00a0% or more", "Amara Okafor", "Jonas Weber", "Lena Fischer", "Corrected",
                 "Reported", "Confirm 76.0", "Dispute it"):  # fmt: skip
        assert said in body, said
    assert 'name="said"' not in body


def test_the_page_of_an_empty_cell(cast, kpi):
    ours = client_for(cast.lena).get(url(kpi)).content.decode()
    assert "Not reported yet" in ours
    assert "Report the reading" in ours
    theirs = client_for(cast.priya).get(url(kpi, JANUARY)).content.decode()
    assert "Late from provider" in theirs
    assert 'name="said"' not in theirs


def test_the_details_beside_the_grid(cast, kpi):
    report(kpi, cast.lena, FEBRUARY, 75)
    body = (
        client_for(cast.priya)
        .get(url(kpi), {"beside": "1", "next": "/relationships/1/readings/"})
        .content.decode()
    )
    assert "<html" not in body
    assert "Confirm 75.0" in body
    assert 'name="next" value="/relationships/1/readings/"' in body


def test_the_page_asks_no_more_with_more_history(cast, kpi):
    def count() -> int:
        client = client_for(cast.lena)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(kpi)).status_code == 200
        return len([q for q in asked if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]])

    reading = report(kpi, cast.lena, FEBRUARY, 70)
    with_one = count()
    for step in range(3):
        save(cast.lena, kpi, str(71 + step), str(reading.version + step))
    assert count() == with_one
    assert with_one <= 16


def export(cast, person, **query):
    return client_for(person).get(reverse("kpis:readings_export", args=[cast.own.pk]), query)


def test_export_as_csv(cast, kpi, ratio):
    report(kpi, cast.lena, FEBRUARY, 75, note="=cmd()")
    save(cast.lena, ratio, "45/50")
    save(cast.lena, ratio, "n/a", day=JANUARY)
    response = export(cast, cast.priya, format="csv")
    # The columns that an upload understands; what the verdict rests on follows them (tests/kpis/test_exports.py).
    rows = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    lines = [",".join(row.split(",")[:11]) for row in rows]
    assert "attachment" in response.headers["Content-Disposition"]
    assert lines == [
        "KPI,Name,Unit,Period,Period name,Value,Numerator,Denominator,Note,Verdict,State",
        "FCR,First-contact resolution,%,2026-02-01,Feb 2026,75.000000,,,'=cmd(),Approaching,waits to be confirmed",
        "In time,In time,%,2026-01-01,Jan 2026,n/a,n/a,,,,waits to be confirmed",
        "In time,In time,%,2026-02-01,Feb 2026,90.000000,45.0000,50.0000,,No band yet,waits to be confirmed",
    ]


def test_export_with_gaps_is_a_form_to_fill(cast, kpi):
    body = b"".join(export(cast, cast.lena, missing="1", periods="6").streaming_content).decode("utf-8-sig")
    assert body.splitlines()[-1].startswith("FCR,First-contact resolution,%,2026-02-01,Feb 2026,,")
    assert len(body.splitlines()) == 7


def test_export_as_workbook(cast, kpi):
    report(kpi, cast.lena, FEBRUARY, 75)
    response = export(cast, cast.lena, format="xlsx")
    assert response.content.startswith(b"PK")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_export_is_for_the_two_sides(cast, kpi):
    assert export(cast, cast.outsider).status_code == 404
    assert export(cast, cast.recipient).status_code == 403


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_exported_comes_in_again_by_upload(cast, kpi, ratio, kind):
    report(kpi, cast.lena, FEBRUARY, "75.25", note="Snow")
    save(cast.lena, ratio, "45/50")
    save(cast.lena, ratio, "n/a", day=JANUARY)
    response = export(cast, cast.lena, format=kind)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    with acting(cast.lena, cast.own):
        measures = measures_of(Kpi.objects.filter(relationship=cast.own), "PROVIDER")
        sheet = open_sheet(content)
        rows = list(sheet.rows())
        found = {
            (line.measure.kpi_id, line.period_start): line.figures
            for line in lines_of(rows, guess(sheet, rows, measures), measures)
            if not line.problem
        }
    assert found == {
        (kpi.pk, FEBRUARY): {"value": Decimal("75.25"), "note": "Snow"},
        (ratio.pk, FEBRUARY): {"numerator": Decimal(45), "denominator": Decimal(50), "note": ""},
        (ratio.pk, JANUARY): {"is_not_applicable": True, "note": ""},
    }
