"""Somebody comes with a file of readings: three mistakes in it, columns of its own, or thousands of rows."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from kpis.models import Reading
from kpis.tasks_uploads import apply
from tests.cast import acting
from tests.furniture import add_goal, add_kpi, agree_band
from tests.journeys.conftest import PHONE, is_wider_than_the_screen, violations
from tests.kpis.test_uploads import MISTAKES, upload_of

FIRST = date(2018, 1, 1)
OWN_COLUMNS = "Kennzahl;Monat;Ergebnis\nK1;Oct 2025;75,5\nK1;Nov 2025;82\n"


@pytest.fixture
def kpi(cast):
    made = add_kpi(add_goal(cast.own, cast.amara), cast.amara, reference="K1")
    agree_band(made, cast.amara, cast.jonas)
    return made


def send(page: Page, cast, text: str | bytes, name: str = "march.csv") -> None:
    """Chooses a file and has it read."""
    page.goto(f"/relationships/{cast.own.pk}/uploads/")
    content = text.encode() if isinstance(text, str) else text
    page.get_by_label("CSV or XLSX file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Read the file").click()


def standing(cast) -> int:
    with acting(cast.lena, cast.own):
        return Reading.objects.count()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_with_three_mistakes_gives_its_good_rows_and_says_the_rest(cast, kpi, open_page, javascript):
    page = open_page(cast.lena, javascript=javascript)
    # The journey's clock is the real one: the month that is not over has to be one that never is.
    send(page, cast, MISTAKES.replace("Apr 2026", "Apr 2199"))
    expect(page.get_by_text("“seventy” is not a number.").first).to_be_visible()
    assert standing(cast) == 0
    page.get_by_role("button", name="Report the 4 good readings, leave the rest out").click()
    expect(page.get_by_text("4 readings were taken.")).to_be_visible()
    expect(page.get_by_role("heading", name="Report by row")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="as CSV").click()
    assert "seventy" in download.value.path().read_text(encoding="utf-8-sig")
    assert standing(cast) == 4
    page.get_by_role("link", name="Look at the readings").click()
    expect(page).to_have_url(f"{page.url.split('/relationships')[0]}/relationships/{cast.own.pk}/readings/")


def test_columns_named_once_are_remembered_by_keyboard_alone(cast, kpi, open_page):
    page = open_page(cast.lena)
    send(page, cast, OWN_COLUMNS)
    expect(page.get_by_role("heading", name="Which column means what?")).to_be_visible()
    for name, column in (
        ("period", "B: Monat (“Oct 2025”)"),
        ("kpi", "A: Kennzahl (“K1”)"),
        ("value", "C: Ergebnis (“75,5”)"),
    ):
        page.locator(f"[name={name}]").select_option(label=column)
    page.locator("[name=decimal_mark]").select_option(",")
    page.get_by_role("button", name="Check the file with these columns").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Report 2 readings for Brightwater").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 readings were taken.")).to_be_visible()
    send(page, cast, OWN_COLUMNS.replace("75,5", "76,5"))
    expect(page.get_by_text("its columns are remembered")).to_be_visible()
    expect(page.get_by_text("replaces 75.5")).to_be_visible()


def test_the_layout_shows_its_own_fields_only(cast, kpi, open_page):
    page = open_page(cast.lena)
    send(page, cast, OWN_COLUMNS)
    expect(page.locator("[name=numerator]")).to_be_visible()
    expect(page.locator("[name=holds]")).to_be_hidden()
    page.get_by_label("A log: one event in each row").check()
    expect(page.locator("[name=numerator]")).to_be_hidden()
    expect(page.locator("[name=holds]")).to_be_visible()


def test_a_large_file_shows_how_far_it_is_until_it_is_done(cast, kpi, open_page):
    daily = add_kpi(kpi.goal, cast.amara, name="Answered", reference="D1", frequency="DAY", starts_on=FIRST)
    rows = [f"D1,{FIRST + timedelta(days=n)},{60 + n % 40}" for n in range(2_500)]
    page = open_page(cast.lena)
    send(page, cast, "\n".join(["KPI,Period,Value", *rows]))
    page.get_by_role("button", name="Take everything, or nothing if a row has a problem").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert violations(page) == []
    upload = upload_of(cast.lena, cast.own)
    apply(upload_id=upload.pk, relationship_id=cast.own.pk, person_id=cast.lena.pk)
    expect(page.get_by_role("heading", name="What became of it")).to_be_visible()
    expect(page.get_by_text("2,500", exact=True)).to_be_visible()
    with acting(cast.lena, cast.own):
        assert Reading.objects.filter(kpi=daily).count() == 2_500


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_is_accessible_and_fits_a_phone(cast, kpi, open_page, dark):
    page = open_page(cast.lena, size=PHONE, dark=dark)

    def look() -> None:
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)

    page.goto(f"/relationships/{cast.own.pk}/uploads/")
    look()
    send(page, cast, b"%PDF-1.7")
    expect(page.get_by_text("This is not a spreadsheet.").first).to_be_visible()
    look()
    send(page, cast, "KPI,Period,Value,Note\nK1,Oct 2025,75,Zürich\n".encode("cp1252"))
    expect(page.get_by_role("heading", name="What was the text written in?")).to_be_visible()
    look()
    send(page, cast, OWN_COLUMNS)
    page.get_by_role("button", name="Check the file with these columns").click()
    expect(page.get_by_text("Choose the column with the value").first).to_be_visible()
    look()
    send(page, cast, MISTAKES)
    look()
    page.get_by_role("button", name="Report the").click()
    look()
    page.problems = [problem for problem in page.problems if "422" not in problem]


def test_a_file_is_dropped_on_its_field(cast, kpi, open_page):
    page = open_page(cast.lena)
    page.goto(f"/relationships/{cast.own.pk}/uploads/")
    expect(page.get_by_text("You can also drop the file here.")).to_be_visible()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(["KPI,Period,Value\\nK1,Oct 2025,75\\n"], "x.csv"));
        document.querySelector("[data-file-drop]").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true})) }"""
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("button", name="Report 1 reading for Brightwater")).to_be_visible()
